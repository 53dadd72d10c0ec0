"""Templates of resources/console, filled: everything that is put into them is escaped."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

import resources
from sync.county.console import words
from sync.county.console.review import SHAPES
from sync.jobs.decisions import STATES
from sync.training.account import percent

ASSETS = Path(resources.__file__).parent / "console"
FONTS = Path(resources.__file__).parent / "fonts"


def _visible(value: Any) -> Any:
    """Characters that show nothing, or turn text round, as their numbers: a name can't hide with them."""
    return value if isinstance(value, Markup) or not isinstance(value, str) else _UNSEEN.sub(_number, value)


_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def _number(found: re.Match[str]) -> str:
    return f"⟨U+{ord(found[0]):04X}⟩"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(ASSETS),
        autoescape=True,
        finalize=_visible,
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
        "shape": lambda state: SHAPES.get(state, ""),
        "decided": lambda state: STATES.get(state, state),
        "state": lambda state: words.STATES.get(state, state),
        "received": lambda state: words.RECEIVED.get(state, state),
        "lesson_kind": lambda kind: words.LESSON_KINDS.get(kind, kind),
        "lesson_mode": lambda mode: words.LESSON_MODES.get(mode, mode),
    }
    return environment


def page(name: str, values: Mapping[str, Any], status: int = 200) -> HTMLResponse:
    return HTMLResponse(_environment().get_template(name).render(values), status)
