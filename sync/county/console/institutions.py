"""What the overview shows: institutions with their classes, devices and feeds, and what is held back or refused."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from sync.jobs.find import rows
from sync.ledger.ledger import Ledger
from sync.seal.change import short
from sync.seal.keys import PublicKey

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Device:
    """A key's newest certificate. `state`: 有效, 未生效, 已过期, 已注销; instants are seconds since 1970 UTC."""

    key_id: str
    name: str
    institution: str
    role: str
    fingerprint: str
    since: int
    until: int
    state: str


@dataclass(frozen=True, slots=True)
class FeedLine:
    """One feed. `seq` and `head` are its last change's number and hash; `at` and `via` say when it last came."""

    id: str
    name: str
    key_id: str
    scope: str
    seq: int
    hash: str
    at: int | None
    via: str
    aside: list[Row] = field(default_factory=list)
    """state, reason, count: what of this feed is held back or refused."""

    @property
    def head(self) -> str:
        return short(self.hash) if self.hash else ""


@dataclass(frozen=True, slots=True)
class InstitutionPart:
    """One institution; `id` is empty for what belongs to none."""

    id: str
    name: str
    classes: list[Row]
    devices: list[Device]
    feeds: list[FeedLine]

    @property
    def sites(self) -> list[str]:
        return sorted({row["site"] for row in self.classes if row["site"]})


@dataclass(frozen=True, slots=True)
class Overview:
    institutions: list[InstitutionPart]
    own: list[FeedLine]
    """The county's own feeds."""
    aside: list[Row]
    """state, reason, count over all files kept aside."""


def overview(ledger: Ledger) -> Overview:
    devices = device_list(ledger)
    feeds = feed_lines(ledger)
    own_key = ledger.signer.public.id
    home = {device.key_id: device.institution for device in devices}
    place_of_feed = {feed.id: home.get(feed.key_id, "") for feed in feeds}
    classes: dict[str, list[Row]] = defaultdict(list)
    for row in class_list(ledger):
        classes[place_of_feed.get(row["origin"], "")].append(row)
    names = {row["id"]: row["name"] or "" for row in rows(ledger.conn, "SELECT id, name FROM institutions")}
    others = [feed for feed in feeds if feed.key_id != own_key]
    parts = [
        InstitutionPart(
            id=place,
            name=names.get(place, ""),
            classes=classes[place],
            devices=[device for device in devices if device.institution == place and device.key_id != own_key],
            feeds=[feed for feed in others if place_of_feed[feed.id] == place],
        )
        for place in sorted({*names, *home.values(), *classes, ""}, key=lambda place: (not place, names.get(place, "")))
    ]
    return Overview(
        institutions=[part for part in parts if part.id or part.classes or part.devices or part.feeds],
        own=[feed for feed in feeds if feed.key_id == own_key],
        aside=aside_counts(ledger),
    )


def device_list(ledger: Ledger) -> list[Device]:
    """Each certified key once, by its certificate that runs longest."""
    now = ledger.clock.read().wall // 1000
    revoked = {row[0] for row in ledger.conn.execute("SELECT key_id FROM revocations")}
    newest: dict[str, Row] = {}
    for row in rows(ledger.conn, "SELECT * FROM devices ORDER BY until, since, id"):
        newest[row["key_id"]] = row
    return [
        Device(
            key_id=row["key_id"],
            name=row["name"],
            institution=row["institution"],
            role=row["role"],
            fingerprint=PublicKey(row["alg"], row["key"]).fingerprint,
            since=row["since"],
            until=row["until"],
            state=_validity(row, now, revoked),
        )
        for row in sorted(newest.values(), key=lambda row: (row["name"], row["key_id"]))
    ]


def _validity(row: Row, now: int, revoked: set[str]) -> str:
    if row["key_id"] in revoked:
        return "已注销"
    if now > row["until"]:
        return "已过期"
    return "有效" if row["since"] <= now else "未生效"


def feed_lines(ledger: Ledger, feed: str = "") -> list[FeedLine]:
    """Every feed, or the one named, with how far it is here and what of it is kept aside."""
    aside: dict[str, list[Row]] = defaultdict(list)
    for row in rows(
        ledger.conn,
        "SELECT feed, state, reason, count(*) AS count FROM aside GROUP BY feed, state, reason ORDER BY state, reason",
    ):
        aside[row["feed"]].append(row)
    found = rows(
        ledger.conn,
        """
        SELECT f.id, f.name, f.key_id, f.scope, coalesce(h.seq, 0) AS seq, coalesce(h.hash, '') AS hash,
            c.at, coalesce(c.via, '') AS via
        FROM feeds f LEFT JOIN contacts c ON c.feed = f.id
        LEFT JOIN changes h ON h.feed = f.id AND h.seq = (SELECT max(seq) FROM changes WHERE feed = f.id)
        WHERE ? IN ('', f.id) ORDER BY f.name, f.id
        """,
        feed,
    )
    return [FeedLine(**row, aside=aside[row["id"]]) for row in found]


def class_list(ledger: Ledger) -> list[Row]:
    """Every class with its course's name and how many people and lessons it has, the latest first."""
    return rows(
        ledger.conn,
        """
        SELECT c.id, c.origin, c.code, c.name, c.date_from, c.date_to, c.site, k.name AS course, k.level,
            (SELECT count(DISTINCT e.trainee) FROM enrollments e
                WHERE e.training_class = c.id AND coalesce(e.status, 'enrolled') = 'enrolled') AS people,
            (SELECT count(*) FROM lessons l WHERE l.training_class = c.id AND NOT coalesce(l.cancelled, 0)) AS lessons
        FROM classes c LEFT JOIN courses k ON k.id = c.course ORDER BY c.date_from DESC, c.code, c.id
        """,
    )


def aside_counts(ledger: Ledger) -> list[Row]:
    found = rows(ledger.conn, "SELECT state, reason, count(*) AS count FROM aside GROUP BY state, reason")
    return sorted(found, key=lambda row: (row["state"], -row["count"], row["reason"]))


def institution_of(ledger: Ledger, feed: str) -> str:
    """The name of the institution whose device writes a feed; empty when there is none."""
    row = ledger.conn.execute(
        "SELECT i.name FROM feeds f JOIN devices d ON d.key_id = f.key_id JOIN institutions i ON i.id = d.institution"
        " WHERE f.id = ? ORDER BY d.until DESC, d.since DESC, d.id DESC LIMIT 1",
        (feed,),
    ).fetchone()
    return str(row[0] or "") if row else ""


def totals(overview: Overview) -> Counter[str]:
    """The few figures above the overview."""
    count: Counter[str] = Counter()
    for part in overview.institutions:
        count["institutions"] += bool(part.id)
        count["sites"] += len(part.sites)
        count["classes"] += len(part.classes)
        count["devices"] += len(part.devices)
    for row in overview.aside:
        count[row["state"]] += row["count"]
    return count
