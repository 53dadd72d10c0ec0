"""How photos lie on a stick: `.xpp` files in a folder of their own, and beside that the county's signed statement for
each feed (`.xps`) and what a laptop asks for (`.xpw`). A name is a hint and proves nothing."""

import re
import shutil
from pathlib import Path

from sync.carry.files import read_file, sealed_files
from sync.errors import BadInput
from sync.seal.change import sha256, short
from sync.seal.keys import PublicKey
from sync.seal.photo import LARGEST, largest_sealed

PICTURES = "乡培通照片"
PHOTO, STATEMENT, WANTS = ".xpp", ".xps", ".xpw"
_NAME = re.compile(r"(?:([A-Z2-7]{16})-)?([0-9a-f]{64})\.xpp")
_MOST_ROOM = 4 * 1024 * 1024


def device_name(key: PublicKey) -> str:
    """A device's short name: 16 letters of its key's SHA-256."""
    return short(sha256(bytes.fromhex(key.raw)))


def sent_name(digest: str) -> str:
    """Where a laptop leaves a photo for the county and its colleagues."""
    return f"{PICTURES}/{digest}{PHOTO}"


def given_name(key: PublicKey, digest: str) -> str:
    """Where the county leaves a photo for one device."""
    return f"{PICTURES}/{device_name(key)}-{digest}{PHOTO}"


def name_of(path: Path) -> tuple[str, str]:
    """(device that it is for, SHA-256 of the photo) as a file's name says; empty where it does not."""
    found = _NAME.fullmatch(path.name)
    return (found[1] or "", found[2]) if found else ("", "")


def photo_files(paths: list[Path]) -> list[Path]:
    """Photos among paths, in folders, and in their folders of photos; not those meant for one device."""
    found = sealed_files(paths, (PHOTO,))
    inside = [path / PICTURES for path in paths if path.is_dir()]
    found += sealed_files([path for path in inside if path.is_dir() and not path.is_symlink()], (PHOTO,))
    return [path for path in found if not name_of(path)[0]]


def read_photo_file(path: Path) -> bytes:
    """Raises CarrierError, BadInput for a file too large to be a photo."""
    if path.stat().st_size > largest_sealed(LARGEST):
        raise BadInput(f"文件 {path.name} 太大，不是乡培通的照片。", "too-large")
    return read_file(path)


def room_for(folder: Path, size: int) -> bool:
    """Whether a photo of so many bytes still fits, and leaves room for facts and receipts beside it."""
    usage = shutil.disk_usage(folder)
    reserve = min(_MOST_ROOM, usage.total // 16)
    return usage.free - reserve > largest_sealed(size)
