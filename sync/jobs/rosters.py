"""Putting a roster into a class: read, compared with what is there, shown, then written in one step."""

import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from sync.errors import BadInput
from sync.jobs import entry, moment
from sync.jobs.eligibility import remarks
from sync.jobs.find import ClassRow, enrollment_of, find_class, find_person, rows
from sync.jobs.reveal import reveal
from sync.jobs.rules import pack_of
from sync.ledger.ledger import Ledger
from sync.ledger.writer import Writer
from sync.seal import kinds
from sync.sheets.roster import Entry, RosterSheet, read_roster
from sync.training.card import new_card

_KNOWN = frozenset(field.name for field in msgspec.structs.fields(kinds.Trainee)) - {"more"}


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do. `fresh` rows differ from the ledger; `unchanged` are in the class as they stand."""

    class_row: ClassRow
    sheet: RosterSheet
    fresh: list[Entry]
    unchanged: int
    notes: list[dict[str, Any]]
    remarks: list[dict[str, Any]] = field(default_factory=list)
    """What the rules ask about the class or a row of it: `row` (None of the class) and `note`. No row is refused."""

    def answer(self) -> dict[str, Any]:
        """The machine answer of `roster import`; repaired rows that change nothing are left out with the unchanged."""
        answer = self.sheet.answer()
        kept = {entry.row for entry in self.fresh}
        answer["accepted"] = [row for row in answer["accepted"] if row["row"] in kept]
        answer["repaired"] = [repair for repair in answer["repaired"] if repair["row"] in kept]
        answer["warnings"] += self.notes
        return answer | {"unchanged": self.unchanged, "remarks": self.remarks}


@dataclass(frozen=True, slots=True)
class _Known:
    id: str
    values: dict[str, Any]
    enrolled: bool


def plan_import(ledger: Ledger, path: Path, class_name: str) -> Plan:
    """Reads the sheet and compares it with the ledger; writes nothing. Raises BadInput, NotFound."""
    class_row = find_class(ledger, class_name)
    sheet = read_roster(path)
    known = _known(ledger, class_row.id, [entry.id_number for entry in sheet.accepted])
    fresh = [entry for entry in sheet.accepted if _differs(entry, known.get(entry.id_number))]
    notes = [
        {
            "row": entry.row,
            "field": "name",
            "note": f"这个身份证号原来登记的姓名是“{old.values['name']}”，将改为本表的姓名",
        }
        for entry in fresh
        if (old := known.get(entry.id_number)) and old.values["name"] != entry.name
    ]
    return Plan(class_row, sheet, fresh, len(sheet.accepted) - len(fresh), notes, _remarks(ledger, class_row, fresh))


def _remarks(ledger: Ledger, class_row: ClassRow, fresh: list[Entry]) -> list[dict[str, Any]]:
    size, odd = remarks(ledger, class_row.id, [entry.id_number for entry in fresh])
    of_class: list[dict[str, Any]] = [{"row": None, "note": size}] if size else []
    return of_class + [{"row": e.row, "note": odd[e.id_number]} for e in fresh if e.id_number in odd]


def carry_out(ledger: Ledger, plan: Plan) -> None:
    """Writes what the plan showed, in one transaction."""
    if not plan.fresh:
        return
    with ledger.writing() as w:
        # Looked up again under the write lock: another window may have imported in between.
        known = _known(ledger, plan.class_row.id, [entry.id_number for entry in plan.fresh])
        for entry in plan.fresh:
            _enrol(w, plan.class_row.id, entry, known.get(entry.id_number))


def enrol_one(ledger: Ledger, class_name: str, entry: Entry) -> str:
    """A walk-in: one person into a class; answers the trainee's id."""
    class_row = find_class(ledger, class_name)
    with ledger.writing() as w:
        known = _known(ledger, class_row.id, [entry.id_number]).get(entry.id_number)
        if known and known.enrolled:
            raise BadInput(f"{entry.name} 已经在这个班里了。", "already-enrolled")
        return _enrol(w, class_row.id, entry, known)


def late_enrolment(ledger: Ledger, class_name: str) -> str:
    """What the county will ask about somebody who is enrolled today, in words, or nothing.

    Rule: enrol_after_start. It is only warned about: the person is there, and the county decides.
    """
    class_row = find_class(ledger, class_name)
    pack = pack_of(ledger, class_row.date_from)
    days = (moment.day_of(moment.now(ledger).at) - moment.parse_day(class_row.date_from)).days
    if days <= pack.days("enrol_after_start"):
        return ""
    return f"开班已经 {days} 天，超过“{pack.quote('enrol_after_start')}”。可以照样登记，能不能算由县里决定。"


def withdraw(ledger: Ledger, class_name: str, person_name: str, reason: str) -> str:
    """退班: from now on her card is not taken; what she did stays. Answers the enrollment's id. Raises BadInput."""
    reason = entry.line(reason, "原因", entry.MOST_OF_REASON)
    if not reason:
        raise BadInput("退班要写明原因，例如：外出务工、生病、不符合条件。")
    class_row = find_class(ledger, class_name)
    person = find_person(ledger, person_name)
    enrollment = enrollment_of(ledger, class_row.id, person.id)
    if not enrollment:
        raise BadInput(f"{person.name} 不是这个班的学员。", "not-enrolled")
    with ledger.writing() as w:
        w.write("enrollment", {"status": "withdrawn"}, enrollment, reason)
    return enrollment


def _known(ledger: Ledger, class_id: str, numbers: list[str]) -> dict[str, _Known]:
    """People on this node by identity number, and whether they are in the class."""
    wanted = msgspec.json.encode(numbers).decode()
    enrolled = {
        row[0]
        for row in ledger.conn.execute(
            "SELECT trainee FROM enrollments WHERE training_class = ? AND coalesce(status, 'enrolled') = 'enrolled'",
            (class_id,),
        )
    }
    found: dict[str, _Known] = {}
    columns = ", ".join(sorted(_KNOWN))
    for row in rows(
        ledger.conn,
        f"SELECT id, more, {columns} FROM trainees WHERE id_number IN (SELECT value FROM json_each(?)) ORDER BY id",
        wanted,
    ):
        person_id = row.pop("id")
        person = _Known(person_id, row, person_id in enrolled)
        # Of two records of one person, the one that is in the class.
        if row["id_number"] not in found or person.enrolled:
            found[row["id_number"]] = person
    return found


def _values(entry: Entry) -> dict[str, Any]:
    """A sheet's row as the fields of a trainee; what the sheet leaves empty is not said at all."""
    values: dict[str, Any] = {"name": entry.name, "id_number": entry.id_number}
    if entry.phone:
        values["phone"] = entry.phone
    values |= {key: value for key, value in entry.more.items() if key in _KNOWN and value}
    rest = {key: value for key, value in entry.more.items() if key not in _KNOWN and value}
    return values | ({"more": rest} if rest else {})


def _differs(entry: Entry, known: _Known | None) -> bool:
    if known is None or not known.enrolled:
        return True
    values = _values(entry)
    rest = values.pop("more", None)
    if rest is not None and rest != msgspec.json.decode(known.values["more"] or "{}"):
        return True
    return any(known.values.get(key) != value for key, value in values.items())


def _enrol(w: Writer, class_id: str, entry: Entry, known: _Known | None) -> str:
    trainee = w.write("trainee", _values(entry), known.id if known else "")
    if known is None or not known.enrolled:
        card = new_card(secrets.randbelow)
        w.write("enrollment", {"training_class": class_id, "trainee": trainee, "status": "enrolled", "card": card})
    return trainee


def roster_of(ledger: Ledger, class_id: str) -> list[dict[str, Any]]:
    """The people of a class in the order in which they were enrolled, each with her valid card's number."""
    return rows(
        ledger.conn,
        """
        SELECT e.id AS enrollment, e.status, t.id, t.name, t.id_number, t.phone, t.sex, t.ethnicity, t.education,
            t.category, t.hukou, t.address, t.more, c.seq AS place,
            (SELECT k.number FROM cards k WHERE k.enrollment = e.id
                AND k.number NOT IN (SELECT number FROM revoked_cards)
                ORDER BY k.hlc_ms DESC, k.hlc_n DESC, k.change DESC LIMIT 1) AS card
        FROM enrollments e JOIN trainees t ON t.id = e.trainee LEFT JOIN changes c ON c.id = e.id
        WHERE e.training_class = ? ORDER BY c.feed, c.seq, e.id
        """,
        class_id,
    )


def export_roster(ledger: Ledger, class_name: str, path: Path) -> int:
    """Writes the class's roster as .xlsx and answers how many people it has. Raises StorageError.

    It holds whole identity numbers, so it is recorded as revealing them.
    """
    # openpyxl is slow to import and nothing else here needs it.
    from sync.sheets.saving import must_be_xlsx
    from sync.sheets.write import write_roster

    must_be_xlsx(path)
    class_row = find_class(ledger, class_name)
    people = [
        Entry(
            row=number,
            name=row["name"],
            id_number=row["id_number"],
            phone=row["phone"] or "",
            more={key: row[key] for key in _KNOWN - {"name", "id_number", "phone"} if row[key]}
            | msgspec.json.decode(row["more"] or "{}"),
        )
        for number, row in enumerate(roster_of(ledger, class_row.id), start=1)
        if row["status"] != "withdrawn"
    ]
    today = moment.day_of(moment.now(ledger).at)
    reveal(ledger, "export", class_row.id)
    write_roster(people, path, f"{class_row.name} 学员花名册", today, f"班号：{class_row.code}")
    return len(people)
