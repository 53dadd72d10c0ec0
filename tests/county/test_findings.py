"""The one inbox: what a class shows and what a file shows, gravest first, on the command line and in the console."""

import ast
import re
from pathlib import Path

import msgspec
import pytest

import sync
from sync.carry.outgoing import parcels
from sync.county.console.words import FINDINGS, REASONS
from sync.county.findings import ASIDE, LEVELS, findings, receive_anchor
from sync.errors import BadInput, Refused
from sync.jobs.find import find_class
from sync.jobs.findings import findings_of
from sync.ledger.intake import keep_aside, take
from sync.seal import batch, county_kinds
from tests.county.browsing import Markup
from tests.county.conftest import County, Filled
from tests.jobs.school import open_school
from tests.nodes import Place, signed


def test_everything_of_every_class_is_in_it(filled: Filled) -> None:
    county = filled.county.ledger
    own = findings_of(county, filled.class_id)
    found = [row for row in findings(county) if row["class"] == filled.class_id]
    assert own
    assert sorted((row["kind"], row["person"], row["evidence"]) for row in found) == sorted(
        (one.kind, one.person or None, list(one.evidence)) for one in own
    )
    for row in found:
        assert row["class_code"] == "2026-ZS-01"
        assert row["sentence"].startswith("2026-ZS-01 班：") and row["level"] == LEVELS[row["kind"]]


def test_a_person_at_two_schools_at_once_is_seen_with_both_lessons_by_name(place: Place) -> None:
    """Each laptop knows its own class only; the county holds both."""
    first, second = open_school(place.one, place.clock), open_school(place.two, place.clock)
    early, late = first.lesson("1 10:00-13:00"), second.lesson("1 11:00-14:00", "急救")
    with place.two.writing() as w:
        w.write("class", {"code": "C2"}, second.class_id)
    person = first.people[0]
    with place.two.writing() as w:
        w.write("enrollment", {"training_class": second.class_id, "trainee": person, "status": "enrolled"})
        w.write("trainee", {"name": "马小兰"}, person)
    first.stamp(early, person, "in", "09:50")
    second.stamp(late, person, "in", "10:50", via="search")
    first.stamp(early, person, "out", "13:00")
    second.stamp(late, person, "out", "14:00", via="search")
    for laptop in (place.one, place.two):
        for parcel in parcels(laptop):
            assert take(place.county, parcel.data, parcel.file_name, "usb").state == "taken"
    found = findings(place.county)
    assert [row["level"] for row in found] == sorted((row["level"] for row in found), reverse=True)
    overlap = found[0]
    assert (overlap["kind"], overlap["person"], overlap["evidence"]) == ("overlap", person, [early, late])
    lessons = "C1 班 2026-11-21 10:00–13:00（先签到，计入）和 C2 班 2026-11-21 11:00–14:00（不计入）"
    assert lessons in overlap["sentence"]


def test_damaged_and_unreadable_files_are_in_it(place: Place) -> None:
    text = signed(place.one)
    sealed = batch.seal(text, [place.county.age_recipient])
    for data in (sealed[:-9], b"age-encryption.org/v1\n?", b"{}", batch.seal(b"{}", [place.county.age_recipient])):
        assert take(place.county, data, "坏.xpb", "usb").state == "refused"
    found = findings(place.county)
    kept = {row[0] for row in place.county.conn.execute("SELECT sha256 FROM aside")}
    assert len(kept) == 3, "two of them are the same inside"
    assert {row["kind"] for row in found} == {"unreadable"}
    assert {one for row in found for one in row["evidence"]} == kept
    assert all("坏.xpb" in row["sentence"] for row in found)


def test_a_reason_that_is_new_to_the_inbox_is_told_all_the_same(place: Place) -> None:
    keep_aside(place.county, Refused("…", "never-heard"), b"x", "新.xpb")
    [row] = findings(place.county)
    assert row["kind"] == "other-refusal" and "never-heard" in row["sentence"]


def test_a_class_that_can_not_be_computed_is_told_and_hides_nothing(place: Place) -> None:
    """The county published a pack that this program can't read."""
    open_school(place.one, place.clock)
    for parcel in parcels(place.one):
        take(place.county, parcel.data, parcel.file_name, "usb")
    take(place.county, b"nonsense", "坏.xpb", "usb")
    with place.county.writing() as w:
        w.fact("pack.publish", county_kinds.PackPublish(msgspec.Raw(b"{}")))
    assert [(row["kind"], row["class_code"]) for row in findings(place.county)] == [
        ("not-computed", "C1"),
        ("unreadable", None),
    ]


def test_a_code_that_is_another_class_s_id_takes_nothing_from_it(place: Place) -> None:
    school = open_school(place.one, place.clock)
    with place.one.writing() as w:
        w.write("class", {"code": school.class_id, "name": "二班", "date_from": "2026-11-21"})
    assert find_class(place.one, school.class_id).code == "C1"


def test_every_kind_has_its_level_and_its_words() -> None:
    folder = Path(sync.__file__).parent
    named = {kind for kind, _ in ASIDE.values()}
    training = folder / "training"
    for path in (
        training / "findings.py",
        training / "callbacks.py",
        training / "teaching.py",
        folder / "jobs" / "findings.py",
    ):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Finding":
                assert isinstance(node.args[0], ast.Constant)
                named.add(node.args[0].value)
    assert len(named) > 15
    assert named <= LEVELS.keys() == FINDINGS.keys()
    assert set(LEVELS.values()) == {1, 2, 3}
    assert REASONS.keys() - ASIDE.keys() == {"fork"}


@pytest.mark.parametrize("time", ["0001-01-01T00:00", "9999-12-31T00:00"])
def test_an_anchor_of_a_strange_year(place: Place, time: str) -> None:
    with pytest.raises(BadInput, match="年份"):
        receive_anchor(place.county, "A" * 16, "短信", time)


def test_the_console_shows_them_gravest_first_with_their_evidence(filled: Filled) -> None:
    browser = filled.county.signed_in()
    found = findings(filled.county.ledger)
    html = browser.get("/console/findings").text
    sentences = [row["sentence"] for row in found]
    places = [html.index(sentence) for sentence in sentences]
    assert places == sorted(places) and len(places) > 2
    assert html.count("<details>") == sum(bool(row["evidence"]) for row in found)
    for words in ("（手工签到：忘带卡）", "家常川菜实操", "学员 𠮷㛃"):
        assert words in html, words
    assert f">{len(found)}</dd>" in browser.get("/console/").text


def test_one_class_s_findings_alone(filled: Filled) -> None:
    browser = filled.county.signed_in()
    assert browser.get(f"/console/findings?class={filled.class_id}").text.count("<details>") == len(
        findings_of(filled.county.ledger, filled.class_id)
    )
    html = browser.get("/console/findings?class=nothing").text
    assert "没有问题线索" in html and "<details>" not in html
    assert f"/console/findings?class={filled.class_id}" in browser.get(f"/console/class/{filled.class_id}").text
    assert browser.get("/console/findings?page=999").status_code == 200


def test_a_new_file_is_counted_at_once_and_stays_text(county: County) -> None:
    browser = county.signed_in()
    assert "没有问题线索" in browser.get("/console/findings").text
    take(county.ledger, b"nonsense", "<script>alert(1)</script>.xpb", "usb")
    html = browser.get("/console/findings").text
    assert "script" not in Markup(html).tags and "&lt;script&gt;" in html
    link = re.findall(r'href="(/console/aside/[0-9a-f]{64})"', html)
    assert browser.get(link[0]).content == b"nonsense"
    assert not re.search(r"/console/findings", county.browser().get("/console/findings").text)
