"""Enrolment on the laptop's side: the request that asks the county, and the grant that it answers with."""

import base64
from typing import Any

import pyrage

from sync.errors import Refused
from sync.ledger import database
from sync.ledger.intake import admit, take
from sync.ledger.ledger import County, Ledger
from sync.ledger.placing import Held
from sync.seal import kinds, papers, parts


def request(ledger: Ledger) -> bytes:
    """The signed request of this laptop, for the county's `enrol`."""
    asked = papers.Request(1, ledger.name, ledger.signer.public, ledger.age_recipient, ledger.feed)
    return papers.sign(asked, ledger.signer)


def request_codes(ledger: Ledger) -> list[str]:
    """The request as texts of QR codes for a phone to take: one, but for a very long name."""
    return parts.split(request(ledger), parts.FOR_PHONES)


def look(ledger: Ledger, text: bytes) -> dict[str, Any]:
    """Whose grant it is, before it is taken: two people compare the fingerprints. Takes nothing.

    `known` tells that this laptop trusts that very county already. Raises Refused: what papers.verify_own says;
    other-device.
    """
    grant = _for_us(ledger, text)
    return {
        "county": grant.county,
        "county_fingerprint": grant.key.fingerprint,
        "fingerprint": ledger.signer.public.fingerprint,
        "known": ledger.county is not None and ledger.county.key == grant.key,
    }


def _for_us(ledger: Ledger, text: bytes) -> papers.Grant:
    grant = papers.verify_own(text, papers.Grant)
    if grant.device != ledger.signer.public.id:
        raise Refused("这份授权是给另一台电脑的，不能导入。请核对文件。", "other-device")
    return grant


def accept(ledger: Ledger, text: bytes) -> dict[str, Any]:
    """Takes a grant: from now on this laptop trusts its county. Answers whom to compare fingerprints with.

    Raises Refused: what papers.verify_own and intake.admit say; other-device, other-county, bad-grant, no-certificate.
    """
    grant = _for_us(ledger, text)
    before = ledger.county
    county = County(grant.county, grant.key, grant.age, grant.earlier)
    recipient = _recipient(county)
    # The whole grant or nothing: a false county must leave no courses, rules or devices behind.
    with database.transaction(ledger.conn):
        # Its key first: the feeds in the grant are verified against it. A county that we know is not put in another's
        # place because a grant says so: only its own last signature hands it over.
        if before is None or before.key == grant.key:
            ledger.pin(county)
        for signed in grant.batches:
            _admit(ledger, signed, before)
        if ledger.county is None or ledger.county.key != grant.key:
            raise _other_county(before)
        ledger.put("granted", grant.institution)
        said = enrolled(ledger)
        if said is None:
            raise Refused("授权里没有这台电脑的证书，不能导入。请县局重新制作。", "no-certificate")
    for sealed in grant.sealed:
        take(ledger, sealed, "grant", "grant")
    if ledger.conn.execute("SELECT 1 FROM recoveries WHERE feed = ?", (ledger.feed,)).fetchone() is None:
        _entrust_key(ledger, recipient)
    return said


def _admit(ledger: Ledger, signed: bytes, before: County | None) -> None:
    try:
        admit(ledger, signed, "grant")
    except Held as error:
        if before is None or error.reason != "unknown-device":
            raise
        raise _other_county(before) from error


def _other_county(before: County | None) -> Refused:
    name = before.name if before else ""
    return Refused(f"这台电脑已在“{name}”登记，这份授权出自另一个县，不能导入。", "other-county")


def enrolled(ledger: Ledger) -> dict[str, Any] | None:
    """The county and the institution that this laptop is certified for, with both fingerprints; None before a grant.

    `certificate` is false while it has come by QR codes only: the certificate itself follows with the first sync.
    """
    county = ledger.county
    device = ledger.conn.execute(
        "SELECT i.name FROM devices d LEFT JOIN institutions i ON i.id = d.institution WHERE d.key_id = ?"
        " ORDER BY d.until DESC LIMIT 1",
        (ledger.signer.public.id,),
    ).fetchone()
    institution = device[0] if device else ledger.get("granted")
    if county is None or (device is None and not institution):
        return None
    return {
        "county": county.name,
        "institution": institution,
        "certificate": device is not None,
        "county_fingerprint": county.key.fingerprint,
        "fingerprint": ledger.signer.public.fingerprint,
    }


def _recipient(county: County) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(county.age)
    except pyrage.RecipientError as error:
        raise Refused("授权的内容不合规定，不能导入。请县局重新制作。", "bad-grant") from error


def _entrust_key(ledger: Ledger, recipient: pyrage.x25519.Recipient) -> None:
    """The ledger's key, sealed to the county: a lost password or a broken keyring must not cost a class its record."""
    sealed = pyrage.encrypt(ledger.key, [recipient])
    with ledger.writing() as w:
        w.fact("device.recovery", kinds.DeviceRecovery(base64.b64encode(sealed).decode()))
