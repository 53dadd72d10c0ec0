"""Conflicts: fields that two writers set without seeing each other. Both values are kept; a person settles.

The institution's own people settle what is theirs. The county settles only what it wrote itself: what it says goes to
every institution, and what it thinks of a phone number is no better than theirs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from sync.errors import BadInput
from sync.jobs import entry, moment
from sync.jobs.conflict_words import SUBJECTS, label_of, subject_of, value_words
from sync.jobs.find import rows
from sync.jobs.operators import name_of
from sync.ledger.ledger import COUNTY, Ledger
from sync.seal.change import read
from sync.sheets.cells import is_phone, tidy_number, tidy_phone
from sync.training import identity
from sync.training.naming import tidy_name


@dataclass(frozen=True, slots=True)
class Version:
    """A value that stands, and who wrote it: `words` as a screen may show it, `recorded` in seconds since 1970 UTC."""

    change: str
    words: str
    recorded: int
    device: str
    operator: str
    own: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field with several values; the last of `versions` is the one that is shown meanwhile."""

    entity: str
    id: str
    field: str
    subject: str
    label: str
    versions: tuple[Version, ...]
    can_type: bool


def list_conflicts(ledger: Ledger) -> list[dict[str, Any]]:
    """Each with its entity, id, field, the value that is shown and every value that stands."""
    found = []
    for row in rows(ledger.conn, "SELECT entity, id, field, versions FROM conflicts ORDER BY entity, id, field"):
        versions = [{"change": change, "value": value} for change, value in msgspec.json.decode(row.pop("versions"))]
        found.append({**row, "shown": versions[-1]["value"], "versions": versions})
    return found


def count_conflicts(ledger: Ledger) -> int:
    """Those that are for this node to settle."""
    return sum(_is_ours(ledger, row["id"]) for row in rows(ledger.conn, "SELECT id FROM conflicts"))


def conflicts(ledger: Ledger) -> list[Conflict]:
    """The same in words, with who wrote each value. Identity numbers are masked."""
    return [_told(ledger, one) for one in list_conflicts(ledger)]


def _told(ledger: Ledger, one: dict[str, Any]) -> Conflict:
    entity, field = one["entity"], one["field"]
    return Conflict(
        entity,
        one["id"],
        field,
        f"{SUBJECTS.get(entity, entity)} {subject_of(ledger, entity, one['id'])}".strip(),
        label_of(entity, field),
        tuple(_version(ledger, field, version) for version in one["versions"]),
        (entity, field) in _TYPED,
    )


def _version(ledger: Ledger, field: str, version: dict[str, Any]) -> Version:
    words = value_words(ledger, field, version["value"])
    row = ledger.conn.execute("SELECT feed, raw FROM changes WHERE id = ?", (version["change"],)).fetchone()
    change = read(row[1]).change
    name, key = ledger.conn.execute(
        "SELECT name, key_id FROM feeds WHERE id = ?", (row[0].partition("~")[0],)
    ).fetchone()
    own = key == ledger.signer.public.id
    return Version(version["change"], words, change.wall // 1000, name, name_of(ledger, change.op), own)


def settle(ledger: Ledger, entity_id: str, field: str, change: str, reason: str) -> str:
    """Chooses the value that a change set; answers the id of the change that settles it. Raises BadInput."""
    found, reason = _to_settle(ledger, entity_id, field, reason)
    values = {version["change"]: version["value"] for version in found["versions"]}
    if change not in values:
        raise BadInput("请从列出的几个值里选一个。", "no-such-version")
    with ledger.writing() as w:
        return w.settle(found["entity"], entity_id, field, values[change], reason)


def settle_anew(ledger: Ledger, entity_id: str, field: str, typed: str, reason: str) -> str:
    """Settles with a value that nobody had written; answers the change's id. Raises BadInput for what it can't be."""
    found, reason = _to_settle(ledger, entity_id, field, reason)
    tidy = _TYPED.get((found["entity"], field))
    if tidy is None:
        raise BadInput("这一项只能从列出的几个值里选。", "not-typed")
    value = tidy(typed, moment.day_of(moment.now(ledger).at))
    if not value:
        raise BadInput("请写出正确的内容。")
    with ledger.writing() as w:
        return w.settle(found["entity"], entity_id, field, value, reason)


def _to_settle(ledger: Ledger, entity_id: str, field: str, reason: str) -> tuple[dict[str, Any], str]:
    found = [one for one in list_conflicts(ledger) if (one["id"], one["field"]) == (entity_id, field)]
    if not found:
        raise BadInput("这里没有两处不一致，可能已经选定过了。", "no-conflict")
    if not _is_ours(ledger, entity_id):
        raise BadInput("这是培训机构的内容，由写它的机构选定；县里只看，不代改。", "not-ours")
    return found[0], entry.reason(reason, "选定要写明理由，例如：打电话核实过。")


def _is_ours(ledger: Ledger, entity_id: str) -> bool:
    if ledger.role != COUNTY:
        return True
    row = ledger.conn.execute("SELECT feed FROM changes WHERE id = ?", (entity_id,)).fetchone()
    return row is not None and ledger.key_of(row[0].partition("~")[0]) == ledger.signer.public.id


# What may be typed instead, and how it is tidied.


def _number(text: str, today: date) -> str:
    number = tidy_number(text.strip())
    if identity.problem(number, today) is not None:
        raise BadInput("证件号码不对：要 18 位，出生日期和最后一位校验码都要对得上。请对着证件再写一遍。")
    return number


def _phone(text: str, _: date) -> str:
    phone = tidy_phone(text.strip())
    if not is_phone(phone):
        raise BadInput("电话号码不对：手机 11 位，座机带区号。请核对后再写。")
    return phone


def _name(text: str, _: date) -> str:
    return entry.line(tidy_name(text), "姓名")


def _line(what: str) -> Callable[[str, date], str]:
    return lambda text, _: entry.line(text, what)


_TYPED: dict[tuple[str, str], Callable[[str, date], str]] = {
    ("trainee", "name"): _name,
    ("trainee", "id_number"): _number,
    ("trainee", "phone"): _phone,
    ("trainee", "hukou"): _line("户籍地址"),
    ("trainee", "address"): _line("住址"),
    ("teacher", "name"): _name,
    ("teacher", "id_number"): _number,
    ("teacher", "certificate"): _line("资格证编号"),
    ("class", "name"): _line("班次名称"),
    ("class", "site"): _line("培训点"),
    ("lesson", "topic"): _line("课程内容"),
}
