"""The kinds of change and the shape of their bodies: the program's vocabulary on the wire.

Two sorts. A *write* makes an entity or sets fields of one; last writer wins by field, and each write names the
change that it replaces. A *fact* only accumulates. Bodies from a newer program may hold more fields; they are kept
as they were signed and passed over here. Instants are seconds since 1970 UTC, hours are hundredths of a class hour.
"""

from typing import Annotated, Literal

import msgspec

from sync.errors import Refused
from sync.seal import county_kinds
from sync.seal.body import Body as Body
from sync.seal.body import Fields, Instant
from sync.seal.body import Write as Write
from sync.seal.change import UNREADABLE, Count
from sync.seal.keys import PublicKey


class Institution(Fields, frozen=True):
    name: str = ""


class Course(Fields, frozen=True):
    """A course (培训项目) of the county's catalog. Subsidy in fen a person."""

    code: str = ""
    name: str = ""
    level: str = ""
    hours: Count = 0
    subsidy: Count = 0


class TrainingClass(Fields, frozen=True):
    """A class (班次). Dates are ISO days in Beijing time."""

    code: str = ""
    name: str = ""
    course: str = ""
    date_from: str = ""
    date_to: str = ""
    site: str = ""


class Trainee(Fields, frozen=True):
    name: str = ""
    id_number: str = ""
    phone: str = ""
    sex: str = ""
    ethnicity: str = ""
    education: str = ""
    category: str = ""
    hukou: str = ""
    address: str = ""
    more: dict[str, str] = {}
    """Other columns of the roster that she came with, by heading."""


class Enrollment(Fields, frozen=True):
    training_class: str = ""
    trainee: str = ""
    status: Literal["enrolled", "withdrawn"] = "enrolled"
    card: str = ""
    """The first card; later ones come by card.issue."""


class Teacher(Fields, frozen=True):
    name: str = ""
    id_number: str = ""
    certificate: str = ""
    """The number of her teaching certificate (资格证)."""


class Operator(Fields, frozen=True):
    """Who may stand at the desk. The PIN stays on the laptop."""

    name: str = ""
    active: bool = True


class Lesson(Fields, frozen=True):
    training_class: str = ""
    start: Instant = 0
    end: Instant = 0
    hours: Count = 0
    kind: Literal["theory", "practice"] = "theory"
    mode: Literal["onsite", "online"] = "onsite"
    teacher: str = ""
    topic: str = ""
    cut_end: Instant | None = None
    cancelled: bool = False


class FeedOpen(Body, frozen=True):
    """The first change of every feed. The feed's id is the short name of SHA-256 over key and nonce."""

    key: PublicKey
    nonce: str
    name: str
    scope: str = "device"
    """device, public, office (what the county keeps to itself), or an institution's id for the county's feed to it."""
    after: str = ""
    """In a new epoch: the hash of the last change that was known of the feed before."""


class CardIssue(Body, frozen=True):
    enrollment: str
    card: str
    revokes: list[str] = []
    reason: str = ""


class Stamp(Body, frozen=True):
    lesson: str
    person: str
    kind: Literal["in", "out"]
    via: str
    """camera, scanner, image, search, correction."""
    at: Instant | None = None
    """When it differs from the wall clock: moved by the stated time, or given by a correction."""
    counted: bool = True
    reason: str = ""
    witness: str = ""
    trusted: Instant | None = None


class Void(Body, frozen=True):
    stamp: str
    reason: str
    witness: str


class Leave(Body, frozen=True):
    lesson: str
    person: str
    reason: str


class LeaveVoid(Body, frozen=True):
    """Takes a leave back; both stay visible."""

    leave: str
    reason: str


class RollCallCommit(Body, frozen=True):
    """SHA-256 of the seed of a draw to come, so that nobody can draw again until the lot pleases."""

    lesson: str
    commitment: str


class RollCallDraw(Body, frozen=True):
    """`pool` were there when it was drawn; `people` are those of the pool with the lowest lots under the seed."""

    lesson: str
    seed: str
    people: list[str]
    commit: str = ""
    pool: list[str] = []


class RollCallMark(Body, frozen=True):
    """Of several marks of one person in one draw the last one stands."""

    lesson: str
    person: str
    present: bool
    at: Instant | None = None
    draw: str = ""


class IdentityCheck(Body, frozen=True):
    """A person was compared with her papers. `ways`: card, document, photo, known."""

    person: str
    training_class: str
    lesson: str
    ways: list[str]
    same: bool
    asked: Literal["first", "again"] = "first"
    photo: str = ""


class Photo(Body, frozen=True):
    """A photo by its SHA-256; the picture itself travels after the facts. `what`: start, middle, end, person, other."""

    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    lesson: str
    what: str
    size: Count
    person: str = ""
    from_file: bool = False


class LessonClose(Body, frozen=True):
    """The trainer ends a lesson: the id of this change is the lesson's 存证码, the feed's head at that moment."""

    lesson: str


class Reveal(Body, frozen=True):
    """Somebody had whole identity numbers shown or printed. `what`: screen, roster, export …"""

    what: str
    training_class: str
    people: Count


class OnlineHours(Body, frozen=True):
    """Hours that a learning platform reports for one person in one online lesson."""

    lesson: str
    person: str
    hours: Count
    source: str
    minutes: Count | None = None


class ClockState(Body, frozen=True):
    """The trainer states the right time: `offset` seconds are added to the wall clock from here on, in this boot."""

    offset: Instant
    reason: str


class DeviceRecovery(Body, frozen=True):
    """The ledger's key, age-encrypted to the county, so that a broken laptop's data can be opened there."""

    sealed: str


class ReturnAnswer(Body, frozen=True):
    """The institution has seen a return, or (`mended`) says that what it asks for is done. `notice` is its id."""

    notice: str
    mended: bool = False
    note: str = ""


class TeacherEmploy(Body, frozen=True):
    """任职起止: how her institution employs a teacher from a day on, until it says otherwise. `since` is an ISO day, or
    empty for ever since; `employment` fulltime, parttime, ended, or empty for: nothing is recorded."""

    teacher: str
    employment: str
    since: str = ""


ENTITIES: dict[str, type[Fields]] = {
    "institution": Institution,
    "course": Course,
    "class": TrainingClass,
    "trainee": Trainee,
    "enrollment": Enrollment,
    "teacher": Teacher,
    "operator": Operator,
    "lesson": Lesson,
}
FACTS: dict[str, type[Body]] = {
    "feed.open": FeedOpen,
    "card.issue": CardIssue,
    "stamp": Stamp,
    "void": Void,
    "leave": Leave,
    "leave.void": LeaveVoid,
    "rollcall.commit": RollCallCommit,
    "rollcall.draw": RollCallDraw,
    "rollcall.mark": RollCallMark,
    "identity.check": IdentityCheck,
    "photo": Photo,
    "lesson.close": LessonClose,
    "reveal": Reveal,
    "online.hours": OnlineHours,
    "clock.state": ClockState,
    "device.recovery": DeviceRecovery,
    "device.certify": county_kinds.DeviceCertify,
    "device.revoke": county_kinds.DeviceRevoke,
    "county.rotate": county_kinds.CountyRotate,
    "branch.accept": county_kinds.BranchAccept,
    "clock.accept": county_kinds.ClockAccept,
    "anchor.received": county_kinds.AnchorReceived,
    "county.address": county_kinds.CountyAddress,
    "pack.publish": county_kinds.PackPublish,
    "calendar.day": county_kinds.CalendarDay,
    "class.approve": county_kinds.ClassApprove,
    "class.return": county_kinds.ClassReturn,
    "class.verdict": county_kinds.ClassVerdict,
    "notice.post": county_kinds.NoticePost,
    "return.answer": ReturnAnswer,
    "teacher.employ": TeacherEmploy,
    "callback.draw": county_kinds.CallbackDraw,
    "callback.result": county_kinds.CallbackResult,
}
COUNTY_ONLY = frozenset(
    {
        "institution",
        "course",
        "device.certify",
        "device.revoke",
        "county.rotate",
        "branch.accept",
        "clock.accept",
        "anchor.received",
        "county.address",
        "pack.publish",
        "calendar.day",
        "class.approve",
        "class.return",
        "class.verdict",
        "notice.post",
        "callback.draw",
        "callback.result",
    }
)

POWERS = frozenset({"device.certify", "device.revoke", "county.rotate", "branch.accept", "clock.accept"})
"""Of these, what says whose signature counts."""

_writes = msgspec.json.Decoder(Write)
_facts = {kind: msgspec.json.Decoder(body) for kind, body in FACTS.items()}


def decode(kind: str, body: msgspec.Raw) -> Write | Body | None:
    """The body of a change, or None for a kind that a newer program made. Raises Refused("bad-body")."""
    try:
        if kind in ENTITIES:
            write = _writes.decode(body)
            msgspec.convert(write.set, ENTITIES[kind])
            return write
        decoder = _facts.get(kind)
        return None if decoder is None else decoder.decode(body)
    except msgspec.ValidationError as error:
        raise Refused(f"变更的内容不合规定（{kind}），不予接收。", "bad-body") from error
    except UNREADABLE as error:
        raise Refused("变更的内容读不出来，不予接收。", "bad-body") from error
