"""The fold: changes in, tables out. The only place that writes the folded tables.

Facts insert one row each and read nothing, so their order can't matter. An entity's row is settled anew from all
writes to it whenever one arrives (settle.py), so its order can't matter either. Statements use named parameters and
`ON CONFLICT`, which SQLite and PostgreSQL share.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from sync.ledger.belonging import foreign
from sync.ledger.settle import Settled, Version, settle
from sync.seal import county_kinds, kinds
from sync.seal.change import Change, Sealed, encode_body

Row = tuple[Any, ...]

TABLES: dict[str, str] = {
    "institution": "institutions",
    "course": "courses",
    "class": "classes",
    "trainee": "trainees",
    "enrollment": "enrollments",
    "teacher": "teachers",
    "operator": "operators",
    "lesson": "lessons",
}
_CHUNK = 20_000


def insert(table: str, columns: Iterable[str]) -> str:
    names = list(columns)
    places = ", ".join("?" for _ in names)
    return f"INSERT INTO {table} ({_quoted(names)}) VALUES ({places}) ON CONFLICT DO NOTHING"


def _quoted(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def fold(conn: Any, changes: Iterable[Sealed]) -> int:
    """Folds changes into the tables, inside the caller's transaction. Answers how many were of an unknown kind."""
    rows: dict[str, list[Row]] = defaultdict(list)
    certified: list[county_kinds.DeviceCertify] = []
    opened: set[str] = set()
    writes: dict[str, list[tuple[str, Version]]] = defaultdict(list)
    unknown = 0
    for sealed in changes:
        change = sealed.change
        body = kinds.decode(change.kind, change.body)
        if body is None:
            unknown += 1
        elif isinstance(body, kinds.Write):
            entity_id = body.id or sealed.id
            version = Version(sealed.id, *change.hlc, change.feed, body)
            writes[change.kind].append((entity_id, version))
            if change.kind == "enrollment" and body.set.get("card"):
                rows[_CARD].append((body.set["card"], entity_id, sealed.id, *change.hlc))
        else:
            _FACTS[change.kind](rows, sealed, body)
            if isinstance(body, county_kinds.DeviceCertify):
                certified.append(body)
            elif isinstance(body, kinds.FeedOpen):
                opened.add(change.feed)
    moved = {body.key.id for body in certified if not _known_there(conn, body)}
    for statement, batch in rows.items():
        conn.executemany(statement, batch)
    for entity, versions in writes.items():
        _fold_writes(conn, entity, versions)
    if opened or moved:
        _settle_again(conn, opened, moved)
    return unknown


def _known_there(conn: Any, body: county_kinds.DeviceCertify) -> bool:
    row = conn.execute(
        "SELECT 1 FROM devices WHERE key_id = ? AND institution = ? LIMIT 1", (body.key.id, body.institution)
    ).fetchone()
    return row is not None


def _settle_again(conn: Any, feeds: set[str], keys: set[str]) -> None:
    """Whose entities are may be known only now: those that these feeds share with others are settled anew."""
    shared = conn.execute(
        "SELECT DISTINCT w.entity, w.id FROM feeds f JOIN writes w ON w.feed = f.id JOIN writes o ON o.id = w.id"
        " WHERE o.entity = w.entity AND o.feed <> w.feed AND (f.id IN (SELECT value FROM json_each(?))"
        " OR f.key_id IN (SELECT value FROM json_each(?))) ORDER BY w.entity, w.id",
        (_json(sorted(feeds)), _json(sorted(keys))),
    ).fetchall()
    for entity, entity_id in shared:
        _put(conn, entity, [_settled(conn, entity, entity_id, _columns(entity))])


_CARD = insert("cards", ("number", "enrollment", "change", "hlc_ms", "hlc_n"))
_WRITE = insert("writes", ("entity", "id", "change", "hlc_ms", "hlc_n", "feed", "body"))


def _fold_writes(conn: Any, entity: str, versions: list[tuple[str, Version]]) -> None:
    known = _known_ids(conn, entity, [entity_id for entity_id, _ in versions])
    conn.executemany(
        _WRITE, [(entity, i, v.change, v.hlc_ms, v.hlc_n, v.feed, encode_body(v.body).decode()) for i, v in versions]
    )
    arrived: dict[str, list[Version]] = defaultdict(list)
    for entity_id, version in versions:
        arrived[entity_id].append(version)
    columns = _columns(entity)
    settled: list[Row] = []
    for entity_id, fresh in arrived.items():
        if entity_id not in known and len(fresh) == 1:
            version = fresh[0]
            settled.append(_row(entity_id, [version], version.body.set, columns))
            continue
        settled.append(_settled(conn, entity, entity_id, columns))
    _put(conn, entity, settled)


def _settled(conn: Any, entity: str, entity_id: str, columns: list[str]) -> Row:
    every = load_versions(conn, entity, entity_id)
    result = settle(every)
    _list_conflicts(conn, entity, entity_id, result)
    return _row(entity_id, every, result.values, columns)


def _put(conn: Any, entity: str, settled: list[Row]) -> None:
    columns = _columns(entity)
    names = ["id", "origin", *columns]
    updates = ", ".join(f'"{name}" = excluded."{name}"' for name in names[1:])
    places = ", ".join("?" for _ in names)
    conn.executemany(
        f"INSERT INTO {TABLES[entity]} ({_quoted(names)}) VALUES ({places}) ON CONFLICT (id) DO UPDATE SET {updates}",
        settled,
    )


def _known_ids(conn: Any, entity: str, ids: list[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(ids), _CHUNK):
        wanted = msgspec.json.encode(ids[start : start + _CHUNK]).decode()
        rows = conn.execute(
            "SELECT DISTINCT id FROM writes WHERE entity = ? AND id IN (SELECT value FROM json_each(?))",
            (entity, wanted),
        )
        found.update(row[0] for row in rows)
    return found


def load_versions(conn: Any, entity: str, entity_id: str) -> list[Version]:
    """Every write to an entity that this node knows, but for another institution's."""
    rows = conn.execute(
        "SELECT change, hlc_ms, hlc_n, feed, body FROM writes WHERE id = ? AND entity = ?", (entity_id, entity)
    )
    every = [Version(c, ms, n, feed, msgspec.json.decode(body, type=kinds.Write)) for c, ms, n, feed, body in rows]
    out = foreign(conn, _maker(entity_id, every), {version.feed for version in every})
    return [version for version in every if version.feed not in out]


def _maker(entity_id: str, versions: list[Version]) -> str:
    """The feed that made the entity; empty while only later writes to it have arrived."""
    return next((version.feed for version in versions if version.change == entity_id), "")


def _columns(entity: str) -> list[str]:
    return [field.name for field in msgspec.structs.fields(kinds.ENTITIES[entity])]


def _row(entity_id: str, versions: list[Version], values: dict[str, Any], columns: list[str]) -> Row:
    return entity_id, _maker(entity_id, versions), *(_cell(values.get(column)) for column in columns)


def _cell(value: Any) -> Any:
    if isinstance(value, dict | list):
        return encode_body(value).decode()
    return int(value) if isinstance(value, bool) else value


def _list_conflicts(conn: Any, entity: str, entity_id: str, result: Settled) -> None:
    conn.execute("DELETE FROM conflicts WHERE entity = ? AND id = ?", (entity, entity_id))
    conn.executemany(
        insert("conflicts", ("entity", "id", "field", "versions")),
        [(entity, entity_id, field, encode_body(found).decode()) for field, found in result.conflicts.items()],
    )


Folder = Callable[[dict[str, list[Row]], Sealed, Any], None]


def _fact(table: str, columns: tuple[str, ...], row: Callable[[Change, Any], Row]) -> Folder:
    statement = insert(table, ("id", *columns))

    def add(rows: dict[str, list[Row]], sealed: Sealed, body: Any) -> None:
        rows[statement].append((sealed.id, *row(sealed.change, body)))

    return add


def _decision(table: str, columns: tuple[str, ...], row: Callable[[Any], Row]) -> Folder:
    """A fact of which a later one may take the place: with its place in time among the others."""
    order = ("feed", "seq", "hlc_ms", "hlc_n", "op", "wall")
    return _fact(table, (*order, *columns), lambda c, b: (c.feed, c.seq, *c.hlc, c.op, c.wall, *row(b)))


def _open_feed(rows: dict[str, list[Row]], sealed: Sealed, body: kinds.FeedOpen) -> None:
    statement = insert("feeds", ("id", "key_id", "alg", "key", "name", "scope", "after"))
    key = body.key
    rows[statement].append((sealed.change.feed, key.id, key.alg, key.raw, body.name, body.scope, body.after))


def _issue_card(rows: dict[str, list[Row]], sealed: Sealed, body: kinds.CardIssue) -> None:
    rows[_CARD].append((body.card, body.enrollment, sealed.id, *sealed.change.hlc))
    statement = insert("revoked_cards", ("number", "change"))
    rows[statement].extend((number, sealed.id) for number in body.revokes)


def _json(value: list[str]) -> str:
    return encode_body(value).decode()


def moved_at(change: Change, at: int | None) -> int:
    """Seconds since 1970: the wall clock in whole seconds unless the body says otherwise."""
    return change.wall // 1000 if at is None else at


_FACTS: dict[str, Folder] = {
    "feed.open": _open_feed,
    "card.issue": _issue_card,
    "stamp": _fact(
        "stamps",
        (
            "feed", "seq", "lesson", "person", "kind", "at", "counted", "via", "reason", "witness", "op",
            "wall", "mono", "boot", "trusted",
        ),
        lambda c, b: (
            c.feed, c.seq, b.lesson, b.person, b.kind, moved_at(c, b.at), int(b.counted), b.via, b.reason, b.witness,
            c.op, c.wall, c.mono, c.boot, b.trusted,
        ),
    ),
    "void": _fact(
        "voids",
        ("feed", "seq", "stamp", "reason", "witness", "op", "wall"),
        lambda c, b: (c.feed, c.seq, b.stamp, b.reason, b.witness, c.op, c.wall),
    ),
    "leave": _fact(
        "leaves",
        ("feed", "seq", "lesson", "person", "reason", "op", "wall"),
        lambda c, b: (c.feed, c.seq, b.lesson, b.person, b.reason, c.op, c.wall),
    ),
    "leave.void": _fact(
        "leave_voids",
        ("feed", "seq", "leave", "reason", "op", "wall"),
        lambda c, b: (c.feed, c.seq, b.leave, b.reason, c.op, c.wall),
    ),
    "rollcall.draw": _fact(
        "rollcalls",
        ("feed", "seq", "lesson", "seed", "people", "commit", "pool", "wall"),
        lambda c, b: (
            c.feed, c.seq, b.lesson, b.seed, _json(b.people), b.commit, _json(b.pool), c.wall,
        ),
    ),
    "rollcall.commit": _fact(
        "rollcall_commits",
        ("feed", "seq", "lesson", "commitment"),
        lambda c, b: (c.feed, c.seq, b.lesson, b.commitment),
    ),
    "identity.check": _fact(
        "identity_checks",
        ("feed", "seq", "person", "training_class", "lesson", "ways", "same", "asked", "photo", "op", "wall"),
        lambda c, b: (
            c.feed, c.seq, b.person, b.training_class, b.lesson, _json(b.ways), int(b.same), b.asked, b.photo, c.op,
            c.wall,
        ),
    ),
    "photo": _fact(
        "photos",
        ("feed", "seq", "sha256", "lesson", "what", "person", "from_file", "size", "op", "wall"),
        lambda c, b: (c.feed, c.seq, b.sha256, b.lesson, b.what, b.person, int(b.from_file), b.size, c.op, c.wall),
    ),
    "lesson.close": _fact(
        "lesson_closings", ("feed", "seq", "lesson", "op", "wall"), lambda c, b: (c.feed, c.seq, b.lesson, c.op, c.wall)
    ),
    "reveal": _fact(
        "reveals",
        ("feed", "seq", "what", "training_class", "people", "op", "wall"),
        lambda c, b: (c.feed, c.seq, b.what, b.training_class, b.people, c.op, c.wall),
    ),
    "online.hours": _fact(
        "online_hours",
        ("feed", "seq", "lesson", "person", "hours", "minutes", "source", "op", "wall"),
        lambda c, b: (c.feed, c.seq, b.lesson, b.person, b.hours, b.minutes, b.source, c.op, c.wall),
    ),
    "rollcall.mark": _fact(
        "rollcall_marks",
        ("feed", "seq", "lesson", "draw", "person", "at", "present", "op"),
        lambda c, b: (c.feed, c.seq, b.lesson, b.draw, b.person, moved_at(c, b.at), int(b.present), c.op),
    ),
    "clock.state": _fact(
        "clock_statements",
        ("feed", "seq", "offset", "reason", "wall", "mono", "boot", "op"),
        lambda c, b: (c.feed, c.seq, b.offset, b.reason, c.wall, c.mono, c.boot, c.op),
    ),
    "device.recovery": _fact("recoveries", ("feed", "sealed"), lambda c, b: (c.feed, b.sealed)),
    "device.certify": _fact(
        "devices",
        ("key_id", "alg", "key", "age", "name", "institution", "role", "since", "until"),
        lambda _, b: (b.key.id, b.key.alg, b.key.raw, b.age, b.name, b.institution, b.role, b.since, b.until),
    ),
    "device.revoke": _fact(
        "revocations",
        ("key_id", "feed", "last_seq", "reason"),
        lambda _, b: (b.key, b.feed, b.last_seq, b.reason),
    ),
    "county.rotate": _fact(
        "rotations", ("feed", "seq", "key_id", "next_feed"), lambda c, b: (c.feed, c.seq, b.key.id, b.feed)
    ),
    "branch.accept": _fact(
        "accepted_branches",
        ("feed", "firsts", "reason"),
        lambda _, b: (b.feed, _json(b.firsts), b.reason),
    ),
    "clock.accept": _fact("accepted_clocks", ("feed", "until", "reason"), lambda _, b: (b.feed, b.until, b.reason)),
    "anchor.received": _fact(
        "anchors", ("code", "channel", "received", "op"), lambda c, b: (b.code, b.channel, b.received, c.op)
    ),
    "county.address": _fact(
        "county_addresses",
        ("hlc_ms", "hlc_n", "urls", "pins"),
        lambda c, b: (*c.hlc, _json(b.urls), _json(b.pins)),
    ),
    "calendar.day": _decision(
        "calendar_days", ("day", "kind", "name", "clause"), lambda b: (b.day, b.kind, b.name, b.clause)
    ),
    "class.approve": _decision(
        "approvals",
        ("training_class", "decision", "paper", "hours", "people", "note"),
        lambda b: (b.training_class, b.decision, b.paper, b.hours, b.people, b.note),
    ),
    "class.return": _decision(
        "returns",
        ("training_class", "stage", "reasons", "subject", "until"),
        lambda b: (b.training_class, b.stage, _json(b.reasons), b.subject, b.until),
    ),
    "class.verdict": _decision(
        "verdicts",
        ("training_class", "outcome", "person", "hours", "amount", "rule", "clause", "note"),
        lambda b: (b.training_class, b.outcome, b.person, b.hours, b.amount, b.rule, b.clause, b.note),
    ),
    "notice.post": _decision(
        "notices",
        ("training_class", "first", "until", "days", "office", "address", "postcode", "phone", "clause"),
        lambda b: (
            b.training_class, b.first, b.until, b.days, b.office, b.address, b.postcode, b.phone, b.clause,
        ),
    ),
    "return.answer": _decision(
        "return_answers", ("notice", "mended", "note"), lambda b: (b.notice, int(b.mended), b.note)
    ),
    "teacher.employ": _decision(
        "employments", ("teacher", "employment", "since"), lambda b: (b.teacher, b.employment, b.since)
    ),
    "callback.draw": _decision(
        "callback_draws",
        ("training_class", "proof", "key", "pool", "people"),
        lambda b: (b.training_class, b.proof, b.key, _json(b.pool), _json(b.people)),
    ),
    "callback.result": _decision(
        "callback_results",
        ("training_class", "person", "outcome", "note"),
        lambda b: (b.training_class, b.person, b.outcome, b.note),
    ),
    "pack.publish": _fact(
        "packs", ("feed", "seq", "pack", "wall"), lambda c, b: (c.feed, c.seq, bytes(b.pack).decode(), c.wall)
    ),
}  # fmt: skip
