"""Photos on a USB stick: after the facts, as many as fit, both ways."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.carry.files import write_file
from sync.carry.folder import sync_folder
from sync.carry.outgoing import waiting
from sync.carry.photo_files import PICTURES, device_name
from sync.carry.standing import Counts, counts
from sync.county.county import import_files
from sync.county.photos import PhotoImport, import_photos
from sync.ledger import photos
from sync.ledger.ledger import Ledger
from sync.seal.photo import digest_of, seal
from tests.carry.cameras import name, picture, shoot
from tests.county.training_point import enrolled_laptop
from tests.nodes import Place, enrol_laptop, note


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def small_stick(stick: Path) -> Iterator[Path]:
    """A medium of 2 MB."""
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", stick], capture_output=True).returncode:
        pytest.skip("no right to mount a medium of its own here")
    yield stick
    subprocess.run(["umount", stick], check=True)


def to_the_county(place: Place, stick: Path) -> PhotoImport:
    assert not import_files(place.county, [stick], stick).refused
    return import_photos(place.county, [stick], stick)


def fill(path: Path) -> None:
    """A file that takes all the room there is."""
    with path.open("wb", buffering=0) as film, pytest.raises(OSError):
        while True:
            film.write(bytes(4096))


def on(stick: Path) -> list[str]:
    return sorted(path.name for path in (stick / PICTURES).glob("*"))


def same(ledger: Ledger, *digests: str) -> bool:
    return all(digest_of(photos.read(ledger, digest)) == digest for digest in digests)


def test_there_and_taken_away_when_the_county_has_signed(place: Place, stick: Path) -> None:
    digests = sorted(shoot(place.one, seed) for seed in range(3))
    done = sync_folder(place.one, stick)
    assert (done.photos.written, len(done.written)) == (3, 1)
    assert on(stick) == [f"{digest}.xpp" for digest in digests]
    taken = to_the_county(place, stick)
    assert (taken.taken, taken.known, taken.refused) == (3, 0, [])
    assert same(place.county, *digests)
    assert counts(place.one).delivered == 0, "nothing came back yet"
    done = sync_folder(place.one, stick)
    assert (done.photos.written, done.photos.refused, done.refused) == (0, [], [])
    assert counts(place.one) == Counts(taken=3, delivered=3, waiting=0, missing=0)
    assert on(stick) == []
    again = to_the_county(place, stick)
    assert (again.taken, again.known) == (0, 0)


def test_what_lies_there_whole_is_not_written_again_and_half_of_it_is(place: Place, stick: Path) -> None:
    digests = sorted(shoot(place.one, seed) for seed in range(2))
    sync_folder(place.one, stick)
    half, whole = (stick / PICTURES / f"{digest}.xpp" for digest in digests)
    half.write_bytes(half.read_bytes()[:70_000])
    before = whole.read_bytes()
    taken = to_the_county(place, stick)
    assert (taken.taken, [row["reason"] for row in taken.refused]) == (1, ["not-for-us-or-damaged"])
    assert list(place.county.folder.glob("photos/*")) == [photos.photo_path(place.county, digests[1])]
    (stick / f"{place.one.feed}.xps").unlink()
    assert sync_folder(place.one, stick).photos.written == 2
    assert whole.read_bytes() == before
    assert to_the_county(place, stick).taken == 1
    assert same(place.county, *digests)


def test_a_stick_full_of_photos_never_keeps_the_facts_out(place: Place, small_stick: Path) -> None:
    digests = [shoot(place.one, seed) for seed in range(20)]
    done = sync_folder(place.one, small_stick)
    assert done.photos.written + done.photos.left == 20 and done.photos.left > 0 < done.photos.written
    # Somebody's film takes what was kept free, and then there is more to report.
    room = small_stick / "film.mp4"
    fill(room)
    note(place.one, "后来的")
    done = sync_folder(place.one, small_stick)
    assert len(done.written) == 1
    room.unlink()
    rounds = 0
    while counts(place.one).waiting:
        to_the_county(place, small_stick)
        assert waiting(place.one) == 0 or sync_folder(place.one, small_stick)
        sync_folder(place.one, small_stick)
        assert waiting(place.one) == 0
        rounds += 1
        assert rounds <= 4
    assert same(place.county, *digests)


def test_a_stick_that_can_only_be_read_still_brings_the_statement(place: Place, small_stick: Path) -> None:
    first = shoot(place.one, 1)
    sync_folder(place.one, small_stick)
    to_the_county(place, small_stick)
    subprocess.run(["mount", "-o", "remount,ro", small_stick], check=True)
    done = sync_folder(place.one, small_stick)
    assert (counts(place.one).delivered, done.photos.trouble) == (1, "")
    photos.photo_path(place.one, first).unlink()
    done = sync_folder(place.one, small_stick)
    assert (done.photos.received, same(place.one, first)) == (1, True), "its own file could not be taken away"
    assert waiting(place.one) == 0


def test_a_colleague_reads_it_from_the_stick_and_a_stranger_does_not(place: Place, stick: Path, tmp_path: Path) -> None:
    enrol_laptop(place.county, place.one)  # by now its grant names the colleague
    digest = shoot(place.one, 1, what="person")
    sync_folder(place.one, stick)
    done = sync_folder(place.two, stick)
    assert done.photos.received == 1 and same(place.two, digest)
    with enrolled_laptop(tmp_path / "other", place.county, "外校", "别的学校", place.clock) as other:  # type: ignore[arg-type]
        name(other, digest)
        assert sync_folder(other, stick).photos.received == 0
        assert not photos.holds(other, digest)
        taken = to_the_county(place, stick)
        assert (taken.taken, taken.given) == (1, 0), "it asked on the stick; whose it is, people must say"


def test_a_laptop_that_lost_its_own_asks_on_the_stick(place: Place, stick: Path) -> None:
    digests = [shoot(place.one, seed) for seed in range(2)]
    sync_folder(place.one, stick)
    to_the_county(place, stick)
    sync_folder(place.one, stick)
    for digest in digests:
        photos.photo_path(place.one, digest).unlink()
    sync_folder(place.one, stick)
    me = device_name(place.one.signer.public)
    assert [path.name for path in stick.glob("*.xpw")] == [f"{me}.xpw"]
    assert to_the_county(place, stick).given == 2
    assert on(stick) == sorted(f"{me}-{digest}.xpp" for digest in digests)
    assert sync_folder(place.two, stick).photos.received == 0, "sealed to the one that asked alone"
    done = sync_folder(place.one, stick)
    assert done.photos.received == 2 and same(place.one, *digests)
    assert on(stick) == [] and list(stick.glob("*.xpw")) == []


def test_what_no_fact_names_or_nobody_sealed_is_refused_at_the_county(place: Place, stick: Path) -> None:
    digest = shoot(place.one, 1, 1000)
    sync_folder(place.one, stick)
    folder = stick / PICTURES
    county = [place.county.age_recipient]
    stranger, longer = picture(8, 900), picture(9, 1000)
    write_file(folder / f"{digest}.xpp", seal(stranger, county))
    write_file(stick / "微信图片.xpp", seal(longer, county))
    write_file(folder / "假期.xpp", b"\xff\xd8\xff")
    with (folder / "film.xpp").open("wb") as film:
        film.truncate(1 << 30)
    (folder / "link.xpp").symlink_to(photos.photo_path(place.one, digest))
    (folder / "notes.txt").write_text("留着")
    taken = to_the_county(place, stick)
    assert {row["file"]: row["reason"] for row in taken.refused} == {
        f"{digest}.xpp": "no-fact",
        "微信图片.xpp": "no-fact",
        "假期.xpp": "not-sealed",
        "film.xpp": "too-large",
    }
    assert all(row["message"] for row in taken.refused)
    assert taken.taken == 0 and list(place.county.folder.glob("photos/*.photo")) == []
    sync_folder(place.one, stick)
    assert to_the_county(place, stick).taken == 1
    assert (folder / "notes.txt").exists()


def test_a_file_that_was_renamed_on_its_way_is_taken_all_the_same(place: Place, stick: Path) -> None:
    digest = shoot(place.one, 1)
    sync_folder(place.one, stick)
    (stick / PICTURES / f"{digest}.xpp").rename(stick / "照片(1).XPP")
    assert to_the_county(place, stick).taken == 1
    assert same(place.county, digest)


def test_a_statement_of_before_changes_nothing(place: Place, stick: Path) -> None:
    digest = shoot(place.one, 1)
    path = photos.photo_path(place.one, digest)
    sync_folder(place.one, stick)
    (stick / PICTURES / f"{digest}.xpp").unlink()
    to_the_county(place, stick)
    old = (stick / f"{place.one.feed}.xps").read_bytes()
    place.clock.pass_by(60)
    sync_folder(place.one, stick)
    to_the_county(place, stick)
    sync_folder(place.one, stick)
    assert counts(place.one).delivered == 1
    (stick / f"{place.one.feed}.xps").write_bytes(old)
    sync_folder(place.one, stick)
    assert counts(place.one).delivered == 1 and path.exists()
    (stick / f"{place.one.feed}.xps").write_bytes(old[:-9])
    assert [row["reason"] for row in sync_folder(place.one, stick).photos.refused] == ["bad-envelope"]
