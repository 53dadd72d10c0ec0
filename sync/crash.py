"""When our own code fails: a report in the data folder, with nothing in it that names or numbers anybody."""

import platform
import re
import sys
import traceback
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

_GAP = r"[ \t\u00a0\u3000\-\u2010-\u2015\uff0d]{0,3}"
_NUMBERS = re.compile(rf"\d(?:{_GAP}\d){{5,}}[Xx]?")
# A name can't be told from any other Chinese word, so all of them go; file and line say where they stood.
_HAN = re.compile(r"[\u3007\u3400-\u9fff\uf900-\ufaff\ue000-\uf8ff\U00020000-\U0003ffff·•‧・]+")


def scrub(text: str) -> str:
    """Without anything that could name a person: Chinese words, and runs of six or more digits, grouped or not."""
    return _HAN.sub("[words]", _NUMBERS.sub("[number]", text))


def write_report(folder: Path, error: BaseException, about: Iterable[str] = ()) -> Path:
    """Writes a report on `error` to the node's folder/crashes, and answers where. `about` are lines on the program.

    Raises OSError when nothing can be written there.
    """
    now = datetime.now(UTC)
    head = [now.isoformat(), f"Python {sys.version}", *about, platform.platform(), ""]
    crashes = folder / "crashes"
    crashes.mkdir(parents=True, exist_ok=True)
    path = crashes / f"{now:%Y%m%d-%H%M%S-%f}.txt"
    path.write_text("\n".join(head) + "\n" + told(error), encoding="utf-8")
    return path


def told(error: BaseException) -> str:
    """The traceback, scrubbed."""
    return scrub("".join(traceback.format_exception(error)))
