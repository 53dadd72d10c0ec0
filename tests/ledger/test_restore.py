"""Backups that open again, and a restore that writes over nothing, wherever it is cut off."""

from pathlib import Path

import pytest

from sync.errors import BadInput, KeyProblem, StorageError
from sync.ledger import replacing, secret
from sync.ledger.backup import backup, last_restore, prove, restore
from sync.ledger.check import check
from sync.ledger.ledger import Ledger
from sync.ledger.replacing import PLAN, READY, change_places, make_ready, plan_change, put_back_key
from tests.nodes import START, HandClock, note


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def ledger(tmp_path: Path, clock: HandClock) -> Ledger:
    """Three changes, of which a backup holds two, and a photo that it holds too."""
    made = Ledger.create(tmp_path / "node", "清水乡培训点", clock=clock)
    note(made, "备份里有")
    (made.folder / "photos").mkdir()
    (made.folder / "photos" / "00ff.photo").write_bytes(b"sealed")
    backup(made, tmp_path / "a.xpk")
    note(made, "备份之后的")
    return made


def test_a_backup_that_opens_says_how_far_it_goes(ledger: Ledger, tmp_path: Path) -> None:
    found = prove(tmp_path / "a.xpk", ledger.key)
    assert found.seq == 2
    assert found.hash == next(ledger.changes(ledger.feed, 2)).hash


@pytest.mark.parametrize("spoil", ["first", "middle", "cut", "photo"])
def test_a_spoilt_backup_is_found_out(ledger: Ledger, tmp_path: Path, spoil: str) -> None:
    path = tmp_path / "a.xpk"
    data = bytearray(path.read_bytes())
    place = {"first": 40, "middle": len(data) // 2, "photo": data.find(b"sealed"), "cut": -1}[spoil]
    if spoil == "cut":
        del data[-100:]
    else:
        data[place] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises((BadInput, KeyProblem, StorageError)):
        prove(path, ledger.key)


def test_a_restored_node_remembers_what_it_was_restored_from(ledger: Ledger, tmp_path: Path, clock: HandClock) -> None:
    assert last_restore(ledger) is None
    clock.pass_by(3600)
    made = restore(tmp_path / "again", tmp_path / "a.xpk", clock=clock)
    with Ledger.open(tmp_path / "again") as again:
        assert last_restore(again) == made
        assert (made.changes, made.seq, made.last, made.at) == (2, 2, START, START + 3600)
        assert (made.before, made.feed) == (ledger.feed, again.feed)


def test_with_a_recovered_key_it_opens_on_a_computer_that_lacks_the_old_place(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(secret.PASSPHRASE, "correct horse 47")
    with Ledger.create(tmp_path / "secret", "丢了口令的", clock=ledger.clock) as made:
        backup(made, tmp_path / "b.xpk")
        recovered = tmp_path / "county.key"
        recovered.write_text(made.key.hex())
    monkeypatch.delenv(secret.PASSPHRASE)
    with pytest.raises(KeyProblem):
        restore(tmp_path / "without", tmp_path / "b.xpk")
    restore(tmp_path / "new", tmp_path / "b.xpk", recovered)
    recovered.unlink()
    Ledger.open(tmp_path / "new").close()


# In the place of the ledger that is there


def photos(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "photos").iterdir())


def test_the_backup_takes_the_place_and_the_old_ledger_stays_whole(ledger: Ledger, tmp_path: Path) -> None:
    folder, feed = ledger.folder, ledger.feed
    (folder / "window.ini").write_text("")
    (folder / "photos" / "0a0a.photo").write_bytes(b"later")
    assert not change_places(folder), "nothing was planned"
    plan_change(folder, make_ready(folder, tmp_path / "a.xpk"))
    note(ledger, "还能记")
    ledger.close()
    assert change_places(folder)
    with Ledger.open(folder) as now:
        assert now.feed != feed and now.position(feed).seq == 2
        assert check(now).ok
    assert photos(folder) == ["00ff.photo"]
    (aside,) = folder.glob("以前的台账-*")
    with Ledger.open(aside) as old:
        assert (old.feed, old.position(feed).seq) == (feed, 4)
    assert photos(aside) == ["00ff.photo", "0a0a.photo"]
    assert sorted(path.name for path in folder.iterdir()) == [
        "ledger.db", "ledger.key", "node.json", "photos", "window.ini", aside.name
    ]  # fmt: skip
    assert not change_places(folder)


def test_a_bad_backup_changes_nothing(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "bad.xpk").write_bytes(b"not a backup")
    with pytest.raises(BadInput):
        make_ready(ledger.folder, tmp_path / "bad.xpk")
    ledger.close()
    assert not change_places(ledger.folder)
    with Ledger.open(ledger.folder) as same:
        assert same.position(same.feed).seq == 3


class Cut(Exception):
    pass


@pytest.mark.parametrize("moves", range(8))
def test_a_cut_at_any_move_is_finished_by_the_next_start(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moves: int
) -> None:
    folder, feed = ledger.folder, ledger.feed
    ledger.close()
    plan_change(folder, make_ready(folder, tmp_path / "a.xpk"))
    # What a crash leaves of a log that nobody brought in.
    (folder / "ledger.db-wal").write_bytes(b"left by a crash")
    left = moves
    really = replacing._move

    def cut_short(source: Path, target: Path) -> None:
        nonlocal left
        if source.exists() and not target.exists():
            if left == 0:
                raise Cut
            left -= 1
        really(source, target)

    with monkeypatch.context() as power:
        power.setattr(replacing, "_move", cut_short)
        with pytest.raises(Cut):
            change_places(folder)
    assert change_places(folder)
    with Ledger.open(folder) as now:
        assert now.position(feed).seq == 2 and now.feed != feed
    (aside,) = folder.glob("以前的台账-*")
    (aside / "ledger.db-wal").unlink()
    with Ledger.open(aside) as old:
        assert old.position(feed).seq == 3
    assert not (folder / PLAN).exists() and not (folder / READY).exists()


def test_a_second_choice_takes_the_place_of_the_first(ledger: Ledger, tmp_path: Path) -> None:
    folder = ledger.folder
    first = make_ready(folder, tmp_path / "a.xpk")
    plan_change(folder, make_ready(folder, tmp_path / "a.xpk"))
    ledger.close()
    assert change_places(folder)
    with Ledger.open(folder) as now:
        assert now.feed != first.feed and now.position(now.feed).seq == 1


def test_what_was_made_ready_and_not_wanted_is_cleared_away(ledger: Ledger, tmp_path: Path) -> None:
    make_ready(ledger.folder, tmp_path / "a.xpk")
    ledger.close()
    assert not change_places(ledger.folder)
    assert not (ledger.folder / READY).exists()
    with Ledger.open(ledger.folder) as same:
        assert same.position(same.feed).seq == 3


# A key that was lost


def test_a_recovered_key_opens_the_ledger_as_it_is(ledger: Ledger, tmp_path: Path) -> None:
    folder, feed = ledger.folder, ledger.feed
    ledger.close()
    kept = tmp_path / "recovered.key"
    (folder / "ledger.key").rename(kept)
    (folder / "node.json").unlink()
    with pytest.raises(KeyProblem):
        Ledger.open(folder)
    put_back_key(folder, kept)
    with Ledger.open(folder) as again:
        assert (again.feed, again.position(feed).seq) == (feed, 3)


@pytest.mark.parametrize("text", ["00" * 32, "xyz", "", "ab" * 16])
def test_a_key_that_does_not_fit_changes_nothing(ledger: Ledger, tmp_path: Path, text: str) -> None:
    folder = ledger.folder
    ledger.close()
    (tmp_path / "other.key").write_text(text)
    with pytest.raises(KeyProblem):
        put_back_key(folder, tmp_path / "other.key")
    Ledger.open(folder).close()
