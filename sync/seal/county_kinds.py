"""Bodies that the county alone writes: whom it trusts, what its rules are, what it decides."""

import msgspec

from sync.seal.body import Body, Instant
from sync.seal.change import Count, Millis
from sync.seal.keys import PublicKey


class DeviceCertify(Body, frozen=True):
    """The county certifies a device. `institution` is an id; `until` an instant."""

    key: PublicKey
    age: str
    name: str
    institution: str
    role: str
    since: Instant
    until: Instant


class DeviceRevoke(Body, frozen=True):
    key: str
    feed: str
    last_seq: Count
    reason: str


class CountyRotate(Body, frozen=True):
    """The county's key changes: the last change under the old one. `feed` goes on under the new key.

    `ends` says where the old key's feeds end, this change's own among them: feed → last number.
    """

    key: PublicKey
    age: str
    feed: str
    ends: dict[str, Count]


class BranchAccept(Body, frozen=True):
    """The county accepts that a forked feed has two chains; `firsts` are the ids of the first change of each."""

    feed: str
    firsts: list[str]
    reason: str


class ClockAccept(Body, frozen=True):
    """The county accepts what a feed dates ahead of the county's clock, up to `until` (milliseconds since 1970 UTC)."""

    feed: str
    until: Millis
    reason: str


class AnchorReceived(Body, frozen=True):
    """A 存证码 that reached the county by some phone, and when: the feed with that head was that far by then."""

    code: str
    channel: str
    received: Instant


class CountyAddress(Body, frozen=True):
    """Where the county's server is, the best way first, and the public keys by which it is known there over TLS.

    A pin is the SHA-256 of a certificate's SubjectPublicKeyInfo in hex; two of them while a certificate is changed.
    Without one, the server shows a certificate that computers trust already. The last one that the county wrote counts.
    """

    urls: list[str]
    pins: list[str] = []


class PackPublish(Body, frozen=True):
    pack: msgspec.Raw


class CalendarDay(Body, frozen=True):
    """A day of the county's calendar. The latest that says of a day stands; `kind` "" takes it back.

    `off`: no class is held (停课); `on`: a class may be held, though it is a weekend or holiday (调休上课).
    """

    day: str
    """ISO day in Beijing time."""
    kind: str
    name: str = ""
    clause: str = ""
    """The paper that it rests on."""


class ClassApprove(Body, frozen=True):
    """开班批复. `decision`: approved, or conditions (which `note` names). Hours in hundredths, 0 where not said."""

    training_class: str
    decision: str
    paper: str = ""
    """文号."""
    hours: Count = 0
    people: Count = 0
    note: str = ""


class ClassReturn(Body, frozen=True):
    """退回: what must be mended. `subject` is a lesson or trainee of the class, empty for the class itself.

    `stage`: opening, process, closing. `until` is an ISO day, or empty.
    """

    training_class: str
    stage: str
    reasons: list[str]
    subject: str = ""
    until: str = ""


class ClassVerdict(Body, frozen=True):
    """审核结论 on a class, or on one trainee of it. `outcome`: passed, cut, failed.

    `hours` (hundredths) and `amount` (fen) are what is accepted, None where nothing is said of them.
    """

    training_class: str
    outcome: str
    person: str = ""
    hours: Count | None = None
    amount: Count | None = None
    rule: str = ""
    clause: str = ""
    note: str = ""


class CallbackDraw(Body, frozen=True):
    """Whom of a class the county phones (电话回访): `people` are those whom this draw puts on the list.

    `proof` is a signature of the county's key `key` (its id) over the class's id; its SHA-256 is the seed of the lots.
    """

    training_class: str
    proof: str
    key: str
    pool: list[str]
    people: list[str]


class CallbackResult(Body, frozen=True):
    """Of several results of one person the last one stands. `outcome`: confirmed, denied, unreached, wrong-number."""

    training_class: str
    person: str
    outcome: str
    note: str = ""


class NoticePost(Body, frozen=True):
    """公示: the list of a class hangs from `first` to `until` (ISO days), `days` working days, as it was computed then.

    The latest of a class stands. `office` to `phone` are whom anybody can turn to.
    """

    training_class: str
    first: str
    until: str
    days: Count
    office: str
    address: str = ""
    postcode: str = ""
    phone: str = ""
    clause: str = ""
    """What the number of days rests on."""
