"""What each paper form says, as plain data. `sync.paper.print` turns one of these into a PDF.

Instants are whole seconds since 1970 UTC and are printed in Beijing time. Hours are integers in hundredths of a
class hour. Figures not known yet are None and leave a blank to be filled in by hand.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above every form of a class."""

    institution: str
    class_code: str
    class_name: str
    course: str
    """Occupation and level, as people say it: 中式烹调师(初级)."""
    site: str
    starts: date
    ends: date
    printed_at: int
    archive_until: str = ""
    """Until when the paper is kept, an ISO day; empty where none is said. The check code says nothing of it."""


@dataclass(frozen=True, slots=True)
class LessonLine:
    """One lesson (课次) as a form names it."""

    start: int
    end: int
    hours: int
    topic: str
    kind: Literal["theory", "practice"]
    teacher: str = ""
    place: str = ""
    textbook: str = ""
    note: str = ""
    """线上, 提前结束 …"""
    cancelled: bool = False
    number: int = 0
    """Its place in the class's timetable, from 1; 0 for its place on this form."""


@dataclass(frozen=True, slots=True)
class RosterRow:
    name: str
    id_number: str
    phone: str = ""
    sex: str = ""
    ethnicity: str = ""
    category: str = ""
    """人员类别"""
    household: str = ""
    """户口性质"""
    age: int | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class Roster:
    """花名册. Identity numbers are masked unless `show_identity`."""

    heading: Heading
    rows: tuple[RosterRow, ...]
    show_identity: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    number: str
    """16 random digits and a check digit."""
    name: str


@dataclass(frozen=True, slots=True)
class Cards:
    """学员证, ten to a sheet."""

    heading: Heading
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class SignInRow:
    name: str
    id_number: str
    """Only its last four characters reach the paper."""
    signed_in: int | None = None
    signed_out: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class SignIn:
    """签到表 of a sitting: usually a half-day, one lesson or several."""

    heading: Heading
    lessons: tuple[LessonLine, ...]
    rows: tuple[SignInRow, ...]
    present: int | None = None
    on_leave: int | None = None
    absent: int | None = None
    supervision_phone: str = ""
    anchor: str = ""
    """存证码, 16 base32 letters; empty before the lesson's end."""
    anchor_qr: str = ""
    """What the anchor's QR says; empty for the anchor itself."""


@dataclass(frozen=True, slots=True)
class Timetable:
    """课程表"""

    heading: Heading
    lessons: tuple[LessonLine, ...]


@dataclass(frozen=True, slots=True)
class LessonHours:
    """What one trainee earned in one lesson."""

    state: str
    planned: int
    measured: int | None
    credited: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """Sums of one kind and mode."""

    kind: str
    """theory or practice."""
    mode: str
    """onsite or online."""
    planned: int
    measured: int | None
    credited: int


@dataclass(frozen=True, slots=True)
class HoursRow:
    """One trainee's hours; `lessons` in the order of `Hours.lessons`."""

    name: str
    id_number: str
    """Only its last four characters reach the paper."""
    planned: int
    measured: int | None
    credited: int
    rate: float | None
    """Attendance rate, 0 to 1; printed rounded down to 0.1 %, so that nobody seems to have reached a threshold."""
    lessons: tuple[LessonHours, ...] = ()
    parts: tuple[Part, ...] = ()
    """The same kept apart, printed where there is more than one."""


@dataclass(frozen=True, slots=True)
class Hours:
    """课时统计"""

    heading: Heading
    lessons: tuple[LessonLine, ...]
    rows: tuple[HoursRow, ...]


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One trainee on a public notice. Hours in hundredths, amount in fen, None for what is not settled."""

    name: str
    sex: str
    id_number: str
    """Only where it was given, its first six digits, reaches the paper."""
    village: str
    hours: int
    amount: int | None


@dataclass(frozen=True, slots=True)
class Notice:
    """公示名单. Days are ISO days; `days` is how many of them are worked."""

    heading: Heading
    rows: tuple[NoticeRow, ...]
    occupation: str
    level: str
    first: str
    until: str
    days: int
    office: str
    address: str
    postcode: str
    phone: str
