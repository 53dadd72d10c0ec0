"""Whose signature counts, and how far: the county's keys, the devices that it certified, renewals and revocations.

The county may change its key: the last change that the old key signs (`county.rotate`) names the new key and the feed
that goes on under it. What the old key signs after that is refused.
"""

from sync.errors import Refused
from sync.ledger.belonging import institutions_of_key
from sync.ledger.ledger import COUNTY, County, Ledger
from sync.ledger.placing import Held
from sync.seal import county_kinds, kinds
from sync.seal.change import Sealed
from sync.seal.keys import PublicKey
from sync.seal.papers import Former


def trusted_key(ledger: Ledger, keyid: str) -> PublicKey:
    """The county's key, one that it had before, our own, or one that it certified.

    Raises Refused("unknown-device") at the county, Held("unknown-device") elsewhere.
    """
    for key in (*county_keys(ledger), ledger.signer.public):
        if key.id == keyid:
            return key
    row = ledger.conn.execute("SELECT alg, key FROM devices WHERE key_id = ? LIMIT 1", (keyid,)).fetchone()
    if row is None and ledger.role == COUNTY:
        raise Refused("这个批次出自县里没有登记的设备，不予接收。请先为它办理登记（enrol）。", "unknown-device")
    if row is None:
        # The county may have certified it since; its public feed will say.
        raise Held("这个批次出自本机还不认识的设备，先保留，收到县里的登记后再计入。", "unknown-device")
    return PublicKey(*row)


def county_keys(ledger: Ledger) -> list[PublicKey]:
    """The county's present key first, then those that it had before."""
    county = ledger.county
    return [county.key, *(former.key for former in county.earlier)] if county else []


def is_county(ledger: Ledger, key: PublicKey) -> bool:
    return key in county_keys(ledger)


def county_feeds(ledger: Ledger, scopes: set[str]) -> list[str]:
    """The county's feeds of these scopes ("public", institutions' ids): those of earlier keys first."""
    keys = [key.id for key in reversed(county_keys(ledger))]
    found = ledger.conn.execute("SELECT id, key_id, scope FROM feeds WHERE scope <> 'device'").fetchall()
    ours = sorted(
        (keys.index(key), feed == ledger.feed, feed) for feed, key, scope in found if key in keys and scope in scopes
    )
    return [feed for _, _, feed in ours]


def own_institutions(ledger: Ledger) -> set[str]:
    """Those that this laptop was ever certified for."""
    return institutions_of_key(ledger.conn, ledger.signer.public.id) - {""}


def own_scopes(ledger: Ledger) -> set[str]:
    """The scopes of the county's feeds that this laptop may have."""
    return {"public", *own_institutions(ledger)}


def is_revoked(ledger: Ledger, key_id: str) -> bool:
    """Whether the county has revoked a device, from whichever number on."""
    found = ledger.conn.execute("SELECT 1 FROM revocations WHERE key_id = ? LIMIT 1", (key_id,)).fetchone()
    return found is not None


def check_scope(ledger: Ledger, key: PublicKey, scope: str) -> None:
    """Raises Refused("other-institution") for what the county says to an institution that this laptop is not of.

    A certificate of this laptop's may come after it: the file is tried again when the county has decided more.
    """
    if ledger.role != COUNTY and is_county(ledger, key) and scope not in own_scopes(ledger):
        raise Refused("这是县里发给别的培训机构的，本机不收。", "other-institution")


def within_trust(ledger: Ledger, key: PublicKey, feed: str, fresh: list[Sealed]) -> tuple[list[Sealed], Held | None]:
    """The changes that the key may still have written, and why the rest of them is held.

    Raises Refused("rotated") for what a key signs that the county has given up.
    """
    if is_county(ledger, key):
        _check_rotation(ledger, key, feed, fresh)
        return fresh, None
    if key == ledger.signer.public:
        return fresh, None
    revoked = _revoked_after(ledger, key, feed)
    if revoked is not None and fresh[-1].change.seq > revoked:
        kept = [sealed for sealed in fresh if sealed.change.seq <= revoked]
        return kept, Held("这台设备已被注销，注销之后的记录作为证据保留，不计入。", "revoked")
    (until,) = ledger.conn.execute("SELECT max(until) FROM devices WHERE key_id = ?", (key.id,)).fetchone()
    if until is not None and ledger.clock.read().wall // 1000 > until:
        # Up to the first change that says itself that it is later; clocks may run backwards after it.
        late = next((n for n, sealed in enumerate(fresh) if sealed.change.wall // 1000 > until), len(fresh))
        if late < len(fresh):
            return fresh[:late], Held("这台设备的证书已过期，记录先保留，续期后自动计入。", "certificate-expired")
    return fresh, None


def _revoked_after(ledger: Ledger, key: PublicKey, feed: str) -> int | None:
    """The last number that counts of a feed; 0 for one that a revoked device opened elsewhere or afterwards."""
    rows = ledger.conn.execute("SELECT feed, last_seq FROM revocations WHERE key_id = ?", (key.id,)).fetchall()
    named = [last for which, last in rows if which in ("", feed)]
    return min(named, default=0) if rows else None


def _check_rotation(ledger: Ledger, key: PublicKey, feed: str, fresh: list[Sealed]) -> None:
    county = ledger.county
    ends = [former.ends for former in county.earlier if former.key == key] if county else []
    last = next((s.change.seq for s in fresh if s.change.kind == "county.rotate"), fresh[-1].change.seq)
    if fresh[-1].change.seq > min([last, *(end.get(feed, 0) for end in ends)]):
        raise Refused("县里已换用新的密钥，旧密钥之后签的内容不予接收。", "rotated")


def follow_rotation(ledger: Ledger, fresh: list[Sealed]) -> None:
    """Pins the new key of a county that has rotated, inside the caller's transaction."""
    for sealed in fresh:
        body = kinds.decode(sealed.change.kind, sealed.change.body)
        if isinstance(body, county_kinds.CountyRotate) and ledger.role != COUNTY:
            county = ledger.county
            assert county is not None
            if body.key not in county_keys(ledger):
                former = Former(county.key, body.ends)
                ledger.pin(County(county.name, body.key, body.age, [former, *county.earlier]))
