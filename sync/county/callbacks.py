"""电话回访: the county phones trainees of a class that is over, and asks whether they came. docs/decisions/0106.

Nobody chooses whom: the lots follow from a signature of the county's key over the class's id, which nobody without the
key can foretell and anybody with the public key can verify. Draws and results stay in a feed of the county's own,
which no laptop and no stick is given.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from sync.county.public import OFFICE, need_county, publishing
from sync.errors import BadInput
from sync.jobs import entry, moment
from sync.jobs.find import ClassRow, find_class, find_person, list_classes, rows
from sync.jobs.hours import ClassHours, hours_of
from sync.jobs.rules import pack_of
from sync.ledger.ledger import Ledger
from sync.seal import county_kinds
from sync.training import callbacks
from sync.training.beijing import date_of
from sync.training.callbacks import DENIED, OUTCOMES, UNREACHED, WRONG_NUMBER
from sync.training.findings import Finding
from sync.training.identity import mask
from sync.training.pack import RulePack

_NAMELESS = "（没有姓名）"


@dataclass(frozen=True, slots=True)
class Result:
    """What one call came to; `at` is in seconds since 1970 UTC, `by` whoever phoned."""

    id: str
    person: str
    outcome: str
    note: str
    by: str
    at: int


@dataclass(frozen=True, slots=True)
class Called:
    """Somebody on the list, with what the officer needs to dial and to ask. The identity number is masked."""

    person: str
    name: str
    phone: str
    id_number: str
    address: str
    days: list[str]
    """Beijing dates (ISO) of the lessons in a room that are credited to her."""
    credited: int
    """Of all the class's lessons, in hundredths of a class hour."""
    results: list[Result]
    """The latest last: that one stands."""

    @property
    def outcome(self) -> str:
        return self.results[-1].outcome if self.results else ""

    @property
    def note(self) -> str:
        return self.results[-1].note if self.results else ""


@dataclass(frozen=True, slots=True)
class Draw:
    """`people` are those whom it put on the list, out of the `pool` of that time; `key` is the id of what signed."""

    id: str
    proof: str
    key: str
    pool: list[str]
    people: list[str]


@dataclass(frozen=True, slots=True)
class Callbacks:
    """A class's list, in the order in which the lot named them. `proof` and `key` are empty before the first draw."""

    class_row: ClassRow
    pack: RulePack
    wanted: int
    answered: int
    people: list[Called]
    draws: list[Draw]
    proof: str
    key: str
    problem: str
    """Why it can't be drawn yet, or not at all; empty when it can."""
    more: bool
    """Whether another draw would put somebody on the list."""


def message(class_id: str) -> bytes:
    """What is signed for a class. What DSSE signs begins with `DSSEv1 `: neither can be taken for the other."""
    return b"xiangpei callback\n" + class_id.encode()


def seed_of(proof: str) -> str:
    """The seed of the lots, from a proof in hexadecimal."""
    return hashlib.sha256(bytes.fromhex(proof)).hexdigest()


def draw(ledger: Ledger, name: str) -> list[str]:
    """Draws whoever is to be phoned next, and answers them; nobody, and nothing is written, while some are untried.

    Raises NotFound; BadInput while the class is not over; KeyProblem when the county's key does not sign.
    """
    row = _class(ledger, name)
    if problem := _problem(ledger, row):
        raise BadInput(problem, "not-over")
    # A token's program may take a while, so it signs before the ledger is locked.
    proof, key = _standing(_draws(ledger, row.id)[row.id]) or _signed(ledger, row.id)
    with publishing(ledger, OFFICE) as w:
        # Somebody else may have drawn meanwhile, and a signature need not come out alike: the first one stands.
        before = _draws(ledger, row.id)[row.id]
        proof, key = _standing(before) or (proof, key)
        pool = _pool(ledger, row.id)
        people = _further(ledger, row, proof, before)
        if people:
            w.fact("callback.draw", county_kinds.CallbackDraw(row.id, proof, key, pool, people))
    return people


def record(ledger: Ledger, name: str, trainee: str, outcome: str, note: str = "") -> str:
    """Records what a call came to; answers the fact's id. Raises NotFound, BadInput for whoever was not drawn."""
    row = _class(ledger, name)
    person = find_person(ledger, trainee)
    if person.id not in _listed(_draws(ledger, row.id)[row.id]):
        raise BadInput(f"“{person.name}”不在 {row.code} 班的回访名单里。只能记抽到的人。", "not-drawn")
    if outcome not in OUTCOMES:
        raise BadInput(f"回访结果只能是 {'、'.join(f'{one}（{word}）' for one, word in OUTCOMES.items())}。")
    note = entry.line(note, "说明", entry.MOST_OF_REASON)
    if outcome == DENIED and not note:
        raise BadInput("不属实的，请写明本人怎么说的，例如：只去了一天。")
    before = _outcomes(_results(ledger, row.id)[row.id]).get(person.id, "")
    if before not in ("", UNREACHED, outcome) and not note:
        raise BadInput(f"已经记过“{OUTCOMES[before]}”，要改记，请写明为什么。")
    with publishing(ledger, OFFICE) as w:
        return w.fact("callback.result", county_kinds.CallbackResult(row.id, person.id, outcome, note))


def callbacks_of(ledger: Ledger, name: str, hours: ClassHours | None = None) -> Callbacks:
    """A class's list as it stands; `hours` where they are computed already. Raises NotFound, BadInput."""
    row = _class(ledger, name)
    hours = hours or hours_of(ledger, row.id)
    draws, results = _draws(ledger, row.id)[row.id], _results(ledger, row.id)[row.id]
    listed, outcomes = _listed(draws), _outcomes(results)
    problem = _problem(ledger, row)
    proof, key = _standing(draws) or ("", "")
    return Callbacks(
        class_row=row,
        pack=hours.pack,
        wanted=callbacks.wanted(len(_pool(ledger, row.id)), hours.pack),
        answered=callbacks.spoken_to(listed, outcomes),
        people=_people(ledger, hours, listed, results),
        draws=draws,
        proof=proof,
        key=key,
        problem=problem,
        # Before the first draw nobody knows the lots, and somebody will be drawn.
        more=not problem and (not draws or bool(_further(ledger, row, proof, draws))),
    )


def callback_findings(ledger: Ledger) -> Iterator[tuple[ClassRow, Finding]]:
    """Of every class that is over: too few spoken to, who denies that she came, whose number is wrong."""
    draws, results, verdicts = _draws(ledger), _results(ledger), _verdicts(ledger)
    today, last = _today(ledger), _last_days(ledger)
    for row in list_classes(ledger):
        verdict = verdicts.get(row.id, "")
        over = row.id in last and (last[row.id] < today or verdict != "")
        # A class that failed is paid nothing for: nobody need be phoned about it.
        if over and verdict != "failed" and (found := _due(ledger, row, draws[row.id], results[row.id])):
            yield row, found
        stands = [results[row.id][person][-1] for person in _listed(draws[row.id]) if person in results[row.id]]
        told = [one for one in stands if one.outcome in (DENIED, WRONG_NUMBER)]
        known = _trainees(ledger, [one.person for one in told])
        for one in told:
            yield row, _of_person(one, known[one.person]["name"] or _NAMELESS)


def _due(ledger: Ledger, row: ClassRow, draws: list[Draw], results: dict[str, list[Result]]) -> Finding | None:
    try:
        pack = pack_of(ledger, row.date_from)
    except BadInput:
        # A pack that can't be read is told of as not-computed.
        return None
    evidence = [row.id, *(one.id for one in draws)]
    return callbacks.due(_listed(draws), _outcomes(results), len(_pool(ledger, row.id)), pack, evidence)


def _of_person(result: Result, name: str) -> Finding:
    if result.outcome == DENIED:
        return callbacks.denied(result.person, name, result.note, [result.id])
    return callbacks.wrong_number(result.person, name, result.note, [result.id])


def _class(ledger: Ledger, name: str) -> ClassRow:
    need_county(ledger)
    return find_class(ledger, name)


def _signed(ledger: Ledger, class_id: str) -> tuple[str, str]:
    signer = ledger.signer
    return signer.sign(message(class_id)).hex(), signer.public.id


def _standing(draws: list[Draw]) -> tuple[str, str] | None:
    """The proof that was written first, and the key's id: it stands for the class for ever."""
    return (draws[0].proof, draws[0].key) if draws else None


def _further(ledger: Ledger, row: ClassRow, proof: str, draws: list[Draw]) -> list[str]:
    pool = _pool(ledger, row.id)
    count = callbacks.wanted(len(pool), pack_of(ledger, row.date_from))
    outcomes = _outcomes(_results(ledger, row.id)[row.id])
    return callbacks.further(seed_of(proof), pool, _listed(draws), outcomes, count)


def _problem(ledger: Ledger, row: ClassRow) -> str:
    """Why a class can't be drawn: people on a list that is drawn early can be coached. What is concluded is over."""
    last = _last_days(ledger, row.id).get(row.id)
    if last is None:
        return f"{row.code} 班没有上过课，不用电话回访。"
    if last >= _today(ledger) and row.id not in _verdicts(ledger, row.id):
        return f"{row.code} 班到 {last} 才结束，从第二天起才能抽：抽早了，名单传出去，就有人先教好怎么说。"
    pack = pack_of(ledger, row.date_from)
    pool = _pool(ledger, row.id)
    if not pool:
        return f"{row.code} 班没有在册的学员，不用电话回访。"
    return "" if callbacks.wanted(len(pool), pack) else f"{row.code} 班不用电话回访：{pack.quote('callback_share')}。"


def _today(ledger: Ledger) -> str:
    return date_of(moment.now(ledger).at)


def _last_days(ledger: Ledger, class_id: str = "") -> dict[str, str]:
    """Class → its last Beijing day (ISO), by plan and by timetable; without those of which no lesson stands."""
    found = ledger.conn.execute(
        "SELECT c.id, coalesce(c.date_to, ''), max(coalesce(l.\"end\", l.start, 0)) FROM classes c"
        " JOIN lessons l ON l.training_class = c.id AND NOT coalesce(l.cancelled, 0)"
        " WHERE ?1 IN ('', c.id) GROUP BY c.id",
        (class_id,),
    )
    return {id_: max(planned, date_of(end)) for id_, planned, end in found}


_OF_CLASS = "WHERE ?1 IN ('', training_class)"
_IN_ORDER = "ORDER BY hlc_ms, hlc_n, id"


def _verdicts(ledger: Ledger, class_id: str = "") -> dict[str, str]:
    """Class → the outcome of the county's verdict on it that stands."""
    sql = f"SELECT training_class, outcome FROM verdicts {_OF_CLASS} AND person = '' {_IN_ORDER}"
    return dict(ledger.conn.execute(sql, (class_id,)).fetchall())


def _draws(ledger: Ledger, class_id: str = "") -> dict[str, list[Draw]]:
    found: dict[str, list[Draw]] = defaultdict(list)
    sql = f"SELECT training_class, id, proof, key, pool, people FROM callback_draws {_OF_CLASS} {_IN_ORDER}"
    for of, id_, proof, key, *lists in ledger.conn.execute(sql, (class_id,)):
        pool, people = (msgspec.json.decode(one, type=list[str]) for one in lists)
        found[of].append(Draw(id_, proof, key, pool, people))
    return found


def _results(ledger: Ledger, class_id: str = "") -> dict[str, dict[str, list[Result]]]:
    """Class → person → what her calls came to, the latest last. By name where the operator is known."""
    found: dict[str, dict[str, list[Result]]] = defaultdict(lambda: defaultdict(list))
    name = "coalesce((SELECT o.name FROM operators o WHERE o.id = callback_results.op), op) AS name"
    sql = f"SELECT *, {name} FROM callback_results {_OF_CLASS} {_IN_ORDER}"
    for one in rows(ledger.conn, sql, class_id):
        made = Result(one["id"], one["person"], one["outcome"], one["note"], one["name"], one["wall"] // 1000)
        found[one["training_class"]][made.person].append(made)
    return found


def _outcomes(results: dict[str, list[Result]]) -> dict[str, str]:
    return {person: found[-1].outcome for person, found in results.items()}


def _listed(draws: list[Draw]) -> list[str]:
    return list(dict.fromkeys(person for one in draws for person in one.people))


def _pool(ledger: Ledger, class_id: str) -> list[str]:
    """Those who are in the class now, in the order of their ids."""
    found = ledger.conn.execute(
        "SELECT DISTINCT t.id FROM enrollments e JOIN trainees t ON t.id = e.trainee"
        " WHERE e.training_class = ? AND coalesce(e.status, 'enrolled') = 'enrolled' ORDER BY t.id",
        (class_id,),
    )
    return [row[0] for row in found]


def _people(ledger: Ledger, hours: ClassHours, listed: list[str], results: dict[str, list[Result]]) -> list[Called]:
    """Whoever was drawn is shown, though the institution should have put somebody else in her place since."""
    known = _trainees(ledger, listed)
    earned = {person.person: person for person in hours.people}
    day = {row.id: date_of(row.start) for row in hours.lessons if row.mode == "onsite"}
    made = []
    for person in listed:
        row, own = known[person], earned.get(person)
        lessons = own.lessons if own else ()
        made.append(
            Called(
                person=person,
                name=row["name"] or _NAMELESS,
                phone=row["phone"] or "",
                id_number=mask(row["id_number"] or ""),
                address=row["address"] or row["hukou"] or "",
                days=sorted({day[one.lesson] for one in lessons if one.credited and one.lesson in day}),
                credited=own.credited if own else 0,
                results=results.get(person, []),
            )
        )
    return made


def _trainees(ledger: Ledger, people: list[str]) -> dict[str, dict[str, Any]]:
    wanted = msgspec.json.encode(people).decode()
    sql = "SELECT id, name, phone, id_number, address, hukou FROM trainees WHERE id IN (SELECT value FROM json_each(?))"
    return {row["id"]: row for row in rows(ledger.conn, sql, wanted)}
