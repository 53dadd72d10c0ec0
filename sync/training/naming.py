"""Names of people, tidied so that one person is spelt one way in every sheet and feed."""

import re
from typing import Final

MIDDLE_DOT: Final = "\u00b7"

# Codes that GB 18030-2022 moved out of the private use area; Python's codec and older systems still answer these.
# Source: GB 18030-2022, and the 2005 edition for U+1E3F.
GB_PRIVATE_USE: Final = {
    0xE78D: 0xFE10, 0xE78E: 0xFE12, 0xE78F: 0xFE11, 0xE790: 0xFE13, 0xE791: 0xFE14, 0xE792: 0xFE15, 0xE793: 0xFE16,
    0xE794: 0xFE17, 0xE795: 0xFE18, 0xE796: 0xFE19, 0xE7C7: 0x1E3F, 0xE816: 0x20087, 0xE817: 0x20089, 0xE818: 0x200CC,
    0xE81E: 0x9FB4, 0xE826: 0x9FB5, 0xE82B: 0x9FB6, 0xE82C: 0x9FB7, 0xE831: 0x215D7, 0xE832: 0x9FB8, 0xE83B: 0x2298F,
    0xE843: 0x9FB9, 0xE854: 0x9FBA, 0xE855: 0x241FE, 0xE864: 0x9FBB,
}  # fmt: skip

# Everything that has been typed where U+00B7 belongs: bullets, katakana dots, full stops, and their small forms.
_DOTS = "\u00b7\u2022\u2027\u2219\u22c5\u25cf\u25aa\u30fb\uff65\ufe52\uff0e\u2e31\u2e33\u0387\u16eb\u02d9\u3002\uff61."
_SPACE = r"\s\u200b-\u200f\u202a-\u202e\u2060\ufeff\u3164"
_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"

_PLAIN = re.compile(f"[{_HAN}]+(?:\u00b7[{_HAN}]+)*")
_ANY_SPACE = re.compile(f"[{_SPACE}]+")
_ANY_DOT = re.compile(f"(?<=\\w)[{re.escape(_DOTS)}]+(?=\\w)")
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_FULL_WIDTH_LETTERS = {
    code: code - 0xFEE0 for start, end in ((0xFF21, 0xFF3A), (0xFF41, 0xFF5A)) for code in range(start, end + 1)
}


def tidy_name(text: str) -> str:
    """One spelling of a name: no white space in or around Chinese names, U+00B7 between the parts of long ones.

    Names in Latin letters keep single spaces between their words.
    """
    if _PLAIN.fullmatch(text):
        return text
    text = text.translate(GB_PRIVATE_USE).translate(_FULL_WIDTH_LETTERS)
    latin = any(char.isascii() and char.isalpha() for char in text)
    text = _ANY_SPACE.sub(" " if latin else "", text).strip()
    return text if latin else _ANY_DOT.sub(MIDDLE_DOT, text)


def is_plain_name(text: str) -> bool:
    """Whether a tidied name is made of Chinese characters and middle dots alone; others deserve a look."""
    return _PLAIN.fullmatch(text) is not None


def has_private_use(text: str) -> bool:
    """Whether a character has no meaning outside the machine that made it (自造字)."""
    return _PRIVATE.search(text) is not None
