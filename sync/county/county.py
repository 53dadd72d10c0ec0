"""The county's side: its node, enrolment of laptops, intake of what they bring, and receipts for it."""

from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec

from sync.carry.folder import read_file, sealed_files, write_file
from sync.carry.outgoing import Answer, relayed
from sync.county.public import certify, known_seq, need_county, public_batches
from sync.errors import BadInput, Refused
from sync.ledger.clock import Clock
from sync.ledger.intake import Intake, take, take_aside
from sync.ledger.ledger import COUNTY, Ledger
from sync.ledger.trust import trusted_key
from sync.seal import batch, kinds, papers
from sync.seal.change import Sealed, short


def create(folder: Path, name: str, clock: Clock | None = None) -> Ledger:
    """The county's node: root key, database, and the public feed with catalog, default rules and its certificate."""
    ledger = Ledger.create(folder, name, COUNTY, clock)
    with ledger.writing() as w:
        certify(ledger, w, ledger.signer.public, ledger.age_recipient, name, "", "county")
        for course in sample_catalog():
            w.write("course", course)
        w.fact("pack.publish", kinds.PackPublish(msgspec.Raw(_default_pack())))
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


def receipt_for(ledger: Ledger, feeds: list[str], intakes: list[Intake] | None = None) -> bytes:
    """What the county durably holds of these feeds, signed, with what it refused or holds back of these files."""
    heads = [papers.Head(chain, *_pair(ledger, chain)) for feed in feeds for chain in _chains(ledger, feed)]
    found = intakes or []
    receipt = papers.Receipt(
        v=1,
        county=ledger.signer.public.id,
        at=ledger.clock.read().wall // 1000,
        heads=heads,
        refused=[_trouble(intake) for intake in found if intake.state == "refused"],
        held=[_trouble(intake) for intake in found if intake.state == "held"],
    )
    return papers.sign(receipt, ledger.signer)


def _chains(ledger: Ledger, feed: str) -> list[str]:
    """A feed's main chain and its accepted branches."""
    found = ledger.conn.execute(
        "SELECT DISTINCT feed FROM changes WHERE feed = ? OR feed GLOB ? ORDER BY feed", (feed, f"{feed}~*")
    )
    return [row[0] for row in found]


def _pair(ledger: Ledger, chain: str) -> tuple[int, str]:
    position = ledger.position(chain)
    return position.seq, position.hash


def _trouble(intake: Intake) -> papers.Trouble:
    return papers.Trouble(intake.sha256, intake.reason, intake.feed, intake.first, intake.last)


def answer_hello(ledger: Ledger, text: bytes) -> bytes:
    """Raises Refused for a hello that does not verify or comes from a device that was never certified."""
    hello = papers.verify_own(text, papers.Hello)
    row = ledger.conn.execute("SELECT age FROM devices WHERE key_id = ? LIMIT 1", (hello.key.id,)).fetchone()
    if row is None:
        raise Refused("这台电脑还没有在县里登记，请先办理登记（enrol）。", "unknown-device")
    sealed = [batch.seal(one, [row[0], ledger.age_recipient]) for one in public_batches(ledger, hello.heads)]
    more = False
    feeds = feeds_in_reach(ledger, hello.key.id)
    for feed in feeds:
        for parcel in relayed(ledger, feed, _known_of(ledger, feed, hello.heads), [row[0]]):
            more = sum(map(len, sealed)) > MOST_AT_ONCE
            if more:
                break
            sealed.append(parcel.data)
    return msgspec.json.encode(Answer(receipt_for(ledger, feeds), sealed, more))


MOST_AT_ONCE = 16 * 1024 * 1024
"""Bytes of one answer; the rest comes with the next."""


def _known_of(ledger: Ledger, feed: str, heads: list[papers.Head]) -> int:
    """How far the caller has every chain that we have of a feed, whichever of them it calls the main one."""
    told = [head for head in heads if head.feed.partition("~")[0] == feed]
    places = {(chain, seq) for head in told for chain, seq in _place_of(ledger, head)}
    chains = ledger.conn.execute(
        "SELECT feed, min(seq), max(seq) FROM changes WHERE feed = ? OR feed GLOB ? GROUP BY feed", (feed, f"{feed}~*")
    ).fetchall()
    if not places:
        return known_seq(ledger, next((head for head in told if head.feed == feed), None))
    # Who has a branch has the main chain up to where it parts.
    places |= {(feed, first - 1) for chain, first, _ in chains if chain != feed and chain in dict(places)}
    known = [max((seq for at, seq in places if at == chain), default=first - 1) for chain, first, _ in chains]
    lacks = [seq for seq, (_, _, last) in zip(known, chains, strict=True) if seq < last]
    return min(lacks, default=max(last for _, _, last in chains))


def _place_of(ledger: Ledger, head: papers.Head) -> list[tuple[str, int]]:
    """The chain of ours, and the number in it, that a head names; none if we don't have it."""
    rows = ledger.conn.execute("SELECT feed, seq FROM changes WHERE id = ? AND hash = ?", (_name(head), head.hash))
    return [(chain, seq) for chain, seq in rows]


def _name(head: papers.Head) -> str:
    try:
        return short(head.hash)
    except ValueError:
        return ""


def feeds_in_reach(ledger: Ledger, key_id: str) -> list[str]:
    """The feeds that a device may have: its own, and those of its institution's other devices."""
    found = ledger.conn.execute(
        "SELECT DISTINCT f.id FROM feeds f JOIN devices d ON d.key_id = f.key_id WHERE d.key_id = ? OR d.institution IN"
        " (SELECT institution FROM devices WHERE key_id = ? AND institution <> '') ORDER BY f.id",
        (key_id, key_id),
    )
    return [row[0] for row in found]


def accept_branch(ledger: Ledger, digest: str, reason: str) -> Intake:
    """Accepts the second chain of a forked feed that a file kept aside holds; answers what became of the file."""
    need_county(ledger)
    row = ledger.conn.execute("SELECT feed, file FROM aside WHERE sha256 = ? AND reason = 'fork'", (digest,)).fetchone()
    if row is None:
        raise BadInput("没有这样一个因分叉而暂存的文件。请在控制台核对编号。", "not-found")
    if not reason.strip():
        raise BadInput("认可一个分支要写明理由。")
    first = first_of_branch(ledger, row[1])
    (other,) = ledger.conn.execute(
        "SELECT id FROM changes WHERE feed = ? AND seq = ?", (row[0], first.change.seq)
    ).fetchone()
    with ledger.writing() as w:
        w.fact("branch.accept", kinds.BranchAccept(row[0], sorted([first.id, other]), reason.strip()))
    return take_aside(ledger, digest, "aside")


def first_of_branch(ledger: Ledger, data: bytes) -> Sealed:
    """The first change of a file kept aside that differs from what we hold of its feed. Raises Refused."""
    signed = batch.unseal(data, ledger.age_identity) if data.startswith(b"age-") else data
    claimed = batch.claim(signed)
    changes = batch.verify(claimed, trusted_key(ledger, claimed.envelope.keyid))
    for sealed in changes:
        known = ledger.conn.execute(
            "SELECT hash FROM changes WHERE feed = ? AND seq = ?", (sealed.change.feed, sealed.change.seq)
        ).fetchone()
        if known is not None and known[0] != sealed.hash:
            return sealed
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
    """Takes in every `.xpb`, then writes a receipt for each feed that came, and the public feed for its readers.

    Raises CarrierError when a path can't be read or the receipts can't be written; what was taken stays taken.
    """
    need_county(ledger)
    done = Import()
    if not receipts.is_dir():
        raise BadInput(f"找不到放回执的文件夹 {receipts}。")
    for path in paths:
        if not path.exists():
            raise BadInput(f"找不到 {path}。请插好U盘，或检查路径。")
    for path in sealed_files(paths, (".xpb",)):
        done.intakes.append((path.name, _import_one(ledger, path)))
    by_feed: dict[str, list[Intake]] = {}
    for _, intake in done.intakes:
        if intake.feed != ledger.feed or intake.state != "taken":
            by_feed.setdefault(intake.feed, []).append(intake)
    for feed, intakes in sorted(by_feed.items()):
        _leave_receipt(ledger, receipts, feed, intakes, done)
        _leave_lost(ledger, receipts, feed)
    _leave_public_feed(ledger, receipts)
    return done


def _import_one(ledger: Ledger, path: Path) -> Intake:
    try:
        return take(ledger, read_file(path), path.name, "usb")
    except BadInput as error:
        return Intake("refused", error.reason, error.message)


def _leave_receipt(ledger: Ledger, folder: Path, feed: str, intakes: list[Intake], done: Import) -> None:
    # A file that could not be opened belongs to no known feed; its receipt is named after the file's hash.
    seq = ledger.position(feed).seq if feed else 0
    stem = f"{feed}-{seq:08d}" if feed else f"refused-{intakes[0].sha256[:16]}"
    text = receipt_for(ledger, [feed] if any(intake.verified for intake in intakes) else [], intakes)
    write_file(folder / f"{stem}.xpr", text)
    done.receipts.append(f"{stem}.xpr")


def _leave_lost(ledger: Ledger, folder: Path, feed: str) -> None:
    """For a laptop that was restored: what it had sent after the backup, which its new feed says it lacks."""
    row = ledger.conn.execute(
        "SELECT c.feed, c.seq, d.age FROM feeds f JOIN devices d ON d.key_id = f.key_id"
        " JOIN changes c ON c.id = ? AND c.hash = f.after WHERE f.id = ? ORDER BY d.until DESC LIMIT 1",
        (_short_after(ledger, feed), feed),
    ).fetchone()
    if row is not None:
        for parcel in relayed(ledger, row[0].partition("~")[0], row[1], [row[2], ledger.age_recipient]):
            write_file(folder / parcel.file_name, parcel.data)


def _short_after(ledger: Ledger, feed: str) -> str:
    (after,) = ledger.conn.execute("SELECT coalesce(max(after), '') FROM feeds WHERE id = ?", (feed,)).fetchone()
    return short(after) if after else ""


def _leave_public_feed(ledger: Ledger, folder: Path) -> None:
    """Courses, rules and certificates for whoever takes the stick home: sealed to every certified device."""
    ages = [row[0] for row in ledger.conn.execute("SELECT DISTINCT age FROM devices ORDER BY age")]
    for signed in public_batches(ledger, []):
        header = batch.claim(signed).header
        name = f"{header.feed}-{header.first:08d}-{header.last:08d}.xpb"
        write_file(folder / name, batch.seal(signed, ages))
