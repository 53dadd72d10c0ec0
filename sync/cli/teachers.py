"""Verbs about teachers (教师)."""

from sync.cli.context import Context
from sync.jobs import teachers
from sync.jobs.classes import plain


def teacher_list(context: Context) -> int:
    with context.ledger() as ledger:
        year = context.args.year or teachers.this_year(ledger)
        found = teachers.list_teachers(ledger, year)
    said = [
        {
            "teacher": one.id,
            "name": one.name,
            "id_number": one.masked,
            "employment": one.employment,
            "since": one.since,
            "employments": [{"since": since, "employment": how} for since, how in one.spells],
            "certificate": one.certificate,
            "institution": one.institution,
            "lessons": one.lessons,
            "hours": plain(one.hours),
            "institutions": one.institutions,
        }
        for one in found
    ]
    lines = [
        f"{one.name}\t{one.masked or '没有登记证件号码'}\t{one.employed or '没有登记专职还是兼职'}\t"
        f"{one.certificate or '没有登记资格证'}\t{year} 年 {one.lessons} 课次，{plain(one.hours)} 课时"
        for one in found
    ]
    context.answer(said, "\n".join(lines) or "还没有教师。")
    return 0


def teacher_add(context: Context) -> int:
    with context.ledger() as ledger:
        made = teachers.add_teacher(ledger, _record(context))
    context.answer({"teacher": made}, f"教师已登记，编号 {made}。")
    return 0


def teacher_set(context: Context) -> int:
    with context.ledger() as ledger:
        found = teachers.find_teacher(ledger, context.args.teacher)
        teachers.set_teacher(ledger, found, _record(context))
    context.answer({"teacher": found}, "已修改。")
    return 0


def _record(context: Context) -> teachers.Record:
    args = context.args
    return teachers.Record(args.name, args.id_number, args.employment, args.since, args.certificate)
