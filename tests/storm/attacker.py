"""Somebody who can write to any stick and any wire, has a certified laptop of a school of his own, and no other key."""

import msgspec

from sync.county import devices
from sync.ledger.intake import take
from sync.ledger.ledger import Ledger, feed_id
from sync.seal import batch, county_kinds, kinds, papers
from sync.seal.change import GENESIS, Sealed, encode_body, make
from sync.seal.keys import Ed25519Signer, PublicKey
from tests.seal.forge import forged
from tests.storm.world import World

NONCE = "attacker"
ROGUE, STRANGER = Ed25519Signer(b"r" * 32), Ed25519Signer(b"s" * 32)


class Impostor:
    """Says another's key and signs with his own."""

    def __init__(self, claimed: PublicKey) -> None:
        self.public = claimed

    def sign(self, data: bytes) -> bytes:
        return ROGUE.sign(data)


def change(feed: str, seq: int, prev: str, kind: str, body: kinds.Body, hlc: int = 9_000_000_000_000) -> Sealed:
    return make(
        feed=feed, seq=seq, prev=prev, hlc=(hlc, 0), wall=1, mono=1, boot="b", op="", kind=kind, body=encode_body(body)
    )  # fmt: skip


def opening(signer: Ed25519Signer) -> Sealed:
    feed = feed_id(signer.public, NONCE)
    return change(feed, 1, GENESIS, "feed.open", kinds.FeedOpen(signer.public, NONCE, "恶"), hlc=1)


def certify(world: World) -> None:
    """The county takes him for honest: his own feed's opening is taken."""
    age = world.county.ledger.age_recipient
    asked = papers.sign(papers.Request(1, "恶", ROGUE.public, age, feed_id(ROGUE.public, NONCE)), ROGUE)
    devices.enrol(world.county.ledger, asked, "恶意学校", 3000)
    take(world.county.ledger, batch.build([opening(ROGUE)], ROGUE), "", "usb")


def attack(world: World) -> tuple[str, bytes, list[Sealed]]:
    """Name of the attack, the forged batch, and the changes in it that nobody may ever believe."""
    chance = world.chance
    return chance.choice(ATTACKS)(world)


Forged = tuple[str, bytes, list[Sealed]]


def victim(world: World) -> tuple[Ledger, list[Sealed]]:
    ledger = world.chance.choice(world.live()).ledger
    return ledger, list(ledger.changes(ledger.feed, 1, 50))


def own(world: World, kind: str, body: kinds.Body) -> tuple[bytes, list[Sealed]]:
    first = opening(ROGUE)
    second = change(first.change.feed, 2, first.hash, kind, body)
    return batch.build([first, second], ROGUE), [second]


def stranger(world: World) -> Forged:
    first = opening(STRANGER)
    second = change(first.change.feed, 2, first.hash, "leave", kinds.Leave("l", "p", world.token()))
    return "a stranger's feed", batch.build([first, second], STRANGER), [first, second]


def takeover(world: World) -> Forged:
    """Goes on in an honest feed with his own certified key."""
    ledger, run = victim(world)
    more = change(ledger.feed, run[-1].change.seq + 1, run[-1].hash, "leave", kinds.Leave("l", "p", world.token()))
    return "goes on in another's feed", batch.build([more], ROGUE), [more]


def impostor(world: World) -> Forged:
    """The same under the honest key's name."""
    ledger, run = victim(world)
    more = change(ledger.feed, run[-1].change.seq + 1, run[-1].hash, "leave", kinds.Leave("l", "p", world.token()))
    return "signs in another's name", batch.build([more], Impostor(ledger.signer.public)), [more]


def stolen_header(world: World) -> Forged:
    """An honest header over other lines."""
    ledger, run = victim(world)
    header = batch.claim(batch.build(run, ledger.signer)).header
    last = run[-1].change
    other = change(ledger.feed, last.seq, last.prev, "leave", kinds.Leave("l", "p", world.token()))
    return "honest header, other lines", forged(header, [*(s.line for s in run[:-1]), other.line], ROGUE), [other]


def swapped_signature(world: World) -> Forged:
    """An honest signature over another payload."""
    ledger, run = victim(world)
    honest = msgspec.json.decode(batch.build(run, ledger.signer))
    more = change(ledger.feed, run[-1].change.seq + 1, run[-1].hash, "leave", kinds.Leave("l", "p", world.token()))
    other = msgspec.json.decode(batch.build([more], Impostor(ledger.signer.public)))
    other["signatures"] = honest["signatures"]
    return "honest signature, other payload", msgspec.json.encode(other, order="deterministic"), [more]


def as_county(world: World) -> Forged:
    """Certifies a friend."""
    body = county_kinds.DeviceCertify(STRANGER.public, "age1x", "友", "", "county", 0, 9_000_000_000)
    data, made = own(world, "device.certify", body)
    return "certifies as if the county", data, made


def false_catalog(world: World) -> Forged:
    data, made = own(world, "course", kinds.Write({"code": world.token()}))
    return "writes a course", data, made


def false_approval(world: World) -> Forged:
    """Approves a class himself: in his own feed, or in one that he says is the county's to a school."""
    school = world.chance.choice(sorted(world.schools.values()))
    approved = county_kinds.ClassApprove("C", "approved", world.token())
    if world.chance.random() < 0.5:
        data, made = own(world, "class.approve", approved)
        return "approves a class as if the county", data, made
    nonce = world.token()
    feed = feed_id(ROGUE.public, nonce)
    first = change(feed, 1, GENESIS, "feed.open", kinds.FeedOpen(ROGUE.public, nonce, "县", school))
    more = change(feed, 2, first.hash, "class.approve", approved)
    return "opens a feed to a school as if the county", batch.build([first, more], ROGUE), [first, more]


def false_county(world: World) -> Forged:
    """Goes on in the county's public feed, under its name."""
    county = world.county.ledger
    head = county.position(county.feed)
    more = change(county.feed, head.seq + 1, head.hash, "course", kinds.Write({"code": world.token()}))
    return "goes on in the county's feed", batch.build([more], Impostor(county.signer.public)), [more]


def old_key(world: World) -> Forged:
    """Goes on under a key that the county has given up: in its feed, or in one that he opens."""
    if not world.stolen:
        return false_county(world)
    county, signer = world.county.ledger, world.chance.choice(world.stolen)
    body = county_kinds.DeviceCertify(STRANGER.public, county.age_recipient, "友", "", "trainer", 0, 9_000_000_000)
    rows = county.conn.execute("SELECT id FROM feeds WHERE key_id = ? ORDER BY id", (signer.public.id,)).fetchall()
    feed = world.chance.choice(rows)[0]
    head = county.position(feed)
    if world.chance.random() < 0.5:
        more = change(feed, head.seq + 1, head.hash, "device.certify", body)
        return "goes on under the county's old key", batch.build([more], signer), [more]
    nonce = world.token()
    feed = feed_id(signer.public, nonce)
    first = change(feed, 1, GENESIS, "feed.open", kinds.FeedOpen(signer.public, nonce, "县", "public"))
    more = change(feed, 2, first.hash, "device.certify", body)
    return "opens a feed under the county's old key", batch.build([first, more], signer), [first, more]


def foreign(world: World) -> Forged:
    """Writes to what an honest school made; its maker may not have reached the county yet."""
    node = world.chance.choice(world.live())
    rows = node.ledger.conn.execute("SELECT id FROM trainees ORDER BY rowid LIMIT 5").fetchall()
    if not rows:
        return stranger(world)
    body = kinds.Write({"phone": "666"}, world.chance.choice(rows)[0])
    data, made = own(world, "trainee", body)
    return "writes to another school's trainee", data, made


ATTACKS = [
    stranger, takeover, impostor, stolen_header, swapped_signature, as_county, false_catalog, false_county, old_key,
    foreign, false_approval,
]  # fmt: skip


def false_receipt(world: World) -> bytes:
    """Says that the county has everything, to make a laptop forget."""
    node = world.chance.choice(world.live())
    at = node.ledger.position(node.ledger.feed)
    signer = world.chance.choice([ROGUE, Impostor(world.county.ledger.signer.public)])
    county = world.county.ledger.signer.public.id
    return papers.sign(papers.Receipt(1, county, 1, [papers.Head(node.ledger.feed, at.seq, at.hash)]), signer)
