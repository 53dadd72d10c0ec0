"""Power cuts, full disks, folders that can't be written, two writers at once: by real processes on real files."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from sync.errors import StorageError, UserError
from sync.ledger.check import check
from sync.ledger.ledger import Ledger
from tests.ledger.disks import remount, small_disk
from tests.ledger.scribe import write

KILLS = int(os.environ.get("XIANGPEI_TEST_KILLS", "30"))
PATIENCE = 60


def scribe(folder: Path, count: int, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.ledger.scribe", str(folder), str(count), *more]
    root = Path(__file__).resolve().parents[2]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", cwd=root)


@contextmanager
def ended(process: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=PATIENCE)


def known_ids(ledger: Ledger) -> set[str]:
    return {row[0] for row in ledger.conn.execute("SELECT id FROM changes")}


def test_a_writer_that_is_killed_loses_nothing_that_it_answered(tmp_path: Path) -> None:
    folder = tmp_path / "node"
    Ledger.create(folder, "红旗村").close()
    chance = Random(20261121)
    answered: set[str] = set()
    for kill in range(KILLS):
        with ended(scribe(folder, 10_000)) as process:
            assert process.stdout is not None
            for _ in range(chance.randint(1, 12)):
                answered.update(process.stdout.readline().split())
            process.kill()
            rest = process.stdout.read()
        # Whatever it still managed to say is a promise too; a line cut in half is none.
        answered.update(word for line in rest.splitlines(keepends=True) if line.endswith("\n") for word in line.split())
        with Ledger.open(folder) as ledger:
            ids = known_ids(ledger)
            assert answered <= ids
            # Six changes a transaction after the feed's opening: none is there in part.
            assert (len(ids) - 1) % 6 == 0
            if kill % 10 == 9 or kill == KILLS - 1:
                assert check(ledger).problems == []
    assert len(answered) >= 2 * KILLS


def test_two_processes_that_write_at_once_make_one_chain(tmp_path: Path) -> None:
    folder = tmp_path / "node"
    Ledger.create(folder, "红旗村").close()
    with ended(scribe(folder, 60)) as one, ended(scribe(folder, 60)) as two:
        said = [process.communicate(timeout=PATIENCE) for process in (one, two)]
        assert [process.returncode for process in (one, two)] == [0, 0], said
    with Ledger.open(folder) as ledger:
        assert {word for out, _ in said for word in out.split()} <= known_ids(ledger)
        assert ledger.position(ledger.feed).seq == 1 + 2 * 60 * 6
        report = check(ledger)
        assert (report.problems, report.changes) == ([], 1 + 2 * 60 * 6)


def test_check_of_a_ledger_that_another_process_writes_finds_nothing_wrong(tmp_path: Path) -> None:
    folder = tmp_path / "node"
    Ledger.create(folder, "红旗村").close()
    with ended(scribe(folder, 10_000)) as process, Ledger.open(folder) as ledger:
        assert process.stdout is not None
        process.stdout.readline()
        before = ledger.position(ledger.feed).seq
        for _ in range(5):
            assert check(ledger).problems == []
        assert ledger.position(ledger.feed).seq > before, "nothing was written meanwhile, so nothing was shown"


def test_a_file_that_may_not_grow_is_told_in_words_and_works_again(tmp_path: Path) -> None:
    folder = tmp_path / "node"
    Ledger.create(folder, "红旗村").close()
    out, err = scribe(folder, 1000, "600000").communicate(timeout=PATIENCE)
    *written, refused, again = out.splitlines()
    assert refused.split() in (["refused", "disk-full"], ["refused", "disk-error"]), err
    assert again.startswith("again ") and again.endswith(" True")
    assert written
    with Ledger.open(folder) as ledger:
        assert ledger.position(ledger.feed).seq == 1 + 6 * (len(written) + 1)
        assert check(ledger).problems == []


def test_a_full_disk_is_told_in_words_and_works_again(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        with Ledger.create(disk / "node", "红旗村") as ledger:
            written = 0
            with pytest.raises(StorageError, match="磁盘满了") as caught:
                for written in range(10_000):
                    write(ledger, written)
            assert caught.value.reason == "disk-full"
            assert written > 0
            assert ledger.position(ledger.feed).seq == 1 + 6 * written
            with pytest.raises(StorageError):
                Ledger.create(disk / "second", "第二个")
        # Somebody cleans up.
        remount(disk, "size=6m")
        with Ledger.open(disk / "node") as ledger:
            write(ledger, 0)
            assert ledger.position(ledger.feed).seq == 1 + 6 * (written + 1)
            assert check(ledger).problems == []
        Ledger.create(disk / "second", "第二个").close()


def test_a_folder_that_can_only_be_read_is_told_in_words(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "20m") as disk:
        with Ledger.create(disk / "node", "红旗村") as ledger:
            write(ledger, 1)
        remount(disk, "ro")
        with pytest.raises(StorageError) as caught:
            Ledger.open(disk / "node")
        assert caught.value.reason in ("read-only", "cannot-open")
        with pytest.raises(StorageError):
            Ledger.create(disk / "other", "别处")
        remount(disk, "rw")
        with Ledger.open(disk / "node") as ledger:
            assert ledger.position(ledger.feed).seq == 7
            assert check(ledger).problems == []


@pytest.mark.parametrize("sign", ["ledger.key", "ledger.db", "ledger.db-wal", "node.json.part"])
def test_a_node_whose_making_was_cut_short_can_be_made_again(tmp_path: Path, sign: str) -> None:
    folder = tmp_path / "node"
    program = "import sys; from pathlib import Path; from sync.ledger.ledger import Ledger\n"
    program += "Ledger.create(Path(sys.argv[1]), '红旗村').close()"
    env = {name: value for name, value in os.environ.items() if name != "DBUS_SESSION_BUS_ADDRESS"}
    with ended(subprocess.Popen([sys.executable, "-c", program, str(folder)], text=True, env=env)) as process:
        while process.poll() is None and not (folder / sign).exists():
            pass
        process.kill()
        process.wait(PATIENCE)
    if not (folder / "node.json").exists():
        with pytest.raises(UserError):
            Ledger.open(folder)
        Ledger.create(folder, "红旗村").close()
    with Ledger.open(folder) as ledger:
        write(ledger, 1)
        assert check(ledger).problems == []
        assert ledger.position(ledger.feed).seq == 7
