"""What one lesson's figures for one person rest on, and the sentences that say so."""

from collections.abc import Iterator
from fractions import Fraction

import msgspec

from sync.training import state as states
from sync.training.beijing import clock, date_of
from sync.training.facts import Leave, LeaveVoid, Lesson, OnlineHours, Stamp, Void
from sync.training.pack import RulePack
from sync.training.presence import NOWHERE, Presence, Span, length
from sync.training.sitting import Sitting


class Overlap(msgspec.Struct, frozen=True):
    """A finding: somebody was stamped into two lessons at once. The minutes count for `kept`, not for `lost`."""

    person: str
    kept: str
    lost: str
    spans: tuple[Span, ...]
    kept_start: int
    """When `kept` begins: what people call a lesson by."""


class Account(msgspec.Struct, frozen=True):
    """The evidence behind one figure. Hours are in hundredths."""

    lesson: Lesson
    sitting: Sitting
    pack: RulePack
    stamps: tuple[Stamp, ...] = ()
    aside: tuple[Stamp, ...] = ()
    voids: tuple[Void, ...] = ()
    presence: Presence = NOWHERE
    spans: tuple[Span, ...] = ()
    """Presence within the lesson that counts for it."""
    overlaps: tuple[Overlap, ...] = ()
    online: OnlineHours | None = None
    """Hours imported for her, which stand in place of presence."""
    imported: bool = False
    """Whether anybody's hours were imported for this lesson."""
    leave: Leave | None = None
    leaves_taken_back: tuple[tuple[Leave, LeaveVoid], ...] = ()
    leave_used: int = 0
    """Hours of leave in this class before this lesson."""
    leave_most: int = 0
    """Hours of leave that the cap allows, rounded down."""
    day_used: int = 0
    """Hours credited earlier on this day."""
    capped: int = 0
    """Hours that the day's cap took."""


def explain(account: Account, state: str, measured: int | None, credited: int) -> list[str]:
    """Chinese sentences: which stamps, which rule, which clause made these figures."""
    return [*_evidence(account), *_verdict(account, state), *_figures(account, state, measured, credited)]


def figure(hundredths: int) -> str:
    """Class hours as people write them: 4, 3.5, 3.58."""
    return f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")


def percent(rate: Fraction | None) -> str:
    """An attendance rate cut down to 0.1 %, so that nobody seems to have reached a threshold: 85.37 % is 85.3%."""
    return "—" if rate is None else f"{int(rate * 1000) / 10:.1f}%"


def _evidence(account: Account) -> Iterator[str]:
    lesson = account.lesson
    if lesson.cut_end is not None:
        yield f"本课次提前到 {clock(lesson.ends)} 结束，以此为下课时间。"
        short = hours_against_minutes(lesson, account.pack)
        if short:
            yield short
    if account.online is not None:
        yield from _imported(account, account.online)
    elif account.stamps:
        yield f"计入的记录：{'、'.join(_said(stamp) for stamp in account.stamps)}。"
    reasons = {void.stamp: void for void in account.voids}
    for stamp in account.aside:
        void = reasons.get(stamp.id)
        why = f"已作废（{void.reason}，见证人 {void.witness}）" if void else "在签到签退时段之外"
        yield f"不计的记录：{_said(stamp)}，{why}。"
    for leave, taken_back in account.leaves_taken_back:
        yield f"请假已撤销，不算请假：{leave.reason}（撤销原因：{taken_back.reason}）。"
    for at, (start, end) in account.presence.missed:
        yield f"{clock(at)} 点名未到，扣去前后两次记录之间 {clock(start)} 至 {clock(end)}。"
    for overlap in account.overlaps:
        spans = "、".join(f"{clock(start)} 至 {clock(end)}" for start, end in overlap.spans)
        kept = f"{date_of(overlap.kept_start)} {clock(overlap.kept_start)} 开始的课次"
        yield f"{spans} 同时在两个课次：计入先签到的那个（{kept}），不计入本课次。"


def hours_against_minutes(lesson: Lesson, pack: RulePack) -> str:
    """What is odd about a lesson that has fewer minutes than its planned hours need; empty where nothing is."""
    needed, lasted = lesson.planned * pack.minutes("hour_minutes"), (lesson.ends - lesson.start) * 100 // 60
    if needed <= lasted:
        return ""
    return (
        f"计划 {figure(lesson.planned)} 课时应有 {figure(needed)} 分钟，实有 {figure(lasted)} 分钟："
        f"{pack.quote('hour_minutes')}。"
    )


def _imported(account: Account, online: OnlineHours) -> Iterator[str]:
    minutes = "" if online.minutes is None else f"（{online.minutes} 分钟）"
    yield f"线上导入：{online.source}，{figure(online.hours)} 课时{minutes}。"
    if online.hours > account.lesson.planned:
        yield f"超过本课次计划的 {figure(account.lesson.planned)} 课时，超出的不计。"
    if account.stamps:
        yield f"本课次以线上导入为准，签到签退记录只作旁证：{'、'.join(_said(stamp) for stamp in account.stamps)}。"


def _said(stamp: Stamp) -> str:
    text = f"{clock(stamp.at)} {'签到' if stamp.kind == 'in' else '签退'}"
    notes = [note for note in (stamp.reason, stamp.witness and f"见证人 {stamp.witness}") if note]
    return f"{text}（{'更正：' if stamp.via == 'correction' else ''}{'，'.join(notes)}）" if notes else text


def _verdict(account: Account, state: str) -> Iterator[str]:
    lesson, pack, presence = account.lesson, account.pack, account.presence
    if state == states.NOT_BEGUN:
        yield f"{clock(lesson.start)} 开课，还没到时间。"
    elif account.leave is not None and not account.stamps and not (account.online and account.online.hours):
        yield from _leave(account, account.leave, state)
    elif account.online is not None:
        yield _online(account, account.online, state)
    elif state == states.NOT_TAKEN:
        missing = "这个课次还没有导入线上学时，也" if lesson.mode == "online" else "这一场"
        yield f"{missing}没有任何学员的签到签退记录，记为未点名，不是缺勤。"
    elif state == states.NO_IN and presence.lone_out is not None:
        yield f"{clock(presence.lone_out.at)} 签退，没有与它相配的签到；补上之前时长不明，不计课时。"
    elif state == states.NO_OUT and presence.lone_in is not None:
        yield (
            f"{clock(presence.lone_in.at)} 签到，没有与它相配的签退"
            f"（{clock(account.sitting.gate)} 至 {clock(account.sitting.closes)} 刷卡即签退）；"
            "补上之前时长不明，不计课时。"
        )
    elif state == states.ABSENT and account.imported and not account.stamps:
        yield "本课次已有线上导入，其中没有这名学员的学时；也没有这名学员的签到签退记录。"
    elif state == states.ABSENT:
        present, lasting = length(account.spans), lesson.ends - lesson.start
        yield f"在课 {_minutes(present)}，全长 {_minutes(lasting)}，低于{pack.quote('min_presence')}。"
    else:
        yield from _faults(account, state)


def _online(account: Account, online: OnlineHours, state: str) -> str:
    planned = f"计划的 {figure(account.lesson.planned)} 课时"
    if state == states.NORMAL:
        return f"已学满{planned}；按计划课时计。"
    if state == states.ABSENT:
        return f"所学 {figure(online.hours)} 课时，不到{planned}的应学比例：低于{account.pack.quote('min_presence')}。"
    return f"没有学满{planned}，按早退计。"


def _leave(account: Account, leave: Leave, state: str) -> Iterator[str]:
    most = f"上限 {figure(account.leave_most)} 课时：{account.pack.quote('leave_cap')}"
    used = f"此前已请假 {figure(account.leave_used)} 课时"
    if state == states.ON_LEAVE:
        yield f"请假：{leave.reason}；{used}，{most}。"
    else:
        yield f"请假：{leave.reason}；{used}，加上本课次超过{most}，按缺勤计。"


def _faults(account: Account, state: str) -> Iterator[str]:
    lesson, pack = account.lesson, account.pack
    first, last = account.spans[0][0], account.spans[-1][1]
    if states.LATE in state:
        allowed = lesson.start + pack.seconds("late_grace")
        yield f"迟到：{clock(first)} 才在课，晚于 {clock(allowed)}；{pack.quote('late_grace')}。"
    if states.AWAY in state:
        away = last - first - length(account.spans)
        yield f"中途离开：共 {_minutes(away)}；{pack.quote('away_grace')}。"
    if states.EARLY in state:
        allowed = lesson.ends - pack.seconds("early_grace")
        yield f"早退：{clock(last)} 离开，早于 {clock(allowed)}；{pack.quote('early_grace')}。"
    if state == states.NORMAL:
        yield _normal(account)


def _normal(account: Account) -> str:
    """All the planned hours, and by which graces where she was not there all the time."""
    lesson, spans = account.lesson, account.spans
    present = length(spans)
    short = {
        "late_grace": spans[0][0] - lesson.start,
        "away_grace": spans[-1][1] - spans[0][0] - present,
        "early_grace": lesson.ends - spans[-1][1],
    }
    graces = "、".join(account.pack.quote(key) for key, seconds in short.items() if seconds)
    return f"在课 {_minutes(present)}，{f'所缺的都在宽限之内：{graces}' if graces else '全程在课'}；按计划课时计。"


def _figures(account: Account, state: str, measured: int | None, credited: int) -> Iterator[str]:
    before_cap = credited + account.capped
    if any(fault in state for fault in (states.LATE, states.AWAY, states.EARLY)) and measured is not None:
        yield f"实测 {figure(measured)} 课时，向下取整为 {figure(before_cap)} 课时：{account.pack.quote('round_to')}。"
    if account.capped:
        yield (
            f"当天此前已计 {figure(account.day_used)} 课时，本课次少计 {figure(account.capped)} 课时："
            f"{account.pack.quote('daily_cap')}。"
        )


def _minutes(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{minutes} 分 {rest} 秒" if rest else f"{minutes} 分钟"
