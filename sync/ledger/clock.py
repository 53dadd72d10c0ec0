"""The machine's clocks, read together. Tests inject another; the product has no switch for it."""

import hashlib
import sys
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Reading:
    """Wall clock (milliseconds since 1970 UTC), a clock that nobody sets (milliseconds) and which boot it counts in."""

    wall: int
    mono: int
    boot: str


class Clock(Protocol):
    def read(self) -> Reading: ...


class SystemClock:
    def read(self) -> Reading:
        return Reading(time.time_ns() // 1_000_000, _monotonic_ms(), boot_id())


def _monotonic_ms() -> int:
    # CLOCK_BOOTTIME goes on while the lid is closed; CLOCK_MONOTONIC on Linux doesn't.
    if sys.platform == "linux":
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000
    return time.monotonic_ns() // 1_000_000


@cache
def boot_id() -> str:
    """Eight hex digits that are the same until the machine starts again."""
    return hashlib.sha256(_boot_source().encode()).hexdigest()[:8]


def _boot_source() -> str:
    if sys.platform == "win32":
        import winreg

        path = r"SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management\PrefetchParameters"
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, path) as key:
            return str(winreg.QueryValueEx(key, "BootId")[0])
    path = Path("/proc/sys/kernel/random/boot_id")
    if path.exists():
        return path.read_text()
    # Elsewhere: the moment of the start, coarse enough to come out the same each time.
    return str(round((time.time() - time.monotonic()) / 60))
