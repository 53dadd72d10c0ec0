"""What an officer should look at in a class's record: pure functions from facts to findings (问题线索).

A finding is no verdict and changes no hours. Its thresholds are the pack's; what has none there is said with its
figures, for a person to judge.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from sync.training.account import Overlap, hours_against_minutes
from sync.training.beijing import clock, date_of
from sync.training.facts import Lesson, RollCall, Stamp
from sync.training.pack import RulePack
from sync.training.stamps import CORRECTION

SEARCH: Final = "search"
"""The `via` of a stamp for somebody who was found by name."""
JUMP: Final = 60_000
"""Milliseconds by which wall and monotonic clock may part between two stamps: clocks are corrected by seconds all the
time. A tolerance of measurement and no rule about hours."""

APART: Final = 120
"""Seconds by which a machine may differ from the county's time, known to a few seconds: the same kind of number."""

Names = Mapping[str, str]
"""Person → name."""


class Finding(msgspec.Struct, frozen=True):
    """`evidence` are ids of the changes and lessons that it rests on; `person` is empty where it is about the class."""

    kind: str
    person: str
    sentence: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A stamp as the clocks saw it: milliseconds since 1970 UTC, milliseconds since some start, and which boot."""

    id: str
    feed: str
    seq: int
    wall: int
    mono: int
    boot: str
    at: int = 0
    """What the rules take as its time, in seconds since 1970 UTC."""
    trusted: int | None = None
    """The county's time at that moment, in the same; None where it was not known, or where a person stated `at`."""


def overlaps(found: Iterable[Overlap], names: Names, lessons: Names) -> list[Finding]:
    """Minutes of one person in two lessons at once; `lessons` says of each by what people know it."""
    return [
        Finding(
            "overlap",
            overlap.person,
            f"{_name(names, overlap.person)} {date_of(overlap.spans[0][0])} "
            f"{'、'.join(f'{clock(start)} 至 {clock(end)}' for start, end in overlap.spans)} 同时在两个课次："
            f"{lessons[overlap.kept]}（先签到，计入）和 {lessons[overlap.lost]}（不计入）。",
            (overlap.kept, overlap.lost),
        )
        for overlap in found
    ]


def cut_lessons(lessons: Iterable[Lesson], pack: RulePack) -> list[Finding]:
    """Lessons cut short that keep more planned hours than their minutes can hold. Rule: hour_minutes."""
    return [
        Finding("cut-hours", "", f"{date_of(lesson.start)} {clock(lesson.start)} 的课次提前结束，{said}", (lesson.id,))
        for lesson in lessons
        if lesson.stands and lesson.cut_end is not None and (said := hours_against_minutes(lesson, pack))
    ]


def manual_stamps(stamps: Sequence[Stamp], voided: Iterable[str]) -> list[Finding]:
    """How many stamps that count were made by hand, and how many of these nobody witnessed. Teachers have no cards, so
    their stamps should not be among `stamps`."""
    gone = set(voided)
    counted = [stamp for stamp in stamps if stamp.counted and stamp.id not in gone]
    by_hand = [stamp for stamp in counted if stamp.via in (SEARCH, CORRECTION)]
    if not by_hand:
        return []
    kinds = Counter(stamp.via for stamp in by_hand)
    alone = sum(not stamp.witness for stamp in by_hand)
    percent = 100 * len(by_hand) // len(counted)
    sentence = (
        f"计入的签到签退 {len(counted)} 条，其中手工 {len(by_hand)} 条（{percent}%）："
        f"查找姓名 {kinds[SEARCH]} 条、事后更正 {kinds[CORRECTION]} 条；没有见证人的 {alone} 条。"
    )
    return [Finding("manual-stamps", "", sentence, tuple(sorted(stamp.id for stamp in by_hand)))]


def outside_window(stamps: Iterable[Stamp], names: Names) -> list[Finding]:
    """Stamps that came too early or too late to count, by person. Rules: checkin_opens, checkout_closes."""
    by_person: dict[str, list[Stamp]] = defaultdict(list)
    for stamp in stamps:
        if not stamp.counted:
            by_person[stamp.person].append(stamp)
    found = []
    for person, own in sorted(by_person.items()):
        own.sort(key=lambda stamp: (stamp.at, stamp.id))
        times = "、".join(f"{date_of(stamp.at)} {clock(stamp.at)}" for stamp in own)
        sentence = f"{_name(names, person)} 有 {len(own)} 条记录在签到签退时段之外，没有计入：{times}。"
        found.append(Finding("outside-window", person, sentence, tuple(stamp.id for stamp in own)))
    return found


def missed_calls(calls: Iterable[RollCall], names: Names) -> list[Finding]:
    """People drawn in mid-lesson who did not answer."""
    missed = sorted((call for call in calls if not call.present), key=lambda call: (call.at, call.id))
    return [
        Finding(
            "missed-rollcall",
            call.person,
            f"{_name(names, call.person)} {date_of(call.at)} {clock(call.at)} 课中点名未到。",
            (call.lesson, call.id),
        )
        for call in missed
    ]


def clock_jumps(ticks: Iterable[Tick]) -> list[Finding]:
    """Where a machine's wall clock was moved between two stamps: consecutive ones of one feed are compared.

    Within one boot the monotonic clock says how long it really was; across boots only going back is sure.
    """
    found = []
    before: Tick | None = None
    for tick in sorted(ticks, key=lambda tick: (tick.feed, tick.seq, tick.id)):
        if before is not None and before.feed == tick.feed:
            same_boot = before.boot == tick.boot
            moved = tick.wall - before.wall - (tick.mono - before.mono if same_boot else 0)
            if moved < -JUMP or (same_boot and moved > JUMP):
                found.append(_jump(before, tick, moved, same_boot))
        before = tick
    return found


def clock_apart(ticks: Iterable[Tick]) -> list[Finding]:
    """Where stamps bear a time that the county's own, carried on in that boot, contradicts: one finding a boot."""
    boots: dict[tuple[str, str], list[tuple[int, Tick]]] = defaultdict(list)
    for tick in ticks:
        if tick.trusted is not None and abs(tick.at - tick.trusted) > APART:
            boots[tick.feed, tick.boot].append((tick.at - tick.trusted, tick))
    found = []
    for _, wrong in sorted(boots.items()):
        wrong.sort(key=lambda one: (one[1].seq, one[1].id))
        by, first = max(wrong, key=lambda one: abs(one[0]))
        sentence = (
            f"{date_of(first.at)} 有 {len(wrong)} 条记录的时间与县里的时间不符，最多{'快' if by > 0 else '慢'}"
            f"约 {abs(by) // 60} 分钟，请核对。"
        )
        found.append(Finding("clock-apart", "", sentence, tuple(tick.id for _, tick in wrong)))
    return found


def _jump(before: Tick, after: Tick, moved: int, same_boot: bool) -> Finding:
    way = "调快" if moved > 0 else "调慢"
    by = f"约 {abs(moved) // 60_000} 分钟" if same_boot else "（其间电脑重启过，快慢多少不知）"
    at = after.wall // 1000
    sentence = f"电脑时间在 {date_of(at)} {clock(at)} 的记录之前被{way}{by}，此前后的记录时间请核对。"
    return Finding("clock-jump", "", sentence, (before.id, after.id))


def _name(names: Names, person: str) -> str:
    return names.get(person) or "（名单外的人）"
