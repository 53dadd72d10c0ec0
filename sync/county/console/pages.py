"""Templates of resources/console, filled: everything that is put into them is escaped."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

import resources
from sync.county.console import words
from sync.training.account import percent

ASSETS = Path(resources.__file__).parent / "console"
FONTS = Path(resources.__file__).parent / "fonts"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(ASSETS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "at": words.time_words,
        "clock": words.clock_words,
        "day": words.day_words,
        "hours": words.hours_words,
        "rate": percent,
        "size": words.size_words,
        "head": words.head_words,
        "reason": words.reason_words,
        "finding": lambda kind: words.FINDINGS.get(kind, kind),
        "level": lambda level: words.LEVELS.get(level, str(level)),
        "kind": lambda kind: words.KINDS.get(kind, f"新版本的内容（{kind}）"),
        "role": lambda role: words.ROLES.get(role, role),
        "contact": lambda via: words.VIA_CONTACT.get(via, via),
        "way": lambda via: words.VIA_STAMP.get(via, via),
        "state": lambda state: words.STATES.get(state, state),
        "lesson_kind": lambda kind: words.LESSON_KINDS.get(kind, kind),
        "lesson_mode": lambda mode: words.LESSON_MODES.get(mode, mode),
    }
    return environment


def page(name: str, values: Mapping[str, Any], status: int = 200) -> HTMLResponse:
    return HTMLResponse(_environment().get_template(name).render(values), status)
