"""Finding a person at the door by what one can type in a hurry: the name, its pinyin, its initials, the last digits.

`search_keys` makes one string a person, of words with a space before each:

    " 单国建 dgj cgj sgj danguojian changuojian shanguojian 35042x"

so that SQL narrows with LIKE and `pattern(query)`, and `rank` orders what is left. A polyphonic character stands
under each of its readings, because pypinyin gives a surname its everyday one (曾 céng, 单 dān, 仇 chóu).
"""

import unicodedata
from functools import cache
from itertools import islice, product
from typing import Final

from sync.training.naming import MIDDLE_DOT

# How surnames are read, where dictionaries put another reading first or leave it out.
_SURNAMES: Final = {
    "曾": "zeng", "单": "shan", "仇": "qiu", "解": "xie", "查": "zha", "区": "ou", "盖": "ge gai", "覃": "qin tan",
    "朴": "piao", "翟": "zhai", "缪": "miao", "乐": "yue le", "员": "yun", "谌": "chen shen", "牟": "mu mou",
    "祭": "zhai", "召": "shao", "折": "she", "黑": "he hei", "种": "chong", "秘": "bi", "繁": "po", "阚": "kan",
    "佴": "nai", "澹": "tan", "隗": "wei kui", "郇": "xun huan", "乜": "nie", "能": "nai", "藏": "zang",
    "洗": "xian", "卜": "bu",
}  # fmt: skip

_MAX_SPELLINGS, _MAX_SPELLINGS_LONG = 24, 8
"""Names of more than four characters (维吾尔族, 藏族 …) would have hundreds; the first characters vary first."""
_LAST_DIGITS = 6


def search_keys(name: str, id_number: str) -> str:
    """The searchable words of one tidied name and identity number. The first call takes 0.15 s to load pypinyin."""
    plain = fold(name)
    syllables = [readings for readings in map(_readings, plain) if readings]
    if plain[:1] in _SURNAMES:
        syllables[0] = _surname(plain[0])
    most = _MAX_SPELLINGS if len(syllables) <= 4 else _MAX_SPELLINGS_LONG
    spellings = list(islice(product(*syllables[::-1]), most)) if syllables else []
    initials = ("".join(syllable[0] for syllable in reversed(spelling)) for spelling in spellings)
    in_full = ("".join(reversed(spelling)) for spelling in spellings)
    words = dict.fromkeys([plain, *initials, *in_full, id_number[-_LAST_DIGITS:].lower()])
    return "".join(f" {word}" for word in words if word)


def fold(text: str) -> str:
    """A query or a name as the keys spell it: lower case, ü as v, no white space and no middle dots."""
    text = unicodedata.normalize("NFKC", text).lower().replace("ü", "v").replace(MIDDLE_DOT, "")
    return "".join(text.split())


def pattern(query: str) -> str:
    r"""The LIKE pattern that everybody whom `rank` accepts matches; to be used with ESCAPE '\'."""
    escaped = fold(query).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def rank(query: str, keys: str) -> int | None:
    """How well a person answers a query; smaller is better, None is not at all, and an empty query fits nobody.

    0 the whole name, initials, pinyin or last digits; 1 the start of one; 2 the end of one; 3 within one.
    """
    word = fold(query)
    if not word or word not in keys:
        return None
    keys += " "
    if f" {word} " in keys or (word[:-1].isdecimal() and keys.endswith(f"{word} ")):
        return 0
    if f" {word}" in keys:
        return 1
    return 2 if f"{word} " in keys else 3


@cache
def _readings(char: str) -> tuple[str, ...]:
    """Every reading of a character without its tone, the usual one first; none if it has no known one."""
    if char.isascii():
        return (char,)
    from pypinyin import Style, pinyin  # takes 0.15 s, so not before somebody is looked up

    found = pinyin(char, style=Style.NORMAL, heteronym=True, errors="ignore")
    return tuple(dict.fromkeys(found[0])) if found else ()


@cache
def _surname(char: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*_SURNAMES[char].split(), *_readings(char)]))
