"""Verbs at the door: scans, stamps by hand, corrections, leave, roll-call, the stated clock and 存证码."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sync.cli.context import Context
from sync.errors import BadInput
from sync.jobs import cards, checkin, moment, rollcall, status
from sync.jobs import leave as leaves
from sync.jobs.find import find_lesson, find_person
from sync.training.card import is_card, normalise
from sync.training.facts import Kind

IMAGES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff", ".gif"})
VIDEOS = frozenset({".mp4", ".mkv", ".avi", ".mov", ".webm", ".m4v", ".mpg", ".mpeg", ".wmv"})
KINDS = {"in": "签到", "out": "签退"}
RESULTS = {
    "recorded": "已记",
    "repeat": "已经记过，不用再刷",
    "outside-window": "不在签到签退的时段，不计入",
    "unknown-card": "本机没有这张卡",
    "bad-card": "没读全，或不是学员证",
    "not-enrolled": "不是本班学员",
    "revoked-card": "旧卡已作废，请用补办的新卡",
}


def scan(context: Context) -> int:
    """Every input is answered for: one that can't be read does not cost the ones after it."""
    manual = _kind(context.args.kind)
    unread = False
    with context.ledger() as ledger:
        desk = checkin.open_desk(ledger, context.args.lesson)
        for given in context.args.inputs:
            try:
                for text, via in _readings(context, given):
                    found = checkin.scan(ledger, desk, text, via, manual)
                    if context.args.json:
                        context.line(found.answer())
                    else:
                        context.write(_in_words(found))
            except BadInput as error:
                unread = True
                _say_unread(context, given, error, moment.now(ledger).at)
    return 1 if unread else 0


def _in_words(found: checkin.Scanned) -> str:
    """吴小英 签到 已记."""
    words = (found.name or found.card or "（没有读出卡号）", KINDS.get(found.kind or "", ""), RESULTS[found.result])
    return " ".join(word for word in words if word)


def _say_unread(context: Context, given: str, error: BadInput, at: int) -> None:
    context.say(error.message)
    if context.args.json:
        unread = checkin.Scanned(Path(given).name, "", "", None, "bad-card", at)
        context.line(unread.answer() | {"error": error.reason, "message": error.message})


def _kind(word: str) -> Kind | None:
    return "in" if word == "in" else "out" if word == "out" else None


def _readings(context: Context, given: str) -> Iterator[tuple[str, str]]:
    """(text, how it was read) of each card of one input, in order. A picture without a card reads as an empty text.

    Raises BadInput for a file that can't be read.
    """
    path = Path(given)
    suffix = path.suffix.lower()
    # Digits and whatever is too long for a name are no file, though one may be called so.
    digits = is_card(normalise(given)) or len(given) > 200
    if given == "-":
        yield from ((line.strip(), "scanner") for line in sys.stdin if line.strip())
    elif suffix in VIDEOS and path.is_file():
        yield from ((text, "video") for text in context.window.read_video(given) or [""])
    elif suffix in IMAGES and path.is_file():
        from sync.reading.reader import read_image

        yield from ((text, "image") for text in read_image(path) or [""])
    elif suffix in IMAGES | VIDEOS:
        raise BadInput(f"找不到文件 {given}。", "not-found")
    elif not digits and path.exists():
        raise BadInput(f"“{path.name}”不是图片或视频，读不出学员证。", "not-a-picture")
    else:
        yield given, "scanner"


def card_reissue(context: Context) -> int:
    with context.ledger() as ledger:
        said = cards.reissue(ledger, context.args.class_name, context.args.trainee)
    context.answer(said, f"{said['name']} 的新卡号 {said['card']}，旧卡已作废。请重新打印学员证。")
    return 0


def stamp(context: Context) -> int:
    args = context.args
    kind: Kind = "out" if args.kind == "out" else "in"
    with context.ledger() as ledger:
        if args.time:
            made = checkin.correct(ledger, args.lesson, args.trainee, kind, args.time, args.reason, args.witness)
        else:
            desk = checkin.open_desk(ledger, args.lesson)
            made = checkin.stamp_by_hand(ledger, desk, find_person(ledger, args.trainee), kind, args.reason)
    said: dict[str, Any] = {"stamp": made.stamp or None, "result": made.result, "kind": made.kind}
    context.answer(said | {"at": moment.iso(made.at)}, f"{made.name}：{KINDS[kind]} {RESULTS[made.result]}")
    return 0


def void(context: Context) -> int:
    with context.ledger() as ledger:
        made = checkin.void(ledger, context.args.stamp, context.args.reason, context.args.witness)
    context.answer({"void": made}, "已作废，原记录仍可查。")
    return 0


def leave(context: Context) -> int:
    args = context.args
    with context.ledger() as ledger:
        if args.void:
            voids = leaves.void_leave(ledger, args.lesson, args.trainee, args.reason)
            context.answer({"voids": voids}, "请假已撤销，原记录仍可查。")
            return 0
        made = leaves.give_leave(ledger, args.lesson, args.trainee, args.reason)
        beyond = leaves.beyond_cap(
            ledger, find_lesson(ledger, args.lesson).class_id, find_person(ledger, args.trainee).id
        )
    warnings = [beyond] if beyond else []
    context.answer({"leave": made, "warnings": warnings}, "\n".join(["请假已记下。", *warnings]))
    return 0


def clock_state(context: Context) -> int:
    with context.ledger() as ledger:
        offset = moment.state_clock(ledger, context.args.time, context.args.reason)
        at = moment.now(ledger).at
    context.answer({"offset": offset, "at": moment.iso(at)}, f"时间已校正为 {moment.iso(at)}，此后的记录按此计时。")
    return 0


def rollcall_draw(context: Context) -> int:
    with context.ledger() as ledger:
        drawn = rollcall.draw(ledger, context.args.lesson, context.args.count)
    context.answer(drawn, "点名：" + "、".join(row["name"] for row in drawn))
    return 0


def rollcall_mark(context: Context) -> int:
    args = context.args
    with context.ledger() as ledger:
        made = rollcall.mark(ledger, args.lesson, args.trainee, args.present == "yes")
    context.answer({"mark": made}, "已记下。")
    return 0


def anchor(context: Context) -> int:
    with context.ledger() as ledger:
        if context.args.lesson:
            find_lesson(ledger, context.args.lesson)
        said = status.anchor(ledger, context.args.lesson)
    context.answer(said, f"存证码 {said['shown']}。请用任意手机发给县局，或抄在签到表上。")
    return 0
