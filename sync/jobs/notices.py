"""Public notices (公示), as laptop and county both show them: from when until when a class's list hangs, whom to ask.

The county posts them; of a class's the latest stands, and all remain. A class that fails after all takes its notice
down. A return (退回), which the wire calls a notice too, is something else: sync.jobs.decisions.
"""

from dataclasses import dataclass
from datetime import date

from sync.jobs import moment
from sync.jobs.find import rows
from sync.ledger.ledger import Ledger
from sync.training.workdays import unknown_words

COMING, UP, OVER, DOWN = "coming", "up", "over", "down"
STATES = {COMING: "待公示", UP: "公示中", OVER: "公示已满", DOWN: "已撤下"}


@dataclass(frozen=True, slots=True)
class PublicNotice:
    """`first` and `until` are ISO days, the last one among them; `at` is when it was posted, by `op`."""

    id: str
    training_class: str
    first: str
    until: str
    days: int
    office: str
    address: str
    postcode: str
    phone: str
    clause: str
    op: str
    at: int
    down: bool
    """The class's verdict is failed now."""

    def state(self, today: str) -> str:
        if self.down:
            return DOWN
        if today < self.first:
            return COMING
        return UP if today <= self.until else OVER

    @property
    def span(self) -> str:
        return f"{self.first} 至 {self.until}（{self.days} 个工作日）"

    @property
    def whom(self) -> str:
        """Office and phone, for whoever reads the list and has something to say."""
        return f"受理部门 {self.office}，电话 {self.phone}"

    @property
    def doubt(self) -> str:
        """What must be said of the count of days; empty where every year's holidays are known."""
        return unknown_words(date.fromisoformat(self.first), date.fromisoformat(self.until))

    def words(self, today: str) -> str:
        """公示中：2026-11-23 至 2026-11-27（5 个工作日），受理部门 …，电话 …。"""
        if self.down:
            return f"公示已撤下：审核结论改为不通过，贴出的名单请取下。原定 {self.span}，{self.whom}。"
        return f"{STATES[self.state(today)]}：{self.span}，{self.whom}。"


_SQL = (
    "SELECT id, training_class, first, until, days, office, address, postcode, phone, clause, op, wall / 1000 AS at,"
    " (SELECT outcome FROM verdicts v WHERE v.training_class = notices.training_class AND v.person = ''"
    " ORDER BY v.hlc_ms DESC, v.hlc_n DESC, v.id DESC LIMIT 1) IS 'failed' AS down"
    " FROM notices WHERE ?1 IN ('', training_class) ORDER BY hlc_ms, hlc_n, id"
)


def all_notices(ledger: Ledger, class_id: str = "") -> list[PublicNotice]:
    """In the order in which the county posted them; of every class, or of one."""
    return [PublicNotice(**{**row, "down": bool(row["down"])}) for row in rows(ledger.conn, _SQL, class_id)]


def standing(ledger: Ledger, class_id: str = "") -> dict[str, PublicNotice]:
    """Class → its latest notice."""
    return {notice.training_class: notice for notice in all_notices(ledger, class_id)}


def today(ledger: Ledger) -> str:
    """The day in Beijing by the clock that the rules use."""
    return moment.day_of(moment.now(ledger).at).isoformat()


def words_of(ledger: Ledger, class_id: str) -> str:
    """What stands of a class, in a line; empty where nothing was posted."""
    notice = standing(ledger, class_id).get(class_id)
    return notice.words(today(ledger)) if notice else ""


def since(ledger: Ledger, seen: str) -> list[PublicNotice]:
    """What was posted after the notice `seen` (or ever), stands, and hangs now or later: its paper is wanted."""
    every, latest, day = all_notices(ledger), standing(ledger), today(ledger)
    after = next((number for number, notice in enumerate(every, start=1) if notice.id == seen), 0)
    return [one for one in every[after:] if one == latest[one.training_class] and one.state(day) in (COMING, UP)]
