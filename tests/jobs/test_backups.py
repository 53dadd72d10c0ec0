"""Backups that make themselves: proven, thinned out, and nobody else's file touched."""

from pathlib import Path

import pytest

from sync.jobs import backups
from sync.jobs.backups import KEPT, back_up, choose, drop, is_chosen, usual_folder
from sync.ledger.backup import backup, restore
from sync.ledger.ledger import Ledger
from tests.nodes import Place, note

DAY = 86400


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_backup_lies_outside_the_ledgers_folder_and_can_be_restored(place: Place, tmp_path: Path) -> None:
    note(place.one, "一")
    (made,) = back_up(place.one, None, [])
    assert made.problem == "" and made.folder == usual_folder(place.one)
    assert place.one.folder not in (made.folder, *made.folder.parents)
    done = restore(tmp_path / "again", made.folder / made.file, clock=place.clock)
    with Ledger.open(tmp_path / "again") as again:
        assert again.position(place.one.feed) == place.one.position(place.one.feed)
    assert done.seq == place.one.position(place.one.feed).seq


def test_the_last_seven_and_one_of_each_month_are_kept(place: Place, tmp_path: Path) -> None:
    made = []
    for _ in range(20):
        made.append(back_up(place.one, tmp_path, [])[0].file)
        place.clock.pass_by(5 * DAY)
    months = {name[6:13]: name for name in made}
    assert [name for name in names(tmp_path) if name.endswith(".xpk")] == sorted({*made[-KEPT:], *months.values()})
    assert len(months) == 4


def test_files_that_it_did_not_write_stay(place: Place, tmp_path: Path) -> None:
    others = [f"乡培通备份-2020-01-{day:02}-080000-AAAAAAAAAAAAAAAA.xpk" for day in range(1, 12)]
    strange = ["毕业合影.jpg", "手工备份.xpk", "乡培通备份.xpk", *others]
    copied = f"乡培通备份-2020-01-01-080000-{place.one.feed} - 副本.xpk"
    for name in (*strange, copied):
        (tmp_path / name).write_bytes(b"?")
    for _ in range(KEPT + 3):
        back_up(place.one, tmp_path, [])
        place.clock.pass_by(60)
    assert {*strange, copied} <= set(names(tmp_path))
    assert sum(place.one.feed in name for name in names(tmp_path)) == KEPT + 1


def test_with_a_clock_that_was_set_back_the_newest_backup_stays(place: Place, tmp_path: Path) -> None:
    for _ in range(KEPT):
        back_up(place.one, tmp_path, [])
        place.clock.pass_by(60)
    place.clock.pass_by(-3 * DAY)
    (made,) = back_up(place.one, tmp_path, [])
    assert made.file in names(tmp_path)


def test_a_folder_that_is_gone_is_an_answer_and_no_new_one_is_made(place: Place, tmp_path: Path) -> None:
    (made,) = back_up(place.one, tmp_path / "拔掉的盘", [])
    assert "找不到" in made.problem and made.file == ""
    assert not (tmp_path / "拔掉的盘").exists()


def test_a_backup_that_does_not_open_again_is_told_and_taken_away(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = backup

    def bad_medium(ledger: Ledger, path: Path) -> int:
        size = really(ledger, path)
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 0xFF
        path.write_bytes(data)
        return size

    monkeypatch.setattr(backups, "backup", bad_medium)
    (made,) = back_up(place.one, tmp_path, [])
    assert made.problem
    assert not list(tmp_path.glob("*.xpk"))


def test_only_a_stick_that_was_chosen_gets_one(place: Place, tmp_path: Path) -> None:
    chosen, other = tmp_path / "E", tmp_path / "F"
    chosen.mkdir()
    other.mkdir()
    choose(place.one, chosen)
    assert is_chosen(place.one, chosen) and not is_chosen(place.two, chosen), "another laptop was not asked"
    made = back_up(place.one, None, [chosen, other])
    assert [one.problem for one in made] == ["", ""]
    assert made[1].file in names(chosen / backups.FOLDER)
    assert names(other) == []
    drop(place.one, chosen)
    assert len(back_up(place.one, None, [chosen])) == 1
    assert made[1].file in names(chosen / backups.FOLDER), "what is there stays"


def test_a_stick_that_takes_nothing_spoils_nothing_of_the_backup_on_the_disk(place: Place, tmp_path: Path) -> None:
    stick = tmp_path / "E"
    stick.mkdir()
    choose(place.one, stick)
    (first,) = back_up(place.one, None, [])
    (stick / backups.FOLDER / first.file).mkdir()
    on_disk, on_stick = back_up(place.one, None, [stick])
    assert (on_disk.file, on_disk.problem) == (first.file, "")
    assert on_stick.problem and on_stick.file == ""
