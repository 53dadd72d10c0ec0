"""Public notices and the archive on the command line: the officer posts, the institution reads and prints."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from sync.jobs import moment
from sync.ledger.clock import SystemClock
from tests.cli.conftest import Office, Tell
from tests.cli.test_review_verbs import round_trip, stick  # noqa: F401

WHOM = ("--office", "人社局能力建设股", "--phone", "0579-82345678", "--address", "人民路 12 号", "--postcode", "321000")


def today() -> date:
    return moment.day_of(SystemClock().read().wall // 1000)


def test_from_verdict_to_paper(office: Office, tell: Tell, stick: Path, tmp_path: Path) -> None:  # noqa: F811
    county, laptop = office.world.county.folder, office.laptop
    row = round_trip(office, tell, stick)
    assert row["notice"] is None
    assert row["archive_until"][:4] == str(int(row["to"][:4]) + 10)
    assert tell(laptop, "notice", "list").answer == []
    post = ("county", "notice", "post", "A1", "--from", (today() + timedelta(days=30)).isoformat())
    said = tell(county, *post, *WHOM)
    assert (said.code, said.answer["error"]) == (1, "no-verdict")
    assert tell(county, "county", "verdict", "A1", "--outcome", "passed").code == 0
    passed = ("county", "verdict", "A1", "--trainee", office.number, "--outcome", "cut", "--amount", "600.50")
    assert tell(county, *passed, "--note", "只上了一半").code == 0
    said = tell(county, *post)
    assert (said.code, said.answer["error"]) == (1, "bad-input"), "nobody typed an office yet"
    made = tell(county, *post, *WHOM)
    assert made.code == 0, made
    assert (made.answer["days"], made.answer["from"]) == (5, post[-1])
    paper = ("print", "notice", "--class", "A1", "--to", tmp_path / "notice.pdf")
    assert tell(laptop, *paper).answer["error"] == "no-notice"
    row = round_trip(office, tell, stick)
    assert (row["notice"]["notice"], row["notice"]["state"], row["notice"]["until"]) == (
        made.answer["notice"], "coming", made.answer["until"],
    )  # fmt: skip
    (line,) = tell(laptop, "notice", "list").answer
    assert (line["code"], line["office"], line["phone"], line["stands"]) == (
        "A1", "人社局能力建设股", "0579-82345678", True,
    )  # fmt: skip
    assert tell(county, "county", "notice", "list").answer == [line]
    (row,) = tell(county, "county", "classes").answer
    assert row["notice"]["until"] == made.answer["until"] and row["archive_until"]
    assert tell(laptop, *paper).code == 0
    assert (tmp_path / "notice.pdf").read_bytes().startswith(b"%PDF")
    again = tell(county, *post[:-1], (today() + timedelta(days=31)).isoformat())
    assert again.code == 0, "the office is as it was said before"
    assert [line["stands"] for line in tell(county, "notice", "list").answer] == [True, False]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("A1", "--from", "2020-01-01", *WHOM), "bad-input"),
        (("A1", "--from", "明天", *WHOM), "bad-input"),
        (("没有的班", "--from", "2099-01-01", *WHOM), "not-found"),
    ],
)
def test_what_makes_no_sense_is_told(office: Office, tell: Tell, words: tuple[str, ...], reason: str) -> None:
    said = tell(office.world.county.folder, "county", "notice", "post", *words)
    assert (said.code, said.answer["error"]) == (1, reason)
    assert tell(office.laptop, "county", "notice", "post", *words).answer["error"] == "not-a-county"
