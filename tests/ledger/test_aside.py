"""What is kept of files that can't be taken has bounds, and what is beyond them is told."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.county.county import import_files
from sync.county.findings import findings
from sync.ledger import aside
from sync.ledger.intake import take
from tests.nodes import Place, note, open_place, sealed, signed


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with open_place(tmp_path) as made:
        yield made


def kept(place: Place) -> list[str]:
    return [row[0] for row in place.county.conn.execute("SELECT reason FROM aside ORDER BY at, reason")]


def test_what_nobody_known_signed_is_kept_from_a_stick_and_counted_from_the_network(place: Place) -> None:
    for number in range(5):
        found = take(place.county, b"junk %d" % number, "10.0.0.9", "http", keep="signed")
        assert (found.state, found.reason) == ("refused", "bad-envelope")
    assert kept(place) == []
    (line,) = aside.turned_away(place.county)
    assert (line["source"], line["reason"], line["count"], line["bytes"]) == ("10.0.0.9", "bad-envelope", 5, 30)
    assert line["last_sha256"] == found.sha256
    assert take(place.county, b"junk", "a.xpb", "usb").reason == "bad-envelope"
    assert kept(place) == ["bad-envelope"]


def test_what_a_certified_device_signed_is_kept_though_it_came_by_the_network(place: Place) -> None:
    note(place.one, "一")
    assert take(place.county, signed(place.one, 3), "10.0.0.9", "http", keep="signed").reason == "gap"
    assert kept(place) == ["gap"]
    assert aside.turned_away(place.county) == []


def test_beyond_the_bound_a_file_is_told_and_not_kept_and_others_are(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    for laptop in (place.one, place.two):
        note(laptop, "一")
        note(laptop, "二")
    third, fourth = signed(place.one, 3, 3), signed(place.one, 4, 4)
    monkeypatch.setattr(aside, "MOST_OF_ONE", len(third) + 10)
    assert take(place.county, third, "甲", "usb").reason == "gap"
    beyond = take(place.county, fourth, "甲", "usb")
    assert (beyond.state, beyond.reason) == ("refused", "no-room")
    assert "没有留下" in beyond.message
    # Again, what lies there already: it takes no more room.
    assert take(place.county, third, "甲", "usb").reason == "gap"
    assert take(place.county, signed(place.two, 3, 3), "乙", "usb").reason == "gap", "another has room of his own"
    told = [one for one in findings(place.county) if one["kind"] == "aside-full"]
    assert [(one["level"], one["evidence"]) for one in told] == [(3, [beyond.sha256])]
    # Nothing honest is lost by it: the laptop sends it again.
    assert take(place.county, sealed(place.one), "甲", "usb").state == "taken"
    assert place.county.position(place.one.feed) == place.one.position(place.one.feed)


def test_sticks_have_a_bound_too(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    monkeypatch.setattr(aside, "MOST_UNSIGNED", 2500)
    for number in range(4):
        (stick / f"{number}.xpb").write_bytes(b"%d" % number * 1000)
    done = import_files(place.county, [stick], stick)
    assert [intake.reason for _, intake in done.intakes] == ["bad-envelope"] * 2 + ["no-room"] * 2
    assert len(kept(place)) == 2


def test_made_up_senders_share_a_line(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aside, "MOST_SENDERS", 3)
    for number in range(20):
        take(place.county, b"junk", f"10.0.0.{number}", "http", keep="signed")
    lines = aside.turned_away(place.county)
    assert len(lines) == 4
    assert sum(line["count"] for line in lines) == 20
    assert {line["count"] for line in lines if line["source"] == aside.OTHERS} == {17}
