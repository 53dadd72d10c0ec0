"""The register of teachers (教师库): who teaches here, employed how, with what certificate."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sync.errors import BadInput, NotFound
from sync.jobs import entry, moment
from sync.jobs.teaching import Taught, homes, taught
from sync.ledger.ledger import COUNTY, Ledger
from sync.sheets.cells import tidy_number
from sync.training import identity, teaching
from sync.training.naming import tidy_name

EMPLOYMENTS = {teaching.FULLTIME: "专职", teaching.PARTTIME: "兼职"}


@dataclass(frozen=True, slots=True)
class Teacher:
    """A teacher's record, with what she teaches in a year. Hours are planned ones, in hundredths."""

    id: str
    name: str
    masked: str
    """Her identity number as lists show it, or empty."""
    employment: str
    certificate: str
    institution: str
    """Its name; empty where it is not known."""
    lessons: int
    hours: int
    institutions: int
    """For how many this node sees her number teach in that year."""

    @property
    def employed(self) -> str:
        return EMPLOYMENTS.get(self.employment, "")


@dataclass(frozen=True, slots=True)
class Record:
    """What is recorded of a teacher; None leaves a field as it was, empty takes it away."""

    name: str | None = None
    id_number: str | None = None
    employment: str | None = None
    certificate: str | None = None


def list_teachers(ledger: Ledger, year: int = 0) -> list[Teacher]:
    """By institution and name. Lessons are those of a calendar year, this one unless another is named."""
    home = homes(ledger)
    own: dict[str, list[Taught]] = defaultdict(list)
    places: dict[str, set[str]] = defaultdict(set)
    for one in taught(ledger, year or this_year(ledger)):
        own[one.post.teacher].append(one)
        places[one.post.number or one.post.teacher].add(one.post.institution)
    found = [
        Teacher(
            id_,
            name or "",
            identity.mask(number or ""),
            employment or "",
            certificate or "",
            home.get(origin.partition("~")[0], ("", ""))[1],
            sum(one.lessons for one in own[id_]),
            sum(one.hours for one in own[id_]),
            len(places[number or id_] | places[id_]),
        )
        for id_, origin, name, number, employment, certificate in ledger.conn.execute(
            "SELECT id, origin, name, id_number, employment, certificate FROM teachers"
        )
    ]
    return sorted(found, key=lambda one: (one.institution, one.name, one.id))


def years(ledger: Ledger) -> set[int]:
    """Calendar years in which anybody teaches."""
    return {one.post.year for one in taught(ledger)}


def this_year(ledger: Ledger) -> int:
    return moment.day_of(moment.now(ledger).at).year


def find_teacher(ledger: Ledger, name: str) -> str:
    """A teacher's id, by id or by a name that only one bears. Raises NotFound, BadInput."""
    wanted = name.strip()
    found = ledger.conn.execute("SELECT id FROM teachers WHERE id = ?", (wanted,)).fetchall()
    found = found or ledger.conn.execute("SELECT id FROM teachers WHERE name = ? ORDER BY id", (wanted,)).fetchall()
    if not found:
        raise NotFound(f"没有教师“{wanted}”。请核对姓名，或先登记这位教师。")
    if len(found) > 1:
        ids = "、".join(row[0] for row in found)
        raise BadInput(f"有 {len(found)} 位教师都叫“{wanted}”，请改用编号：{ids}。", "ambiguous")
    return str(found[0][0])


def add_teacher(ledger: Ledger, record: Record) -> str:
    """Registers a teacher; answers the id. A namesake needs a number, to be told apart. Raises BadInput."""
    values = _values(ledger, record)
    if not values.get("name"):
        raise BadInput("请填写教师姓名。")
    with ledger.writing() as w:
        _refuse_known(ledger, values.get("id_number", ""), "")
        if not values.get("id_number") and _bears(ledger, values["name"]):
            raise BadInput(
                f"已经有教师叫“{values['name']}”。是同一人请修改那一位；是同名的另一人，请填写证件号码。", "name-taken"
            )
        return w.write("teacher", {field: value for field, value in values.items() if value})


def set_teacher(ledger: Ledger, teacher: str, record: Record) -> None:
    """Changes what is recorded of a teacher, named by id. Raises NotFound, BadInput."""
    values = _values(ledger, record)
    if values.get("name") == "":
        raise BadInput("请填写教师姓名。")
    with ledger.writing() as w:
        row = ledger.conn.execute(
            "SELECT name, id_number, employment, certificate FROM teachers WHERE id = ?", (teacher,)
        ).fetchone()
        if row is None:
            raise NotFound("没有这位教师。请核对编号。")
        _refuse_known(ledger, values.get("id_number", ""), teacher)
        now = dict(zip(("name", "id_number", "employment", "certificate"), row, strict=True))
        changed = {field: value for field, value in values.items() if value != (now[field] or "")}
        if changed:
            w.write("teacher", changed, teacher)


def _values(ledger: Ledger, record: Record) -> dict[str, Any]:
    """What is to be written, checked and tidied."""
    if ledger.role == COUNTY:
        # What the county writes goes to every institution.
        raise BadInput("教师由所在的培训机构登记，县里只看。", "not-ours")
    values: dict[str, Any] = {}
    if record.name is not None:
        values["name"] = entry.line(tidy_name(record.name), "教师姓名")
    if record.id_number is not None:
        values["id_number"] = _number(ledger, record.id_number)
    if record.employment is not None:
        if record.employment not in ("", *EMPLOYMENTS):
            raise BadInput("请写专职（fulltime）或兼职（parttime）。")
        values["employment"] = record.employment
    if record.certificate is not None:
        values["certificate"] = entry.line(record.certificate, "资格证编号")
    return values


def _number(ledger: Ledger, text: str) -> str:
    if wrong := number_problem(ledger, text):
        raise BadInput(wrong, "bad-id-number")
    return tidy_number(text.strip())


def number_problem(ledger: Ledger, text: str) -> str:
    """What is wrong with a number as somebody wrote it, in words without it; empty is none, and no problem."""
    number = tidy_number(text.strip())
    if not number or identity.problem(number, moment.day_of(moment.now(ledger).at)) is None:
        return ""
    return "教师的证件号码不对：要 18 位，出生日期和最后一位校验码都要对得上。请对着证件再写一遍。"


def _refuse_known(ledger: Ledger, number: str, teacher: str) -> None:
    row = ledger.conn.execute(
        "SELECT id, name FROM teachers WHERE id_number = ? AND id <> ? AND ? <> '' LIMIT 1", (number, teacher, number)
    ).fetchone()
    if row is not None:
        raise BadInput(
            f"这个证件号码已经登记在教师“{row[1] or ''}”（编号 {row[0]}）名下，请核对是谁的。", "number-taken"
        )


def _bears(ledger: Ledger, name: str) -> bool:
    return ledger.conn.execute("SELECT 1 FROM teachers WHERE name = ? LIMIT 1", (name,)).fetchone() is not None
