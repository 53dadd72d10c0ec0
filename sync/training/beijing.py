"""Beijing time for people: which day an instant is on, and what the clock on the wall said.

Lessons are in Beijing time whatever zone the laptop claims. It is UTC+8 with no summer time since 1991.
"""

from datetime import date

_OFFSET = 8 * 3600
_DAY = 86400
_EPOCH = date(1970, 1, 1).toordinal()


def day(at: int) -> int:
    """The Beijing date of an instant, as a count of days."""
    return (at + _OFFSET) // _DAY


def clock(at: int) -> str:
    """HH:MM, with the seconds only where there are any."""
    minutes, seconds = divmod((at + _OFFSET) % _DAY, 60)
    text = f"{minutes // 60:02d}:{minutes % 60:02d}"
    return f"{text}:{seconds:02d}" if seconds else text


def date_of(at: int) -> str:
    """The Beijing date of an instant, as people write it: 2026-11-21."""
    return date.fromordinal(_EPOCH + day(at)).isoformat()
