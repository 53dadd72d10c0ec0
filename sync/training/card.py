"""Card numbers: 16 random digits and an ISO 7064 MOD 11,10 check digit, 17 in all.

A number says nothing of its holder. Seventeen digits fit the smallest QR code at its highest error correction,
and digits alone survive a Chinese input method. Whatever was lost or changed on the way, a leading zero or any
single digit, is caught by the length and the check digit.
"""

import re
from collections.abc import Callable

from stdnum.iso7064 import mod_11_10

RANDOM_DIGITS = 16
LENGTH = RANDOM_DIGITS + 1

# A Chinese input method turns the backslash into 、 or its full-width form.
_HALF_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)} | {0xFF3C: "\\", 0x3001: "\\", 0xFF3D: "]"}
# What scanners put before the text: the character set (ECI 26 is UTF-8), or the symbology such as ]Q1.
_SCANNER_PREFIX = re.compile(r"^\W*?(?:\][A-Za-z][0-9])?\s*(?:\\[0-9]{6})?", re.ASCII)
_EDGES = re.compile(r"^[^0-9]+|[^0-9]+$")
_GAPS = re.compile(r"[\s\-\u200b-\u200f\u2060\ufeff]+")


def new_card(randbelow: Callable[[int], int]) -> str:
    """A fresh card number. `randbelow` must be unguessable: pass `secrets.randbelow`."""
    digits = f"{randbelow(10**RANDOM_DIGITS):0{RANDOM_DIGITS}d}"
    return digits + str(mod_11_10.calc_check_digit(digits))


def normalise(text: str) -> str:
    """What a scanner, a camera or a person gave, without what they add: full-width digits, white space, stray edges.

    Nothing is invented: digits that are missing stay missing, and `is_card` then says no.
    """
    half = text.translate(_HALF_WIDTH)
    return _GAPS.sub("", _EDGES.sub("", _SCANNER_PREFIX.sub("", half, count=1)))


def is_card(text: str) -> bool:
    """Whether this text, already normalised, is a whole card number."""
    return len(text) == LENGTH and text.isascii() and text.isdecimal() and bool(mod_11_10.is_valid(text))
