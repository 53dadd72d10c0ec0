"""What the county has decided on a class, as laptop and county both show it: 开班批复, 退回, 审核结论; where it stands.

Everything said remains; of what is said of one thing the latest stands. Nothing of it stops anybody from recording.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from sync.errors import NotFound
from sync.jobs import entry, notices
from sync.jobs.find import rows
from sync.ledger.ledger import Ledger
from sync.seal import kinds

NONE, APPROVED, RETURNED, MENDED, CONCLUDED = "none", "approved", "returned", "mended", "concluded"
STATES = {NONE: "未报批", APPROVED: "已批复", RETURNED: "已退回", MENDED: "已补正", CONCLUDED: "已审核"}
DECISIONS = {"approved": "同意开班", "conditions": "有条件同意开班"}
STAGES = {"opening": "开班审批", "process": "过程抽查", "closing": "结业审核"}
OUTCOMES = {"passed": "通过", "cut": "核减", "failed": "不通过"}

Row = dict[str, Any]
Order = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Notice:
    """A return (退回). `at` is an instant; `subject` an id with `subject_name`, both empty for the class itself."""

    id: str
    class_id: str
    stage: str
    reasons: list[str]
    subject: str
    subject_name: str
    until: str
    by: str
    at: int
    seen: bool
    mended: bool
    note: str
    """What the institution says of its mending."""
    settled: bool
    """A later decision of the county's took its place."""

    @property
    def open(self) -> bool:
        return not (self.mended or self.settled)

    @property
    def sentence(self) -> str:
        """As the laptop shows it: 县里退回：缺教师签字，请于 2026-12-01 前补正。"""
        what = f"（{self.subject_name}）" if self.subject_name else ""
        reasons = "；".join(reason.rstrip("。；，") for reason in self.reasons)
        until = f"，请于 {self.until} 前补正" if self.until else "，请补正"
        return f"县里退回{what}：{reasons}{until}。"


@dataclass(frozen=True, slots=True)
class Decisions:
    """All that stands of one class. `approval`, `verdict` and those of `people` are rows of their tables."""

    class_id: str
    approval: Row | None = None
    notices: list[Notice] = field(default_factory=list)
    """The latest first, settled ones among them."""
    verdict: Row | None = None
    people: dict[str, Row] = field(default_factory=dict)
    """Trainee → verdict."""

    @property
    def state(self) -> str:
        if any(notice.open for notice in self.notices):
            return RETURNED
        if self.verdict:
            return CONCLUDED
        if self.approval:
            return APPROVED
        return MENDED if any(notice.mended and not notice.settled for notice in self.notices) else NONE

    @property
    def words(self) -> str:
        """What the county said last, in a line; empty while it has said nothing."""
        if open_ := [notice for notice in self.notices if notice.open]:
            return open_[0].sentence
        if self.verdict:
            return verdict_words(self.verdict)
        return approval_words(self.approval) if self.approval else ""


def approval_words(row: Row) -> str:
    more = (
        f"文号 {row['paper']}" if row["paper"] else "",
        f"{_figure(row['hours'])} 课时" if row["hours"] else "",
        f"{row['people']} 人" if row["people"] else "",
        f"条件：{row['note']}" if row["decision"] == "conditions" else row["note"],
    )
    return _sentence(str(DECISIONS.get(row["decision"], row["decision"])), more)


def verdict_words(row: Row) -> str:
    more = (
        f"认定 {_figure(row['hours'])} 课时" if row["hours"] is not None else "",
        f"认定金额 {_figure(row['amount'])} 元" if row["amount"] is not None else "",
        f"依据 {row['rule']}" if row["rule"] else "",
        row["clause"],
        row["note"],
    )
    return _sentence(f"审核{OUTCOMES.get(row['outcome'], row['outcome'])}", more)


def _sentence(head: str, more: Iterable[str]) -> str:
    return "，".join([head, *(part.rstrip("。，；") for part in more if part)]) + "。"


def _figure(hundredths: int) -> str:
    return f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")


def decisions_of(ledger: Ledger, class_id: str) -> Decisions:
    return all_decisions(ledger, class_id).get(class_id, Decisions(class_id))


def all_decisions(ledger: Ledger, class_id: str = "") -> dict[str, Decisions]:
    """Of every class that the county has said something of, or of one."""
    approvals = _by_class(ledger, "approvals", class_id)
    verdicts = _by_class(ledger, "verdicts", class_id)
    returns = _by_class(ledger, "returns", class_id)
    answers = _answers(ledger)
    names = _names(ledger, {row["subject"] for found in returns.values() for row in found if row["subject"]})
    made = {}
    for each in {*approvals, *verdicts, *returns}:
        people: dict[str, Row] = {row["person"]: row for row in verdicts[each] if row["person"]}
        of_class = [row for row in verdicts[each] if not row["person"]]
        made[each] = Decisions(
            each,
            approval=approvals[each][-1] if approvals[each] else None,
            notices=_notices(returns[each], approvals[each], verdicts[each], answers, names),
            verdict=of_class[-1] if of_class else None,
            people=people,
        )
    return made


@dataclass(frozen=True, slots=True)
class Said:
    """One decision as it was said, for a list of all. `stands` is false where a later one took its place."""

    at: int
    what: str
    words: str
    by: str
    stands: bool
    answer: str = ""
    """What the institution says to a return."""


def history(ledger: Ledger, class_id: str) -> list[Said]:
    """Everything that the county said of a class, the latest first."""
    now = decisions_of(ledger, class_id)
    standing = {row["id"] for row in (now.approval, now.verdict, *now.people.values()) if row}
    people = _names(ledger, set(now.people))
    posted = notices.all_notices(ledger, class_id)
    # A notice follows its verdict, in the same second too.
    found = [
        Said(one.at, "公示", f"{one.span}，{one.whom}。", one.op, one is posted[-1] and not one.down) for one in posted
    ]
    found += [
        Said(row["wall"] // 1000, "开班批复", approval_words(row), row["op"], row["id"] in standing)
        for row in _by_class(ledger, "approvals", class_id)[class_id]
    ]
    for row in _by_class(ledger, "verdicts", class_id)[class_id]:
        about = f"{people.get(row['person'], row['person'])}：" if row["person"] else ""
        words = about + verdict_words(row)
        found.append(Said(row["wall"] // 1000, "审核结论", words, row["op"], row["id"] in standing))
    for one in now.notices:
        answer = (
            f"已补正{'：' + one.note if one.note else ''}" if one.mended else "已看到" if one.seen else "还没有看到"
        )
        stage = STAGES.get(one.stage, one.stage)
        found.append(Said(one.at, f"{stage}退回", one.sentence, one.by, not one.settled, answer))
    return sorted(found, key=lambda said: -said.at)


def _by_class(ledger: Ledger, table: str, class_id: str) -> dict[str, list[Row]]:
    """Rows in the order in which the county said them."""
    found: dict[str, list[Row]] = defaultdict(list)
    sql = f"SELECT * FROM {table} WHERE ?1 IN ('', training_class) ORDER BY hlc_ms, hlc_n, id"
    for row in rows(ledger.conn, sql, class_id):
        found[row["training_class"]].append(row)
    return found


def _answers(ledger: Ledger) -> dict[str, list[Row]]:
    """Notice → what devices of the institution that it was sent to said of it."""
    found: dict[str, list[Row]] = defaultdict(list)
    sql = (
        "SELECT DISTINCT a.notice, a.mended, a.note, a.hlc_ms, a.hlc_n, a.id FROM return_answers a"
        " JOIN returns r ON r.id = a.notice JOIN feeds t ON t.id = r.feed JOIN feeds f ON f.id = a.feed"
        " JOIN devices d ON d.key_id = f.key_id AND d.institution = t.scope ORDER BY a.hlc_ms, a.hlc_n, a.id"
    )
    for row in rows(ledger.conn, sql):
        found[row["notice"]].append(row)
    return found


def _names(ledger: Ledger, ids: set[str]) -> dict[str, str]:
    """What notices are about: a trainee's name, or a lesson by its day and topic."""
    wanted = msgspec.json.encode(sorted(ids)).decode()
    found = ledger.conn.execute(
        "SELECT id, name FROM trainees WHERE id IN (SELECT value FROM json_each(?1)) UNION ALL"
        " SELECT id, strftime('%m-%d', start, 'unixepoch', '+8 hours') || ' ' || coalesce(topic, '') FROM lessons"
        " WHERE id IN (SELECT value FROM json_each(?1))",
        (wanted,),
    )
    return {id_: name or "" for id_, name in found}


def _notices(
    returns: list[Row], approvals: list[Row], verdicts: list[Row], answers: dict[str, list[Row]], names: dict[str, str]
) -> list[Notice]:
    made = []
    for number, row in enumerate(returns):
        same = [each for each in returns[number + 1 :] if _about(each) == _about(row)]
        later = [each for each in verdicts if _order(each) > _order(row) and each["person"] in ("", row["subject"])]
        if row["stage"] == "opening":
            later += [each for each in approvals if _order(each) > _order(row)]
        said = answers.get(row["id"], [])
        mended = [each for each in said if each["mended"]]
        made.append(
            Notice(
                id=row["id"],
                class_id=row["training_class"],
                stage=row["stage"],
                reasons=msgspec.json.decode(row["reasons"], type=list[str]),
                subject=row["subject"],
                subject_name=str(names.get(row["subject"], row["subject"])),
                until=row["until"],
                by=row["op"],
                at=row["wall"] // 1000,
                seen=bool(said),
                mended=bool(mended),
                note=mended[-1]["note"] if mended else "",
                settled=bool(same or later),
            )
        )
    return made[::-1]


def _about(row: Row) -> tuple[str, str]:
    return row["stage"], row["subject"]


def _order(row: Row) -> Order:
    return row["hlc_ms"], row["hlc_n"], row["id"]


def answer(ledger: Ledger, notice: str, *, mended: bool = False, note: str = "") -> str:
    """The institution has seen a return, or has mended what it asks for; answers the fact's id, empty if known already.

    Raises NotFound.
    """
    row = ledger.conn.execute("SELECT training_class FROM returns WHERE id = ?", (notice,)).fetchone()
    if row is None:
        raise NotFound("没有这条退回。请先同步，再核对编号。")
    note = entry.line(note, "补正说明")
    found = next(each for each in decisions_of(ledger, row[0]).notices if each.id == notice)
    if found.seen and not mended:
        return ""
    with ledger.writing() as w:
        return w.fact("return.answer", kinds.ReturnAnswer(notice, mended, note))


def unseen(ledger: Ledger) -> list[Notice]:
    """Returns that nobody here has seen and that still ask for something, the latest first."""
    found = [notice for each in all_decisions(ledger).values() for notice in each.notices]
    return sorted((one for one in found if one.open and not one.seen), key=lambda one: -one.at)
