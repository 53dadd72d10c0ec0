"""The sticks that are plugged in."""

import os
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QStorageInfo

_LINUX = ("/media/", "/run/media/", "/mnt/")
_NOT_DISKS = ("tmpfs", "overlay", "squashfs", "devtmpfs", "fuse.portal")


@dataclass(frozen=True, slots=True)
class Drive:
    path: Path
    words: str


def drives() -> list[Drive]:
    """Volumes that look like sticks: the system says of none of them whether it can be pulled out."""
    found = [info for info in QStorageInfo.mountedVolumes() if _may_be_stick(info)]
    return [Drive(Path(info.rootPath()), _words(info)) for info in found]


def _may_be_stick(info: QStorageInfo) -> bool:
    if not (info.isValid() and info.isReady()) or bytes(info.fileSystemType().data()).decode() in _NOT_DISKS:
        return False
    system = os.environ.get("SYSTEMDRIVE", "")
    if system:
        return not info.rootPath().upper().startswith(system.upper())
    return info.rootPath().startswith(_LINUX)


def _words(info: QStorageInfo) -> str:
    free = info.bytesAvailable() / 1e9
    state = "只读" if info.isReadOnly() else f"剩余 {free:.1f} GB"
    return f"{info.displayName()}（{state}）"
