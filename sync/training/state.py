"""The state of one person in one lesson, and the hours that it is worth before the day's cap.

Rule: default-rules.md, "From stamps to hours". All arithmetic is in whole numbers: seconds and hundredths of an hour.
"""

from collections.abc import Sequence

from sync.training.limits import Limits
from sync.training.presence import Presence, Span, length

NOT_BEGUN = "未开课"
ON_LEAVE = "请假"
NOT_TAKEN = "未点名"
NO_IN = "未签到"
NO_OUT = "未签退"
ABSENT = "缺勤"
NORMAL = "正常"
LATE = "迟到"
AWAY = "中途离开"
EARLY = "早退"

JOINED_BY = ""
"""What stands between 迟到, 中途离开 and 早退 where several hold: nothing, so 迟到早退 (docs/decisions/0102)."""


def open_half(presence: Presence) -> str:
    """未签到 or 未签退 where a half is missing (the `in` is asked for first), else nothing."""
    if presence.lone_out is not None:
        return NO_IN
    return NO_OUT if presence.lone_in is not None else ""


def state_of(spans: Sequence[Span], start: int, end: int, limits: Limits) -> str:
    """缺勤, any of 迟到, 中途离开 and 早退, or 正常, for presence clipped to a lesson over [start, end]."""
    present = length(spans)
    share, whole = limits.min_presence
    if not present or present * whole < share * (end - start):
        return ABSENT
    first, last = spans[0][0], spans[-1][1]
    faults = [
        word
        for word, seconds, grace in (
            (LATE, first - start, limits.late_grace),
            (AWAY, last - first - present, limits.away_grace),
            (EARLY, end - last, limits.early_grace),
        )
        if seconds > grace
    ]
    return JOINED_BY.join(faults) or NORMAL


def measured_hours(planned: int, present: int, lasting: int) -> int:
    """planned × present ÷ lasting, to 0.01 hour, half up."""
    return (2 * planned * present + lasting) // (2 * lasting)


def credited_hours(state: str, planned: int, measured: int | None, limits: Limits) -> int:
    """What the state is worth: all, the measured hours rounded down to round_to, or nothing."""
    if state == NORMAL:
        return planned
    if measured is None or state in (NOT_BEGUN, ON_LEAVE, NOT_TAKEN, NO_IN, NO_OUT, ABSENT):
        return 0
    return measured // limits.round_to * limits.round_to
