"""A sync that is cut short: either end killed, or the receipt lost on its way back. One more sync ends well."""

import signal
import subprocess
from pathlib import Path

import pytest

from sync.ledger.ledger import Ledger
from sync.seal import kinds
from tests.day.proxy import ANSWERED, HALF, SENT, wire
from tests.day.world import SAMPLES, World, serving

NOW = "2026-11-24T12:00"
LATER = "2026-11-24T12:10"
MANY = 10_500
"""More changes than one batch holds."""


@pytest.fixture(scope="module")
def held_world(new_world: World, tmp_path_factory: pytest.TempPathFactory) -> World:
    """A laptop that has held a lesson and not synced yet. Not to be changed: copy it."""
    world = new_world.copy(tmp_path_factory.mktemp("held") / "world")
    day = ("--from", "2026-11-24", "--to", "2026-12-04")
    course = world.laptop.ask("course", "list", at=NOW)[0]["code"]
    world.laptop.ask("class", "add", "--code", "A1", "--course", course, "--name", "一班", *day, at=NOW)
    world.laptop.ask("roster", "import", SAMPLES / "roster-township-60.xlsx", "--class", "A1", at=NOW)
    lesson = ("--date", "2026-11-24", "--start", "09:00", "--end", "11:15", "--hours", 3, "--kind", "theory")
    made = world.laptop.ask("lesson", "add", "--class", "A1", *lesson, "--topic", "刀工", at=NOW)["lesson"]
    with Ledger.open(world.laptop.folder) as ledger:
        numbers = "\n".join(row[0] for row in ledger.conn.execute("SELECT card FROM enrollments"))
    for clock in ("08:50", "11:05"):
        world.laptop.ask("scan", "--lesson", made, "-", at=f"2026-11-24T{clock}", stdin=numbers)
    return world


@pytest.fixture
def held(held_world: World, tmp_path: Path) -> World:
    return held_world.copy(tmp_path / "world")


@pytest.mark.parametrize("moment", [HALF, SENT, ANSWERED])
def test_the_laptop_is_killed_in_mid_sync(held: World, moment: str) -> None:
    syncing: list[subprocess.Popen[str]] = []

    def kill() -> None:
        syncing[0].send_signal(signal.SIGKILL)
        syncing[0].wait()

    with serving(held.county, NOW) as server:
        with wire(server.url, moment, kill) as cut:
            # Appended before it can have got as far as its first batch: it starts Python first.
            syncing.append(held.laptop.start("sync", "--server", cut.url, at=NOW))
            out, _ = syncing[0].communicate()
            assert cut.was_cut.is_set() and syncing[0].returncode == -signal.SIGKILL and out == ""
        assert_waiting_for_all(held)
        assert_one_more_sync_ends_well(held, server.url)


@pytest.mark.parametrize("moment", [HALF, SENT, ANSWERED])
def test_the_server_is_killed_in_mid_sync(held: World, moment: str) -> None:
    with serving(held.county, NOW) as server, wire(server.url, moment, server.kill) as cut:
        said = held.laptop.fail("sync", "--server", cut.url, at=NOW)
        assert cut.was_cut.is_set() and said["error"] == "unreachable"
        assert server.process.returncode == -signal.SIGKILL
    assert_waiting_for_all(held)
    if moment == ANSWERED:
        assert county_holds(held) == held.laptop.ask("status", at=LATER)["seq"]  # it said so, so it must be kept
    with serving(held.county, LATER) as again:
        assert_one_more_sync_ends_well(held, again.url)


def test_the_receipt_is_lost_on_its_way_back(held: World) -> None:
    with serving(held.county, NOW) as server:
        with wire(server.url, ANSWERED, nothing, for_good=True) as cut:
            assert held.laptop.fail("sync", "--server", cut.url, at=NOW)["error"] == "unreachable"
            assert cut.was_cut.is_set()
        assert_waiting_for_all(held)
        assert county_holds(held) == held.laptop.ask("status", at=LATER)["seq"]
        assert held.laptop.ask("sync", "--server", server.url, at=LATER)["sent"] == 0  # it is there already
        assert_one_more_sync_ends_well(held, server.url)


def test_the_second_of_two_batches_is_cut(held: World) -> None:
    with Ledger.open(held.laptop.folder) as ledger, ledger.writing() as w:
        for number in range(MANY):
            w.fact("leave", kinds.Leave("L", f"P{number}", "农忙"))
    total = held.laptop.ask("status", at=NOW)["seq"]
    with serving(held.county, NOW) as server:
        with wire(server.url, HALF, nothing, count=2, for_good=True) as cut:
            held.laptop.fail("sync", "--server", cut.url, at=NOW)
            assert cut.was_cut.is_set()
        status = held.laptop.ask("status", at=NOW)
        assert (status["county"]["seq"], status["waiting"]) == (10_000, total - 10_000)
        assert held.laptop.ask("sync", "--server", server.url, at=LATER)["sent"] == total - 10_000
        assert_one_more_sync_ends_well(held, server.url)


def test_a_stick_pulled_out_before_the_receipt_was_read(held: World) -> None:
    """The county has taken the batch; the laptop goes on writing, and brings everything again."""
    held.laptop.ask("sync", "--folder", held.stick, at=NOW)
    held.county.ask("county", "import", held.stick, "--receipts", held.stick, at=NOW)
    for path in held.stick.iterdir():
        path.unlink()
    held.laptop.ask("class", "add", "--code", "A2", *other_class(held), at=NOW)
    held.sync_by_stick(LATER)
    assert_ended_well(held)


def other_class(world: World) -> tuple[str, ...]:
    course = world.laptop.ask("course", "list", at=NOW)[0]["code"]
    return ("--course", course, "--name", "二班", "--from", "2026-11-24", "--to", "2026-12-04")


def nothing() -> None:
    """The wire alone is cut."""


def county_holds(world: World) -> int:
    with Ledger.open(world.laptop.folder) as laptop, Ledger.open(world.county.folder) as county:
        return county.position(laptop.feed).seq


def assert_waiting_for_all(world: World) -> None:
    """No receipt was seen, so nothing is shown as delivered, whatever the county has."""
    status = world.laptop.ask("status", at=LATER)
    assert status["county"] is None and status["waiting"] == status["seq"] > 0
    assert world.laptop.ask("check", at=LATER)["ok"]


def assert_one_more_sync_ends_well(world: World, url: str) -> None:
    assert world.laptop.ask("sync", "--server", url, at=LATER)["waiting"] == 0
    assert_ended_well(world)


def assert_ended_well(world: World) -> None:
    """The county holds the very same feed, nothing twice; both ends are sound and count the same hours."""
    status = world.laptop.ask("status", at=LATER)
    assert status["waiting"] == 0 and status["county"]["head"] == status["head"]
    with Ledger.open(world.laptop.folder) as laptop, Ledger.open(world.county.folder) as county:
        feed = laptop.feed
        assert [s.raw for s in county.changes(feed)] == [s.raw for s in laptop.changes(feed)]
        (aside,) = county.conn.execute("SELECT count(*) FROM aside").fetchone()
        assert aside == 0
    hours = world.laptop.ask("hours", "A1", at=LATER)
    assert sum(row["credited"] for row in hours) == 3 * len(hours) > 0
    assert world.county.ask("county", "hours", "A1", at=LATER) == hours
    for node in (world.laptop, world.county):
        assert node.ask("check", at=LATER)["ok"]
