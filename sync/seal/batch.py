"""A batch: a contiguous run of one feed, sealed as gzip of JSON lines → DSSE → age (`.xpb`).

The first line is the header. It binds feed, first number, count, the hash that the run follows and the hash that it
ends at, so that nothing unsigned says where a run belongs.
"""

import gzip
import re
import zlib
from collections.abc import Sequence

import msgspec
import pyrage

from sync.errors import Refused
from sync.seal import age, envelope
from sync.seal.change import MAX_LINE, UNREADABLE, Count, Sealed, chain
from sync.seal.keys import PublicKey, Signer

MAX_CHANGES = 10_000
MAX_PAYLOAD = 32 * 1024 * 1024
"""Bytes of an unpacked batch; larger ones are refused before they fill the memory."""


_FEED = re.compile("[A-Z2-7]{16}")


class Header(msgspec.Struct, frozen=True):
    """What a batch says of itself, under its signature."""

    v: int
    feed: str
    first: Count
    count: Count
    prev: str
    head: str

    @property
    def last(self) -> int:
        return self.first + self.count - 1


class Batch(msgspec.Struct, frozen=True):
    """A batch opened but not yet verified: the envelope and the header that it claims."""

    envelope: envelope.Envelope
    header: Header


def build(changes: Sequence[Sealed], signer: Signer) -> bytes:
    """The DSSE envelope over a contiguous run of at least one change."""
    first, last = changes[0].change, changes[-1].change
    header = Header(1, first.feed, first.seq, len(changes), first.prev, changes[-1].hash)
    assert last.seq == header.last
    lines = [msgspec.json.encode(header), *(sealed.line for sealed in changes)]
    payload = gzip.compress(b"\n".join(lines) + b"\n", 6, mtime=0)
    return envelope.sign(payload, envelope.BATCH, signer)


def seal(signed: bytes, recipients: Sequence[str]) -> bytes:
    """age encryption to the county's and the institution's devices."""
    sealed: bytes = pyrage.encrypt(signed, [pyrage.x25519.Recipient.from_str(r) for r in recipients])
    return sealed


def unseal(data: bytes, identity: str) -> bytes:
    """The DSSE text inside. Raises Refused: not-sealed, too-many-recipients, not-for-us-or-damaged."""
    if not data.startswith(age.START):
        raise Refused("这不是乡培通的批次文件（.xpb），或者文件没有拷全。", "not-sealed")
    if age.too_many_recipients(data):
        raise Refused("这个文件的收件人名单太长，不是乡培通的批次，不予接收。", "too-many-recipients")
    try:
        signed: bytes = pyrage.decrypt(data, [pyrage.x25519.Identity.from_str(identity)])
    except pyrage.DecryptError as error:
        # age can't tell the two apart.
        text = "这个批次打不开：不是发给本机的，或者文件已损坏。请让对方重新导出。"
        raise Refused(text, "not-for-us-or-damaged") from error
    return signed


def claim(signed: bytes) -> Batch:
    """Reads the header that an unverified envelope claims, to find out whose key must verify it.

    Raises Refused: bad-envelope, wrong-type, bad-header, too-large.
    """
    opened = envelope.read(signed, envelope.BATCH)
    # Only the header is unpacked before the signature is verified.
    head = _unpack(opened.payload, 4096, whole=False).split(b"\n", 1)[0]
    try:
        header = msgspec.json.decode(head, type=Header)
    except UNREADABLE as error:
        raise Refused("批次头读不出来，不予接收。", "bad-header") from error
    if header.v != 1:
        raise Refused("这个批次是更新版本的程序做的，请升级本机程序后再收。", "newer-version")
    if not (1 <= header.count <= MAX_CHANGES and header.first >= 1) or not _FEED.fullmatch(header.feed):
        raise Refused("批次头的内容不合理，不予接收。", "bad-header")
    return Batch(opened, header)


def verify(batch: Batch, key: PublicKey) -> list[Sealed]:
    """The changes, once signature, count and chain are seen to hold.

    Raises Refused: wrong-key, bad-signature, unknown-algorithm, too-large, bad-change, line-too-long, double-key,
    wrong-count, bad-chain.
    """
    payload = batch.envelope.verify(key)
    header = batch.header
    lines = _unpack(payload, MAX_PAYLOAD, whole=True).split(b"\n", header.count + 1)
    if len(lines) != header.count + 2 or lines[-1]:
        raise Refused("批次里的条数与批次头不符，可能被截短了，不予接收。", "wrong-count")
    changes = list(chain(header.feed, header.first, header.prev, lines[1:-1]))
    if changes[-1].hash != header.head:
        raise Refused("批次的哈希链对不上，不予接收。", "bad-chain")
    return changes


def _unpack(payload: bytes, limit: int, *, whole: bool) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        data = unpacker.decompress(payload, limit)
    except zlib.error as error:
        raise Refused("批次解压不了，文件已损坏。", "bad-gzip") from error
    if whole and not unpacker.eof:
        reason = "too-large" if len(data) >= limit else "bad-gzip"
        raise Refused("批次解压后过大或不完整，不予接收。", reason)
    if whole and unpacker.unused_data:
        raise Refused("批次后面带有多余的内容，不予接收。", "bad-gzip")
    return data


__all__ = [
    "MAX_CHANGES",
    "MAX_LINE",
    "MAX_PAYLOAD",
    "Batch",
    "Header",
    "build",
    "claim",
    "seal",
    "unseal",
    "verify",
]
