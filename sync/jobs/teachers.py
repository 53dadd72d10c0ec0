"""The register of teachers (教师库): who teaches here, employed how, with what certificate."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sync.errors import BadInput, NotFound
from sync.jobs import entry, moment
from sync.jobs.teaching import Taught, employments, homes, taught
from sync.ledger.ledger import COUNTY, Ledger
from sync.ledger.writer import Writer
from sync.seal import kinds
from sync.sheets.cells import tidy_number
from sync.training import identity
from sync.training.employment import ENDED, FULLTIME, PARTTIME, Spell, spell_on, spells
from sync.training.naming import tidy_name

EMPLOYMENTS = {FULLTIME: "专职", PARTTIME: "兼职", ENDED: "不再任职"}


@dataclass(frozen=True, slots=True)
class Teacher:
    """A teacher's record, with what she teaches in a year. Hours are planned ones, in hundredths."""

    id: str
    name: str
    masked: str
    """Her identity number as lists show it, or empty."""
    spells: tuple[Spell, ...]
    """How she is employed, in the order of days; `spell` is today's."""
    spell: Spell
    certificate: str
    institution: str
    """Its name; empty where it is not known."""
    lessons: int
    hours: int
    institutions: int
    """For how many this node sees her number teach in that year."""

    @property
    def since(self) -> str:
        """The ISO day when today's employment began, or empty for ever since."""
        return self.spell[0]

    @property
    def employment(self) -> str:
        return self.spell[1]

    @property
    def employed(self) -> str:
        """How, and from when on, as lists show it; empty where nothing is recorded."""
        said = [f"{EMPLOYMENTS.get(how, '没有登记')}{f'（{since} 起）' if since else ''}" for since, how in self.spells]
        return "，".join(said)


@dataclass(frozen=True, slots=True)
class Record:
    """What is recorded of a teacher; None leaves a field as it was, empty takes it away."""

    name: str | None = None
    id_number: str | None = None
    employment: str | None = None
    since: str | None = None
    """The ISO day from which the employment is so; empty for ever since. None: from today on where it changes, else
    for ever since."""
    certificate: str | None = None


def list_teachers(ledger: Ledger, year: int = 0) -> list[Teacher]:
    """By institution and name. Lessons are those of a calendar year, this one unless another is named."""
    home, day = homes(ledger), today(ledger)
    employed = employments(ledger)
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
            tuple(employed.get(id_, [])),
            spell_on(employed.get(id_, []), day),
            certificate or "",
            home.get(origin.partition("~")[0], ("", ""))[1],
            sum(one.lessons for one in own[id_]),
            sum(one.hours for one in own[id_]),
            len(places[number or id_] | places[id_]),
        )
        for id_, origin, name, number, certificate in ledger.conn.execute(
            "SELECT id, origin, name, id_number, certificate FROM teachers"
        )
    ]
    return sorted(found, key=lambda one: (one.institution, one.name, one.id))


def years(ledger: Ledger) -> set[int]:
    """Calendar years in which anybody teaches."""
    return {one.post.year for one in taught(ledger)}


def this_year(ledger: Ledger) -> int:
    return moment.day_of(moment.now(ledger).at).year


def today(ledger: Ledger) -> str:
    """An ISO day."""
    return moment.day_of(moment.now(ledger).at).isoformat()


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
        made = w.write("teacher", {field: value for field, value in values.items() if value})
        _employ(ledger, w, made, record)
        return made


def set_teacher(ledger: Ledger, teacher: str, record: Record) -> None:
    """Changes what is recorded of a teacher, named by id. Raises NotFound, BadInput."""
    values = _values(ledger, record)
    if values.get("name") == "":
        raise BadInput("请填写教师姓名。")
    with ledger.writing() as w:
        row = ledger.conn.execute(
            "SELECT name, id_number, certificate FROM teachers WHERE id = ?", (teacher,)
        ).fetchone()
        if row is None:
            raise NotFound("没有这位教师。请核对编号。")
        _refuse_known(ledger, values.get("id_number", ""), teacher)
        now = dict(zip(("name", "id_number", "certificate"), row, strict=True))
        changed = {field: value for field, value in values.items() if value != (now[field] or "")}
        if changed:
            w.write("teacher", changed, teacher)
        _employ(ledger, w, teacher, record)


def _employ(ledger: Ledger, w: Writer, teacher: str, record: Record) -> None:
    known = employments(ledger).get(teacher, [])
    said = _said(known, today(ledger), record)
    if spells([*known, *said]) != known:
        for since, how in said:
            w.fact("teacher.employ", kinds.TeacherEmploy(teacher, how, since))


def _said(known: list[Spell], day: str, record: Record) -> list[Spell]:
    """What the record says of employment. A beginning that is put later leaves what was before until then."""
    began, now = spell_on(known, day)
    how = now if record.employment is None else record.employment
    if record.since is None:
        return [] if how == now else [(day if known and how else "", how)]
    since = record.since.strip()
    if wrong := since_problem(how, since):
        raise BadInput(wrong)
    if how == now and since > began:
        earlier = [before for start, before in known if start < began]
        return [(began, earlier[-1] if earlier else ""), (since, how)]
    return [(since, how)]


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
    if record.employment not in (None, "", *EMPLOYMENTS):
        raise BadInput("请写专职（fulltime）、兼职（parttime），或不再任职（ended）。")
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


def since_problem(employment: str, since: str) -> str:
    """What is wrong with the day from which an employment is said to be, in words; empty is ever since."""
    day = since.strip()
    if day and not employment:
        return "写了从哪天起，请也选专职、兼职或不再任职。"
    try:
        _ = moment.parse_day(day) if day else None
    except BadInput as error:
        return error.message
    return ""


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
