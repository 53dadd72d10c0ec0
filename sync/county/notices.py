"""The county posts a class's public notice (公示): it fixes the days, and says whom anybody can turn to.

It goes to the class's institution alone, which hangs the paper in the villages. Rule: notice_days, by the class's pack.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from sync.county.public import need_county, publishing
from sync.county.review import institution_of_class
from sync.errors import BadInput
from sync.jobs import entry, moment, notices
from sync.jobs.announced import announced
from sync.jobs.calendar import workdays
from sync.jobs.decisions import decisions_of
from sync.jobs.find import ClassRow, find_class
from sync.jobs.rules import pack_of
from sync.ledger.ledger import Ledger
from sync.seal import county_kinds
from sync.training.workdays import last_day, unknown_words

MOST_DAYS = 250
"""Working days of a year: no notice hangs longer, and no slip of the finger in a pack counts for ever."""
MOST_AHEAD = timedelta(days=366)
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Posting:
    """As an officer says it. `first` is an ISO day; what is None of the office is as its last notice said it."""

    first: str
    office: str | None = None
    address: str | None = None
    postcode: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Whom:
    """Whom anybody can turn to."""

    office: str = ""
    address: str = ""
    postcode: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Posted:
    """The fact's id, the days that it fixed, and what the officer should look at."""

    id: str
    first: str
    until: str
    days: int
    warnings: list[str]


def post(ledger: Ledger, name: str, said: Posting) -> Posted:
    """Posts the list of a class that was concluded. Raises NotFound, BadInput."""
    need_county(ledger)
    row = find_class(ledger, name)
    first = _first(ledger, said.first)
    _need_people(ledger, row)
    whom = _whom(ledger, said)
    pack = pack_of(ledger, row.date_from)
    days = pack.days("notice_days")
    if days > MOST_DAYS:
        raise BadInput(f"规则包里的{pack.quote('notice_days')}不合理，最多 {MOST_DAYS} 个。请改正规则包。")
    until = last_day(first, days, workdays(ledger))
    span = (first.isoformat(), until.isoformat(), days)
    body = county_kinds.NoticePost(
        row.id, *span, whom.office, whom.address, whom.postcode, whom.phone, pack.clause("notice_days")
    )
    with publishing(ledger, institution_of_class(ledger, row)) as w:
        made = w.fact("notice.post", body)
    unknown = unknown_words(first, until)
    return Posted(made, *span, [*([unknown] if unknown else []), *remarks(ledger, row)])


def last_whom(ledger: Ledger) -> Whom:
    """Office, address and phone of the latest notice, so that an officer types them once; empty before the first."""
    posted = notices.all_notices(ledger)
    if not posted:
        return Whom()
    last = posted[-1]
    return Whom(last.office, last.address, last.postcode, last.phone)


def why_not(ledger: Ledger, row: ClassRow) -> str:
    """Why a class can't be announced yet: what hangs is the list that was accepted. Empty when it can."""
    verdict = decisions_of(ledger, row.id).verdict
    if verdict is None:
        return f"{row.code} 班还没有审核结论。公示的是认定的名单，请先写整个班次的审核结论。"
    if verdict["outcome"] == "failed":
        return f"{row.code} 班的审核结论是不通过，没有可公示的名单。"
    return ""


def _need_people(ledger: Ledger, row: ClassRow) -> None:
    if said := why_not(ledger, row):
        raise BadInput(said, "no-verdict")
    if not announced(ledger, row.id):
        raise BadInput(f"按审核结论，{row.code} 班没有要公示的人。请核对名册和审核结论。", "nobody")


def _first(ledger: Ledger, said: str) -> date:
    first, today = moment.parse_day(said.strip()), date.fromisoformat(notices.today(ledger))
    if first < today:
        raise BadInput(f"公示的第一天不能早于今天（{today}），请改正。")
    if first - today > MOST_AHEAD:
        raise BadInput(f"公示的第一天 {first} 在一年以后，请核对年份。")
    return first


def _whom(ledger: Ledger, said: Posting) -> Whom:
    """Another office than the last time has its own phone and address: nothing of the last one's is taken over."""
    last = last_whom(ledger)
    office = _line(said.office, "受理部门", last.office)
    if office != last.office:
        last = Whom()
    whom = Whom(
        office,
        _line(said.address, "地址", last.address),
        _line(said.postcode, "邮编", last.postcode),
        _line(said.phone, "电话", last.phone),
    )
    if not whom.office or not whom.phone:
        raise BadInput("请写明受理部门和电话，看到公示的人才知道找谁。写过一次，以后不写就照上次的。")
    return whom


def _line(said: str | None, what: str, before: str) -> str:
    return before if said is None else entry.line(said, what)


def remarks(ledger: Ledger, row: ClassRow) -> list[str]:
    """Two who share a number, whose subsidy is open, and a sum for the class that its people do not make up."""
    people = announced(ledger, row.id)
    numbers = Counter(one.row["id_number"] for one in people if one.row["id_number"])
    twice = [one.row["name"] or "" for one in people if numbers[one.row["id_number"]] > 1]
    said = (
        [f"{_some(twice)}的证件号相同，名单上重复。请给多出来的一人写“不通过”，或让机构核对花名册。"] if twice else []
    )
    names = [one.row["name"] or "" for one in people if one.figures.amount is None]
    if names:
        return [*said, f"{_some(names)}的补贴还没有认定，公示上写“待定”。请逐人写审核结论。"]
    verdict = decisions_of(ledger, row.id).verdict
    total = sum(one.figures.amount or 0 for one in people)
    if verdict is None or verdict["amount"] in (None, total):
        return said
    whole = f"{verdict['amount'] / 100:.2f}"
    return [*said, f"名单上的补贴合计 {total / 100:.2f} 元，与本班认定的 {whole} 元不一致，请核对。"]


def _some(names: list[str]) -> str:
    return "、".join(names[:_NAMED]) + (f" 等 {len(names)} 人" if len(names) > _NAMED else "")
