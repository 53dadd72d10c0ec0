"""What people type into a line, as records may hold it."""

import unicodedata
from decimal import Decimal, InvalidOperation

from sync.errors import BadInput

MOST, MOST_OF_REASON = 100, 500
"""Characters of a name or a code, and of a reason."""
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def line(text: str, what: str, most: int = MOST) -> str:
    """Without white space around it. Raises BadInput for more than `most` characters, line breaks, control characters.

    `what` is what people call it: 班号.
    """
    said = text.strip()
    if len(said) > most:
        raise BadInput(f"{what}太长：最多 {most} 个字，现在有 {len(said)} 个。请改短。", "too-long")
    if any(unicodedata.category(character) in _INVISIBLE for character in said):
        raise BadInput(f"{what}里有换行或看不见的控制字符，请删掉后写成一行。", "control-characters")
    return said


def reason(text: str, missing: str) -> str:
    """A reason as one line; `missing` is what is said where there is none. Raises BadInput."""
    said = line(text, "原因", MOST_OF_REASON)
    if not said:
        raise BadInput(missing)
    return said


def hundredths(text: str, what: str) -> int:
    """A figure as people write it, in hundredths. Raises BadInput."""
    try:
        value = Decimal(text)
        found = int(value * 100)
    except (InvalidOperation, ValueError, OverflowError) as error:
        raise BadInput(f"{what}“{text}”看不懂，请写数字，例如 96 或 1200.50。") from error
    if found < 0 or found != value * 100 or found > 10**12:
        raise BadInput(f"{what}“{text}”不合理，请写不小于 0、最多两位小数的数字。")
    return found
