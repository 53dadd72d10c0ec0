"""Files that somebody carries: read with a bound, written whole or not at all, never followed elsewhere."""

import os
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from sync.errors import BadInput, CarrierError, os_words
from sync.ledger.outputs import must_be_free

MAX_FILE = 64 * 1024 * 1024
"""Bytes of a sealed file; nothing honest comes near."""


def sealed_files(paths: list[Path], suffixes: tuple[str, ...]) -> list[Path]:
    """The files of these kinds among paths and directly in folders; links that lead elsewhere are not followed."""
    found: list[Path] = []
    for path in paths:
        try:
            names = sorted(path.iterdir()) if path.is_dir() else [path]
            found += [name for name in names if name.suffix.lower() in suffixes and not name.is_symlink()]
        except OSError as error:
            raise CarrierError(f"读不了 {path}：{os_words(error)}。") from error
    return [path for path in found if path.is_file()]


def read_file(path: Path) -> bytes:
    """Raises CarrierError, BadInput for a file over MAX_FILE."""
    try:
        if path.stat().st_size > MAX_FILE:
            raise BadInput(f"文件 {path.name} 太大，不是乡培通的文件。", "too-large")
        return path.read_bytes()
    except OSError as error:
        raise CarrierError(f"读不了文件 {path.name}：{os_words(error)}。") from error


def write_file(path: Path, data: bytes) -> None:
    """Whole or not at all, and on the medium when it returns.

    Raises CarrierError, BadInput for a place where nothing may be written.
    """
    must_be_free(path)
    part = path.with_name(path.name + ".part")
    try:
        # A new file: a link that somebody left under this name on the stick leads into other files.
        remove(part)
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        _sync_folder_entry(path.parent)
    except OSError as error:
        remove(part)
        raise CarrierError(f"写不成 {path}：{os_words(error)}。") from error


def remove(path: Path) -> None:
    """What can't be removed (a write-protected stick) does no harm: it is taken once."""
    with suppress(OSError):
        path.unlink(missing_ok=True)


def clear_halves(folder: Path, feeds: Collection[str]) -> None:
    """Takes away what `write_file` of files of these feeds left half done when it was killed.

    A later file bears another number in its name, so nothing would ever be written over it.
    """
    for path in folder.glob("*.part"):
        if path.name[:16] in feeds:
            remove(path)


def _sync_folder_entry(folder: Path) -> None:
    """The new name too must survive a power cut; Windows does that by itself and can't open a folder."""
    if os.name != "nt":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
