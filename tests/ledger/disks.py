"""Disks for tests: small ones that get full, and ones that become read-only. Only root can mount them."""

import errno
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, size: str = "3m") -> Iterator[Path]:
    """A file system of its own."""
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], capture_output=True)
    if made.returncode:
        pytest.skip("no right to mount a small file system here; the file-size limit is tested anyway")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def remount(disk: Path, options: str) -> None:
    """For example `ro`, or `size=6m`."""
    subprocess.run(["mount", "-o", f"remount,{options}", disk], check=True)


@contextmanager
def filled(disk: Path, but: int = 0) -> Iterator[None]:
    """Somebody's film takes all the room, except so many bytes."""
    film = disk / "film.mp4"
    with film.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError as error:
            assert error.errno == errno.ENOSPC
        file.truncate(max(file.tell() - but, 0))
    try:
        yield
    finally:
        film.unlink()
