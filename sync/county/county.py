"""The county's side: its node, enrolment of laptops, intake of what they bring, and receipts for it."""

from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec

from sync.carry.files import clear_halves, remove
from sync.carry.folder import read_file, sealed_files, write_file
from sync.carry.outgoing import Answer, own_feeds, relayed
from sync.county.public import (
    age_of,
    certify,
    devices_of,
    known_seq,
    need_county,
    private_feeds,
    public_feeds,
    signed_batches,
)
from sync.county.restored import note_level
from sync.errors import BadInput, Refused
from sync.ledger.belonging import institutions_of
from sync.ledger.clock import Clock
from sync.ledger.intake import Intake, retry_due, retry_filled, take, take_decided
from sync.ledger.ledger import COUNTY, Ledger
from sync.ledger.placing import chain_of, parent
from sync.ledger.trust import county_feeds, is_revoked, trusted_key
from sync.seal import batch, county_kinds, papers
from sync.seal.age import MOST_RECIPIENTS
from sync.seal.change import Sealed, short


def create(folder: Path, name: str, clock: Clock | None = None) -> Ledger:
    """The county's node: root key, database, and the public feed with catalog, default rules and its certificate."""
    ledger = Ledger.create(folder, name, COUNTY, clock)
    with ledger.writing() as w:
        certify(ledger, w, ledger.signer.public, ledger.age_recipient, name, "", "county")
        for course in sample_catalog():
            w.write("course", course)
        w.fact("pack.publish", county_kinds.PackPublish(msgspec.Raw(_default_pack())))
    return ledger


@cache
def sample_catalog() -> list[dict[str, Any]]:
    """The shipped sample courses, which say that they are samples; subsidy in fen, hours in hundredths."""
    text = (files("resources") / "catalogs" / "sample.json").read_bytes()
    return [
        course | {"hours": course["hours"] * 100, "subsidy": course["subsidy"] * 100}
        for course in msgspec.json.decode(text)["courses"]
    ]


def _default_pack() -> bytes:
    pack = msgspec.json.decode((files("resources") / "packs" / "default.json").read_bytes())
    return msgspec.json.encode(pack, order="deterministic")


def receipt_for(ledger: Ledger, feeds: list[str], intakes: list[Intake] | None = None, nonce: str = "") -> bytes:
    """What the county durably holds of these feeds, signed, with what it refused or holds back of these files.

    `nonce` is of the hello that it answers.
    """
    heads = [papers.Head(chain, *_pair(ledger, chain)) for feed in feeds for chain in ledger.chains(feed)]
    found = intakes or []
    receipt = papers.Receipt(
        v=1,
        county=ledger.signer.public.id,
        at=ledger.clock.read().wall // 1000,
        heads=heads,
        refused=[_trouble(intake) for intake in found if intake.state == "refused"],
        held=[_trouble(intake) for intake in found if intake.state == "held"],
        nonce=nonce,
        apart=_kept_apart(ledger, feeds),
    )
    return papers.sign(receipt, ledger.signer)


def _kept_apart(ledger: Ledger, feeds: list[str]) -> list[str]:
    every = ledger.conn.execute("SELECT DISTINCT feed FROM aside WHERE reason = 'fork'").fetchall()
    return sorted({feed for (feed,) in every} & set(feeds))


def from_its_owner(ledger: Ledger, intake: Intake) -> bool:
    """Whether the key of the feed signed what came. Who names another's feed is not told how far that is."""
    return intake.verified and intake.signer == ledger.key_of(intake.feed)


def _pair(ledger: Ledger, chain: str) -> tuple[int, str]:
    position = ledger.position(chain)
    return position.seq, position.hash


def _trouble(intake: Intake) -> papers.Trouble:
    return papers.Trouble(intake.sha256, intake.reason, intake.feed, intake.first, intake.last)


def answer_hello(ledger: Ledger, text: bytes) -> bytes:
    """Raises Refused for a hello that does not verify or comes from a device that was never certified."""
    hello = papers.verify_own(text, papers.Hello)
    age = age_of(ledger, hello.key.id)
    note_level(ledger, hello)
    retry_filled(ledger)
    published = [*public_feeds(ledger), *private_feeds(ledger, hello.key.id)]
    fresh = signed_batches(ledger, published, hello.heads)
    sealed = [batch.seal(one, [age, ledger.age_recipient]) for one in fresh]
    more = False
    feeds = feeds_in_reach(ledger, hello.key.id)
    for feed in feeds:
        for parcel in relayed(ledger, feed, _known_of(ledger, feed, hello.heads), [age]):
            more = sum(map(len, sealed)) > MOST_AT_ONCE
            if more:
                break
            sealed.append(parcel.data)
    receipt = receipt_for(ledger, [*feeds, *published], nonce=hello.nonce)
    return msgspec.json.encode(Answer(receipt, sealed, more))


MOST_AT_ONCE = 16 * 1024 * 1024
"""Bytes of one answer; the rest comes with the next."""


def _known_of(ledger: Ledger, feed: str, heads: list[papers.Head]) -> int:
    """How far the caller has every chain that we have of a feed, whichever of them it calls the main one."""
    told = [head for head in heads if head.feed.partition("~")[0] == feed]
    known: dict[str, int] = {}
    for head in told:
        chain = _chain_with(ledger, head)
        seq = head.seq
        while chain and seq > known.get(chain, 0):
            known[chain] = seq
            # Who has a branch has what it hangs on, up to there.
            chain, seq = parent(ledger, chain) if "~" in chain else ("", 0)
    if not known:
        return known_seq(ledger, next((head for head in told if head.feed == feed), None))
    ends = [(chain, _first(ledger, chain), ledger.position(chain).seq) for chain in ledger.chains(feed)]
    lacks = [known.get(chain, first - 1) for chain, first, last in ends if known.get(chain, 0) < last]
    return int(min(lacks, default=max(last for _, _, last in ends)))


def _first(ledger: Ledger, chain: str) -> int:
    """The number of a chain's first change; a branch begins after what it hangs on."""
    return int(ledger.conn.execute("SELECT min(seq) FROM changes WHERE feed = ?", (chain,)).fetchone()[0])


def _chain_with(ledger: Ledger, head: papers.Head) -> str:
    """The chain of ours that a told head lies in, or empty."""
    row = ledger.conn.execute("SELECT feed, seq FROM changes WHERE hash = ? AND id = ?", (head.hash, _name(head)))
    return next((chain for chain, seq in row if seq == head.seq), "")


def _name(head: papers.Head) -> str:
    try:
        return short(head.hash)
    except ValueError:
        return ""


def feeds_in_reach(ledger: Ledger, key_id: str) -> list[str]:
    """The feeds that a device may have: its own, and those of its institution's other devices until it is revoked."""
    if is_revoked(ledger, key_id):
        return [row[0] for row in ledger.conn.execute("SELECT id FROM feeds WHERE key_id = ? ORDER BY id", (key_id,))]
    found = ledger.conn.execute(
        "SELECT DISTINCT f.id FROM feeds f JOIN devices d ON d.key_id = f.key_id WHERE d.key_id = ? OR d.institution IN"
        " (SELECT institution FROM devices WHERE key_id = ? AND institution <> '') ORDER BY f.id",
        (key_id, key_id),
    )
    return [row[0] for row in found]


def accept_branch(ledger: Ledger, digest: str, reason: str) -> Intake:
    """Accepts the second chain of a forked feed that a file kept aside holds; answers what became of the file."""
    need_county(ledger)
    digest = digest.strip().lower()
    row = ledger.conn.execute("SELECT feed, file FROM aside WHERE sha256 = ? AND reason = 'fork'", (digest,)).fetchone()
    if row is None:
        raise BadInput("没有这样一个因分叉而暂存的文件。请在控制台核对编号。", "not-found")
    if not reason.strip():
        raise BadInput("认可一个分支要写明理由。")
    first, other = parting(ledger, row[1])
    with ledger.writing() as w:
        w.fact("branch.accept", county_kinds.BranchAccept(row[0], sorted([first.id, other]), reason.strip()))
    return take_decided(ledger, digest)


def accept_clock(ledger: Ledger, digest: str, reason: str) -> Intake:
    """Accepts a file held because its laptop's clock is far ahead; answers what became of it."""
    need_county(ledger)
    digest = digest.strip().lower()
    row = ledger.conn.execute(
        "SELECT feed, file FROM aside WHERE sha256 = ? AND reason = 'clock-ahead'", (digest,)
    ).fetchone()
    if row is None:
        raise BadInput("没有这样一个因时钟太快而暂存的文件。请在控制台核对编号。", "not-found")
    if not reason.strip():
        raise BadInput("认可时钟不对的记录要写明理由。")
    changes = changes_in(ledger, row[1])
    until = max(sealed.change.hlc[0] for sealed in changes)
    with ledger.writing() as w:
        w.fact("clock.accept", county_kinds.ClockAccept(row[0], until, reason.strip()))
    return take_decided(ledger, digest)


def changes_in(ledger: Ledger, data: bytes) -> list[Sealed]:
    """What a file kept aside holds. Raises Refused for one that can't be opened or does not verify."""
    signed = batch.unseal(data, ledger.age_identity) if data.startswith(b"age-") else data
    claimed = batch.claim(signed)
    return batch.verify(claimed, trusted_key(ledger, claimed.envelope.keyid))


def parting(ledger: Ledger, data: bytes) -> tuple[Sealed, str]:
    """Where a file kept aside parts from what we hold of its feed: its first other change, and the id of ours there.

    Raises Refused when it does not, or not yet: it may hang on another file that was not accepted.
    """
    signed = batch.unseal(data, ledger.age_identity) if data.startswith(b"age-") else data
    claimed = batch.claim(signed)
    changes = batch.verify(claimed, trusted_key(ledger, claimed.envelope.keyid))
    chain = claimed.header.feed if claimed.header.first == 1 else chain_of(ledger, claimed.header.prev)
    for sealed in changes:
        known = chain_of(ledger, sealed.hash)
        if known is None:
            ours = ledger.conn.execute(
                "SELECT id FROM changes WHERE feed = ? AND seq = ?", (chain, sealed.change.seq)
            ).fetchone()
            if ours is None:
                break
            return sealed, str(ours[0])
        chain = known
    raise Refused("这个文件的分支不从本县已收的记录分出，请先认可更早的文件。", "branch-of-branch")


@dataclass
class Import:
    """What became of the files of one `county import`."""

    intakes: list[tuple[str, Intake]] = field(default_factory=list)
    receipts: list[str] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        return any(intake.state == "refused" for _, intake in self.intakes)


def import_files(ledger: Ledger, paths: list[Path], receipts: Path) -> Import:
    """Takes in every `.xpb`, and what waited here for its time; then writes a receipt for each feed that came, and the
    public feed for its readers.

    Raises CarrierError when a path can't be read or the receipts can't be written; what was taken stays taken.
    """
    need_county(ledger)
    done = Import()
    if not receipts.is_dir():
        raise BadInput(f"找不到放回执的文件夹 {receipts}。")
    for path in paths:
        if not path.exists():
            raise BadInput(f"找不到 {path}。请插好U盘，或检查路径。")
    retry_due(ledger)
    retry_filled(ledger)
    for path in sealed_files(paths, (".xpb",)):
        done.intakes.append((path.name, _import_one(ledger, path)))
    by_feed: dict[str, list[Intake]] = {}
    own = own_feeds(ledger)
    for _, intake in done.intakes:
        if intake.feed not in own or intake.state != "taken":
            by_feed.setdefault(intake.feed, []).append(intake)
    for feed, intakes in sorted(by_feed.items()):
        _leave_receipt(ledger, receipts, feed, intakes, done)
        _leave_lost(ledger, receipts, feed)
    _leave_feeds(ledger, receipts, {intake.feed for _, intake in done.intakes if intake.verified})
    clear_halves(receipts, {*own, *by_feed})
    return done


def _import_one(ledger: Ledger, path: Path) -> Intake:
    try:
        return take(ledger, read_file(path), path.name, "usb")
    except BadInput as error:
        return Intake("refused", error.reason, error.message)


def _leave_receipt(ledger: Ledger, folder: Path, feed: str, intakes: list[Intake], done: Import) -> None:
    told = public_feeds(ledger) if any(intake.verified for intake in intakes) else []
    seq = 0
    if any(from_its_owner(ledger, intake) for intake in intakes):
        told = [feed, *told, *private_feeds(ledger, ledger.key_of(feed))]
        seq = ledger.position(feed).seq
    # A file that could not be opened belongs to no known feed; its receipt is named after the file's hash.
    stem = f"{feed}-{seq:08d}" if feed else f"refused-{intakes[0].sha256[:16]}"
    text = receipt_for(ledger, told, intakes)
    write_file(folder / f"{stem}.xpr", text)
    done.receipts.append(f"{stem}.xpr")


def _leave_lost(ledger: Ledger, folder: Path, feed: str) -> None:
    """For a laptop that was restored: what it had sent after the backup, which its new feed says it lacks.

    Of a feed that it may have: anybody can write that his goes on after another's.
    """
    row = ledger.conn.execute(
        "SELECT c.feed, c.seq, d.age FROM feeds f JOIN devices d ON d.key_id = f.key_id"
        " JOIN changes c ON c.id = ? AND c.hash = f.after WHERE f.id = ? ORDER BY d.until DESC LIMIT 1",
        (_short_after(ledger, feed), feed),
    ).fetchone()
    lost = row[0].partition("~")[0] if row else ""
    if lost in feeds_in_reach(ledger, ledger.key_of(feed)):
        for parcel in relayed(ledger, lost, row[1], [row[2], ledger.age_recipient]):
            write_file(folder / parcel.file_name, parcel.data)


def _short_after(ledger: Ledger, feed: str) -> str:
    (after,) = ledger.conn.execute("SELECT coalesce(max(after), '') FROM feeds WHERE id = ?", (feed,)).fetchone()
    return short(after) if after else ""


def _leave_feeds(ledger: Ledger, folder: Path, came: set[str]) -> None:
    """The county's feeds for whoever takes the stick home: the public one sealed to every certified device, and to
    the devices of each institution, of which something came, what the county says to it alone."""
    ages = [row[0] for row in ledger.conn.execute("SELECT DISTINCT age FROM devices ORDER BY age")]
    _leave(ledger, folder, public_feeds(ledger), ages)
    for institution in _institutions_of(ledger, came):
        ages = [*devices_of(ledger, institution), ledger.age_recipient]
        _leave(ledger, folder, county_feeds(ledger, {institution}), ages)


def _institutions_of(ledger: Ledger, feeds: set[str]) -> list[str]:
    """Those whose devices wrote these feeds, or to whom the county did; all of them where that is none."""
    every = {row[0] for row in ledger.conn.execute("SELECT id FROM institutions")}
    scopes = {feed: {scope} for feed, scope in ledger.conn.execute("SELECT id, scope FROM feeds").fetchall()}
    theirs = institutions_of(ledger.conn, feeds)
    named = set().union(*(theirs.get(feed, set()) | scopes.get(feed, set()) for feed in feeds))
    return sorted(every & named or every)


def _leave(ledger: Ledger, folder: Path, feeds: list[str], ages: list[str]) -> None:
    for signed in signed_batches(ledger, feeds, []):
        header = batch.claim(signed).header
        begins = f"{header.feed}-{header.first:08d}-"
        name = f"{begins}{header.last:08d}"
        # Many readers get several files of the same; each passes over those that are for others.
        for start in range(0, len(ages), MOST_RECIPIENTS):
            which = f"-{start // MOST_RECIPIENTS + 1}" if start else ""
            readers = ages[start : start + MOST_RECIPIENTS]
            write_file(folder / f"{name}{which}.xpb", batch.seal(signed, readers))
        _clear_shorter(folder, begins, name)


def _clear_shorter(folder: Path, begins: str, name: str) -> None:
    """What an earlier import left of the same, and less of it: a stick that goes to and fro for a year fills up."""
    for path in folder.glob(f"{begins}*.xpb"):
        if path.stem[: len(name)] < name:
            remove(path)
