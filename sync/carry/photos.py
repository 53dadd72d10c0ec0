"""Photos by HTTP, after the facts: what the county lacks is sent, what we lack is fetched, one by one, in pieces.

Nothing here stops a sync: a photo was never needed to record, and what did not get through goes with the next one.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec

from sync.carry import transfer
from sync.carry.line import Line, not_a_county
from sync.carry.outgoing import enrolled_county
from sync.carry.standing import asked_lately, counts, every_photo, keep_statement, undelivered, verify_statement, wanted
from sync.errors import CarrierError, NotFound, Refused, UserError
from sync.ledger import photos
from sync.ledger.ledger import Ledger
from sync.ledger.photos import Named
from sync.seal import papers
from sync.seal.change import UNREADABLE
from sync.seal.photo import digest_of, largest_sealed

Kind = TypeVar("Kind", bound=msgspec.Struct)
Progress = Callable[[int, int], None]
"""How many photos are done, of how many; may raise to stop."""


@dataclass
class PhotoSync:
    """What one sync did. `sent` counts what the county's signed statement confirms."""

    sent: int = 0
    received: int = 0
    missing: int = 0
    """This node's own that the county lacks, and whose file is gone or damaged here."""
    refused: list[dict[str, str]] = field(default_factory=list)
    trouble: str = ""
    """Why the rest must wait for the next sync, in words."""


def carry_photos(ledger: Ledger, line: Line, progress: Progress | None = None) -> PhotoSync:
    """Both ways. Raises only what `progress` does, and Stopped: whatever else goes wrong is told in the answer."""
    done = PhotoSync()
    every = every_photo(ledger)
    if every:
        try:
            _carry(ledger, line, every, done, progress or (lambda _count, _of: None))
        except UserError as error:
            done.trouble = error.message
        if undelivered(ledger, every):
            done.missing = counts(ledger).missing
    return done


def _carry(ledger: Ledger, line: Line, every: list[Named], done: PhotoSync, progress: Progress) -> None:
    here = [one for one in undelivered(ledger, every) if photos.holds(ledger, one.digest)]
    if not here and not wanted(ledger, every) and asked_lately(ledger):
        return
    said = _ask(ledger, line)
    lacks, parts = set(said.lacks), {one.sha256: one for one in said.begun}
    there = {one.digest for one in undelivered(ledger, every)}
    gives = list({one.digest: one for one in every if one.digest in lacks}.values())
    gets = [one for one in wanted(ledger, every) if one.digest not in there]
    jobs = [(_send, one) for one in gives if photos.holds(ledger, one.digest)] + [(_get, one) for one in gets]
    for count, (job, one) in enumerate(jobs):
        progress(count, len(jobs))
        try:
            job(ledger, line, one, parts.get(one.digest))
            done.received += job is _get
        except (NotFound, Refused) as error:
            done.refused.append({"photo": one.digest, "reason": error.reason, "message": error.message})
    progress(len(jobs), len(jobs))
    if gives:
        lacks_now = set(_ask(ledger, line).lacks)
        done.sent = len(lacks - lacks_now)
        transfer.drop_all_copies_but(ledger, lacks_now)


def _ask(ledger: Ledger, line: Line) -> papers.PhotosHeld:
    """The county's statement of this moment, verified and kept."""
    nonce = secrets.token_hex(16)
    asked = papers.PhotosAsked(1, ledger.signer.public, ledger.clock.read().wall // 1000, nonce)
    said = verify_statement(ledger, line.post("/v1/photos", papers.sign(asked, ledger.signer)))
    if said.nonce != nonce:
        raise Refused("关于照片收到的是以前的回答，不是这一次的。照片都在本机，下次再传。", "old-answer")
    keep_statement(ledger, said)
    return said


def _send(ledger: Ledger, line: Line, photo: Named, begun: papers.Begun | None) -> None:
    """Goes on where the county has bytes of the very copy that we kept. Raises Refused, NotFound, CarrierError."""
    data = transfer.copy_for(ledger, photo.digest, enrolled_county(ledger).age)
    name = digest_of(data)
    offset = begun.have if begun and begun.transfer == name and begun.have <= len(data) else 0
    again = False
    while True:
        part = papers.PhotoPart(1, ledger.signer.public, photo.digest, name, len(data), offset)
        body = papers.sign(part, ledger.signer) + b"\n" + data[offset : offset + transfer.PIECE]
        answer = _decode(line.post("/v1/photos/part", body), transfer.PartTaken)
        if answer.reason and (answer.reason != "start-over" or again):
            transfer.drop_copies(ledger, photo.digest)
            raise Refused(answer.message, answer.reason)
        if answer.have >= len(data):
            return
        # What the county had of it may be gone meanwhile: once from the start, and not for ever.
        if answer.reason or answer.have <= offset:
            if again:
                raise CarrierError("县里的服务器没有接住照片。照片都在本机，下次再传。", "no-progress")
            again = True
        offset = answer.have


def _get(ledger: Ledger, line: Line, photo: Named, _begun: papers.Begun | None) -> None:
    """Goes on with the copy of which we have bytes. Raises Refused, CarrierError, StorageError."""
    name, have = transfer.begun(ledger, photo.digest) or (None, 0)
    while True:
        asked = papers.PhotoWanted(1, ledger.signer.public, photo.digest, name, have)
        head, _, data = line.post("/v1/photos/get", papers.sign(asked, ledger.signer)).partition(b"\n")
        piece = _decode(head, transfer.Piece)
        if piece.reason or piece.transfer is None:
            raise Refused(piece.message, piece.reason or "no-photo")
        if piece.transfer != name:
            # Another copy than the one that was begun: from its start.
            name, have = piece.transfer, 0
        too_long = len(data) > transfer.PIECE or piece.total > largest_sealed(photo.size)
        if too_long or piece.offset != have or piece.offset + len(data) > piece.total:
            raise not_a_county()
        have = transfer.add(ledger, photo.digest, name, have, data)
        if have >= piece.total:
            transfer.finish(ledger, photo.digest, name)
            return
        if not data:
            raise not_a_county()


def _decode(body: bytes, kind: type[Kind]) -> Kind:
    try:
        return msgspec.json.decode(body, type=kind)
    except UNREADABLE as error:
        raise not_a_county() from error
