"""The county writes its calendar: into the public feed, for everybody."""

from datetime import timedelta

from sync.county.public import need_county
from sync.errors import BadInput
from sync.jobs import entry, moment
from sync.jobs.calendar import KINDS
from sync.ledger.ledger import Ledger
from sync.seal import county_kinds

MOST_DAYS = 62
"""Of one entry: the longest holiday of schools, and no year written by a slip of the finger."""


def set_days(ledger: Ledger, first: str, last: str, kind: str, name: str, clause: str = "") -> list[str]:
    """Says of each day from `first` to `last` (empty: that one day) what it is; `kind` "" takes back what was said.

    Answers the days. Raises BadInput.
    """
    need_county(ledger)
    if kind and kind not in KINDS:
        raise BadInput(f"“{kind}”不是日历的种类，请用 off（停课日）或 on（调休上课日）。")
    name, clause = entry.line(name, "名称"), entry.line(clause, "依据", entry.MOST_OF_REASON)
    if kind and not name:
        raise BadInput("请写明是什么日子，例如：国庆节。")
    begin = moment.parse_day(first)
    end = moment.parse_day(last) if last else begin
    if not 0 <= (end - begin).days < MOST_DAYS:
        raise BadInput(f"结束日期不能早于开始日期，一次最多 {MOST_DAYS} 天。")
    days = [(begin + timedelta(days=n)).isoformat() for n in range((end - begin).days + 1)]
    with ledger.writing() as w:
        for day in days:
            w.fact("calendar.day", county_kinds.CalendarDay(day, kind, name, clause))
    return days
