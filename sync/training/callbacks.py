"""Trainees of a class to be phoned (电话回访): how many, who by lot, and what an officer is told of it. Pure.

Rule: callback_share. Source: the measure of a city for its training institutions, 每班电话抽检不少于 10% 学员; and the
fraud table's answer to inflated headcounts. Who is phoned follows from a seed alone, so that nobody can choose.
"""

from collections.abc import Collection, Mapping, Sequence
from math import ceil
from typing import Final

from sync.training.findings import Finding
from sync.training.lots import in_order
from sync.training.pack import RulePack

CONFIRMED, DENIED, UNREACHED, WRONG_NUMBER = "confirmed", "denied", "unreached", "wrong-number"
OUTCOMES: Final = {CONFIRMED: "属实", DENIED: "不属实", UNREACHED: "没打通", WRONG_NUMBER: "号码不对"}
ANSWERED: Final = frozenset({CONFIRMED, DENIED})
"""What counts as done: she was spoken to."""

Outcomes = Mapping[str, str]
"""Person → the outcome that stands."""


def wanted(people: int, pack: RulePack) -> int:
    """How many of a class are to be spoken to: the share, rounded up; nobody where the rule asks for none."""
    return ceil(pack.share("callback_share") * people)


def spoken_to(listed: Collection[str], outcomes: Outcomes) -> int:
    return sum(outcomes.get(person) in ANSWERED for person in listed)


def further(seed: str, pool: Sequence[str], listed: Collection[str], outcomes: Outcomes, count: int) -> list[str]:
    """Whom the lot puts on the list beside those `listed`, in its order; nobody once `count` were spoken to.

    The `count` lowest lots of the pool come first: whoever joined since may be among them. Once everybody listed was
    tried, and too few of them answered, the list goes on in the order of the lots by as many as are lacking.
    """
    lacking = count - spoken_to(listed, outcomes)
    if lacking <= 0:
        return []
    order = in_order(seed, pool)
    first = [person for person in order[:count] if person not in listed]
    if first or not all(person in outcomes for person in listed):
        return first
    return [person for person in order if person not in listed][:lacking]


def due(
    listed: Collection[str], outcomes: Outcomes, people: int, pack: RulePack, evidence: Sequence[str]
) -> Finding | None:
    """What is still to be done for a class of so many that is over, if anything is."""
    count, done = wanted(people, pack), spoken_to(listed, outcomes)
    if done >= count:
        return None
    unreached = sum(outcomes.get(person) in (UNREACHED, WRONG_NUMBER) for person in listed)
    tried = f"，另有 {unreached} 人打过、没有联系上" if unreached else ""
    sentence = (
        f"应电话回访 {count} 人，已接通 {done} 人{tried}，还差 {count - done} 人；{pack.quote('callback_share')}。"
    )
    return Finding("callback-due", "", sentence, tuple(evidence))


def denied(person: str, name: str, said: str, evidence: Sequence[str]) -> Finding:
    """A trainee says on the phone that she never came, or not as often as the record has it."""
    return Finding(
        "callback-denied", person, f"{name} 在电话回访中说的与记录不符：{said.rstrip('。')}。", tuple(evidence)
    )


def wrong_number(person: str, name: str, said: str, evidence: Sequence[str]) -> Finding:
    """The number that the institution gave is nobody's, or somebody else's; or it gave none."""
    told = f"（{said.rstrip('。')}）" if said else ""
    return Finding("callback-wrong-number", person, f"{name} 没有登记能找到本人的电话{told}。", tuple(evidence))
