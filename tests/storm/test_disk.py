"""The disk is full, or can only be read, while people stand at the door: in the real window and on the command line."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.app import make_window, prepare
from desktop.checkin.page import CheckinPage
from desktop.shell.settings import Settings
from sync.errors import UserError
from sync.jobs.photos import add_photo
from sync.jobs.rosters import carry_out, plan_import, roster_of
from sync.ledger.check import check
from sync.ledger.database import FILE
from sync.ledger.ledger import Ledger
from tests.bench.ledgers import new_class
from tests.day.world import SAMPLES, Node
from tests.desktop.checkin_day import MULTIMEDIA_NOISE, Day, make_day
from tests.desktop.desk_fixtures import bare_machine
from tests.ledger.disks import filled, remount, small_disk
from tests.storm.shift import picture

__all__ = ["bare_machine"]

pytestmark = [pytest.mark.qt_log_ignore(MULTIMEDIA_NOISE, "propagateSizeHints"), pytest.mark.usefixtures("garbage")]


@contextmanager
def desk(folder: Path) -> Iterator[tuple[CheckinPage, Day]]:
    """The window on the morning of the lesson, its check-in page open."""
    day = make_day(folder)
    # Opened anew, as in the morning: no room is left in the write-ahead log.
    day.ledger.close()
    day.ledger = Ledger.open(folder, day.clock)
    window = make_window(day.ledger, Settings(folder), catch=False)
    try:
        window.show()
        window.open_page("checkin", day.lesson)
        page = window.page("checkin")
        assert isinstance(page, CheckinPage)
        yield page, day
    finally:
        window.close()
        window.deleteLater()
        day.ledger.close()


@pytest.fixture(autouse=True)
def _fonts(qapp: QApplication) -> None:
    prepare(qapp)


def came(page: CheckinPage) -> int:
    """实到, as the room reads it."""
    return int(page.counts.figures["实到"].text())


def all_come(page: CheckinPage, day: Day) -> tuple[list[int], list[int]]:
    """Everybody scans once. Answers the places on the roster of those who were recorded, and who were not."""
    recorded: list[int] = []
    failed: list[int] = []
    for place in range(len(day.people)):
        page.take(day.card(place), "scanner")
        shown = page.result.shown
        if shown.state == "in":
            recorded.append(place)
        else:
            assert (shown.state, shown.headline, shown.name) == ("failed", "此次未记下", day.name(place))
            assert shown.sentence.startswith(("磁盘满了，这一步没有记下。", "磁盘读写出错，这一步没有记下。"))
            assert page.recent.item(0).text().endswith(f"此次未记下　{day.name(place)}")
            failed.append(place)
        assert came(page) == len(recorded)
    return recorded, failed


def assert_kept_and_goes_on(page: CheckinPage, day: Day, recorded: list[int], failed: list[int]) -> None:
    """What was shown is there and nothing else is; then the others scan again."""
    assert failed, "nothing was refused, so nothing was shown"
    assert day.stamps() == [(day.name(place), "in", "scanner") for place in recorded]
    assert check(day.ledger).problems == []
    for place in failed:
        page.take(day.card(place), "scanner")
        assert (page.result.shown.state, page.result.shown.name) == ("in", day.name(place))
    assert came(page) == len(day.people)
    for place in recorded:
        page.take(day.card(place), "scanner")
        assert page.result.shown.state == "repeat"
    with Ledger.open(day.ledger.folder, day.clock) as again:
        assert check(again).problems == []
        (stamps,) = again.conn.execute("SELECT count(*) FROM stamps").fetchone()
    assert stamps == len(day.people)


@pytest.mark.parametrize("left", [0, 100_000])
def test_a_full_disk_in_the_window(qtbot: QtBot, bare_machine: None, tmp_path: Path, left: int) -> None:
    with small_disk(tmp_path / "disk", "16m") as disk, desk(disk / "node") as (page, day):
        with filled(disk, left):
            recorded, failed = all_come(page, day)
        assert bool(recorded) == bool(left)
        assert_kept_and_goes_on(page, day, recorded, failed)


def test_a_file_that_may_not_grow_in_the_window(qtbot: QtBot, bare_machine: None, tmp_path: Path) -> None:
    """The same for those who can't mount a disk."""
    with desk(tmp_path / "node") as (page, day):
        page.take(day.card(0), "scanner")
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        size = (day.ledger.folder / f"{FILE}-wal").stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 50_000, hard))
        try:
            page.take(day.card(0), "scanner")
            recorded, failed = [0], []
            for place in range(1, len(day.people)):
                page.take(day.card(place), "scanner")
                (recorded if page.result.shown.state == "in" else failed).append(place)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert page.result.shown.headline == "此次未记下"
        assert "这一步没有记下" in page.result.shown.sentence
        assert came(page) == len(recorded) > 1
        assert_kept_and_goes_on(page, day, recorded, failed)


def test_a_photo_on_a_full_disk_names_nothing_that_is_not_there(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "16m") as disk:
        day = make_day(disk / "node")
        with day.ledger:
            with filled(disk), pytest.raises(UserError, match=r"空间|磁盘满了"):
                add_photo(day.ledger, picture(1), day.lesson, "start")
            assert day.ledger.conn.execute("SELECT count(*) FROM photos").fetchone() == (0,)
            assert [path for path in (day.ledger.folder / "photos").glob("*") if path.is_file()] == []
            digest = add_photo(day.ledger, picture(1), day.lesson, "start")
            assert day.ledger.conn.execute("SELECT sha256 FROM photos").fetchone() == (digest,)
            assert check(day.ledger).problems == []


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", "16m") as made:
        yield made


@pytest.fixture
def node(disk: Path) -> tuple[Node, str, list[str]]:
    """A laptop on that disk with a lesson all day long, as processes see it; its lesson and forty cards."""
    with Ledger.create(disk / "node", "清水乡培训点") as ledger:
        lesson = new_class(ledger)
        carry_out(ledger, plan_import(ledger, SAMPLES / "roster-template-40.xlsx", "B1"))
        (class_id,) = ledger.conn.execute("SELECT id FROM classes").fetchone()
        cards = [row["card"] for row in roster_of(ledger, class_id)]
    return Node(disk / "node"), lesson, cards


def stamped(folder: Path) -> list[str]:
    """Who has a stamp, in order; the ledger is sound."""
    with Ledger.open(folder) as ledger:
        assert check(ledger).problems == []
        return [row[0] for row in ledger.conn.execute("SELECT person FROM stamps ORDER BY seq")]


def test_a_full_disk_on_the_command_line(disk: Path, node: tuple[Node, str, list[str]]) -> None:
    laptop, lesson, cards = node
    with filled(disk, 300_000):
        done = laptop.run("scan", "--lesson", lesson, "-", stdin="\n".join(cards))
    *answers, last = done.answer
    assert done.code == 1 and "Traceback" not in done.said
    assert last["error"] == "disk-full" and last["message"].startswith("磁盘满了，这一步没有记下。")
    assert [line["result"] for line in answers] == ["recorded"] * len(answers)
    assert 0 < len(answers) < len(cards)
    assert stamped(laptop.folder) == [line["trainee"] for line in answers]
    again = laptop.ask("scan", "--lesson", lesson, "-", stdin="\n".join(cards))
    assert [line["result"] for line in again] == ["repeat"] * len(answers) + ["recorded"] * (len(cards) - len(answers))
    assert len(stamped(laptop.folder)) == len(set(stamped(laptop.folder))) == len(cards)


def test_no_room_at_all_on_the_command_line(disk: Path, node: tuple[Node, str, list[str]]) -> None:
    laptop, lesson, cards = node
    with filled(disk):
        done = laptop.run("scan", "--lesson", lesson, cards[0])
    assert done.code == 1 and "Traceback" not in done.said
    assert "磁盘" in done.answer[-1]["message"]
    assert stamped(laptop.folder) == []
    assert laptop.ask("scan", "--lesson", lesson, cards[0])[0]["result"] == "recorded"


def test_a_disk_that_can_only_be_read_on_the_command_line(disk: Path, node: tuple[Node, str, list[str]]) -> None:
    laptop, lesson, cards = node
    remount(disk, "ro")
    try:
        done = laptop.run("scan", "--lesson", lesson, cards[0])
    finally:
        remount(disk, "rw")
    assert done.code == 1 and "Traceback" not in done.said
    assert "写" in done.answer[-1]["message"] or "打不开" in done.answer[-1]["message"]
    assert stamped(laptop.folder) == []
    assert laptop.ask("scan", "--lesson", lesson, cards[0])[0]["result"] == "recorded"
