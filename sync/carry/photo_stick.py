"""Photos on a stick, after the facts: as many as fit are left for the county, and what is there for us is taken.

A file of ours goes once the county's signed statement says that it holds the photo.
"""

import errno
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from sync.carry.files import read_file, remove, sealed_files, write_file
from sync.carry.outgoing import enrolled_county, recipients_of
from sync.carry.photo_files import (
    PHOTO,
    PICTURES,
    STATEMENT,
    WANTS,
    device_name,
    name_of,
    read_photo_file,
    room_for,
    sent_name,
)
from sync.carry.standing import counts, every_photo, keep_statement, undelivered, verify_statement, wanted
from sync.errors import BadInput, CarrierError, NotFound, Refused, UserError
from sync.ledger import photos
from sync.ledger.ledger import Ledger
from sync.ledger.photos import Named
from sync.ledger.trust import own_institutions
from sync.seal import papers
from sync.seal.photo import digest_of, seal, unseal

Progress = Callable[[int, int], None]


@dataclass
class StickPhotos:
    """What one pass over a folder did with photos."""

    written: int = 0
    """Lie there now for the county, those of earlier passes among them."""
    left: int = 0
    """Found no room."""
    received: int = 0
    missing: int = 0
    """This node's own that the county lacks, and whose file is gone or damaged here."""
    refused: list[dict[str, str]] = field(default_factory=list)
    trouble: str = ""


def write_facts(ledger: Ledger, path: Path, data: bytes) -> None:
    """Writes a file of facts; where the stick is full of our photos, they give way. Raises CarrierError, BadInput."""
    try:
        write_file(path, data)
    except CarrierError as error:
        full = isinstance(error.__cause__, OSError) and error.__cause__.errno in (errno.ENOSPC, errno.EDQUOT)
        ours = [one for one in _pictures(path.parent) if _is_ours(ledger, one)] if full else []
        if not ours:
            raise
        for one in ours:
            remove(one)
        write_file(path, data)


def carry_photos(ledger: Ledger, folder: Path, progress: Progress | None = None) -> StickPhotos:
    """Both ways. Raises only what `progress` does: whatever else goes wrong is told in the answer."""
    done = StickPhotos()
    try:
        _read_statements(ledger, folder, done)
        every = every_photo(ledger)
        if every:
            _read_pictures(ledger, folder, every, done)
            _take_away(ledger, folder, every)
            _write_pictures(ledger, folder, every, done, progress or (lambda _count, _of: None))
            _ask(ledger, folder, every)
            done.missing = counts(ledger).missing
    except UserError as error:
        done.trouble = error.message
    return done


def _read_statements(ledger: Ledger, folder: Path, done: StickPhotos) -> None:
    for path in sealed_files([folder], (STATEMENT,)):
        try:
            keep_statement(ledger, verify_statement(ledger, read_file(path)))
        except (BadInput, Refused) as error:
            done.refused.append({"file": path.name, "reason": error.reason, "message": error.message})


def _read_pictures(ledger: Ledger, folder: Path, every: list[Named], done: StickPhotos) -> None:
    """Whatever we lack, also of colleagues and however old: it is here anyway."""
    lacking = {one.digest for one in every} - photos.here(ledger)
    me = device_name(ledger.signer.public)
    for path in _pictures(folder) if lacking else []:
        device, digest = name_of(path)
        if device in ("", me) and (digest in lacking or not digest):
            with suppress(BadInput, Refused):
                # Not for us, half-copied, or of others: nothing is taken, and its sender writes it again.
                picture = unseal(read_photo_file(path), ledger.age_identity)
                if digest_of(picture) in lacking:
                    lacking.discard(photos.take(ledger, picture))
                    done.received += 1


def _take_away(ledger: Ledger, folder: Path, every: list[Named]) -> None:
    """What is for us alone and has been taken, and our own that the county says it holds."""
    waiting = {one.digest for one in undelivered(ledger, every)}
    arrived = {one.digest for one in every} - waiting
    me = device_name(ledger.signer.public)
    for path in _pictures(folder):
        device, digest = name_of(path)
        if photos.holds(ledger, digest) and (device == me or (not device and digest in arrived)):
            remove(path)


def _write_pictures(ledger: Ledger, folder: Path, every: list[Named], done: StickPhotos, progress: Progress) -> None:
    waiting = [one for one in undelivered(ledger, every) if photos.holds(ledger, one.digest)]
    to = recipients_of(ledger, enrolled_county(ledger), own_institutions(ledger))
    for count, one in enumerate(waiting):
        progress(count, len(waiting))
        path = folder / sent_name(one.digest)
        if _is_whole(ledger, path, one.digest):
            done.written += 1
        elif not room_for(folder, one.size):
            done.left += 1
        else:
            with suppress(NotFound):
                picture = photos.read_to_give(ledger, one.digest)
                _make_folder(path.parent)
                write_file(path, seal(picture, to))
                done.written += 1


def _is_whole(ledger: Ledger, path: Path, digest: str) -> bool:
    """A stick pulled out at the wrong moment may hold half of it. It is sealed to us too."""
    try:
        return digest_of(unseal(read_photo_file(path), ledger.age_identity)) == digest
    except (OSError, UserError):
        return False


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise CarrierError("U盘上建不了照片文件夹，照片没有写上去。请看看U盘是否写保护。") from error


def _ask(ledger: Ledger, folder: Path, every: list[Named]) -> None:
    """Leaves a list of the photos that we lack; takes an older one away."""
    path = folder / f"{device_name(ledger.signer.public)}{WANTS}"
    lacking = [one.digest for one in wanted(ledger, every)]
    if lacking:
        key, at = ledger.signer.public, ledger.clock.read().wall // 1000
        write_file(path, papers.sign(papers.PhotosAsked(1, key, at, secrets.token_hex(16), lacking), ledger.signer))
    else:
        remove(path)


def _is_ours(ledger: Ledger, path: Path) -> bool:
    """Whether it can be written again from here."""
    device, digest = name_of(path)
    return not device and photos.holds(ledger, digest)


def _pictures(folder: Path) -> list[Path]:
    inside = folder / PICTURES
    folders = [folder, inside] if inside.is_dir() and not inside.is_symlink() else [folder]
    return sealed_files(folders, (PHOTO,))
