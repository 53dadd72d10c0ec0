"""The officer phones trainees of a class that ended yesterday, by the command line."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.ledger.ledger import Ledger
from tests.cli.conftest import Office, Tell
from tests.cli.test_words import heard


@pytest.fixture
def county(office: Office, tell: Tell, tmp_path: Path) -> Iterator[Path]:
    """The county's folder, with what the laptop has of class A1."""
    for folder, words in (
        (office.laptop, ("sync", "--folder", tmp_path)),
        (office.world.county.folder, ("county", "import", tmp_path, "--receipts", tmp_path)),
    ):
        assert tell(folder, *words).code == 0
    yield office.world.county.folder


def test_from_the_draw_to_the_last_call(
    office: Office, tell: Tell, county: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Ledger.open(county) as ledger:
        (people,) = ledger.conn.execute("SELECT count(*) FROM enrollments").fetchone()
    assert people > 30
    before = tell(county, "county", "callback", "list", "A1").answer
    assert (before["people"], before["more"], before["wanted"]) == ([], True, -(-people // 10))
    assert heard(capsys, county, "county", "callback", "list", "A1").endswith("还没有抽。\n")
    drawn = tell(county, "county", "callback", "draw", "A1")
    assert drawn.code == 0 and len(drawn.answer["drawn"]) == before["wanted"]
    again = tell(county, "county", "callback", "draw", "A1").answer
    assert again["drawn"] == [] and again["people"] == drawn.answer["people"]
    (listed,) = again["draws"]
    with Ledger.open(county) as ledger:
        pool = [row[0] for row in ledger.conn.execute("SELECT trainee FROM enrollments ORDER BY trainee")]
    assert (listed["pool"], listed["people"]) == (pool, drawn.answer["drawn"]), "so that anybody can draw again"
    one = again["people"][0]
    assert one["trainee"] == drawn.answer["drawn"][0] and one["outcome"] is None
    assert "********" in one["id_number"]
    words = ("county", "callback", "record", "A1", "--trainee", one["trainee"], "--outcome")
    assert tell(county, *words, "denied").answer["error"] == "bad-input", "in whose words?"
    assert tell(county, *words, "perhaps").code == 2
    said = tell(county, *words, "denied", "--note", "没有去过")
    assert said.code == 0 and said.answer["result"] and said.answer["answered"] == 1
    (told,) = [row for row in tell(county, "county", "findings").answer if row["kind"] == "callback-denied"]
    assert told["person"] == one["trainee"] and "没有去过" in told["sentence"]
    words = heard(capsys, county, "county", "callback", "list", "A1").splitlines()
    assert words[0] == f"A1 班应电话回访 {before['wanted']} 人，已接通 1 人。"
    assert words[1].startswith(f"{one['trainee']}  {one['name']}  {one['phone']}  ")
    assert words[1].endswith("不属实：没有去过")
    assert words[2].endswith("还没有打")


def test_what_makes_no_sense_is_told(office: Office, tell: Tell, county: Path) -> None:
    for folder, words, reason in (
        (county, ("draw", "没有的班"), "not-found"),
        (county, ("record", "A1", "--trainee", "没有这个人", "--outcome", "confirmed"), "not-found"),
        (office.laptop, ("draw", "A1"), "not-a-county"),
        (office.laptop, ("list", "A1"), "not-a-county"),
    ):
        said = tell(folder, "county", "callback", *words)
        assert (said.code, said.answer["error"]) == (1, reason), said
