"""What looks wrong with photos: named long ago and never come, or one picture named for several lessons."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from sync.county.photos import missing
from sync.jobs import moment
from sync.jobs.find import ClassRow, LessonRow, lessons_by_id, list_classes
from sync.ledger.belonging import institutions_of
from sync.ledger.ledger import Ledger

PATIENCE_DAYS = 7
"""How long a photo may stay out after the fact that names it has come."""
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class PhotoFinding:
    """`evidence` are ids of the facts that name the photos, then of their lessons."""

    kind: str
    sentence: str
    evidence: list[str]
    class_row: ClassRow | None


def photo_findings(ledger: Ledger) -> Iterator[PhotoFinding]:
    classes = {row.id: row for row in list_classes(ledger)}
    yield from _never_came(ledger, classes)
    yield from _reused(ledger, classes)


def _never_came(ledger: Ledger, classes: dict[str, ClassRow]) -> Iterator[PhotoFinding]:
    """One for each lesson, of the photos whose facts came at least PATIENCE_DAYS ago."""
    feeds = [row[0] for row in ledger.conn.execute("SELECT DISTINCT feed FROM photos")]
    wanted = msgspec.json.encode([one.digest for one in missing(ledger, feeds)]).decode()
    late = ledger.clock.read().wall // 1000 - PATIENCE_DAYS * _DAY
    found = ledger.conn.execute(
        "SELECT p.lesson, p.id FROM photos p JOIN changes c ON c.id = p.id"
        " JOIN envelopes e ON e.feed = c.feed AND c.seq BETWEEN e.first AND e.last"
        " WHERE p.sha256 IN (SELECT value FROM json_each(?)) GROUP BY p.id HAVING min(e.at) <= ? ORDER BY p.wall, p.id",
        (wanted, late),
    ).fetchall()
    by_lesson: dict[str, list[str]] = defaultdict(list)
    for lesson, fact in found:
        by_lesson[lesson].append(fact)
    rows = _lessons(ledger, set(by_lesson))
    for lesson, facts in by_lesson.items():
        said = (
            f"{_words(rows.get(lesson), classes)}记有 {len(facts)} 张照片，记录到县里已满 {PATIENCE_DAYS} 天，"
            "照片一直没有送来。请让拍照的电脑上报一次，或用U盘带来。"
        )
        yield PhotoFinding("photo-missing", said, [*facts, lesson], _class(rows.get(lesson), classes))


def _reused(ledger: Ledger, classes: dict[str, ClassRow]) -> Iterator[PhotoFinding]:
    """One picture, byte for byte, stands for two lessons, or two institutions call it theirs."""
    found = ledger.conn.execute(
        "SELECT sha256, id, lesson, feed FROM photos WHERE sha256 IN (SELECT sha256 FROM photos GROUP BY sha256"
        " HAVING count(DISTINCT lesson) > 1 OR count(DISTINCT feed) > 1) ORDER BY sha256, wall, id"
    ).fetchall()
    by_digest: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for digest, fact, lesson, feed in found:
        by_digest[digest].append((fact, lesson, feed))
    rows = _lessons(ledger, {lesson for _, _, lesson, _ in found})
    for named in by_digest.values():
        lessons = list(dict.fromkeys(lesson for _, lesson, _ in named))
        kind = "photo-claimed-twice" if _of_several(ledger, {feed for _, _, feed in named}) else "photo-reused"
        if kind == "photo-reused" and len(lessons) < 2:
            continue
        places = "、".join(dict.fromkeys(_words(rows.get(lesson), classes) for lesson in lessons))
        who = "两家机构" if kind == "photo-claimed-twice" else f"{len(lessons)} 个课次"
        said = f"同一张照片记在{who}名下：{places}。请核对照片是在哪里拍的。"
        yield PhotoFinding(
            kind, said, [*(fact for fact, _, _ in named), *lessons], _class(rows.get(lessons[0]), classes)
        )


def _of_several(ledger: Ledger, feeds: set[str]) -> bool:
    theirs = list(institutions_of(ledger.conn, feeds).values())
    return any(not one & other for one in theirs for other in theirs)


def _lessons(ledger: Ledger, ids: set[str]) -> dict[str, LessonRow]:
    return {row.id: row for row in lessons_by_id(ledger, msgspec.json.encode(sorted(ids)).decode())}


def _class(row: LessonRow | None, classes: dict[str, ClassRow]) -> ClassRow | None:
    return classes.get(row.class_id) if row else None


def _words(row: LessonRow | None, classes: dict[str, ClassRow]) -> str:
    if row is None:
        return "一个还没有收到的课次"
    found = classes.get(row.class_id)
    return f"{found.code if found else '（班次未收到）'} 班 {moment.iso(row.start)[:16].replace('T', ' ')} 的课次"
