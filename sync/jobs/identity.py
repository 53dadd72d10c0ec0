"""Is she who she says: everybody verified at the first lesson, a random share asked again later.

Rules: identity_first_lesson and identity_ask_share of the pack. No face recognition: a person compares.
"""

import hashlib
import hmac
from dataclasses import dataclass
from fractions import Fraction

from sync.errors import BadInput
from sync.jobs.checkin import Desk
from sync.jobs.find import find_class
from sync.jobs.rosters import roster_of
from sync.ledger.ledger import Ledger
from sync.seal import kinds

WAYS = {"card": "看了学员证", "document": "看了身份证件", "photo": "拍了照片", "known": "认识本人"}


def question(ledger: Ledger, desk: Desk, person: str) -> str:
    """What the desk should ask now: "first", "again" or nothing.

    Who is asked again follows from a secret of this node, the lesson and the person: it can't be foreseen, and asking
    twice gives the same answer.
    """
    checks = ledger.conn.execute(
        "SELECT lesson, same FROM identity_checks WHERE training_class = ? AND person = ?",
        (desk.lesson.class_id, person),
    ).fetchall()
    if any(lesson in desk.sitting.ids for lesson, _ in checks):
        return ""
    # Whoever came in her name before does not make her known.
    if not any(same for _, same in checks) and desk.pack.flag("identity_first_lesson"):
        return "first"
    # Of the sitting, in which people pass the desk as one: a second lesson in it asks nobody anew.
    return "again" if _lot(ledger, min(desk.sitting.ids), person) < desk.pack.share("identity_ask_share") else ""


def _lot(ledger: Ledger, lesson: str, person: str) -> Fraction:
    """0 ≤ lot < 1, the same for one lesson and person on this node."""
    # Keyed with the node's own secret, so that asking needs no write and nobody else can foresee it.
    secret = f"identity:{ledger.get('seed')}".encode()
    digest = hmac.new(secret, f"{lesson}:{person}".encode(), hashlib.sha256).digest()
    return Fraction(int.from_bytes(digest[:8], "big"), 2**64)


def answer(ledger: Ledger, desk: Desk, person: str, ways: list[str], same: bool, asked: str, photo: str = "") -> str:
    """Records what the person at the desk found; answers the check's id. Raises BadInput."""
    if not ways or not set(ways) <= WAYS.keys():
        raise BadInput("请选至少一种核对方式，例如：看了身份证件。")
    body = kinds.IdentityCheck(
        person=person,
        training_class=desk.lesson.class_id,
        lesson=desk.lesson.id,
        ways=sorted(ways),
        same=same,
        asked="again" if asked == "again" else "first",
        photo=photo,
    )
    with ledger.writing() as w:
        return w.fact("identity.check", body)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of a class were verified, and how often people were asked again; `doubtful` are not the same person."""

    enrolled: int
    verified: int
    asked_again: int
    doubtful: list[str]
    missing: list[str]


def coverage(ledger: Ledger, class_name: str) -> Coverage:
    """Names in `doubtful` and `missing` are trainee ids, in the order of the roster."""
    class_row = find_class(ledger, class_name)
    people = [row["id"] for row in roster_of(ledger, class_row.id) if row["status"] != "withdrawn"]
    checks = ledger.conn.execute(
        "SELECT person, same, asked FROM identity_checks WHERE training_class = ?", (class_row.id,)
    ).fetchall()
    verified = {person for person, same, _ in checks if same}
    doubtful = {person for person, same, _ in checks if not same}
    return Coverage(
        enrolled=len(people),
        verified=sum(person in verified for person in people),
        asked_again=sum(asked == "again" for _, _, asked in checks),
        doubtful=[person for person in people if person in doubtful],
        missing=[person for person in people if person not in verified],
    )
