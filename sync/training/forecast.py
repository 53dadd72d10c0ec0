"""How many hours somebody still lacks, and whether the lessons to come can make them good."""

from dataclasses import dataclass
from math import ceil

from sync.training.account import figure
from sync.training.hours import PersonHours
from sync.training.pack import RulePack
from sync.training.state import NOT_BEGUN


@dataclass(frozen=True, slots=True)
class Forecast:
    """Hours in hundredths."""

    short: int
    """What is lacking to attendance_rate of the class's planned hours; 0 when there is enough."""
    lessons_left: int
    hours_left: int
    """Planned hours of the lessons to come."""

    def sentence(self, name: str) -> str:
        """For the trainer: 张三还差 6 课时,还剩 2 课次。"""
        if not self.short:
            return f"{name}课时已够。"
        text = f"{name}还差 {figure(self.short)} 课时，还剩 {self.lessons_left} 课次"
        return (
            f"{text}。" if self.short <= self.hours_left else f"{text}（共 {figure(self.hours_left)} 课时，不够补齐）。"
        )


def forecast(hours: PersonHours, pack: RulePack) -> Forecast:
    """Rule: attendance_rate. The lessons to come are those of `hours` that have not begun."""
    needed = ceil(hours.planned * pack.share("attendance_rate"))
    left = [entry for entry in hours.lessons if entry.state == NOT_BEGUN]
    return Forecast(max(0, needed - hours.credited), len(left), sum(entry.planned for entry in left))
