"""What the inbox's page shows: findings, the gravest first, each with its evidence in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Any

import msgspec

from sync.county.console.feeds import PAGE, Page, paged
from sync.county.console.words import KINDS, VIA_STAMP, clock_words, time_words
from sync.county.findings import findings
from sync.jobs.find import ClassRow, lessons_by_id, list_classes, rows
from sync.ledger.ledger import Ledger
from sync.ledger.photos import FOLDER
from sync.seal.change import read

Row = dict[str, Any]
MOST_EVIDENCE = 50
"""Shown of one finding; the rest is counted."""
HOUR = 3600


class Inbox:
    """The county's findings, computed anew when something came in, and every hour: every class's hours stand in them.

    One for all requests of a server.
    """

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._found: list[Row] = []
        self._lock = Lock()

    def of(self, ledger: Ledger) -> list[Row]:
        with self._lock:
            key = _state(ledger)
            if key != self._key:
                self._found, self._key = findings(ledger), key
            return self._found


def _state(ledger: Ledger) -> tuple[object, ...]:
    sql = (
        "SELECT (SELECT max(rowid) FROM changes), (SELECT count(*) FROM aside), (SELECT max(at) FROM aside),"
        " (SELECT count(*) FROM turned_away)"
    )
    pictures = ledger.folder / FOLDER
    came = pictures.stat().st_mtime_ns if pictures.is_dir() else 0
    return (*ledger.conn.execute(sql).fetchone(), came, ledger.clock.read().wall // 1000 // HOUR)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that a finding rests on; `link` is empty where there is no page for it."""

    words: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    row: Row
    evidence: list[Evidence]
    more: int
    """Evidence that is not shown."""


@dataclass(frozen=True, slots=True)
class FindingsPage:
    """`page.rows` are Lines; `class_row` is the class that was asked for, if one was."""

    page: Page
    class_id: str
    class_row: ClassRow | None
    classes: list[tuple[str, str, int]]
    """id, code and how many findings, of the classes that have any; codes in order."""


def findings_page(ledger: Ledger, found: list[Row], class_id: str, number: int) -> FindingsPage:
    """One page of the findings, of one class where it is named."""
    wanted = [row for row in found if class_id in ("", row["class"])]
    number, pages = paged(number, len(wanted))
    shown = wanted[(number - 1) * PAGE : number * PAGE]
    known = _known(ledger, {id_ for row in shown for id_ in row["evidence"][:MOST_EVIDENCE]})
    lines = [
        Line(
            row,
            [known.get(id_) or Evidence(id_) for id_ in row["evidence"][:MOST_EVIDENCE]],
            max(0, len(row["evidence"]) - MOST_EVIDENCE),
        )
        for row in shown
    ]
    rows_by_id = {row.id: row for row in list_classes(ledger)}
    return FindingsPage(
        Page(number, pages, lines, len(wanted)), class_id, rows_by_id.get(class_id), _with_findings(found)
    )


def _with_findings(found: list[Row]) -> list[tuple[str, str, int]]:
    counts: dict[tuple[str, str], int] = {}
    for row in found:
        if row["class"]:
            key = (row["class_code"] or "（没有班号）", row["class"])
            counts[key] = counts.get(key, 0) + 1
    return [(id_, code, count) for (code, id_), count in sorted(counts.items())]


def _known(ledger: Ledger, ids: Iterable[str]) -> dict[str, Evidence]:
    """Whatever these ids are of, in words: changes, stamps among them, people, lessons and files."""
    wanted = msgspec.json.encode(sorted(ids)).decode()
    return (
        _changes(ledger, wanted)
        | _stamps(ledger, wanted)
        | _people(ledger, wanted)
        | _lessons(ledger, wanted)
        | _files(ledger, wanted)
    )


_WANTED = "IN (SELECT value FROM json_each(?))"


def _changes(ledger: Ledger, ids: str) -> dict[str, Evidence]:
    found = {}
    sql = f"SELECT id, feed, seq, raw FROM changes WHERE id {_WANTED}"
    for id_, feed, seq, raw in ledger.conn.execute(sql, (ids,)):
        change = read(raw).change
        words = f"{KINDS.get(change.kind, change.kind)}，{time_words(change.wall // 1000)}，变更流第 {seq} 条"
        found[id_] = Evidence(words, f"/console/feed/{feed.partition('~')[0]}")
    return found


def _stamps(ledger: Ledger, ids: str) -> dict[str, Evidence]:
    found = rows(
        ledger.conn,
        "SELECT s.id, s.kind, s.\"at\", s.via, s.reason, coalesce(t.name, h.name, '') AS name FROM stamps s"
        f" LEFT JOIN trainees t ON t.id = s.person LEFT JOIN teachers h ON h.id = s.person WHERE s.id {_WANTED}",
        ids,
    )
    return {
        row["id"]: Evidence(
            f"{row['name']} {time_words(row['at'])} {'签到' if row['kind'] == 'in' else '签退'}"
            f"（{VIA_STAMP.get(row['via'], row['via'])}{'：' + row['reason'] if row['reason'] else ''}）"
        )
        for row in found
    }


def _people(ledger: Ledger, ids: str) -> dict[str, Evidence]:
    trainees = ledger.conn.execute(f"SELECT id, name FROM trainees WHERE id {_WANTED}", (ids,))
    teachers = ledger.conn.execute(f"SELECT id, name FROM teachers WHERE id {_WANTED}", (ids,))
    return {id_: Evidence(f"学员 {name or '（没有姓名）'}") for id_, name in trainees} | {
        id_: Evidence(f"教师 {name or '（没有姓名）'}", "/console/teachers") for id_, name in teachers
    }


def _lessons(ledger: Ledger, ids: str) -> dict[str, Evidence]:
    return {
        row.id: Evidence(
            f"课次 {time_words(row.start)}–{clock_words(row.fact().ends)} {row.topic}".strip(),
            f"/console/class/{row.class_id}" if row.class_id else "",
        )
        for row in lessons_by_id(ledger, ids)
    }


def _files(ledger: Ledger, ids: str) -> dict[str, Evidence]:
    found = ledger.conn.execute(f"SELECT sha256, source FROM aside WHERE sha256 {_WANTED}", (ids,))
    return {digest: Evidence(f"原件 {source}", f"/console/aside/{digest}") for digest, source in found}
