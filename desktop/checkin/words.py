"""What the room sees and hears for each answer of the desk."""

from dataclasses import dataclass
from typing import Literal

from sync.jobs.checkin import Desk, Scanned
from sync.jobs.find import ClassRow
from sync.training.beijing import clock

State = Literal["ready", "in", "out", "repeat", "window", "refused", "failed"]

SOUNDS: dict[State, str] = {
    "ready": "", "in": "in", "out": "out", "repeat": "again", "window": "no", "refused": "no", "failed": "no",
}  # fmt: skip

NO_CARD_YET = "还没有领到卡"
REASONS = ("忘带卡", "卡损坏", "卡遗失", NO_CARD_YET)
"""What a trainer says in a hurry when somebody stands there without a card; anything else is typed."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One answer on the screen. `at` is when it was, in seconds since 1970 UTC; 0 while waiting."""

    state: State
    headline: str
    name: str = ""
    sentence: str = ""
    at: int = 0
    trainee: str = ""
    """Her id, where somebody was recognised."""
    other: str = ""
    """The lesson that is on now for whom this card is of, where that is another one."""


NO_LESSON = Shown("ready", "今天没有课次", sentence="请按 F8 选一个课次；还没有排课的，先到“班次”里排课。")
CHOOSE_FIRST = "还没有选课次。请按 F8 选好课次，再刷一次。"
OUR_BUG = "程序出错了，请再刷一次。"
NO_PICTURE = "摄像头没有画面，不能拍照。接好摄像头后按 F9 再拍；手机拍的可以在“更多”里从文件补传。"
NO_TEACHER = "这个课次没有登记老师。请先在“班次”里给课次填上老师，再签到。"


def ready(desk: Desk, now: int, on_now: str = "") -> Shown:
    """What stands there while nobody scans. `on_now` is the class's lesson that cards are for, where it is another."""
    sitting = desk.sitting
    if on_now:
        return Shown("ready", "请换到现在的课次", sentence="打开的不是现在的课次。按 F8 换过去，再刷卡。", other=on_now)
    if now < sitting.opens:
        return Shown("ready", "还没到签到时间", sentence=f"{clock(sitting.opens)} 起可以签到。")
    if now > sitting.closes:
        return Shown("ready", "签退时间已过", sentence=f"签退到 {clock(sitting.closes)} 为止，之后请用补签。")
    words = "签到" if now < sitting.gate else "签退"
    return Shown("ready", f"请刷学员证{words}", sentence="把学员证上的二维码对准摄像头或扫码枪。")


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The class that a card is of, and its lesson that is on now, or nothing."""

    own_class: ClassRow
    lesson: str = ""


def shown(scanned: Scanned, desk: Desk, elsewhere: Elsewhere | None, last_at: int, late: int = 0) -> Shown:
    """The answer to a scan. `last_at` is the person's last counted stamp before it, `late` by how many minutes."""
    at, name = scanned.at, scanned.name
    match scanned.result:
        case "recorded" if scanned.kind == "out":
            return Shown("out", "已签退", name, f"{clock(at)} 签退，已记下。", at)
        case "recorded":
            words = f"，迟到 {late} 分钟" if late else ""
            return Shown("in", "已签到", name, f"{clock(at)} 签到{words}，已记下。", at)
        case "repeat":
            word = "签退" if scanned.kind == "out" else "签到"
            return Shown("repeat", f"已{word}过", name, f"{clock(last_at)} 已经{word}，不用再刷。", at)
        case "outside-window":
            return _outside(desk, elsewhere, name, at)
        case "revoked-card":
            return Shown("refused", "此卡已作废", name, "请用补办的新卡，或按 F6 查找姓名签到。", at)
        case "not-enrolled":
            return _other_class(desk, elsewhere, name, at)
        case "unknown-card":
            return Shown("refused", "不认识这张卡", "", "本机没有这张卡。请换学员证，或按 F6 查找姓名签到。", at)
        case _:
            return Shown("refused", "没读全", "", "请再刷一次。", at)


def not_a_card(at: int) -> Shown:
    """A camera reads a code whole or not at all: what is no card number is some other code."""
    return Shown("refused", "这不是学员证", "", "请出示学员证上的二维码。", at)


def not_the_person(name: str, trainee: str, at: int) -> Shown:
    """What the trainer found when she compared."""
    sentence = "已记下。请按 F7 作废这次签到，再让本人来签。"
    return Shown("refused", "不是本人", name, sentence, at, trainee)


def failed(why: str, name: str, at: int) -> Shown:
    return Shown("failed", "此次未记下", name, why, at)


def _outside(desk: Desk, elsewhere: Elsewhere | None, name: str, at: int) -> Shown:
    sitting = desk.sitting
    if elsewhere is not None and elsewhere.lesson:
        sentence = "打开的不是现在的课次：按 F8 换到现在的课次并签到。"
        return Shown("window", "不是现在的课次", name, sentence, at, other=elsewhere.lesson)
    if at < sitting.opens:
        sentence = (
            f"{clock(sitting.opens)} 起可以签到（上课前 {desk.pack.minutes('checkin_opens')} 分钟），到时请再刷。"
        )
        return Shown("window", "还没到签到时间", name, sentence, at)
    sentence = f"签退到 {clock(sitting.closes)} 为止。确实在场的，请老师补签。"
    return Shown("window", "已过签退时间", name, sentence, at)


def _other_class(desk: Desk, elsewhere: Elsewhere | None, name: str, at: int) -> Shown:
    if elsewhere is None:
        return Shown("refused", "不是本班学员", name, "请核对学员证。", at)
    own_class = elsewhere.own_class
    if own_class.id == desk.lesson.class_id:
        return Shown("refused", "已退出本班", name, "名册上已经退班。如有出入，请先在“学员”里登记入班。", at)
    sentence = f"这张卡属于：{own_class.name}（{own_class.code}）。"
    if elsewhere.lesson:
        sentence += "这个班现在有课：按 F8 换到那个课次并签到。"
    return Shown("refused", "不是本班学员", name, sentence, at, other=elsewhere.lesson)
