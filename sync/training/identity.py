"""Resident identity numbers (公民身份号码, GB 11643): what a number says, and what is wrong with it.

The check digit is python-stdnum's. Its `validate` is never used: it wants the county to have existed in the year of
birth and knows no residence permits, and so it refuses real people. Here the area is a hint for a warning, no more.
"""

from datetime import date
from typing import Literal

from stdnum.cn import ric

Sex = Literal["男", "女"]
Problem = Literal["missing-id", "bad-length", "bad-birth-date", "bad-check-digit"]

_EARLIEST = date(1900, 1, 1)
# Province codes by their first digit (GB/T 2260), with 81, 82 and 83 for residence permits.
_PROVINCES = {"1": "12345", "2": "123", "3": "1234567", "4": "123456", "5": "01234", "6": "12345", "7": "1", "8": "123"}


def problem(number: str, today: date) -> Problem | None:
    """The first thing wrong with a tidied number (18 characters, capital X), or None.

    Fifteen-digit numbers are no longer valid (abolished on 2013-01-01) and are `bad-length`. `today` only refuses
    birthdays that lie ahead.
    """
    if not number:
        return "missing-id"
    if len(number) != 18:
        return "bad-length"
    born = birth_date(number)
    if born is None or not _EARLIEST <= born <= today:
        return "bad-birth-date"
    body = number[:17]
    if not (body.isascii() and body.isdigit()) or ric.calc_check_digit(number) != number[17]:
        return "bad-check-digit"
    return None


def birth_date(number: str) -> date | None:
    """The date of birth that an 18-character number names; None if there is no such day."""
    digits = number[6:14]
    if len(digits) != 8 or not (digits.isascii() and digits.isdigit()):
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def sex(number: str) -> Sex:
    """Odd sequence numbers are men's, even ones women's. For numbers that `problem` found sound."""
    return "男" if int(number[16]) % 2 else "女"


def area_known(number: str) -> bool:
    """Whether a province, a 港澳台居民居住证 (81, 82, 83) or a 外国人永久居留身份证 (9) begins so.

    Unknown is a reason to look, not to refuse.
    """
    return number[1:2] in _PROVINCES.get(number[:1], ()) or number.startswith("9")


def mask(number: str) -> str:
    """The number for screen and paper: county and last four, never the birthday; one number always alike."""
    if len(number) != 18:
        return "*" * len(number)
    return f"{number[:6]}********{number[14:]}"


def mask_public(number: str) -> str:
    """The number for a public notice: the county it was given in, and nothing more; one number always alike.

    Without the last four that screens and papers show, two lists side by side give no more of it than one.
    """
    return number[:6] + "*" * (len(number) - 6) if len(number) == 18 else "*" * len(number)
