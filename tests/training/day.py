"""A training day in a line of text, so that worked cases read as what happened.

Lessons: "A 08:00-11:00 4; B 2 08:00-09:30 2" is lesson A on the first day with 4 hours and B on the second with 2.
After the hours may stand: cancelled, cut 09:30, hours 2, class two, by T1, online, theory.
Stamps: "in 07:50; out 11:00 B @2 correction" is an `in` for the first lesson on the first feed, and an `out` for B
on the second feed, added as a correction. Also: voided, uncounted, day 2, of 李四.
Calls: "09:00 no; 10:00 yes". Leaves: "A; B back" are leave for A, and for B leave that was taken back.
Imports: "A 4; A 3.5 @2 at 12:00; A 2 of 李四" are hours that a platform reports for an online lesson.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from importlib.resources import files
from typing import Any

import msgspec

from sync.training.account import figure
from sync.training.facts import Leave, LeaveVoid, Lesson, OnlineHours, RollCall, Stamp, Void
from sync.training.hours import PersonHours, class_hours
from sync.training.pack import RulePack, decode_pack

BEIJING = timezone(timedelta(hours=8))
DEFAULT = decode_pack(files("resources").joinpath("packs/default.json").read_bytes())


def at(text: str, day: int = 1) -> int:
    """The instant of a Beijing wall clock, on the first day of the class or a later one."""
    hour, minute, *second = (int(part) for part in text.split(":"))
    moment = datetime(2026, 3, 1, hour, minute, *second, tzinfo=BEIJING) + timedelta(days=day)
    return int(moment.astimezone(UTC).timestamp())


def pack_with(changes: Mapping[str, Any]) -> RulePack:
    """The default pack with other values, through the same door as a county's own."""
    rules = {key: replace_value(rule, changes.get(key, rule.value)) for key, rule in DEFAULT.rules.items()}
    return decode_pack(msgspec.json.encode(msgspec.structs.replace(DEFAULT, rules=rules)))


def replace_value(rule: Any, value: Any) -> Any:
    return msgspec.structs.replace(rule, value=value)


def hundredths(text: str) -> int:
    return round(float(text) * 100)


def lesson(text: str) -> Lesson:
    words = iter(text.split())
    name, word = next(words), next(words)
    day = 1
    if "-" not in word:
        day, word = int(word), next(words)
    start, end = word.split("-")
    made = Lesson(name, "one", at(start, day), at(end, day), hundredths(next(words)), "practice")
    for word in words:
        match word:
            case "cancelled":
                made = replace(made, cancelled=True)
            case "cut":
                made = replace(made, cut_end=at(next(words), day))
            case "hours":
                made = replace(made, cut_hours=hundredths(next(words)))
            case "class":
                made = replace(made, class_id=next(words))
            case "by":
                made = replace(made, teacher=next(words))
            case "online":
                made = replace(made, mode="online")
            case "theory":
                made = replace(made, kind="theory")
            case _:
                raise ValueError(f"lesson: {word}")
    return made


@dataclass
class Facts:
    """What the engine is asked about."""

    lessons: list[Lesson]
    stamps: list[Stamp] = field(default_factory=list)
    voids: list[Void] = field(default_factory=list)
    calls: list[RollCall] = field(default_factory=list)
    leaves: list[Leave] = field(default_factory=list)
    online: list[OnlineHours] = field(default_factory=list)
    leave_voids: list[LeaveVoid] = field(default_factory=list)

    def hours(self, *people: str, pack: RulePack = DEFAULT, now: int | None = None) -> list[PersonHours]:
        now = at("00:00", 30) if now is None else now
        people = people or ("张三",)
        return class_hours(
            self.lessons,
            people,
            self.stamps,
            self.voids,
            self.calls,
            self.leaves,
            pack,
            now,
            online=self.online,
            leave_voids=self.leave_voids,
        )


def read(
    lessons: str, stamps: str = "", calls: str = "", leaves: str = "", mates: bool = True, online: str = ""
) -> Facts:
    """The facts of these lines. `mates`: somebody else was in the room the whole time, so attendance was taken."""
    facts = Facts([lesson(text) for text in _items(lessons)])
    for text in _items(stamps):
        _stamp(facts, text)
    for number, text in enumerate(_items(calls)):
        clock, answer = text.split()
        facts.calls.append(RollCall(f"c{number}", facts.lessons[0].id, "张三", at(clock), answer == "yes"))
    for number, text in enumerate(_items(leaves)):
        name, *back = text.split()
        facts.leaves.append(Leave(f"l{number}", name, "张三", "家中有事"))
        if back == ["back"]:
            facts.leave_voids.append(LeaveVoid(f"b{number}", f"l{number}", "登记错课次"))
    facts.online = [_import(number, text) for number, text in enumerate(_items(online))]
    if mates:
        for held in facts.lessons:
            for kind, when in (("in", held.start), ("out", held.ends)):
                number = len(facts.stamps) + 1
                facts.stamps.append(Stamp(f"s{number}", "9", number, held.id, "同学", kind, when))  # type: ignore[arg-type]
    return facts


def _items(text: str) -> list[str]:
    return [item.strip() for item in text.split(";") if item.strip()]


def _stamp(facts: Facts, text: str) -> None:
    words = iter(text.split())
    kind, clock = next(words), next(words)
    number = len(facts.stamps) + 1
    day, changes = 1, dict[str, Any](lesson=facts.lessons[0].id, feed="1", person="张三")
    for word in words:
        match word:
            case "correction":
                changes |= {"via": "correction", "reason": "忘带卡", "witness": "王五"}
            case "uncounted":
                changes["counted"] = False
            case "voided":
                facts.voids.append(Void(f"v{number}", f"s{number}", "刷错卡", "王五"))
            case "day":
                day = int(next(words))
            case "of":
                changes["person"] = next(words)
            case _ if word.startswith("@"):
                changes["feed"] = word[1:]
            case _:
                changes["lesson"] = word
    facts.stamps.append(Stamp(id=f"s{number}", seq=number, kind=kind, at=at(clock, day), **changes))  # type: ignore[arg-type]


def _import(number: int, text: str) -> OnlineHours:
    words = iter(text.split())
    made = OnlineHours(
        f"o{number}", "1", number, next(words), "张三", hundredths(next(words)), "云学堂导出", at("20:00")
    )
    for word in words:
        match word:
            case "at":
                made = replace(made, at=at(next(words)))
            case "of":
                made = replace(made, person=next(words))
            case "minutes":
                made = replace(made, minutes=int(next(words)))
            case _ if word.startswith("@"):
                made = replace(made, feed=word[1:])
            case _:
                raise ValueError(f"import: {word}")
    return made


def told(hours: PersonHours) -> str:
    """The figures as a line: lesson, state, measured, credited."""
    return "; ".join(
        f"{entry.lesson} {entry.state} {'?' if entry.measured is None else figure(entry.measured)}"
        f" {figure(entry.credited)}"
        for entry in hours.lessons
    )
