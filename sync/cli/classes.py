"""Verbs about courses, classes, rosters, lessons, hours and paper."""

from pathlib import Path
from typing import Any

from sync.carry.folder import write_file
from sync.cli.context import Context
from sync.cli.notices import afterwards
from sync.cli.review import state
from sync.jobs import classes, decisions, moment
from sync.jobs.find import find_class, list_classes, list_lessons


def course_list(context: Context) -> int:
    with context.ledger() as ledger:
        found = classes.list_courses(ledger)
    context.answer([{key: row[key] for key in ("code", "name", "level", "hours", "subsidy")} for row in found])
    return 0


def class_add(context: Context) -> int:
    args = context.args
    with context.ledger() as ledger:
        made = classes.add_class(
            ledger, args.class_code, args.class_course, args.class_name, args.class_from, args.class_to, args.site
        )
    context.answer({"class": made}, f"班次已建，编号 {made}。")
    return 0


def class_list(context: Context) -> int:
    with context.ledger() as ledger:
        courses = {row["id"]: row["code"] for row in classes.list_courses(ledger)}
        said, known = decisions.all_decisions(ledger), list_classes(ledger)
        later = afterwards(ledger, known)
        found = [
            {
                "class": row.id,
                "code": row.code,
                "name": row.name,
                "course": courses.get(row.course, row.course),
                "from": row.date_from,
                "to": row.date_to,
                "site": row.site,
                **state(said.get(row.id)),
                **later[row.id],
            }
            for row in known
        ]
    context.answer(found)
    return 0


def roster_import(context: Context) -> int:
    from sync.jobs.rosters import carry_out, plan_import

    with context.ledger() as ledger:
        plan = plan_import(ledger, Path(context.args.file), context.args.class_name)
        if not context.args.preview:
            carry_out(ledger, plan)
    said = plan.answer()
    counts = (len(said["accepted"]), len(said["repaired"]), len(said["refused"]), said["unchanged"])
    words = "导入 {} 人，修正 {} 处，拒绝 {} 行，没有变化 {} 人。".format(*counts)
    context.answer(said, "\n".join([words, *_refusals(said), *_remarks(said)]))
    return 0


def _remarks(said: dict[str, Any]) -> list[str]:
    return [f"第 {row['row']} 行：{row['note']}" if row["row"] else row["note"] for row in said["remarks"]]


def _refusals(said: dict[str, Any]) -> list[str]:
    from sync.sheets.roster import REASONS

    return [f"第 {row['row']} 行：{REASONS[row['reason']]}" for row in said["refused"]]


def roster_export(context: Context) -> int:
    from sync.jobs.rosters import export_roster

    with context.ledger() as ledger:
        count = export_roster(ledger, context.args.class_name, Path(context.args.to))
    context.answer({"file": context.args.to, "people": count}, f"已导出 {count} 人到 {context.args.to}。")
    return 0


def roster_withdraw(context: Context) -> int:
    from sync.jobs.rosters import withdraw

    args = context.args
    with context.ledger() as ledger:
        made = withdraw(ledger, args.class_name, args.trainee, args.reason)
    context.answer({"enrollment": made}, "已退班，原来的记录都在。")
    return 0


def lesson_add(context: Context) -> int:
    args = context.args
    new = classes.NewLesson(
        day=moment.parse_day(args.date),
        start=moment.parse_time(args.start),
        end=moment.parse_time(args.end),
        hours=classes.parse_hours(args.hours),
        kind=args.kind,
        mode=args.mode,
        teacher=args.teacher,
        topic=args.topic,
    )
    with context.ledger() as ledger:
        made, warnings = classes.add_lesson(ledger, args.class_name, new)
    context.answer({"lesson": made, "warnings": warnings}, "\n".join([f"课次已排，编号 {made}。", *warnings]))
    return 0


def lesson_list(context: Context) -> int:
    with context.ledger() as ledger:
        teachers = dict(ledger.conn.execute("SELECT id, name FROM teachers").fetchall())
        found = [
            {
                "lesson": row.id,
                "start": moment.iso(row.start),
                "end": moment.iso(row.end),
                "hours": classes.plain(row.hours),
                "kind": row.kind,
                "mode": row.mode,
                "teacher": teachers.get(row.teacher, ""),
                "topic": row.topic,
                "cut": moment.iso(row.cut_end) if row.cut_end else None,
                "cancelled": row.cancelled,
            }
            for row in list_lessons(ledger, find_class(ledger, context.args.class_name).id)
        ]
    context.answer(found)
    return 0


def lesson_move(context: Context) -> int:
    args = context.args
    with context.ledger() as ledger:
        warnings = classes.move_lesson(ledger, args.lesson, args.date, args.start, args.end, args.reason)
    context.answer({"lesson": args.lesson, "warnings": warnings}, "\n".join(["课次已改期。", *warnings]))
    return 0


def lesson_edit(context: Context) -> int:
    args = context.args
    hours = None if args.hours is None else classes.parse_hours(args.hours)
    with context.ledger() as ledger:
        warnings = classes.edit_lesson(ledger, args.lesson, classes.Edit(args.topic, args.teacher, hours))
    context.answer({"lesson": args.lesson, "warnings": warnings}, "\n".join(["课次已修改。", *warnings]))
    return 0


def lesson_cut(context: Context) -> int:
    args = context.args
    with context.ledger() as ledger:
        classes.cut_lesson(ledger, args.lesson, args.end, args.reason)
    return _amended(context, "课次已提前结束。")


def lesson_cancel(context: Context) -> int:
    with context.ledger() as ledger:
        classes.cancel_lesson(ledger, context.args.lesson, context.args.reason)
    return _amended(context, "课次已取消。")


def _amended(context: Context, words: str) -> int:
    context.answer({"lesson": context.args.lesson}, words)
    return 0


def hours(context: Context) -> int:
    from sync.jobs.hours import answer, hours_of, teacher_hours_of

    name, teachers = context.args.class_name, context.args.teachers
    with context.ledger() as ledger:
        found = answer(teacher_hours_of(ledger, name), "teacher") if teachers else answer(hours_of(ledger, name))
    lines = [
        f"{row['name']}\t计划 {row['planned']}\t实测 {'未知' if row['measured'] is None else row['measured']}"
        f"\t计入 {row['credited']}"
        for row in found
    ]
    context.answer(found, "\n".join(lines) or f"班里还没有{'教师' if teachers else '学员'}。")
    return 0


def findings(context: Context) -> int:
    from sync.jobs.findings import findings_of

    with context.ledger() as ledger:
        found = findings_of(ledger, context.args.class_name)
    said = [
        {"kind": one.kind, "person": one.person or None, "sentence": one.sentence, "evidence": one.evidence}
        for one in found
    ]
    context.answer(said, "\n".join(one.sentence for one in found) or "没有问题线索。")
    return 0


def print_form(context: Context) -> int:
    from sync.jobs.papers import print_form
    from sync.jobs.reveal import SHOWS_NUMBERS, reveal

    args = context.args
    with context.ledger() as ledger:
        pdf = print_form(ledger, args.form, args.class_name, args.lesson, show_identity=args.show_identity)
        if args.show_identity and args.form in SHOWS_NUMBERS:
            reveal(ledger, "print", args.class_name)
    write_file(Path(args.to), pdf)
    context.answer({"file": args.to, "bytes": len(pdf)}, f"已存为 {args.to}。")
    return 0


def online_import(context: Context) -> int:
    from sync.jobs.online import REASONS, carry_out, plan_import

    with context.ledger() as ledger:
        plan = plan_import(ledger, Path(context.args.file), context.args.class_name)
        if not context.args.preview:
            carry_out(ledger, plan)
    said = plan.answer()
    counts = (len(said["accepted"]), len(said["refused"]), len(said["written"]), said["unchanged"])
    words = "读入 {} 行，拒绝 {} 行；线上学时写入 {} 条，没有变化 {} 条。".format(*counts)
    refusals = [f"第 {row['row']} 行：{REASONS[row['reason']]}" for row in said["refused"]]
    warnings = [f"第 {row['row']} 行：{row['note']}" for row in said["warnings"]]
    context.answer(said, "\n".join([words, *refusals, *warnings]))
    return 0
