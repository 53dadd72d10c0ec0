"""The county's feeds, under a key that can be changed.

A public one, with courses, rules, calendar and certificates for everybody; one for each institution, with what the
county decides on its classes, which nobody else gets to read; and one that never leaves the county.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from sync.carry.outgoing import own_feeds
from sync.errors import BadInput, NotEnrolled, Refused
from sync.ledger import database
from sync.ledger.belonging import institutions_of_key
from sync.ledger.ledger import COUNTY, Ledger, feed_id
from sync.ledger.trust import county_feeds, is_revoked
from sync.ledger.writer import Writer
from sync.seal import batch, county_kinds, kinds, papers
from sync.seal.keys import PublicKey, Signer, new_secret, signer_of

OFFICE = "office"
"""The scope of what the county keeps to itself. No institution's id is so short, and so no laptop is of it."""
VALID_DAYS = 400
"""How long a certificate holds: a training year and the weeks to renew it in."""


def need_county(ledger: Ledger) -> None:
    """Raises NotEnrolled when this folder is a laptop's."""
    if ledger.role != COUNTY:
        raise NotEnrolled("这个文件夹不是县级服务的数据（应先 county init），请检查 --data。", "not-a-county")


def certify(
    ledger: Ledger, w: Writer, key: PublicKey, age: str, name: str, institution: str, role: str, days: int = VALID_DAYS
) -> None:
    since = ledger.clock.read().wall // 1000
    until = since + days * 86400
    w.fact("device.certify", county_kinds.DeviceCertify(key, age, name, institution, role, since, until))


@contextmanager
def publishing(ledger: Ledger, scope: str) -> Iterator[Writer]:
    """One atomic append to the county's feed to an institution, or to its own of the OFFICE, opened on first need."""
    with database.transaction(ledger.conn):
        writer = Writer(ledger, ledger.feed_to(scope))
        yield writer
        writer.flush()


def signed_batches(ledger: Ledger, feeds: list[str], known: list[papers.Head]) -> list[bytes]:
    """What a reader with these heads lacks of the county's feeds: as earlier keys signed it, or under the present."""
    made: list[bytes] = []
    for feed in feeds:
        after = known_seq(ledger, next((head for head in known if head.feed == feed), None))
        if ledger.key_of(feed) == ledger.signer.public.id:
            made += _signed_now(ledger, feed, after)
        else:
            rows = ledger.conn.execute(
                "SELECT signed FROM envelopes WHERE feed = ? AND last > ? ORDER BY first", (feed, after)
            )
            made += [row[0] for row in rows]
    return made


def _signed_now(ledger: Ledger, feed: str, after: int) -> Iterator[bytes]:
    while changes := list(ledger.changes(feed, after + 1, batch.MAX_CHANGES)):
        yield batch.build(changes, ledger.signer)
        after += len(changes)


def public_feeds(ledger: Ledger) -> list[str]:
    """The county's public feeds: those of earlier keys first, and the one that is written now last."""
    return county_feeds(ledger, {"public"})


def private_feeds(ledger: Ledger, key_id: str) -> list[str]:
    """The county's feeds to the institutions that a device is of; none once it is revoked."""
    if is_revoked(ledger, key_id):
        return []
    return county_feeds(ledger, institutions_of_key(ledger.conn, key_id))


def age_of(ledger: Ledger, key_id: str) -> str:
    """What to seal to for a device. Raises Refused("unknown-device") for one that was never certified."""
    row = ledger.conn.execute(
        "SELECT age FROM devices WHERE key_id = ? ORDER BY until DESC LIMIT 1", (key_id,)
    ).fetchone()
    if row is None:
        raise Refused("这台电脑还没有在县里登记，请先办理登记（enrol）。", "unknown-device")
    return str(row[0])


def devices_of(ledger: Ledger, institution: str) -> list[str]:
    """The age recipients of an institution's devices that are not revoked."""
    found = ledger.conn.execute(
        "SELECT DISTINCT age FROM devices WHERE institution = ? AND key_id NOT IN (SELECT key_id FROM revocations)"
        " ORDER BY age",
        (institution,),
    )
    return [row[0] for row in found]


def rotate(ledger: Ledger) -> PublicKey:
    """A new key for the county, signed by the old one, which is then destroyed; answers the new key.

    What the old key signed is kept as it was signed, since nobody can sign it again.
    """
    need_county(ledger)
    if ledger.get("token"):
        raise BadInput("县里的钥匙在外部设备里，还不能用这个命令更换。", "token")
    alg = ledger.signer.public.alg
    secret, nonce = new_secret(alg), secrets.token_hex(8)
    old, new = ledger.signer, signer_of(alg, secret)
    before, after = ledger.feed, feed_id(new.public, nonce)
    with ledger.writing() as w:
        ends = {feed: ledger.position(feed).seq for feed in own_feeds(ledger)}
        ends[before] += 1
        w.fact("county.rotate", county_kinds.CountyRotate(new.public, ledger.age_recipient, after, ends))
        w.flush()
        for feed in ends:
            _keep_signed(ledger, feed, old)
        last = ledger.position(before).hash
        assert ledger.county is not None
        earlier = [papers.Former(old.public, ends), *ledger.county.earlier]
        ledger.put("earlier_keys", msgspec.json.encode(earlier).decode())
        ledger.put("seed", secret.hex())
        ledger.put("feed", after)
        ledger.leave_feeds()
        ledger.remember_clock()
        opened = Writer(ledger, after)
        opened.fact("feed.open", kinds.FeedOpen(new.public, nonce, ledger.name, "public", last))
        certify(ledger, opened, new.public, ledger.age_recipient, ledger.name, "", "county")
        opened.flush()
    return new.public


def _keep_signed(ledger: Ledger, feed: str, signer: Signer) -> None:
    first = 1
    while changes := list(ledger.changes(feed, first, batch.MAX_CHANGES)):
        last = first + len(changes) - 1
        signed = batch.build(changes, signer)
        ledger.conn.execute(
            "INSERT INTO envelopes (feed, first, last, signed, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (feed, first, last, signed, ledger.clock.read().wall // 1000),
        )
        first = last + 1


def known_seq(ledger: Ledger, head: papers.Head | None) -> int:
    """How far the caller has what we have; nothing, where its chain is another."""
    if head is None:
        return 0
    row = ledger.conn.execute("SELECT hash FROM changes WHERE feed = ? AND seq = ?", (head.feed, head.seq)).fetchone()
    ours = ledger.position(head.feed)
    if row is not None:
        return head.seq if row[0] == head.hash else 0
    # It has more than we do: nothing to give.
    return ours.seq
