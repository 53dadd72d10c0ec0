"""The small signed papers beside batches: a laptop's request, the county's grant, a receipt, a hello.

None holds a trainee's data; they travel unencrypted, and anybody can verify them.
"""

from typing import Annotated, TypeVar

import msgspec

from sync.errors import Refused
from sync.seal import envelope
from sync.seal.change import UNREADABLE, Count, encode_body
from sync.seal.keys import PublicKey, Signer

Paper = TypeVar("Paper", bound=msgspec.Struct)
Digest = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
"""A SHA-256. Names that become files are written in no other way."""


class Request(msgspec.Struct, frozen=True):
    """A laptop asks the county to certify its key. Self-signed, which proves that it holds the key."""

    v: int
    name: str
    key: PublicKey
    age: str
    feed: str


class Former(msgspec.Struct, frozen=True):
    """A key that the county has given up, and where its feeds end: feed → last number. Nothing else of it counts."""

    key: PublicKey
    ends: dict[str, Count]


class Grant(msgspec.Struct, frozen=True):
    """The county's answer: its own key, and its feeds as signed batches, the certificate among their changes."""

    v: int
    county: str
    key: PublicKey
    age: str
    device: str
    """Id of the key that was certified."""
    batches: list[bytes]
    earlier: list[Former] = []
    """Keys that the county had before, under which older batches are signed."""
    sealed: list[bytes] = []
    """The county's feed to the institution, encrypted to the device: a grant may pass through any hands."""
    institution: str = ""
    """Its name, where the certificate is not among the batches and comes with the first sync."""


class Head(msgspec.Struct, frozen=True):
    """How far a feed is held: last number and the hash there."""

    feed: str
    seq: Count
    hash: Digest


class Trouble(msgspec.Struct, frozen=True):
    """A file that was refused, or is held until something else comes."""

    sha256: str
    reason: str
    feed: str = ""
    first: Count = 0
    last: Count = 0


class Receipt(msgspec.Struct, frozen=True):
    """The county's statement of what it durably holds. `at` is seconds since 1970 UTC."""

    v: int
    county: str
    at: Count
    heads: list[Head]
    refused: list[Trouble] = []
    held: list[Trouble] = []
    nonce: str = ""
    """Of the hello that it answers, so that an old answer is not taken for one of this moment."""
    apart: list[str] = []
    """Feeds of which it keeps another branch aside, until it has decided."""


class Hello(msgspec.Struct, frozen=True):
    """A laptop says what it has, and asks what the county holds of its feeds and what is new for it."""

    v: int
    key: PublicKey
    at: Count
    nonce: str
    heads: list[Head]


class PhotosAsked(msgspec.Struct, frozen=True):
    """A laptop asks which photos the county lacks; on a stick also for those that it lacks itself, by SHA-256."""

    v: int
    key: PublicKey
    at: Count
    nonce: str
    wants: list[Digest] = []


class Begun(msgspec.Struct, frozen=True):
    """A photo that has come in part: `have` bytes of the sealed copy whose SHA-256 is `transfer`."""

    sha256: Digest
    transfer: Digest
    have: Count


class PhotosHeld(msgspec.Struct, frozen=True):
    """The county's statement of photos: of all that the facts up to these heads name, it lacks exactly these."""

    v: int
    county: str
    at: Count
    heads: list[Head]
    lacks: list[Digest]
    begun: list[Begun] = []
    nonce: str = ""
    """Of the question that it answers; empty on a stick, where the latest `at` counts."""


class PhotoPart(msgspec.Struct, frozen=True):
    """Before the bytes of a sealed photo, from `offset` to its end: which photo, which sealed copy, how long."""

    v: int
    key: PublicKey
    sha256: Digest
    transfer: Digest
    total: Count
    offset: Count


class PhotoWanted(msgspec.Struct, frozen=True):
    """A laptop asks for a photo; of the sealed copy `transfer` it has the first `offset` bytes already."""

    v: int
    key: PublicKey
    sha256: Digest
    transfer: Digest | None = None
    offset: Count = 0


TYPES: dict[type[msgspec.Struct], str] = {
    Request: envelope.REQUEST,
    Grant: envelope.GRANT,
    Receipt: envelope.RECEIPT,
    Hello: envelope.HELLO,
    PhotosAsked: envelope.PHOTOS_ASKED,
    PhotosHeld: envelope.PHOTOS_HELD,
    PhotoPart: envelope.PHOTO_PART,
    PhotoWanted: envelope.PHOTO_WANTED,
}


def sign(paper: msgspec.Struct, signer: Signer) -> bytes:
    return envelope.sign(encode_body(paper), TYPES[type(paper)], signer)


def verify(text: bytes, kind: type[Paper], key: PublicKey) -> Paper:
    """Raises Refused: bad-envelope, wrong-type, wrong-key, bad-signature, bad-paper, newer-version."""
    return _decode(envelope.read(text, TYPES[kind]).verify(key), kind)


def verify_own(text: bytes, kind: type[Paper]) -> Paper:
    """For a paper that names its own key (a laptop's, and Grant): it proves possession, not identity."""
    opened = envelope.read(text, TYPES[kind])
    key = _decode(opened.payload, kind).key  # type: ignore[attr-defined]
    return _decode(opened.verify(key), kind)


def _decode(payload: bytes, kind: type[Paper]) -> Paper:
    try:
        paper = msgspec.json.decode(payload, type=kind)
    except UNREADABLE as error:
        raise Refused("签名文件的内容读不出来，可能是更新版本的程序做的。", "bad-paper") from error
    if paper.v != 1:  # type: ignore[attr-defined]
        raise Refused("这个文件是更新版本的程序做的，请升级本机程序后再试。", "newer-version")
    return paper
