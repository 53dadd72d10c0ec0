"""One cell at a time: from what a spreadsheet stored to the text that was meant."""

import re
from datetime import date, datetime, time, timedelta

Cell = str | int | float | bool | date | datetime | time | timedelta | None

LOST_FROM = 10**15
"""Excel keeps fifteen significant digits: a number cell from here on has lost its last ones."""

_SPACE = " \t\r\n\f\v\u00a0\u3000\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d{2}")
_FULL_WIDTH = {0xFF10 + n: ord("0") + n for n in range(10)} | {0xFF38: "X", 0xFF58: "X", ord("x"): "X"}
# Look-alikes of the check digit X: the multiplication sign, Cyrillic, Roman and Greek letters.
_LOOKS_LIKE_X = dict.fromkeys(map(ord, "×хХⅩⅹχΧ"), "X")
_NUMBER_TABLE = {**_FULL_WIDTH, **_LOOKS_LIKE_X}
_PHONE_TABLE = {code: to for code, to in _FULL_WIDTH.items() if 0xFF10 <= code <= 0xFF19} | {0xFF0B: "+"}
_QUOTES = "'\u2018\u2019\uff07`\u00b4"
_INSIDE = re.compile(f"[{re.escape(_SPACE)}\\-‐‑–—－.]+")
_PHONE = re.compile(r"1[3-9]\d{9}|0\d{9,11}|[2-8]\d{6,7}")


def text(cell: Cell) -> str:
    """What the cell shows, with no white space around it. Whole numbers lose the ".0" that .xlsx gives them."""
    if isinstance(cell, str):
        return cell.strip(_SPACE)
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        cell = cell.date()
    return str(cell)


def is_blank(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip(_SPACE))


def lost_precision(cell: Cell) -> bool:
    """Whether a long number was stored as a number (or printed as 2.3E+17 by the sheet that was saved as CSV)."""
    if isinstance(cell, str):
        return _SCIENTIFIC.fullmatch(cell.strip(_SPACE)) is not None
    return isinstance(cell, int | float) and abs(cell) >= LOST_FROM


def tidy_number(raw: str) -> str:
    """An identity number in eighteen plain characters, if it has them; `raw` comes from `text`.

    Takes away the apostrophe or the ="…" that kept it text, spaces and dashes inside, and full-width forms.
    """
    if raw.isdecimal() and raw.isascii():
        return raw
    return _INSIDE.sub("", _unguarded(raw)).translate(_NUMBER_TABLE)


def tidy_phone(raw: str) -> str:
    """A telephone number in plain digits if it is one; anything else comes back as it was."""
    if raw.isdecimal() and raw.isascii():
        return raw
    digits = re.sub(r"[()（）]", "", _INSIDE.sub("", _unguarded(raw).translate(_PHONE_TABLE)))
    if digits.startswith(("+86", "0086")):
        digits = digits.removeprefix("+86").removeprefix("0086")
    return digits if digits.isdecimal() else raw


def is_phone(number: str) -> bool:
    """Whether it looks like a mobile or landline number of the mainland."""
    return _PHONE.fullmatch(number) is not None


def count_digits(raw: str) -> int:
    return sum(map(str.isdecimal, raw))


def _unguarded(raw: str) -> str:
    if raw.startswith('="') and raw.endswith('"'):
        raw = raw[2:-1]
    return raw.strip(_SPACE + _QUOTES)
