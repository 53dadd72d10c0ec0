"""A change: one immutable JSON text in a feed, and the hash chain over it.

The hashed bytes are `{"feed":…,"seq":…,"prev":…,` followed by the rest. A batch carries only the rest of each
change (its *line*); feed, number and previous hash are put back on arrival and so are checked, not believed.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Annotated, Any

import msgspec

from sync.errors import Refused

GENESIS = "0" * 64
MAX_LINE = 64 * 1024
"""Bytes of one change. The longest honest one, a rule pack, has under 20,000."""

Count = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]
"""What JSON and SQLite hold exactly."""
Millis = Annotated[int, msgspec.Meta(ge=0, le=253_370_764_800_000)]
"""Milliseconds since 1970 UTC, to the end of the year 9998: dates end soon after."""

UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What msgspec raises for bytes that are no JSON of the wanted shape."""

_encoder = msgspec.json.Encoder(order="deterministic")


class Change(msgspec.Struct, frozen=True):
    """One change as it was signed. `hlc` is (milliseconds, counter); `wall` and `mono` are milliseconds."""

    feed: str
    seq: Count
    prev: str
    hlc: tuple[Millis, Count]
    wall: Millis
    mono: Count
    boot: str
    op: str
    kind: str
    body: msgspec.Raw


class Sealed(msgspec.Struct, frozen=True, dict=True):
    """A change together with the exact bytes that were hashed, and their SHA-256."""

    change: Change
    raw: bytes
    hash: str

    @cached_property
    def id(self) -> str:
        """The change's short name: 80 bits of its hash in 16 base32 letters. What it makes bears this name."""
        return short(self.hash)

    @property
    def line(self) -> bytes:
        """What travels: the bytes without what the receiver recomputes."""
        return b"{" + self.raw[len(_head(self.change.feed, self.change.seq, self.change.prev)) :]


_decoder = msgspec.json.Decoder(Change)


def short(digest: str) -> str:
    """16 base32 letters (80 bits) of a SHA-256 in hexadecimal."""
    return base64.b32encode(bytes.fromhex(digest[:20])).decode()


def letters(text: str) -> str:
    """A short name or fingerprint as it is kept, however a person writes it: any case, in groups or not."""
    return "".join(character for character in text.upper() if character.isalnum())


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def encode_body(body: Any) -> bytes:
    """Deterministic JSON: sorted keys, no spaces; fields left at their default are left out by the struct."""
    return _encoder.encode(body)


def _head(feed: str, seq: int, prev: str) -> bytes:
    return f'{{"feed":"{feed}","seq":{seq},"prev":"{prev}",'.encode()


def make(
    *,
    feed: str,
    seq: int,
    prev: str,
    hlc: tuple[int, int],
    wall: int,
    mono: int,
    boot: str,
    op: str,
    kind: str,
    body: bytes,
) -> Sealed:
    """Writes a new change into its final bytes."""
    change = Change(feed, seq, prev, hlc, wall, mono, boot, op, kind, msgspec.Raw(body))
    raw = msgspec.json.encode(change)
    return Sealed(change, raw, sha256(raw))


def read(raw: bytes) -> Sealed:
    """Decodes stored bytes. Raises Refused("bad-change")."""
    try:
        # The decoder passes over what it doesn't know without looking whether it is text.
        raw.decode()
        return Sealed(_decoder.decode(raw), raw, sha256(raw))
    except UNREADABLE as error:
        raise Refused("这条变更读不出来，文件可能已损坏。请让对方重新导出。", "bad-change") from error


def chain(feed: str, seq: int, prev: str, lines: Iterable[bytes]) -> Iterator[Sealed]:
    """Rebuilds a run of changes from their lines: numbers from `seq`, the first one following hash `prev`.

    Raises Refused: bad-change, line-too-long, double-key.
    """
    for line in lines:
        if len(line) > MAX_LINE:
            raise Refused("一条变更超过了允许的长度，不予接收。", "line-too-long")
        if not line.startswith(b'{"hlc":'):
            raise Refused("批次里有读不懂的变更，不予接收。", "bad-change")
        sealed = read(_head(feed, seq, prev) + line[1:])
        change = sealed.change
        # A second "feed", "seq" or "prev" key later in the line would otherwise override the first.
        if (change.feed, change.seq, change.prev) != (feed, seq, prev):
            raise Refused("批次里的变更与批次头不符，不予接收。", "bad-change")
        _check_keys(sealed.raw)
        yield sealed
        seq, prev = seq + 1, sealed.hash


def _check_keys(raw: bytes) -> None:
    """A key that stands twice in one object says one thing to us, and perhaps another to who audits it."""
    try:
        if msgspec.json.encode(msgspec.json.decode(raw)) == raw:
            return  # as we write it ourselves; a doubled key would have been lost
        json.loads(raw, object_pairs_hook=_once)
    except (*UNREADABLE, ValueError) as error:
        # ValueError: a number of thousands of digits.
        raise Refused("批次里有读不懂的变更，不予接收。", "bad-change") from error


def _once(pairs: list[tuple[str, Any]]) -> None:
    if len({key for key, _ in pairs}) != len(pairs):
        raise Refused("批次里有一条变更把同一项写了两次，说法不一，不予接收。", "double-key")
