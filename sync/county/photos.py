"""The county's side of photos: what it lacks, signed; pieces taken in and given out; photos on a stick.

A device may bring and get the photos that facts in its reach name. Who was revoked may still bring, and gets nothing.
"""

from dataclasses import dataclass, field
from pathlib import Path

from sync.carry import transfer
from sync.carry.files import sealed_files, write_file
from sync.carry.photo_files import STATEMENT, WANTS, given_name, photo_files, read_photo_file, room_for
from sync.carry.transfer import PartTaken, Piece
from sync.county.county import feeds_in_reach
from sync.county.public import age_of, need_county
from sync.errors import BadInput, NotFound, Refused, UserError
from sync.ledger import photos
from sync.ledger.ledger import Ledger
from sync.ledger.photos import Named
from sync.ledger.trust import is_revoked
from sync.seal import papers
from sync.seal.keys import PublicKey
from sync.seal.photo import digest_of, largest_sealed, seal, unseal


def missing(ledger: Ledger, feeds: list[str]) -> list[Named]:
    """The photos that facts of these feeds name and that have not come, each once."""
    found, here = {one.digest: one for one in photos.named(ledger, feeds)}, photos.here(ledger)
    return [one for one in found.values() if one.digest not in here]


def statement(ledger: Ledger, feeds: list[str], nonce: str = "") -> bytes:
    """Of all photos that the facts of these feeds name, which the county lacks; signed. `nonce` is of the question."""
    with_photos = {one.chain.partition("~")[0] for one in photos.named(ledger, feeds)}
    chains = [chain for chain in ledger.feeds() if chain.partition("~")[0] in with_photos]
    lacks = sorted(one.digest for one in missing(ledger, feeds))
    parts = transfer.all_begun(ledger)
    said = papers.PhotosHeld(
        v=1,
        county=ledger.signer.public.id,
        at=ledger.clock.read().wall // 1000,
        heads=[papers.Head(chain, *_pair(ledger, chain)) for chain in chains],
        lacks=lacks,
        begun=[papers.Begun(digest, *parts[digest]) for digest in lacks if digest in parts],
        nonce=nonce,
    )
    return papers.sign(said, ledger.signer)


def _pair(ledger: Ledger, chain: str) -> tuple[int, str]:
    position = ledger.position(chain)
    return position.seq, position.hash


def answer_asked(ledger: Ledger, text: bytes) -> bytes:
    """Raises Refused for a question that does not verify or comes from a device that was never certified."""
    asked = papers.verify_own(text, papers.PhotosAsked)
    age_of(ledger, asked.key.id)
    return statement(ledger, feeds_in_reach(ledger, asked.key.id), asked.nonce)


# Pieces by HTTP


@dataclass(frozen=True, slots=True)
class Arriving:
    """A piece whose bytes may be taken: of which photo and copy, and where they go."""

    digest: str
    transfer: str
    total: int
    offset: int


def begin_part(ledger: Ledger, head: bytes) -> Arriving | PartTaken:
    """Whether the bytes that follow may be taken; an answer at once where they may not, or are not needed.

    Raises Refused for a paper that does not verify or comes from a device that was never certified.
    """
    part = papers.verify_own(head, papers.PhotoPart)
    age_of(ledger, part.key.id)
    try:
        named = _in_reach(ledger, part.key, part.sha256)
        if photos.holds(ledger, part.sha256):
            return PartTaken(part.total)
        if not part.offset <= part.total <= largest_sealed(max(named)):
            raise Refused("送来的照片比记录里写的大，没有收下。", "too-large")
    except Refused as error:
        return PartTaken(0, error.reason, error.message)
    return Arriving(part.sha256, part.transfer, part.total, part.offset)


def take_bytes(ledger: Ledger, part: Arriving, at: int, data: bytes) -> int:
    """Keeps bytes as they come, so that a cut loses none; answers where the next go. Raises Refused, StorageError.

    Touches files only, and needs nobody to wait.
    """
    if at + len(data) > part.total:
        raise Refused("送来的照片比它自己说的长，没有收下。", "too-large")
    transfer.add(ledger, part.digest, part.transfer, at, data)
    return at + len(data)


def end_part(ledger: Ledger, part: Arriving) -> PartTaken:
    """After the bytes of a piece: the photo is kept once it is whole."""
    begun = transfer.begun(ledger, part.digest)
    if photos.holds(ledger, part.digest):
        return PartTaken(part.total)
    if begun is None or begun[0] != part.transfer:
        return PartTaken(0)
    if begun[1] < part.total:
        return PartTaken(begun[1])
    try:
        transfer.finish(ledger, part.digest, part.transfer)
    except Refused as error:
        return PartTaken(0, error.reason, error.message)
    return PartTaken(part.total)


def _in_reach(ledger: Ledger, key: PublicKey, digest: str) -> list[int]:
    """Sizes that facts in a device's reach state of a photo. Raises Refused: no-fact."""
    reach = feeds_in_reach(ledger, key.id)
    rows = ledger.conn.execute("SELECT feed, size FROM photos WHERE sha256 = ?", (digest,)).fetchall()
    sizes = photos.sizes(ledger, digest)
    found = [size for feed, size in rows if feed in reach and size in sizes]
    if not found:
        raise Refused("没有一条已收的记录提到这张照片，没有收下。请先把记录报上来。", "no-fact")
    return found


def answer_wanted(ledger: Ledger, text: bytes) -> tuple[Piece, bytes]:
    """A piece of a photo for a device of the institution that took it. Raises Refused for what does not verify."""
    asked = papers.verify_own(text, papers.PhotoWanted)
    age = age_of(ledger, asked.key.id)
    try:
        _may_get(ledger, asked.key, asked.sha256)
        # Who has nothing of it loses nothing by a fresh copy, and the last one may have been damaged on the disk.
        data = transfer.copy_for(ledger, asked.sha256, age, anew=asked.transfer is None)
    except (Refused, NotFound) as error:
        return Piece(reason=error.reason, message=error.message), b""
    name = digest_of(data)
    offset = asked.offset if asked.transfer == name and asked.offset <= len(data) else 0
    return Piece(name, len(data), offset), data[offset : offset + transfer.PIECE]


def _may_get(ledger: Ledger, key: PublicKey, digest: str) -> None:
    """Raises Refused: revoked, no-fact, claimed-twice."""
    if is_revoked(ledger, key.id):
        raise Refused("这台电脑已被县里注销，不再给它照片。", "revoked")
    reach, naming = set(feeds_in_reach(ledger, key.id)), photos.naming_feeds(ledger, digest)
    if not naming & reach:
        raise Refused("这张照片不是本机构的，不能给。", "no-fact")
    if not naming <= reach:
        # A digest is no secret. Who of two took the picture is for people to find out.
        raise Refused("这张照片有两家机构的记录都说是自己的，先不给，请联系县局。", "claimed-twice")


# A stick


@dataclass
class PhotoImport:
    """What became of the photos of one `county import`."""

    taken: int = 0
    known: int = 0
    given: int = 0
    """Written for devices that asked on the stick."""
    left: int = 0
    """Asked for, and without room on the stick."""
    refused: list[dict[str, str]] = field(default_factory=list)

    def words(self) -> list[str]:
        """A sentence for each thing that matters."""
        said = []
        if self.taken or self.known or self.refused:
            said.append(f"照片：收下 {self.taken} 张，已有 {self.known} 张，拒收 {len(self.refused)} 张。")
        if self.given:
            said.append(f"给培训电脑写出它缺的照片 {self.given} 张。")
        if self.left:
            said.append(f"U盘空间不够，还有 {self.left} 张照片没有写出。")
        return said


def import_photos(ledger: Ledger, paths: list[Path], receipts: Path) -> PhotoImport:
    """Takes the photos in, after the facts; leaves the signed statement, and what devices asked for there.

    Raises CarrierError when a path can't be read or the folder can't be written; what was taken stays taken.
    """
    need_county(ledger)
    done = PhotoImport()
    feeds: set[str] = set()
    for path in photo_files(paths):
        _import_one(ledger, path, done, feeds)
    asked = [found for path in sealed_files(paths, (WANTS,)) if (found := _asked(ledger, path, done))]
    for paper in asked:
        feeds.update(feeds_in_reach(ledger, paper.key.id))
    feeds.update(path.name[:16] for path in sealed_files(paths, (".xpb",)))
    for feed in sorted(feeds & {one[0] for one in ledger.conn.execute("SELECT DISTINCT feed FROM photos")}):
        write_file(receipts / f"{feed}{STATEMENT}", statement(ledger, [feed]))
    for paper in asked:
        _give(ledger, receipts, paper, done)
    return done


def _import_one(ledger: Ledger, path: Path, done: PhotoImport, feeds: set[str]) -> None:
    try:
        digest = digest_of(picture := unseal(read_photo_file(path), ledger.age_identity))
        if photos.holds(ledger, digest):
            done.known += 1
        else:
            photos.take(ledger, picture)
            done.taken += 1
        feeds |= photos.naming_feeds(ledger, digest)
    except (BadInput, Refused) as error:
        done.refused.append({"file": path.name, "reason": error.reason, "message": error.message})


def _asked(ledger: Ledger, path: Path, done: PhotoImport) -> papers.PhotosAsked | None:
    try:
        paper = papers.verify_own(read_photo_file(path), papers.PhotosAsked)
        age_of(ledger, paper.key.id)
    except (BadInput, Refused) as error:
        done.refused.append({"file": path.name, "reason": error.reason, "message": error.message})
        return None
    return paper


def _give(ledger: Ledger, folder: Path, paper: papers.PhotosAsked, done: PhotoImport) -> None:
    """Writes what a device asked for, sealed to it alone, as far as there is room."""
    age = age_of(ledger, paper.key.id)
    for digest in paper.wants:
        try:
            _may_get(ledger, paper.key, digest)
            picture = photos.read_to_give(ledger, digest)
        except (Refused, NotFound):
            # Not here, or not theirs: nothing that a stick could carry.
            continue
        path = folder / given_name(paper.key, digest)
        if not room_for(folder, len(picture)):
            done.left += 1
            continue
        try:
            path.parent.mkdir(exist_ok=True)
            write_file(path, seal(picture, [age]))
            done.given += 1
        except (OSError, UserError):
            done.left += 1
