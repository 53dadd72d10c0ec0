"""The laptops of a county: certified, revoked, and their keys given back to who lost them."""

import base64
from typing import Any

import pyrage

from sync.county import grants
from sync.county.public import VALID_DAYS, certify, need_county
from sync.errors import BadInput, NotFound, Refused
from sync.ledger.ledger import Ledger
from sync.ledger.writer import Writer
from sync.seal import county_kinds, papers
from sync.seal.change import letters
from sync.seal.keys import PublicKey

MOST_DAYS = 3660
"""Ten years; a certificate that never ends is never looked at again."""


def enrol(ledger: Ledger, request: bytes, institution: str, days: int = VALID_DAYS) -> tuple[bytes, dict[str, Any]]:
    """Certifies the device of a request for an institution, registered if new; answers the grant and what it says.

    Raises Refused for a request that does not verify, BadInput without an institution's name.
    """
    need_county(ledger)
    asked = read_request(ledger, request)
    if not institution.strip():
        raise BadInput("请写明培训机构的名称。")
    if days < 1 or days > MOST_DAYS:
        raise BadInput(f"有效期要在 1 到 {MOST_DAYS} 天之间。")
    with ledger.writing() as w:
        place = _institution(ledger, w, institution.strip())
        certify(ledger, w, asked.key, asked.age, asked.name, place, "trainer", days)
    said = {
        "device": asked.name,
        "key": asked.key.id,
        "feed": asked.feed,
        "institution": institution.strip(),
        "fingerprint": asked.key.fingerprint,
        "county_fingerprint": ledger.signer.public.fingerprint,
    }
    return grants.whole(ledger, asked.key.id), said


def read_request(ledger: Ledger, request: bytes) -> papers.Request:
    """Who asks, before anything is certified. Raises Refused for a request that does not verify or makes no sense."""
    asked = papers.verify_own(request, papers.Request)
    if not _can_be_sealed_to(asked.age) or asked.key == ledger.signer.public:
        raise Refused("登记申请的内容不合规定，不予登记。请在那台电脑上重新导出。", "bad-request")
    return asked


def _can_be_sealed_to(age: str) -> bool:
    try:
        pyrage.x25519.Recipient.from_str(age)
    except pyrage.RecipientError:
        return False
    return True


def _institution(ledger: Ledger, w: Writer, name: str) -> str:
    row = ledger.conn.execute("SELECT id FROM institutions WHERE name = ? OR id = ? LIMIT 1", (name, name)).fetchone()
    return str(row[0]) if row else w.write("institution", {"name": name})


def revoke(ledger: Ledger, device: str, last_seq: int, reason: str) -> dict[str, Any]:
    """Revokes a device, named by name, key, fingerprint or feed: of its feed nothing after `last_seq` is accepted.

    Of the feeds of a laptop that was restored that is the one that is named, else the one that it opened last; of the
    others nothing more is accepted than is here. Raises NotFound, BadInput.
    """
    need_county(ledger)
    found = _device_named(ledger, device)
    if last_seq < 0 or not reason.strip():
        raise BadInput("请写明注销的理由，以及最后认可到第几条（从 0 起）。")
    key, _, name = found[0]
    meant = max((feed for _, feed, _ in found), key=lambda feed: _opened(ledger, feed))
    lasts = {feed: last_seq if feed == meant else ledger.position(feed).seq for feed in {meant, *_feeds(ledger, key)}}
    with ledger.writing() as w:
        for feed in sorted(lasts):
            w.fact("device.revoke", county_kinds.DeviceRevoke(key, feed, lasts[feed], reason.strip()))
    return {"device": name, "feed": meant, "feeds": sorted(lasts), "last": last_seq}


def _feeds(ledger: Ledger, key_id: str) -> list[str]:
    """Every feed of a device that the county knows: one for each time that it was restored, and its first."""
    return [row[0] for row in ledger.conn.execute("SELECT id FROM feeds WHERE key_id = ?", (key_id,))]


def _opened(ledger: Ledger, feed: str) -> tuple[int, int]:
    """When a feed was opened, by its own clock; before all others where nothing of it is here."""
    return next((sealed.change.hlc for sealed in ledger.changes(feed, 1, 1)), (0, 0))


def _device_named(ledger: Ledger, text: str) -> list[tuple[str, str, str]]:
    """Key id, feed and name, for each feed of the device that a person means, who reads feeds and fingerprints in
    groups of letters. Raises NotFound; BadInput where several devices bear the name.
    """
    rows = ledger.conn.execute(
        "SELECT DISTINCT d.key_id, coalesce(f.id, ''), d.name, d.alg, d.key"
        " FROM devices d LEFT JOIN feeds f ON f.key_id = d.key_id WHERE d.role <> 'county'"
    )
    found = [(key_id, feed, name, letters(PublicKey(alg, key).fingerprint)) for key_id, feed, name, alg, key in rows]
    named = [
        (key_id, feed, name)
        for key_id, feed, name, fingerprint in found
        if text == name or text.lower() == key_id or letters(text) in {feed, fingerprint} - {""}
    ]
    keys = {key_id for key_id, _, _ in named}
    if not keys:
        raise NotFound(f"没有找到电脑“{text}”，请照控制台上的写它的名称、变更流编号或指纹。")
    if len(keys) > 1:
        raise BadInput(f"名为“{text}”的电脑有 {len(keys)} 台，请写它的变更流编号或指纹。", "ambiguous")
    return named


def recover_key(ledger: Ledger, device: str) -> bytes:
    """The ledger's key of a laptop that entrusted it to the county, named as for `revoke`.

    A restored laptop goes on in another feed with the key that it had. Raises NotFound; BadInput for a shared name.
    """
    need_county(ledger)
    key_id, _, _ = _device_named(ledger, device)[0]
    row = ledger.conn.execute(
        "SELECT r.sealed FROM recoveries r JOIN feeds f ON f.id = r.feed WHERE f.key_id = ? ORDER BY r.id LIMIT 1",
        (key_id,),
    ).fetchone()
    if row is None:
        raise NotFound("县里没有这台电脑托管的钥匙：它登记之后还没有上报过。")
    identity = pyrage.x25519.Identity.from_str(ledger.age_identity)
    key: bytes = pyrage.decrypt(base64.b64decode(row[0]), [identity])
    return key
