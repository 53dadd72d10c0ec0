"""A signed paper as a few short texts, each for one QR code: from a screen or an A4 print into any camera.

    XP1/<paper>/<number>/<count>/<data>/<check>

`paper` is the short name of the paper's SHA-256, `data` a slice of its deflated bytes in base32, `check` the CRC-32 of
all that stands before. Every letter is of QR's alphanumeric mode. The parts of a paper may come in any order and any
number of times; what they make is the very paper, byte by byte, or nothing.
"""

import base64
import binascii
import zlib

import msgspec

from sync.errors import Refused
from sync.seal.change import sha256, short

SIZE = 480
"""Bytes of a part at most: a code of 89 modules, which a 720p camera reads well out of focus at 480 pixels."""
FOR_PHONES = 800
"""Bytes of a part that a phone photographs: a request is then one code, of at most 117 modules."""
MOST = 99
LARGEST = 1024 * 1024
"""Bytes of a paper at most; a grant for a county of a thousand laptops has a quarter of it."""
_MARK, _FAMILY = "XP1", "XP"


class Part(msgspec.Struct, frozen=True):
    """One part as it was read: the `number`-th of `count`, counted from 1."""

    paper: str
    number: int
    count: int
    data: bytes


def fits(paper: bytes, count: int) -> bool:
    """Whether that many codes carry a paper."""
    return len(paper) <= LARGEST and len(zlib.compress(paper, 9)) <= count * SIZE


def split(paper: bytes, most: int = SIZE) -> list[str]:
    """The texts of a paper's parts: of `most` bytes, as few as do and as equal as can be."""
    packed = zlib.compress(paper, 9)
    count = -(-len(packed) // most)
    if count > MOST or len(paper) > LARGEST:
        raise ValueError(f"a paper of {len(paper)} bytes is too large for codes")
    size = -(-len(packed) // count)
    name = short(sha256(paper))
    return [_text(name, n + 1, count, packed[n * size : (n + 1) * size]) for n in range(count)]


def _text(name: str, number: int, count: int, data: bytes) -> str:
    body = f"{_MARK}/{name}/{number}/{count}/{base64.b32encode(data).decode().rstrip('=')}"
    return f"{body}/{_check(body)}"


def _check(body: str) -> str:
    return base64.b32encode(zlib.crc32(body.encode()).to_bytes(4, "big")).decode().rstrip("=")


def read(text: str) -> Part:
    """Takes one text apart. Raises Refused: not-a-part, newer-version, bad-part."""
    body, _, check = text.rpartition("/")
    fields = body.split("/")
    if not fields[0].startswith(_FAMILY):
        raise Refused("这不是登记用的二维码。请对准登记申请或授权的二维码。", "not-a-part")
    if fields[0] != _MARK:
        raise Refused("这个二维码是更新版本的程序做的，请升级本机程序后再扫。", "newer-version")
    try:
        _, name, number, count, letters = fields
        if _check(body) != check:
            raise ValueError("the check differs")
        part = Part(name, int(number), int(count), base64.b32decode(letters + "=" * (-len(letters) % 8)))
        if not 1 <= part.number <= part.count <= MOST or not part.data:
            raise ValueError("no such part")
    except (ValueError, binascii.Error) as error:
        raise Refused("这个二维码已损坏或没有拍全，请重新扫或重新拍照。", "bad-part") from error
    return part


class Collection:
    """Gathers the parts of one paper, the first that comes. `paper` is there once it is whole."""

    def __init__(self) -> None:
        self._of: tuple[str, int] | None = None
        self._found: dict[int, bytes] = {}
        self.paper: bytes | None = None

    @property
    def count(self) -> int:
        """How many parts the paper has; 0 before the first."""
        return self._of[1] if self._of else 0

    @property
    def missing(self) -> list[int]:
        return [number for number in range(1, self.count + 1) if number not in self._found]

    def add(self, text: str) -> bool:
        """Takes the text of one code; answers whether it was new.

        Raises Refused: what `read` says; other-paper, and all stays as it was; bad-parts, and all begins anew.
        """
        part = read(text)
        if self._of not in (None, (part.paper, part.count)):
            raise Refused("这个二维码属于另一份文件，没有计入。请扫同一份的，或者重新开始。", "other-paper")
        self._of = part.paper, part.count
        if part.number in self._found:
            return False
        self._found[part.number] = part.data
        if not self.missing:
            self.paper = self._whole(part.paper)
        return True

    def _whole(self, name: str) -> bytes:
        packed = b"".join(self._found[number] for number in sorted(self._found))
        unpacker = zlib.decompressobj()
        try:
            paper = unpacker.decompress(packed, LARGEST)
        except zlib.error:
            paper = b""
        if not unpacker.eof or unpacker.unused_data or short(sha256(paper)) != name:
            self._of, self._found = None, {}
            raise Refused("这些二维码拼不成一份完整的文件，请全部重新扫一遍。", "bad-parts")
        return paper
