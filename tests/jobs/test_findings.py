"""A class's findings from a real ledger: each kind with one case, and a clean class with none."""

from sync.carry.outgoing import parcels
from sync.jobs import checkin, identity, moment
from sync.jobs.classes import cut_lesson
from sync.jobs.findings import findings_of
from sync.ledger.instant import note
from sync.ledger.intake import take
from sync.seal import kinds
from tests.jobs.school import School
from tests.nodes import Place


def _kinds(school: School) -> list[tuple[str, str]]:
    return [(finding.kind, finding.person) for finding in findings_of(school.ledger, "C1")]


def _verify(school: School, lesson: str, same: bool = True) -> None:
    desk = checkin.open_desk(school.ledger, lesson)
    for person in school.people:
        identity.answer(school.ledger, desk, person, ["document"], same, "first")


def test_a_clean_class_has_none(school: School) -> None:
    lesson = school.lesson("1 10:00-13:00", teacher="李师傅")
    _verify(school, lesson)
    for kind, clock in (("in", "09:50"), ("out", "13:00")):
        for person in school.people:
            school.stamp(lesson, person, kind, clock)  # type: ignore[arg-type]
        school.stamp(lesson, "李师傅", kind, clock, via="search")  # type: ignore[arg-type]
    assert _kinds(school) == []


def test_somebody_in_two_lessons_at_once(school: School) -> None:
    """The loser is the lesson that she was stamped into later."""
    first = school.lesson("1 10:00-13:00")
    second = school.lesson("1 14:00-17:00")
    _verify(school, first)
    person = school.people[0]
    for lesson, kind, clock in ((first, "in", "09:50"), (first, "out", "13:00"), (second, "in", "13:50"),
                                (second, "out", "17:00")):  # fmt: skip
        school.stamp(lesson, person, kind, clock)  # type: ignore[arg-type]
    with school.ledger.writing() as w:
        start, end = (moment.instant(moment.parse_day("2026-11-21"), moment.parse_time(t)) for t in ("15:00", "18:00"))
        values = {"training_class": "another", "start": start, "end": end, "hours": 400, "kind": "theory"}
        other = w.write("lesson", values)
        w.fact("stamp", kinds.Stamp(other, person, "in", "scanner", at=start - 7200))
        w.fact("stamp", kinds.Stamp(other, person, "out", "scanner", at=end))
    [found] = findings_of(school.ledger, "C1")
    assert (found.kind, found.person, found.evidence) == ("overlap", person, (other, second))
    assert "15:00 至 17:00" in found.sentence
    assert "别的班 2026-11-21 15:00–18:00（先签到，计入）" in found.sentence
    assert "C1 班 2026-11-21 14:00–17:00（不计入）" in found.sentence


def test_a_cut_lesson(school: School) -> None:
    lesson = school.lesson("1 10:00-13:00")
    cut_lesson(school.ledger, lesson, "11:00", "停电")
    [found] = findings_of(school.ledger, "C1")
    assert (found.kind, found.evidence) == ("cut-hours", (lesson,))
    assert "实有 60 分钟" in found.sentence


def test_stamps_by_hand_without_the_teacher_s(school: School) -> None:
    lesson = school.lesson("1 10:00-13:00", teacher="李师傅")
    _verify(school, lesson)
    card = school.stamp(lesson, school.people[0], "in", "09:50")
    hand = school.stamp(lesson, school.people[1], "in", "09:50", via="search")
    school.stamp(lesson, "李师傅", "in", "09:50", via="search")
    [found] = findings_of(school.ledger, "C1")
    assert (found.kind, found.evidence) == ("manual-stamps", (hand,)) and card
    assert "2 条，其中手工 1 条（50%）" in found.sentence


def test_a_stamp_outside_the_window(school: School) -> None:
    lesson = school.lesson("1 10:00-13:00")
    made = school.stamp(lesson, school.people[0], "in", "09:00")
    [found] = findings_of(school.ledger, "C1")
    assert (found.kind, found.person, found.evidence) == ("outside-window", school.people[0], (made,))


def test_a_stated_time_and_a_clock_that_was_moved(school: School) -> None:
    lesson = school.lesson("1 10:00-13:00")
    _verify(school, lesson)
    before = school.stamp(lesson, school.people[0], "in", "09:50")
    school.clock.wall -= 3600_000
    moment.state_clock(school.ledger, "09:50:00", "电池没电")
    desk = checkin.open_desk(school.ledger, lesson)
    row = school.ledger.conn.execute("SELECT card FROM enrollments WHERE trainee = ?", (school.people[1],)).fetchone()
    after = checkin.scan(school.ledger, desk, row[0], "scanner").stamp
    stated, jump = findings_of(school.ledger, "C1")
    assert (stated.kind, jump.kind, jump.evidence) == ("clock-stated", "clock-jump", (before, after))
    assert "拨快 3600 秒，理由：电池没电" in stated.sentence and "调慢约 60 分钟" in jump.sentence


def test_a_machine_that_the_county_s_time_contradicts(school: School) -> None:
    """The clock is an hour fast the whole day: no jump shows it. A correction states its time and is no machine's."""
    lesson = school.lesson("1 10:00-13:00")
    _verify(school, lesson)
    school.set_clock("10:20")
    note(school.ledger, school.clock.wall // 1000 - 3600)
    made = school.stamp(lesson, school.people[0], "in", "10:25")
    school.set_clock("12:00")
    checkin.correct(school.ledger, lesson, school.people[1], "in", "09:55", "漏刷", "王村长")
    found = {one.kind: one for one in findings_of(school.ledger, "C1")}
    assert found.keys() == {"clock-apart", "manual-stamps"}
    assert found["clock-apart"].evidence == (made,) and "快约 60 分钟" in found["clock-apart"].sentence


def test_identity_that_was_not_verified_or_is_in_doubt(school: School) -> None:
    """The second came and was not verified, the third never came; the first was taken for somebody else."""
    lesson = school.lesson("1 10:00-13:00")
    for person in school.people[:2]:
        school.stamp(lesson, person, "in", "09:50")
    desk = checkin.open_desk(school.ledger, lesson)
    identity.answer(school.ledger, desk, school.people[0], ["document"], True, "first")
    doubt = identity.answer(school.ledger, desk, school.people[0], ["photo"], False, "again")
    coverage, doubtful = findings_of(school.ledger, "C1")
    assert (coverage.kind, coverage.evidence) == ("identity-coverage", (school.people[1],))
    assert "到过课的学员 2 人，1 人没有核对过身份：单国建" in coverage.sentence
    assert (doubtful.kind, doubtful.person, doubtful.evidence) == ("identity-doubt", school.people[0], (doubt,))


def test_a_class_that_nobody_verified_is_a_sentence_and_no_list(school: School) -> None:
    lesson = school.lesson("1 10:00-13:00")
    with school.ledger.writing() as w:
        more = [w.write("trainee", {"name": f"学员{n:02d}"}) for n in range(12)]
        for person in more:
            w.write("enrollment", {"training_class": school.class_id, "trainee": person, "status": "enrolled"})
    for person in more:
        school.stamp(lesson, person, "in", "09:50", via="search")
    (found,) = (one for one in findings_of(school.ledger, "C1") if one.kind == "identity-coverage")
    assert sorted(found.evidence) == sorted(more)
    assert found.sentence.count("学员") == 1 + 10 and "等；" in found.sentence


def test_a_missed_roll_call(school: School) -> None:
    lesson = school.lesson("1 10:00-13:00")
    school.set_clock("11:00")
    with school.ledger.writing() as w:
        mark = w.fact("rollcall.mark", kinds.RollCallMark(lesson, school.people[0], False))
    [found] = findings_of(school.ledger, "C1")
    assert (found.kind, found.person, found.evidence) == ("missed-rollcall", school.people[0], (lesson, mark))


def test_the_county_finds_the_same(school: School, place: Place) -> None:
    lesson = school.lesson("1 10:00-13:00")
    school.stamp(lesson, school.people[0], "in", "09:00")
    school.stamp(lesson, school.people[1], "in", "09:50", via="search")
    for parcel in parcels(school.ledger):
        take(place.county, parcel.data, parcel.file_name, "usb")
    assert findings_of(place.county, "C1") == findings_of(school.ledger, "C1") != []
