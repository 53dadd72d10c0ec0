"""Sync by a folder: a USB stick, or wherever somebody puts a file. Nothing in it needs to be trusted.

Files are written whole or not at all (a temporary name, then renamed), so a stick pulled out half-way leaves nothing
that looks finished. Our own files are taken away once a receipt covers them.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

from sync.carry import photo_stick
from sync.carry.files import MAX_FILE, clear_halves, read_file, remove, sealed_files, write_file
from sync.carry.outgoing import (
    delivered,
    enrolled_county,
    go_on_apart,
    keep_receipt,
    note_sent,
    own_feeds,
    parcels,
    read_receipt,
    set_apart,
)
from sync.errors import BadInput, Refused
from sync.ledger.intake import NOT_OPENED, keep_aside, retry_filled, take
from sync.ledger.ledger import Ledger
from sync.ledger.trust import county_keys
from sync.seal import batch
from sync.seal.papers import Receipt, Trouble

__all__ = ["MAX_FILE", "FolderSync", "read_file", "sealed_files", "sync_folder", "write_file"]

_OWN_NAME = re.compile(r"([A-Z2-7]{16})-(\d{8,})-(\d{8,})\.xpb")
_RECEIPT_NAME = re.compile(r"([A-Z2-7]{16})-(\d{8,})\.xpr")


@dataclass
class FolderSync:
    """What one pass over a folder did. `passed` are files that are for somebody else, or damaged."""

    written: list[str] = field(default_factory=list)
    receipts: int = 0
    received: int = 0
    refused: list[dict[str, str]] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    photos: photo_stick.StickPhotos = field(default_factory=photo_stick.StickPhotos)
    troubles: list[Trouble] = field(default_factory=list)
    """What receipts here say that the county refused or holds back of ours, and no receipt covers since."""


def sync_folder(ledger: Ledger, folder: Path, photos: photo_stick.Progress | None = None) -> FolderSync:
    """Reads what the county left in the folder, then leaves there what it has not confirmed, and photos last.

    `photos` is told how many of how many are written, and may raise to stop.
    Raises CarrierError when the folder can't be read or written, NotEnrolled.
    """
    enrolled_county(ledger)
    if not folder.is_dir():
        raise BadInput(f"找不到文件夹 {folder}。请插好U盘，或检查路径。")
    retry_filled(ledger)
    done = FolderSync()
    mine = set(own_feeds(ledger))
    writing, before = ledger.feed, ledger.position(ledger.feed)
    receipts: list[tuple[bytes, Receipt]] = []
    left_by_us = {path for path, _, _ in _own_files(ledger, folder, mine)}
    for path in _countys_first(ledger, sealed_files([folder], (".xpr", ".xpb"))):
        if path not in left_by_us:
            _read_one(ledger, path, done, receipts)
    # After the batches: what the county gives back may be what a receipt speaks of.
    contradictions = [one for text, receipt in receipts for one in keep_receipt(ledger, text, receipt)]
    if not go_on_apart(ledger, contradictions) and ledger.position(writing) != before:
        ledger.new_epoch()
    done.troubles = [trouble for _, receipt in receipts for trouble in _troubles(ledger, receipt)]
    for one in contradictions:
        if _was_refused(receipts, one.feed):
            set_apart(ledger, one.feed)
    for path, feed, last in _own_files(ledger, folder, mine):
        if last <= delivered(ledger, feed).seq:
            remove(path)
    for parcel in parcels(ledger):
        # Written again even if it stands there: a stick pulled out at the wrong moment may hold half of it.
        photo_stick.write_facts(ledger, folder / parcel.file_name, parcel.data)
        note_sent(ledger, parcel, "usb")
        done.written.append(parcel.file_name)
    _clear_superseded(ledger, folder, mine, set(done.written))
    clear_halves(folder, mine)
    done.photos = photo_stick.carry_photos(ledger, folder, photos)
    return done


def _was_refused(receipts: list[tuple[bytes, Receipt]], feed: str) -> bool:
    """Whether the county was sent our branch of a feed, and keeps it aside."""
    return any(t.feed == feed and t.reason == "fork" for _, receipt in receipts for t in receipt.refused)


def _countys_first(ledger: Ledger, paths: list[Path]) -> list[Path]:
    """The county's feeds say whose the other files are, and with which key receipts are signed, which come last.

    A name that lies changes only the order.
    """
    keys = [key.id for key in county_keys(ledger)]
    feeds = {row[0] for key in keys for row in ledger.conn.execute("SELECT id FROM feeds WHERE key_id = ?", (key,))}
    return sorted(paths, key=lambda path: (path.suffix.lower() == ".xpr", path.name[:16] not in feeds))


def _read_one(ledger: Ledger, path: Path, done: FolderSync, receipts: list[tuple[bytes, Receipt]]) -> None:
    try:
        data = read_file(path)
    except BadInput as error:
        done.refused.append({"file": path.name, "reason": error.reason, "message": error.message})
        return
    if path.suffix.lower() == ".xpr":
        try:
            receipts.append((data, read_receipt(ledger, data)))
            done.receipts += 1
        except Refused as error:
            keep_aside(ledger, error, data, path.name)
            done.refused.append({"file": path.name, "reason": error.reason, "message": error.message})
        return
    if not data.startswith(b"age-"):
        done.passed.append(path.name)
        return
    intake = take(ledger, data, path.name, "usb", keep="opened")
    if intake.reason == NOT_OPENED:
        done.passed.append(path.name)
    elif intake.state == "refused":
        done.refused.append({"file": path.name, "reason": intake.reason, "message": intake.message})
    done.received += intake.new


def _troubles(ledger: Ledger, receipt: Receipt) -> list[Trouble]:
    mine = own_feeds(ledger)
    told = (*receipt.refused, *receipt.held)
    return [trouble for trouble in told if trouble.feed in mine and trouble.last > delivered(ledger, trouble.feed).seq]


def _own_files(ledger: Ledger, folder: Path, mine: set[str]) -> list[tuple[Path, str, int]]:
    """(path, feed, last number) of the files that this node left here.

    What goes further than we do was ours before a restore, and comes back from the county.
    """
    names = [(path, _OWN_NAME.fullmatch(path.name)) for path in sealed_files([folder], (".xpb",))]
    named = [(path, name[1], int(name[3])) for path, name in names if name and name[1] in mine]
    reached = [(path, feed, last) for path, feed, last in named if last <= ledger.position(feed).seq]
    return [(path, feed, last) for path, feed, last in reached if not _of_a_clone(ledger, path, feed)]


def _of_a_clone(ledger: Ledger, path: Path, feed: str) -> bool:
    """Whether a copy of this ledger left it, and wrote other changes there: the county is to see those too."""
    try:
        header = batch.claim(batch.unseal(read_file(path), ledger.age_identity)).header
    except (BadInput, Refused):
        # Half of a file of ours: the stick was pulled out.
        return False
    return header.head not in [sealed.hash for sealed in ledger.changes(feed, header.last, 1)]


def _clear_superseded(ledger: Ledger, folder: Path, mine: set[str], written: set[str]) -> None:
    """An older file of ours is contained in the newer one that stands beside it now.

    So is an older receipt, which was read and kept a moment ago: a stick that goes to and fro for a year fills up.
    """
    for path, _, _ in _own_files(ledger, folder, mine):
        if path.name not in written:
            remove(path)
    named = [(name[1], int(name[2]), path) for path in folder.iterdir() if (name := _RECEIPT_NAME.fullmatch(path.name))]
    newest = {feed: seq for feed, seq, _ in sorted(named, key=lambda one: one[1])}
    for feed, seq, path in named:
        if feed in mine and seq < newest[feed]:
            remove(path)
