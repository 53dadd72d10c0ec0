"""Verbs about public notices (公示), and what lists of classes say of them and of the archive."""

from typing import Any

from sync.cli.context import Context
from sync.jobs import moment, notices
from sync.jobs.archive import kept_until_of
from sync.jobs.find import ClassRow, list_classes
from sync.jobs.notices import STATES, PublicNotice
from sync.ledger.ledger import Ledger


def notice_post(context: Context) -> int:
    from sync.county.notices import Posting, post

    args = context.args
    said = Posting(args.first, args.office, args.address, args.postcode, args.phone)
    with context.ledger() as ledger:
        made = post(ledger, args.class_name, said)
    words = f"{args.class_name} 班公示 {made.first} 至 {made.until}（{made.days} 个工作日），将随同步和U盘送到该机构。"
    answer = {"notice": made.id, "from": made.first, "until": made.until, "days": made.days, "warnings": made.warnings}
    context.answer(answer, "\n".join([words, *made.warnings]))
    return 0


def notice_list(context: Context) -> int:
    """Every notice that this node knows, the latest first."""
    with context.ledger() as ledger:
        found, today = notices.all_notices(ledger)[::-1], notices.today(ledger)
        standing = {notice.id for notice in notices.standing(ledger).values()}
        codes = {row.id: row.code for row in list_classes(ledger)}
    said = [
        {
            **_answer(notice, today),
            "class": notice.training_class,
            "code": codes.get(notice.training_class, ""),
            "stands": notice.id in standing,
        }
        for notice in found
    ]
    lines = [
        f"{row['code']}  {notice.words(today)}{'' if row['stands'] else '（已有新的公示）'}"
        for row, notice in zip(said, found, strict=True)
    ]
    context.answer(said, "\n".join(lines) or "还没有公示。")
    return 0


def afterwards(ledger: Ledger, classes: list[ClassRow]) -> dict[str, dict[str, Any]]:
    """Class → what `class list` says of the time after it: its notice or null, and until when its papers are kept."""
    posted, today, kept = notices.standing(ledger), notices.today(ledger), kept_until_of(ledger, classes)
    return {
        row.id: {
            "notice": _answer(posted[row.id], today) if row.id in posted else None,
            "archive_until": kept[row.id] or None,
        }
        for row in classes
    }


def _answer(notice: PublicNotice, today: str) -> dict[str, Any]:
    state = notice.state(today)
    return {
        "notice": notice.id,
        "from": notice.first,
        "until": notice.until,
        "days": notice.days,
        "state": state,
        "state_words": STATES[state],
        "office": notice.office,
        "address": notice.address,
        "postcode": notice.postcode,
        "phone": notice.phone,
        "clause": notice.clause,
        "at": moment.iso(notice.at),
    }
