"""Grants of devices that the county has certified: whole, as a file; or short enough for a few QR codes.

A county's public feed grows with every laptop, a page of codes does not. Where the whole grant is too large, the one
for codes carries the county's keys and the feed's beginning, which is where courses and rules are; the certificate
itself, and whatever else came later, reaches the laptop by its first sync. docs/decisions/0006 has the figures.
"""

from bisect import bisect_left

from sync.county.public import need_county, private_feeds, public_feeds, signed_batches
from sync.errors import NotFound
from sync.ledger.ledger import Ledger
from sync.seal import batch, papers, parts

MOST_CODES = 12
_OF_OTHERS = frozenset({"institution", "device.certify", "device.revoke"})
"""What a laptop can do without until its first sync."""


def whole(ledger: Ledger, key_id: str) -> bytes:
    """All that the county publishes for a certified device. Raises NotFound."""
    age, _ = _certified(ledger, key_id)
    private = signed_batches(ledger, private_feeds(ledger, key_id), [])
    sealed = [batch.seal(signed, [age, ledger.age_recipient]) for signed in private]
    return _signed(ledger, key_id, signed_batches(ledger, public_feeds(ledger), []), sealed=sealed)


def for_codes(ledger: Ledger, key_id: str) -> bytes:
    """The whole grant, or as much of it as MOST_CODES carry. Raises NotFound."""
    grant = whole(ledger, key_id)
    if not _too_large(grant):
        return grant
    _, institution = _certified(ledger, key_id)
    feed = public_feeds(ledger)[0]
    # What an earlier key signed was signed as it stands; the present one can sign any beginning.
    ours = ledger.key_of(feed) == ledger.signer.public.id
    changes = list(ledger.changes(feed, 1, batch.MAX_CHANGES)) if ours else []
    ends = [number for number, sealed in enumerate(changes, 1) if sealed.change.kind not in _OF_OTHERS]

    def beginning(last: int) -> bytes:
        batches = [batch.build(changes[:last], ledger.signer)] if last else []
        return _signed(ledger, key_id, batches, institution=institution)

    fitting = bisect_left(ends, True, key=lambda last: _too_large(beginning(last)))
    return beginning(ends[fitting - 1] if fitting else 0)


def _too_large(grant: bytes) -> bool:
    return not parts.fits(grant, MOST_CODES)


def _certified(ledger: Ledger, key_id: str) -> tuple[str, str]:
    """Age recipient, and the name of the institution."""
    need_county(ledger)
    row = ledger.conn.execute(
        "SELECT d.age, i.name FROM devices d JOIN institutions i ON i.id = d.institution WHERE d.key_id = ?"
        " ORDER BY d.until DESC LIMIT 1",
        (key_id,),
    ).fetchone()
    if row is None:
        raise NotFound("县里没有给这台电脑签发过授权。请从总览进入，或先办理登记。")
    return str(row[0]), str(row[1])


def _signed(
    ledger: Ledger, key_id: str, batches: list[bytes], sealed: list[bytes] | None = None, institution: str = ""
) -> bytes:
    county = ledger.county
    assert county is not None
    grant = papers.Grant(
        v=1,
        county=ledger.name,
        key=ledger.signer.public,
        age=ledger.age_recipient,
        device=key_id,
        batches=batches,
        earlier=county.earlier,
        sealed=sealed or [],
        institution=institution,
    )
    return papers.sign(grant, ledger.signer)
