"""What must hold at every step, and at the end when everybody has said everything."""

from collections import defaultdict
from typing import Any

import msgspec

from sync.carry.outgoing import waiting
from sync.county.county import feeds_in_reach
from sync.county.findings import findings
from sync.county.public import private_feeds, public_feeds
from sync.ledger import photos
from sync.ledger.check import check, digests
from sync.ledger.ledger import Ledger
from sync.ledger.trust import trusted_key
from sync.seal import batch
from sync.seal.change import short
from tests.storm.world import Node, World


class Broken(AssertionError):
    """Something that must hold does not."""


def demand(true: bool, what: str) -> None:
    if not true:
        raise Broken(what)


def rows(ledger: Ledger, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    return list(ledger.conn.execute(sql, parameters).fetchall())


def known_of(ledger: Ledger, wanted: set[str]) -> set[str]:
    text = msgspec.json.encode(sorted(wanted)).decode()
    return {row[0] for row in rows(ledger, "SELECT id FROM changes WHERE id IN (SELECT value FROM json_each(?))", text)}


def note_receipts(world: World, node: Node) -> None:
    """Everything that a node holds a verified receipt for is acknowledged for ever."""
    fresh = {
        (chain.partition("~")[0], seq, digest)
        for chain, seq, digest in rows(node.ledger, "SELECT feed, seq, hash FROM receipts")
    } - world.acknowledged
    world.acknowledged |= fresh
    if not world.county_went_back:
        must_hold(world, fresh)


def must_hold(world: World, acknowledged: set[tuple[str, int, str]]) -> None:
    """The county holds the change that each receipt names, and the whole chain under it."""
    county = world.county.ledger
    heads = {short(digest) for _, _, digest in acknowledged}
    missing = heads - known_of(county, heads)
    demand(not missing, f"acknowledged, but not at the county: {sorted(missing)}")


def after_step(world: World) -> None:
    for node in world.live():
        lost = node.promised - known_of(node.ledger, node.promised) if node.promised else set()
        demand(not lost, f"{node.name} lost what it said was recorded: {sorted(lost)[:3]}")
        node.promised.clear()
        note_receipts(world, node)
        _decisions_stay_private(world, node)
    for node in [world.county, *world.live()]:
        believed = known_of(node.ledger, world.forged)
        demand(not believed, f"{node.name} believed a forgery: {believed}")
        demand(not node.ledger.conn.in_transaction, f"{node.name} left a transaction open")
        if not world.fuse.burnt:
            _nothing_waits_needlessly(node)


def at_the_end(world: World, quiet: list[Node]) -> None:
    """`quiet` are the honest nodes, who have synced until nothing moved."""
    county = world.county.ledger
    must_hold(world, world.acknowledged if not world.county_went_back else _of_honest(world))
    for node in [world.county, *world.live()]:
        report = check(node.ledger)
        demand(report.ok, f"check of {node.name}: {report.problems}")
        _nothing_doubles(node)
        _no_school_writes_in_another(node)
        _only_accepted_branches(node, county)
        _forged_nowhere(world, node)
    _same_facts_same_tables([world.county, *world.live()])
    told = findings(county)
    forked = {one["feed"] for one in told if one["kind"] == "fork"}
    for node in quiet:
        demand(waiting(node.ledger) == 0, f"{node.name} has {waiting(node.ledger)} changes waiting")
        _has_its_share(node, county, forked, _ends(county) if world.county_went_back else {})
        _has_its_decisions(world, node)
        _holds_nothing_stale(node)
        _nothing_waits_needlessly(node)
        _gave_its_photos(node, county)
    for node in world.live():
        _has_no_photo_of_another_school(node, county)
    _holds_nothing_stale(world.county)
    _nothing_waits_needlessly(world.county)
    _revoked_stay_where_they_were(world)
    _forks_are_told(quiet, {one["feed"] for one in told if one["kind"] in ("fork", "fork-accepted")})
    _forgeries_are_told(world, {one.get("sha256") for one in told})


def _of_honest(world: World) -> set[tuple[str, int, str]]:
    """A county put back from a backup gets again what a laptop still has, and nothing from whom it has revoked.

    Of a fork it may hear the other branch first this time; then it keeps this one for an officer to accept. What it had
    said itself, and nobody but a stick gave back before it changed its key, ends with that key (docs/decisions/0012).
    """
    revoked = {node.key for node in world.nodes if node.revoked}
    sql = "SELECT id, key_id FROM feeds"
    owner = {feed: key for node in world.live() for feed, key in rows(node.ledger, sql)}
    heads = {short(digest) for _, _, digest in world.acknowledged}
    still = set().union(*(known_of(node.ledger, heads) for node in world.live()))
    still -= _kept_for_an_officer(world.county.ledger)
    ends = _ends(world.county.ledger)
    return {
        (feed, seq, digest)
        for feed, seq, digest in world.acknowledged
        if owner.get(feed) not in revoked and short(digest) in still and seq <= ends.get(feed, seq)
    }


def _ends(county: Ledger) -> dict[str, int]:
    """Feeds under the county's earlier keys: up to which number they count."""
    return {
        feed: end for former in (county.county.earlier if county.county else []) for feed, end in former.ends.items()
    }


def _kept_for_an_officer(county: Ledger) -> set[str]:
    """The changes of branches that wait to be accepted."""
    files = rows(county, "SELECT file FROM aside WHERE reason = 'fork' AND state <> 'taken'")
    opened = [batch.unseal(file, county.age_identity) if file.startswith(b"age-") else file for (file,) in files]
    claimed = [batch.claim(signed) for signed in opened]
    return {sealed.id for one in claimed for sealed in batch.verify(one, trusted_key(county, one.envelope.keyid))}


def _nothing_doubles(node: Node) -> None:
    twice = rows(node.ledger, "SELECT reason FROM stamps WHERE reason <> '' GROUP BY reason HAVING count(*) > 1")
    demand(not twice, f"{node.name} has stamps twice: {twice[:3]}")
    counts = "SELECT (SELECT count(*) FROM stamps), (SELECT count(*) FROM changes WHERE kind = 'stamp')"
    stamps, changes = rows(node.ledger, counts)[0]
    demand(stamps == changes, f"{node.name} has {changes} stamps in its feeds and {stamps} in its table")


def _no_school_writes_in_another(node: Node) -> None:
    wrong = rows(node.ledger, "SELECT id FROM trainees WHERE phone = '666' AND origin <> ''")
    demand(not wrong, f"{node.name} shows what another school wrote: {wrong[:3]}")


def _only_accepted_branches(node: Node, county: Ledger) -> None:
    accepted = {row[0] for row in rows(county, "SELECT feed FROM accepted_branches")}
    branches = {chain.partition("~")[0] for chain in node.ledger.feeds() if "~" in chain}
    demand(branches <= accepted, f"{node.name} counts branches that the county did not accept: {branches - accepted}")


def _forged_nowhere(world: World, node: Node) -> None:
    believed = known_of(node.ledger, world.forged)
    demand(not believed, f"{node.name} believed a forgery: {believed}")


def _same_facts_same_tables(nodes: list[Node]) -> None:
    seen: dict[frozenset[str], tuple[Node, dict[str, str]]] = {}
    for node in nodes:
        known = frozenset(row[0] for row in rows(node.ledger, "SELECT id FROM changes"))
        made = digests(node.ledger.conn)
        other, before = seen.setdefault(known, (node, made))
        wrong = sorted(table for table in made if made[table] != before[table])
        demand(not wrong, f"{node.name} and {other.name} hold the same, but differ in {wrong}")


def _has_its_share(node: Node, county: Ledger, forked: set[str], ends: dict[str, int]) -> None:
    """All that the county holds within the node's reach, and its public feeds; no more but its own branch.

    Which branch of a fork a node learned first is an accident, until the county has decided; and so is what a
    colleague had of a revoked laptop before he heard of it. `ends`: what a county that was put back said itself under
    an earlier key, and a stick brings a laptop that hasn't heard of the new one yet.
    """
    revoked = "SELECT f.id FROM feeds f JOIN revocations r ON r.key_id = f.key_id"
    undecided = forked | {row[0] for where in (county, node.ledger) for row in rows(where, revoked)}
    key = node.ledger.signer.public.id
    reach = {*feeds_in_reach(county, key), *public_feeds(county), *private_feeds(county, key)}
    at_county = _ids_of(county, reach - undecided)
    here = _ids_of(node.ledger, {chain.partition("~")[0] for chain in node.ledger.feeds()} - undecided)
    lacks, more = at_county - here, here - at_county
    demand(not lacks, f"{node.name} lacks {len(lacks)} changes of its share: {_places(county, lacks)}")
    beyond = [place for place in _places(node.ledger, more) if place[1] <= ends.get(place[0], place[2])]
    demand(not beyond, f"{node.name} has changes that the county has not: {beyond}")


def _decisions_stay_private(world: World, node: Node) -> None:
    """A laptop never holds a change that the county wrote to another institution, be it only the feed's opening."""
    own = world.schools[node.school]
    for_others = {change for change, school in world.decided.items() if school not in (own, "")}
    known = known_of(node.ledger, for_others)
    demand(not known, f"{node.name} knows what the county said to another school: {sorted(known)}")
    scopes = {row[0] for row in rows(node.ledger, "SELECT DISTINCT scope FROM feeds")}
    demand(scopes <= {"device", "public", own}, f"{node.name} has a feed of another school: {scopes}")


def _has_its_decisions(world: World, node: Node) -> None:
    """What the county decided for its institution and for everybody, but for what a county put back has lost."""
    own = {change for change, school in world.decided.items() if school in (world.schools[node.school], "")}
    wanted = known_of(world.county.ledger, own) if world.county_went_back else own
    missing = wanted - known_of(node.ledger, wanted)
    demand(not missing, f"{node.name} has not heard what the county decided: {sorted(missing)}")


def _gave_its_photos(node: Node, county: Ledger) -> None:
    """Every picture that is still here has arrived, whole, where its fact has."""
    key = node.ledger.signer.public.id
    facts = rows(
        node.ledger, "SELECT p.id, p.sha256 FROM photos p JOIN feeds f ON f.id = p.feed WHERE f.key_id = ?", key
    )
    there = known_of(county, {fact for fact, _ in facts})
    for fact, digest in facts:
        if fact in there and photos.holds(node.ledger, digest):
            demand(photos.holds(county, digest), f"a photo of {node.name} did not reach the county")
            demand(photos.read(county, digest) == photos.read(node.ledger, digest), "a photo is another at the county")


def _has_no_photo_of_another_school(node: Node, county: Ledger) -> None:
    """A picture that no fact names is its own: the program died between the two."""
    here = {path.stem for path in (node.folder / photos.FOLDER).glob("*.photo")}
    theirs, ours = ({row[0] for row in rows(ledger, "SELECT sha256 FROM photos")} for ledger in (county, node.ledger))
    demand(not here & (theirs - ours), f"{node.name} has photos of another school")


def _places(ledger: Ledger, ids: set[str]) -> list[tuple[Any, ...]]:
    """Feed, first and last number of them there."""
    text = msgspec.json.encode(sorted(ids)).decode()
    sql = "SELECT feed, min(seq), max(seq) FROM changes WHERE id IN (SELECT value FROM json_each(?)) GROUP BY feed"
    return rows(ledger, sql, text)


def _ids_of(ledger: Ledger, feeds: set[str]) -> set[str]:
    text = msgspec.json.encode(sorted(feeds)).decode()
    sql = "SELECT id FROM changes WHERE substr(feed, 1, 16) IN (SELECT value FROM json_each(?))"
    return {row[0] for row in rows(ledger, sql, text)}


def _holds_nothing_stale(node: Node) -> None:
    """No file is held for something that has come."""
    for reason, feed, first, last in rows(
        node.ledger, "SELECT reason, feed, first, last FROM aside WHERE state = 'held' AND reason <> 'revoked'"
    ):
        count = "SELECT count(*) FROM changes WHERE feed = ? AND seq BETWEEN ? AND ?"
        (here,) = rows(node.ledger, count, feed, first, last)[0]
        demand(here < last - first + 1, f"{node.name} holds {feed} {first}–{last} aside ({reason}) though it has it")


def _nothing_waits_needlessly(node: Node) -> None:
    """No run is held for a gap that has been filled."""
    for feed, first in rows(node.ledger, "SELECT feed, first FROM aside WHERE state = 'held' AND reason = 'gap'"):
        (furthest,) = rows(
            node.ledger, "SELECT max(seq) FROM changes WHERE feed = ? OR feed GLOB ?", feed, f"{feed}~*"
        )[0]
        demand(first > (furthest or 0) + 1, f"{node.name} still holds {feed} from {first}, and has it to {furthest}")


def _revoked_stay_where_they_were(world: World) -> None:
    """The county has nothing of a revoked device beyond what it had, and what the revocation still accepts."""
    county = world.county.ledger
    for key, limits in world.limits.items():
        for (feed,) in rows(county, "SELECT id FROM feeds WHERE key_id = ?", key):
            chains = [chain for chain in county.feeds() if chain.partition("~")[0] == feed]
            seq = max(county.position(chain).seq for chain in chains)
            demand(seq <= limits.get(feed, limits[""]), f"revoked {feed} went on to {seq}: {limits}")


def _forks_are_told(quiet: list[Node], told: set[str]) -> None:
    """Where two honest nodes recorded different things under one number, the county knows both heads."""
    found: dict[tuple[str, int], set[str]] = defaultdict(set)
    for node in quiet:
        key = node.ledger.signer.public.id
        own = "SELECT c.feed, c.seq, c.id FROM changes c JOIN feeds f ON f.id = substr(c.feed, 1, 16)"
        for chain, seq, change in rows(node.ledger, f"{own} WHERE f.key_id = ?", key):
            found[chain.partition("~")[0], seq].add(change)
    forked = {feed for (feed, _), changes in found.items() if len(changes) > 1}
    demand(forked <= told, f"forks that are no finding: {forked - told}")


def _forgeries_are_told(world: World, told: set[object]) -> None:
    county = world.county.ledger
    believed = {row[0] for row in rows(county, "SELECT sha256 FROM aside")}
    demand(world.forgeries <= believed, "a forged file was dropped")
    demand(world.forgeries <= told, f"a forged file is no finding: {sorted(world.forgeries - told)[:2]}")
