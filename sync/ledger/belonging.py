"""Whose an entity is: it belongs to the institution whose device made it, and no other institution may write of it.

What names another institution's entity is refused where that is known already. An entity may come later than what is
written to it, so the fold also leaves another institution's writes out of what an entity is shown as, once it knows
who made it: the order of arrival makes no difference. What was taken before is told by `crossings`.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from sync.errors import Refused
from sync.seal import kinds
from sync.seal.change import Sealed

NAMES = ("lesson", "person", "training_class", "enrollment", "trainee", "teacher", "stamp", "leave", "draw")
"""Fields of bodies and of entities that hold the id of something."""


def check_belonging(conn: Any, key_id: str, feed: str, changes: Iterable[Sealed]) -> None:
    """Raises Refused("cross-institution")."""
    mine = institutions_of_key(conn, key_id)
    named = {name for sealed in changes for name in _named(sealed)}
    if not mine or "" in mine or not named:
        return
    wanted = msgspec.json.encode(sorted(named)).decode()
    rows = conn.execute(
        "SELECT DISTINCT substr(feed, 1, 16) FROM changes WHERE id IN (SELECT value FROM json_each(?))", (wanted,)
    )
    others = {row[0] for row in rows} - {feed}
    for theirs in institutions_of(conn, others).values():
        if "" not in theirs and not theirs & mine:
            raise Refused("批次里改动了别的培训机构的内容，不予接收。", "cross-institution")


def _named(sealed: Sealed) -> Iterator[str]:
    body = kinds.decode(sealed.change.kind, sealed.change.body)
    if isinstance(body, kinds.Write):
        # A field that this entity doesn't have is kept as it is, whatever it holds.
        yield from (value for name in NAMES if isinstance(value := body.set.get(name), str) and value)
        if body.id:
            yield body.id
    elif body is not None:
        yield from (value for name in NAMES if (value := getattr(body, name, "")))


def institutions_of_key(conn: Any, key_id: str) -> set[str]:
    """The institutions that a device was ever certified for; "" stands for the county."""
    return {row[0] for row in conn.execute("SELECT institution FROM devices WHERE key_id = ?", (key_id,))}


def institutions_of(conn: Any, feeds: Iterable[str]) -> dict[str, set[str]]:
    """Feed → the institutions that its device was ever certified for; "" stands for the county."""
    found: dict[str, set[str]] = {}
    wanted = msgspec.json.encode(sorted(feeds)).decode()
    for feed, institution in conn.execute(
        "SELECT f.id, d.institution FROM feeds f JOIN devices d ON d.key_id = f.key_id"
        " WHERE f.id IN (SELECT value FROM json_each(?))",
        (wanted,),
    ):
        found.setdefault(feed, set()).add(institution)
    return found


def foreign(conn: Any, maker: str, writers: set[str]) -> set[str]:
    """Which of these feeds belong to another institution than the feed that made the entity."""
    if not maker or writers <= {maker}:
        return set()
    found = institutions_of(conn, writers | {maker})
    own = found.get(maker, {""})
    return {feed for feed in writers if "" not in own | found.get(feed, {""}) and not own & found[feed]}


def crossings(conn: Any) -> Iterator[tuple[str, str]]:
    """(id of a change, feed) of what was taken before it was known that it names another institution's entity."""
    pairs = conn.execute(
        "SELECT w.change, w.feed, e.feed FROM writes w JOIN changes e ON e.id = w.id WHERE w.feed <> e.feed"
        " UNION ALL SELECT s.id, s.feed, e.feed FROM stamps s JOIN changes e ON e.id = s.lesson WHERE s.feed <> e.feed"
        " UNION ALL SELECT s.id, s.feed, e.feed FROM leaves s JOIN changes e ON e.id = s.lesson WHERE s.feed <> e.feed"
        " UNION ALL SELECT s.id, s.feed, e.feed FROM employments s JOIN changes e ON e.id = s.teacher"
        " WHERE s.feed <> e.feed"
        " UNION ALL SELECT n.id, n.origin, e.feed FROM enrollments n JOIN changes e ON e.id = n.training_class"
        " WHERE n.origin <> e.feed"
    ).fetchall()
    known: dict[tuple[str, str], bool] = {}
    for change, feed, other in pairs:
        pair = feed.partition("~")[0], other.partition("~")[0]
        if pair not in known:
            known[pair] = bool(foreign(conn, pair[1], {pair[0]}))
        if known[pair]:
            yield change, feed
