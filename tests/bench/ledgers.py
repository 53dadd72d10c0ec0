"""Benchmarks of the ledger: stamps, import, seal and apply."""

import gzip
import hashlib
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import sqlcipher3.dbapi2 as cipher
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from python_calamine import CalamineWorkbook

from sync.jobs import checkin
from sync.jobs.classes import NewLesson, add_class, add_lesson
from sync.jobs.moment import day_of, now, parse_time
from sync.jobs.rosters import carry_out, plan_import, roster_of
from sync.ledger.clock import Reading
from sync.ledger.intake import take
from sync.ledger.ledger import COUNTY, Ledger
from sync.seal import batch, county_kinds, kinds
from sync.seal.change import Change, Sealed
from tests.bench.table import Row

LARGE = Path(__file__).parent.parent / "samples" / "roster-large-10000.xlsx"
CHANGES = 10_000


def timed(work: Callable[[], object]) -> float:
    """Seconds."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def new_class(ledger: Ledger, code: str = "B1") -> str:
    """A class today with one lesson that lasts all day; answers the lesson's id."""
    with ledger.writing() as w:
        w.write("course", {"code": "K", "name": "焊工", "level": "初级", "hours": 12000, "subsidy": 0})
    today = day_of(now(ledger).at)
    add_class(ledger, code, "K", "焊工班", today.isoformat(), today.isoformat())
    whole_day = NewLesson(today, parse_time("00:00"), parse_time("23:59"), 800, "practice", topic="平焊")
    return add_lesson(ledger, code, whole_day)[0]


def stamps(folder: Path) -> list[Row]:
    """Cards scanned one after another, each its own durable transaction, against the bare commit."""
    with Ledger.create(folder / "stamps", "量程") as ledger:
        lesson = new_class(ledger)
        carry_out(ledger, plan_import(ledger, LARGE.with_name("roster-template-40.xlsx"), "B1"))
        desk = checkin.open_desk(ledger, lesson)
        people = [row["card"] for row in roster_of(ledger, desk.lesson.class_id)]
        # Far enough apart that each is recorded; the rules' own clock would call the second one a repeat.
        taken = timed(lambda: [checkin.scan(ledger, desk, card, "scanner") for card in people])
        more = timed(lambda: [_one_stamp(ledger, lesson, str(n)) for n in range(1000)])
        bare = timed(lambda: [_bare_commit(ledger.conn, n) for n in range(1000)])
    rate = len(people) / taken
    return [
        Row(
            "cards scanned a second (WAL, FULL)",
            f"{rate:,.0f}/s",
            f"{1000 / bare:,.0f} bare commits/s",
            "≥ 300/s",
            rate >= 300,
        ),
        Row("stamps appended a second", f"{1000 / more:,.0f}/s", f"{more / bare:.1f}× bare", "", None),
    ]


def _one_stamp(ledger: Ledger, lesson: str, person: str) -> None:
    with ledger.writing() as w:
        w.fact("stamp", kinds.Stamp(lesson, person, "in", "scanner"))


def _bare_commit(conn: cipher.Connection, n: int) -> None:
    conn.execute("BEGIN IMMEDIATE")
    conn.execute("INSERT INTO contacts VALUES (?, 1, 'x')", (f"bare-{n}",))
    conn.execute("COMMIT")


def importing(folder: Path) -> list[Row]:
    bare = timed(lambda: CalamineWorkbook.from_path(str(LARGE)).get_sheet_by_index(0).to_python())
    with Ledger.create(folder / "import", "量程") as ledger:
        new_class(ledger)
        whole = timed(lambda: carry_out(ledger, plan_import(ledger, LARGE, "B1")))
        again = timed(lambda: carry_out(ledger, plan_import(ledger, LARGE, "B1")))
    return [
        Row("import of 10,000 rows, on the disk", f"{whole:.2f} s", f"{bare:.2f} s bare read", "≤ 2 s", whole <= 2),
        Row("the same again, which changes nothing", f"{again:.2f} s", "", "", None),
    ]


def sealing(folder: Path) -> list[Row]:
    """Seal 10,000 stamps, and take them in at the other end, against the same steps with nothing of ours in them."""
    with Ledger.create(folder / "seal", "量程") as ledger, Ledger.create(folder / "apply", "县", COUNTY) as county:
        many_stamps(ledger, CHANGES)
        certify(county, ledger)
        changes: list[Sealed] = []
        sealed: list[bytes] = []
        read = timed(lambda: changes.extend(ledger.changes(ledger.feed, 1, CHANGES)))
        seal = read + timed(
            lambda: sealed.append(batch.seal(batch.build(changes, ledger.signer), [county.age_recipient]))
        )
        apply = timed(lambda: _must_take(county, sealed[0], len(changes)))
        sealed_bare = timed(lambda: bare_seal([s.change for s in changes]))
        applied_bare = timed(lambda: bare_apply(folder / "bare.db", changes))
    return [
        Row(
            "read and seal 10,000 changes", f"{CHANGES / seal:,.0f}/s", f"{CHANGES / sealed_bare:,.0f}/s bare", "", None
        ),
        Row(
            "verify and apply 10,000 changes",
            f"{CHANGES / apply:,.0f}/s",
            f"{CHANGES / applied_bare:,.0f}/s bare insert",
            "",
            None,
        ),
        Row("bytes a stamp, sealed", f"{len(sealed[0]) / len(changes):.1f}", "43 zlib-6 alone", "", None),
    ]


class Walking:
    """A clock that goes on by one to four seconds at each look, as cards at a door do."""

    def __init__(self) -> None:
        self._random = random.Random(1)
        self._passed = 0

    def read(self) -> Reading:
        self._passed += self._random.randrange(1000, 4000)
        return Reading(1_790_000_000_000 + self._passed, 5_000_000 + self._passed, "0a1b2c3d")


def many_stamps(ledger: Ledger, count: int) -> None:
    """Stamps of 50 people over many lessons, as a busy institution's laptop holds them."""
    ledger.clock = Walking()
    with ledger.writing() as w:
        people = [w.write("trainee", {"name": f"学员{n}"}) for n in range(50)]
        lesson = ""
        for n in range(count):
            if n % 100 == 0:
                lesson = w.write("lesson", {"training_class": "x", "start": 1_760_000_000 + n * 90})
            w.fact("stamp", kinds.Stamp(lesson, people[n % 50], "in" if n % 100 < 50 else "out", "camera"))


def certify(county: Ledger, laptop: Ledger) -> None:
    with county.writing() as w:
        place = w.write("institution", {"name": "量程学校"})
        body = county_kinds.DeviceCertify(
            laptop.signer.public, laptop.age_recipient, laptop.name, place, "trainer", 0, 4_000_000_000
        )
        w.fact("device.certify", body)


def _must_take(county: Ledger, sealed: bytes, count: int) -> None:
    intake = take(county, sealed, "bench", "usb")
    assert (intake.state, intake.new) == ("taken", count), intake


def bare_seal(changes: list[Change]) -> None:
    prev = b""
    lines = []
    for change in changes:
        line = msgspec.json.encode(change)
        prev = hashlib.sha256(prev + line).digest()
        lines.append(line)
    Ed25519PrivateKey.generate().sign(gzip.compress(b"\n".join(lines), 6))


def bare_apply(path: Path, changes: list[Sealed]) -> None:
    conn = cipher.connect(str(path), isolation_level=None)
    conn.execute("PRAGMA key = \"x'" + "00" * 32 + "'\"")
    conn.execute("PRAGMA journal_mode = WAL")
    conn.execute("PRAGMA synchronous = FULL")
    conn.execute("CREATE TABLE t (feed TEXT, seq INTEGER, raw BLOB)")
    conn.execute("BEGIN")
    conn.executemany("INSERT INTO t VALUES (?, ?, ?)", [(s.change.feed, s.change.seq, s.raw) for s in changes])
    conn.execute("COMMIT")
    conn.close()


def run() -> list[Row]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        return stamps(folder) + importing(folder) + sealing(folder)
