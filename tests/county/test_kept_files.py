"""What an officer sees of a fork and decides in the console, and where every feed's changes are."""

import re
import shutil
from pathlib import Path

import pytest

from sync.ledger.intake import take
from sync.ledger.ledger import Ledger
from sync.seal import batch, county_kinds, kinds
from sync.seal.change import read
from tests.county.conftest import County
from tests.county.training_point import bring, enrolled_laptop


@pytest.fixture
def laptop(county: County, tmp_path: Path) -> Ledger:
    return enrolled_laptop(tmp_path / "one", county.ledger, "青石村教师机", "青山职业培训学校", county.clock)


def note(ledger: Ledger, text: str) -> str:
    with ledger.writing() as w:
        return w.fact("leave", kinds.Leave("lesson", "person", text))


@pytest.fixture
def forked(county: County, laptop: Ledger, tmp_path: Path) -> str:
    """The county counted what a copied folder wrote; the laptop's own two changes are kept aside. Answers the file."""
    shutil.copytree(laptop.folder, tmp_path / "copy")
    with Ledger.open(tmp_path / "copy", county.clock) as copied:
        note(copied, "拷贝上写的")
        assert [one.state for one in bring(copied, county.ledger)] == ["taken"]
    note(laptop, "本机写的")
    note(laptop, "本机又写的")
    (refused,) = bring(laptop, county.ledger)
    assert refused.reason == "fork"
    return refused.sha256


def known(county: County, laptop: Ledger, text: str) -> bool:
    rows = county.ledger.conn.execute("SELECT count(*) FROM leaves WHERE reason = ?", (text,)).fetchone()
    return bool(rows[0])


def test_the_finding_shows_both_heads_and_leads_to_the_decision(county: County, laptop: Ledger, forked: str) -> None:
    browser = county.signed_in()
    html = browser.get("/console/findings").text
    for head in (county.ledger.position(laptop.feed).hash, laptop.position(laptop.feed).hash):
        assert head in html
    assert f"/console/decide/{forked}" in html
    assert f"/console/decide/{forked}" in browser.get("/console/aside").text
    shown = browser.get(f"/console/decide/{forked}").text
    head = laptop.position(laptop.feed).seq
    assert f"第 {head - 1} 至 {head - 1} 条" in shown, "what is counted"
    assert f"第 {head - 1} 至 {head} 条" in shown, "what is in the file"
    assert "青石村教师机" in shown and "青山职业培训学校" in shown


def test_without_a_reason_nothing_is_decided_and_what_was_typed_stays(
    county: County, laptop: Ledger, forked: str
) -> None:
    browser, before = county.signed_in(), county.ledger.position(county.ledger.feed)
    answer = browser.post(f"/console/decide/{forked}", data={"reason": "  "})
    assert answer.status_code == 400 and "理由" in answer.text
    assert county.ledger.position(county.ledger.feed) == before
    assert not known(county, laptop, "本机写的")


def test_an_accepted_branch_counts_with_the_reason_and_the_officers_name(
    county: County, laptop: Ledger, forked: str
) -> None:
    browser = county.signed_in()
    answer = browser.post(f"/console/decide/{forked}", data={"reason": "电话核实：硬盘拷贝过"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/console/feed/{laptop.feed}")
    assert all(known(county, laptop, text) for text in ("拷贝上写的", "本机写的", "本机又写的"))
    (raw,) = county.ledger.conn.execute("SELECT raw FROM changes WHERE kind = 'branch.accept'").fetchone()
    change = read(raw).change
    body = kinds.decode(change.kind, change.body)
    assert isinstance(body, county_kinds.BranchAccept)
    assert (change.op, body.reason) == ("admin", "电话核实：硬盘拷贝过")
    html = browser.get("/console/findings").text
    assert "分叉已认可" in html and f"/console/decide/{forked}" not in html
    assert browser.get(f"/console/decide/{forked}").status_code == 404
    assert "已认可的另一支" in browser.get("/console/changes").text


def test_a_file_that_nobody_has_to_decide_about_has_no_such_page(county: County, laptop: Ledger) -> None:
    intake = take(county.ledger, b"age-encryption.org/v1\n", "坏的.xpb", "usb")
    browser = county.signed_in()
    for digest in (intake.sha256, "0" * 64, "x"):
        assert browser.get(f"/console/decide/{digest}").status_code == 404
        assert browser.post(f"/console/decide/{digest}", data={"reason": "看看"}).status_code == 404


def test_a_form_from_another_site_decides_nothing(county: County, laptop: Ledger, forked: str) -> None:
    answer = county.signed_in().post(
        f"/console/decide/{forked}", data={"reason": "骗来的"}, headers={"origin": "https://evil.example"}
    )
    assert answer.status_code == 403
    assert not known(county, laptop, "本机写的")


def cells(html: str) -> list[list[str]]:
    """The rows of the first table, as words."""
    table = html.partition("<tbody>")[2].partition("</tbody>")[0]
    rows = [re.findall(r"<td.*?>(.*?)</td>", row, re.DOTALL) for row in table.split("<tr>")[1:]]
    return [[" ".join(re.sub("<.*?>", " ", cell).split()) for cell in row] for row in rows]


def test_every_feed_says_what_was_taken_and_what_is_held_for_what(county: County, laptop: Ledger) -> None:
    note(laptop, "一")
    note(laptop, "二")
    last = laptop.position(laptop.feed).seq
    run = list(laptop.changes(laptop.feed))
    assert take(county.ledger, batch.build(run[:1], laptop.signer), "a", "usb").state == "taken"
    assert take(county.ledger, batch.build(run[2:], laptop.signer), "b", "usb").reason == "gap"
    browser = county.signed_in()
    rows = {(row[0], row[3]): row for row in cells(browser.get("/console/changes").text)}
    assert rows["已收", "1–1"][1] == "青石村教师机"
    assert "缺一段" in rows["暂存", f"3–{last}"][6]
    held = cells(browser.get("/console/changes?state=held").text)
    assert [row[0] for row in held] == ["暂存"]
    assert cells(browser.get("/console/changes?state=nonsense").text) == cells(browser.get("/console/changes").text)


def test_conflicts_are_seen_and_left_to_the_institution(county: County, laptop: Ledger, tmp_path: Path) -> None:
    other = enrolled_laptop(tmp_path / "two", county.ledger, "办公室电脑", "青山职业培训学校", county.clock)
    with laptop.writing() as w:
        trainee = w.write("trainee", {"name": "<b>马小兰</b>", "phone": "13800000000"})
    run = batch.build(list(laptop.changes(laptop.feed)), laptop.signer)
    assert take(other, run, "x", "usb").state == "taken"
    for ledger, phone in ((laptop, "13811111111"), (other, "13822222222")):
        with ledger.writing() as w:
            w.write("trainee", {"phone": phone}, trainee)
        bring(ledger, county.ledger)
    html = county.signed_in().get("/console/changes").text
    assert "13811111111" in html and "13822222222" in html and "办公室电脑" in html
    assert "<b>马小兰" not in html
