"""A USB stick between a laptop and the county: pulled out, write-protected, shared, full of other things."""

import gzip
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sync.carry.folder import MAX_FILE, sync_folder
from sync.carry.outgoing import waiting
from sync.county.county import import_files
from sync.errors import BadInput, CarrierError
from sync.ledger.backup import backup, restore
from sync.ledger.check import check, digests
from sync.ledger.ledger import Ledger
from sync.seal import batch, envelope
from tests.nodes import Place, enrol_laptop, note


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def own_files(place: Place, stick: Path, suffix: str = ".xpb") -> list[Path]:
    """What laptop one left there, and receipts for it."""
    return sorted(path for path in stick.iterdir() if place.one.feed in path.name and path.suffix == suffix)


def to_the_county(place: Place, stick: Path) -> None:
    done = import_files(place.county, [stick], stick)
    assert not done.refused, [(name, intake.reason) for name, intake in done.intakes]


def test_there_and_back(place: Place, stick: Path) -> None:
    (name,) = sync_folder(place.one, stick).written
    assert own_files(place, stick) == [stick / name]
    to_the_county(place, stick)
    done = sync_folder(place.one, stick)
    assert (done.receipts, done.written, done.refused, done.passed) == (1, [], [], [])
    assert waiting(place.one) == 0
    assert own_files(place, stick) == [], "our own file is taken away once a receipt covers it"
    assert place.county.position(place.one.feed) == place.one.position(place.one.feed)


def test_a_stick_that_goes_to_and_fro_does_not_fill_up(place: Place, stick: Path) -> None:
    left = []
    for text in ("请假", "看病", "农忙"):
        note(place.one, text)
        sync_folder(place.one, stick)
        enrol_laptop(place.county, place.two)
        to_the_county(place, stick)
        sync_folder(place.one, stick)
        left.append(sorted(path.name[:16] for path in stick.iterdir()))
    assert waiting(place.one) == 0
    assert left[0] == left[1] == left[2]


def test_a_restored_laptop_gets_back_what_only_the_county_has(place: Place, stick: Path, tmp_path: Path) -> None:
    backup(place.one, tmp_path / "a.xpk")
    lost = note(place.one, "备份以后的请假")
    sync_folder(place.one, stick)
    to_the_county(place, stick)
    sync_folder(place.one, stick)
    restore(tmp_path / "again", tmp_path / "a.xpk", clock=place.clock)
    with Ledger.open(tmp_path / "again", clock=place.clock) as again:
        sync_folder(again, stick)
        to_the_county(place, stick)
        done = sync_folder(again, stick)
        assert (done.received, done.refused, done.passed, waiting(again)) == (1, [], [], 0)
        assert again.conn.execute("SELECT reason FROM leaves WHERE id = ?", (lost,)).fetchone() == ("备份以后的请假",)
        assert not [path for path in stick.iterdir() if path.suffix == ".xpb" and place.one.feed in path.name]
        assert sync_folder(again, stick).received == 0
    assert check(place.county).ok


@pytest.mark.parametrize("more", [0, 1, 2], ids=["shorter", "as long", "longer"])
def test_a_clone_leaves_the_other_branch_on_the_stick_for_the_county(
    place: Place, stick: Path, tmp_path: Path, more: int
) -> None:
    """One stick goes to the laptop, to the copy of it and to the county, and round again."""
    place.one.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copytree(place.one.folder, tmp_path / "clone")
    feed = place.one.feed
    for text in ("一", "二"):
        note(place.one, text)
    ours = place.one.position(feed).hash
    with Ledger.open(tmp_path / "clone", clock=place.clock) as clone:
        for text in ("甲", "乙", "丙")[: more + 1]:
            note(clone, text)
        theirs = clone.position(feed).hash
        for _ in range(3):
            for laptop in (place.one, clone):
                sync_folder(laptop, stick)
            import_files(place.county, [stick], stick)
        assert waiting(place.one) == waiting(clone) == 0
    (aside,) = place.county.conn.execute("SELECT file FROM aside WHERE reason = 'fork'").fetchone()
    kept = batch.claim(batch.unseal(aside, place.county.age_identity)).header.head
    assert {place.county.position(feed).hash, kept} == {ours, theirs}


def test_a_file_in_our_name_with_a_nonsensical_header_stops_nothing(place: Place, stick: Path) -> None:
    header = {"v": 1, "feed": place.one.feed, "first": 2**53 - 1, "count": 1, "prev": "?", "head": "?"}
    signed = envelope.sign(gzip.compress(json.dumps(header).encode() + b"\n"), envelope.BATCH, place.one.signer)
    forged = stick / f"{place.one.feed}-00000001-00000001.xpb"
    forged.write_bytes(batch.seal(signed, [place.one.age_recipient, place.county.age_recipient]))
    (refused,) = sync_folder(place.one, stick).refused
    assert refused["file"] == forged.name
    assert forged.exists()


def test_again_and_again_changes_nothing(place: Place, stick: Path) -> None:
    sync_folder(place.one, stick)
    sync_folder(place.one, stick)
    assert len(own_files(place, stick)) == 1
    to_the_county(place, stick)
    before = digests(place.county.conn)
    to_the_county(place, stick)
    assert digests(place.county.conn) == before
    sync_folder(place.one, stick)
    first = place.one.conn.execute("SELECT count(*) FROM receipts").fetchone()
    done = sync_folder(place.one, stick)
    assert (done.received, done.written) == (0, [])
    assert place.one.conn.execute("SELECT count(*) FROM receipts").fetchone() == first
    assert check(place.one).problems == check(place.county).problems == []


def test_what_was_added_replaces_the_older_file(place: Place, stick: Path) -> None:
    sync_folder(place.one, stick)
    note(place.one, "后来的")
    (name,) = sync_folder(place.one, stick).written
    assert own_files(place, stick) == [stick / name]
    to_the_county(place, stick)
    assert place.county.position(place.one.feed) == place.one.position(place.one.feed)


@pytest.mark.parametrize("cut", [0, 10, 500, -1])
def test_a_stick_pulled_out_half_way_is_told_at_the_county_and_mended_by_the_next_sync(
    place: Place, stick: Path, cut: int
) -> None:
    (name,) = sync_folder(place.one, stick).written
    whole = (stick / name).read_bytes()
    (stick / name).write_bytes(whole[:cut])
    done = import_files(place.county, [stick], stick)
    assert done.refused
    assert place.county.position(place.one.feed).seq == 0
    kept = place.county.conn.execute("SELECT file FROM aside WHERE state = 'refused'").fetchall()
    assert kept == [(whole[:cut],)]
    again = sync_folder(place.one, stick)
    assert again.refused == []
    assert waiting(place.one) == place.one.position(place.one.feed).seq
    to_the_county(place, stick)
    sync_folder(place.one, stick)
    assert waiting(place.one) == 0


def test_a_part_that_a_dying_laptop_left_is_never_taken_for_a_batch(place: Place, stick: Path) -> None:
    (name,) = sync_folder(place.one, stick).written
    (stick / name).rename(stick / f"{name}.part")
    assert import_files(place.county, [stick], stick).intakes == []
    sync_folder(place.one, stick)
    to_the_county(place, stick)
    assert place.county.position(place.one.feed) == place.one.position(place.one.feed)


def test_halves_that_the_dying_left_do_not_stay_for_ever(place: Place, stick: Path) -> None:
    other = stick / "AAAABBBBCCCCDDDD-00000001-00000009.xpb.part"
    halves = [stick / f"{feed}-00000001-00000002.xpb.part" for feed in (place.one.feed, place.county.feed)]
    halves.append(stick / f"{place.one.feed}-00000002.xpr.part")
    for path in (other, *halves):
        path.write_bytes(b"half")
    sync_folder(place.one, stick)
    assert [path for path in (other, *halves) if path.exists()] == [other, halves[1]]
    halves[0].write_bytes(b"half")
    to_the_county(place, stick)
    assert [path for path in (other, *halves) if path.exists()] == [other]


def test_other_files_on_the_stick_are_left_alone_and_told(place: Place, stick: Path) -> None:
    stranger = batch.seal(b"{}", [place.county.age_recipient])
    others = {
        "假期.jpg": b"\xff\xd8\xff",
        "某人的.xpb": b"PK\x03\x04",
        "发给县里的.xpb": stranger,
        "坏回执.xpr": b"{}",
        "旧授权.xpr": place.grant,
        "大写.XPR": b"{}",
    }
    for name, data in others.items():
        (stick / name).write_bytes(data)
    (stick / "文件夹.xpb").mkdir()
    (stick / "链接.xpr").symlink_to(stick / "假期.jpg")
    with (stick / "很大.xpb").open("wb") as file:
        file.truncate(MAX_FILE + 1)
    done = sync_folder(place.one, stick)
    assert sorted(done.passed) == ["发给县里的.xpb", "某人的.xpb"]
    assert {told["file"]: told["reason"] for told in done.refused} == {
        "坏回执.xpr": "bad-envelope",
        "旧授权.xpr": "wrong-type",
        "大写.XPR": "bad-envelope",
        "很大.xpb": "too-large",
    }
    assert len(done.written) == 1
    assert {name: (stick / name).read_bytes() for name in others} == others


def test_two_laptops_share_a_stick(place: Place, stick: Path) -> None:
    for laptop in (place.one, place.two):
        sync_folder(laptop, stick)
    to_the_county(place, stick)
    for laptop in (place.one, place.two):
        done = sync_folder(laptop, stick)
        assert done.refused == []
        assert waiting(laptop) == 0
    assert own_files(place, stick) == []


def test_the_countys_news_are_read_before_what_they_make_known(place: Place, stick: Path) -> None:
    """Laptop one was enrolled first, and has never heard of two; file names are sorted by chance."""
    sync_folder(place.two, stick)
    to_the_county(place, stick)
    (theirs,) = (path for path in stick.iterdir() if place.two.feed in path.name and path.suffix == ".xpb")
    for first in ("AAAA", "zzzz"):
        theirs = theirs.rename(stick / f"{first}.xpb")
        done = sync_folder(place.one, stick)
        assert done.refused == []
    assert place.one.position(place.two.feed) == place.two.position(place.two.feed)


def test_a_colleague_of_the_same_school_reads_what_the_other_left(place: Place, stick: Path) -> None:
    enrol_laptop(place.county, place.one)  # by now its grant names the colleague
    sync_folder(place.two, stick)
    done = sync_folder(place.one, stick)
    assert done.received == place.two.position(place.two.feed).seq
    assert place.one.position(place.two.feed) == place.two.position(place.two.feed)
    assert check(place.one).problems == []


def test_the_stick_brings_the_countys_news(place: Place, stick: Path) -> None:
    with place.county.writing() as w:
        course = w.write("course", {"code": "C9", "name": "新项目"})
    sync_folder(place.one, stick)
    to_the_county(place, stick)
    assert sync_folder(place.one, stick).received > 0
    assert place.one.conn.execute("SELECT code FROM courses WHERE id = ?", (course,)).fetchall() == [("C9",)]
    assert place.one.position(place.county.feed) == place.county.position(place.county.feed)


def test_a_stick_that_is_not_there_is_told(place: Place, stick: Path) -> None:
    with pytest.raises(BadInput):
        sync_folder(place.one, stick / "gone")
    with pytest.raises(BadInput):
        import_files(place.county, [stick / "gone"], stick)
    with pytest.raises(BadInput):
        import_files(place.county, [stick], stick / "gone")


@pytest.fixture
def protect(stick: Path) -> Iterator[Callable[[], None]]:
    """Makes the stick a medium of its own; calling it slides the write protection on."""
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", stick], capture_output=True).returncode:
        pytest.skip("no right to mount a medium of its own here")
    yield lambda: subprocess.run(["mount", "-o", "remount,ro", stick], check=True) and None
    subprocess.run(["umount", stick], check=True)


def test_a_write_protected_stick_is_told_and_loses_nothing(
    place: Place, stick: Path, protect: Callable[[], None]
) -> None:
    protect()
    with pytest.raises(CarrierError, match="写保护"):
        sync_folder(place.one, stick)
    assert waiting(place.one) == place.one.position(place.one.feed).seq


def test_a_receipt_on_a_write_protected_stick_counts(place: Place, stick: Path, protect: Callable[[], None]) -> None:
    sync_folder(place.one, stick)
    to_the_county(place, stick)
    protect()
    done = sync_folder(place.one, stick)
    assert (done.receipts, done.written) == (1, [])
    assert waiting(place.one) == 0


def test_a_county_whose_stick_is_protected_keeps_what_it_took(
    place: Place, stick: Path, protect: Callable[[], None]
) -> None:
    sync_folder(place.one, stick)
    protect()
    with pytest.raises(CarrierError, match="写保护"):
        import_files(place.county, [stick], stick)
    assert place.county.position(place.one.feed) == place.one.position(place.one.feed)


def test_a_full_stick_is_told_and_holds_nothing_half_written(
    place: Place, stick: Path, protect: Callable[[], None]
) -> None:
    (stick / "假期.mp4").write_bytes(bytes(4 * 1024 * 1024))
    with pytest.raises(CarrierError, match="空间"):
        sync_folder(place.one, stick)
    assert [path.name for path in stick.iterdir()] == ["假期.mp4"]
    (stick / "假期.mp4").unlink()
    assert len(sync_folder(place.one, stick).written) == 1


def test_files_for_a_ledger_opened_anew(place: Place, stick: Path) -> None:
    sync_folder(place.one, stick)
    with Ledger.open(place.one.folder, place.clock) as again:
        to_the_county(place, stick)
        sync_folder(again, stick)
        assert waiting(again) == 0
