"""Verbs for what the county decides on a class, its calendar, and the institution's answer to a return."""

from typing import Any

from sync.cli.context import Context
from sync.cli.notices import afterwards
from sync.jobs import calendar, decisions, moment
from sync.jobs.entry import hundredths
from sync.jobs.find import list_classes


def approve(context: Context) -> int:
    from sync.county.review import Approval, approve

    args = context.args
    hours = hundredths(args.hours, "课时") if args.hours else 0
    with context.ledger() as ledger:
        made = approve(ledger, args.class_name, Approval(args.paper, hours, args.people, args.conditions))
    context.answer({"approval": made}, f"{args.class_name} 班已批复，将随同步和U盘送到该机构。")
    return 0


def send_back(context: Context) -> int:
    from sync.county.review import Return, send_back

    args = context.args
    with context.ledger() as ledger:
        made = send_back(ledger, args.class_name, Return(args.reason, args.stage, args.subject, args.until))
    context.answer({"return": made}, f"{args.class_name} 班已退回，将随同步和U盘送到该机构。")
    return 0


def verdict(context: Context) -> int:
    from sync.county.review import Verdict, conclude

    args = context.args
    said = Verdict(
        outcome=args.outcome,
        person=args.trainee,
        hours=hundredths(args.hours, "课时") if args.hours else None,
        amount=hundredths(args.amount, "金额") if args.amount else None,
        rule=args.rule,
        clause=args.clause,
        note=args.note,
    )
    with context.ledger() as ledger:
        (made,) = conclude(ledger, args.class_name, [said])
    context.answer({"verdict": made}, f"{args.class_name} 班的审核结论已记下，将随同步和U盘送到该机构。")
    return 0


def classes(context: Context) -> int:
    """The county's classes with where each stands."""
    from sync.county.public import need_county

    with context.ledger() as ledger:
        need_county(ledger)
        said, known = decisions.all_decisions(ledger), list_classes(ledger)
        later = afterwards(ledger, known)
        found = [
            {"class": row.id, "code": row.code, "name": row.name, **state(said.get(row.id)), **later[row.id]}
            for row in known
        ]
    found = [row for row in found if context.args.state in ("", row["state"])]
    lines = [
        f"{row['code']}  {row['name']}  {row['state_words']}  {row['county_words']}{_posted(row['notice'])}"
        for row in found
    ]
    context.answer(found, "\n".join(lines) or "没有这样的班次。")
    return 0


def _posted(notice: dict[str, Any] | None) -> str:
    return f"  {notice['state_words']} {notice['from']} 至 {notice['until']}" if notice else ""


def state(said: decisions.Decisions | None) -> dict[str, Any]:
    """The keys of `class list` that say where a class stands at the county."""
    said = said or decisions.Decisions("")
    return {
        "state": said.state,
        "state_words": decisions.STATES[said.state],
        "county_words": said.words,
        "returns": [
            {
                "return": notice.id,
                "stage": notice.stage,
                "subject": notice.subject,
                "reasons": notice.reasons,
                "until": notice.until,
                "at": moment.iso(notice.at),
                "seen": notice.seen,
                "mended": notice.mended,
                "open": notice.open,
            }
            for notice in said.notices
        ],
    }


def answer(context: Context) -> int:
    """The institution says that it has seen a return, or mended what it asks for."""
    args = context.args
    with context.ledger() as ledger:
        made = decisions.answer(ledger, args.notice, mended=args.mended, note=args.note)
    words = "已记下：补正完成。" if args.mended else "已记下：看到了。"
    context.answer({"answer": made or None}, words + "下次同步时报给县里。")
    return 0


def calendar_add(context: Context) -> int:
    from sync.county.calendar import set_days

    args = context.args
    with context.ledger() as ledger:
        kind = "" if args.kind == "none" else args.kind
        days = set_days(ledger, args.date, args.to, kind, args.name, args.clause)
    context.answer({"days": days}, f"县日历已记下 {len(days)} 天，将随同步和U盘送到各机构。")
    return 0


def calendar_list(context: Context) -> int:
    with context.ledger() as ledger:
        found = calendar.calendar(ledger)
    said = [{"date": one.day, "kind": one.kind, "name": one.name, "clause": one.clause} for one in found]
    lines = [f"{one.day}  {calendar.KINDS.get(one.kind, one.kind)}  {one.name}  {one.clause}".rstrip() for one in found]
    context.answer(said, "\n".join(lines) or "县日历里还没有日子。")
    return 0
