"""Verbs for 电话回访: whom of a class the county phones, and what came of it."""

from typing import TYPE_CHECKING, Any

from sync.cli.context import Context
from sync.jobs import moment
from sync.jobs.classes import plain
from sync.training.callbacks import OUTCOMES

if TYPE_CHECKING:
    from sync.county.callbacks import Callbacks, Called


def draw(context: Context) -> int:
    from sync.county import callbacks

    with context.ledger() as ledger:
        drawn = callbacks.draw(ledger, context.args.class_name)
        found = callbacks.callbacks_of(ledger, context.args.class_name)
    first = f"抽到 {len(drawn)} 人。" if drawn else "没有再抽：名单上的人打完了还不够，才接着往下抽。"
    context.answer({**_said(found), "drawn": drawn}, "\n".join([first, *_lines(found)]))
    return 0


def listed(context: Context) -> int:
    from sync.county import callbacks

    with context.ledger() as ledger:
        found = callbacks.callbacks_of(ledger, context.args.class_name)
    context.answer(_said(found), "\n".join(_lines(found)))
    return 0


def record(context: Context) -> int:
    from sync.county import callbacks

    args = context.args
    with context.ledger() as ledger:
        made = callbacks.record(ledger, args.class_name, args.trainee, args.outcome, args.note)
        found = callbacks.callbacks_of(ledger, args.class_name)
    context.answer({**_said(found), "result": made}, "\n".join(["已记下。", *_lines(found)]))
    return 0


def _said(found: "Callbacks") -> dict[str, Any]:
    return {
        "class": found.class_row.id,
        "wanted": found.wanted,
        "answered": found.answered,
        "more": found.more,
        "problem": found.problem or None,
        "proof": found.proof,
        "key": found.key,
        "draws": [{"pool": one.pool, "people": one.people} for one in found.draws],
        "people": [
            {
                "trainee": one.person,
                "name": one.name,
                "phone": one.phone,
                "id_number": one.id_number,
                "address": one.address,
                "days": one.days,
                "credited": plain(one.credited),
                "outcome": one.outcome or None,
                "note": one.note,
                "calls": [
                    {"outcome": call.outcome, "note": call.note, "by": call.by, "at": moment.iso(call.at)}
                    for call in one.results
                ],
            }
            for one in found.people
        ],
    }


def _lines(found: "Callbacks") -> list[str]:
    head = f"{found.class_row.code} 班应电话回访 {found.wanted} 人，已接通 {found.answered} 人。"
    more = ("可以接着抽。" if found.people else "还没有抽。") if found.more else ""
    return [head + (more or found.problem), *map(_line, found.people)]


def _line(one: "Called") -> str:
    days = "、".join(day[5:] for day in one.days) or "没有到课"
    outcome = OUTCOMES.get(one.outcome, one.outcome) or "还没有打"
    came = f"{days}，计入 {plain(one.credited)} 课时"
    note = f"：{one.note}" if one.note else ""
    return "  ".join([one.person, one.name, one.phone or "没有电话", one.address, came, outcome + note])
