"""Who is at the desk: PINs stay here, wrong ones make one wait, and what is recorded bears a name."""

import pytest

from sync.errors import BadInput, NotFound, UserError
from sync.jobs import operators
from sync.jobs.attendance import stamps_of
from sync.jobs.checkin import open_desk
from sync.ledger.ledger import Ledger
from tests.jobs.school import School
from tests.nodes import Place, sealed


def _reason(error: pytest.ExceptionInfo[UserError]) -> str:
    return error.value.reason


def _miss(ledger: Ledger, who: str, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(BadInput) as error:
            operators.sign_in(ledger, who, "0000")
        assert _reason(error) == "wrong-pin"


def test_what_is_recorded_bears_who_was_at_the_desk(school: School) -> None:
    who = operators.add_operator(school.ledger, "王老师", "2580")
    lesson = school.lesson("1 08:00-11:00")
    nobody = school.stamp(lesson, school.people[0], "in", "07:55")
    operators.sign_in(school.ledger, who, "2580")
    hers = school.stamp(lesson, school.people[1], "in", "07:56")
    ops = dict(school.ledger.conn.execute("SELECT id, op FROM stamps"))
    assert ops == {nobody: "", hers: who}
    desk = open_desk(school.ledger, lesson)
    assert [line.by for line in stamps_of(school.ledger, desk, school.people[1])] == ["王老师"]
    assert [line.by for line in stamps_of(school.ledger, desk, school.people[0])] == [""]


def test_a_pin_never_leaves_this_node(place: Place) -> None:
    who = operators.add_operator(place.one, "王老师", "725814")
    (kept,) = place.one.conn.execute("SELECT value FROM local WHERE key = ?", (f"pin:{who}",)).fetchone()
    assert kept.startswith("$argon2")
    assert "725814" not in kept
    written = b"".join(change.raw for change in place.one.changes(place.one.feed))
    assert kept.encode() not in written
    assert b"725814" not in written


@pytest.mark.parametrize("pin", ["", "258", "25 80", "二五八零", "２５８０", "0000", "1234", "4321", "abcd"])
def test_a_pin_that_is_none_or_guessed_is_refused(place: Place, pin: str) -> None:
    before = place.one.position(place.one.feed)
    with pytest.raises(BadInput):
        operators.add_operator(place.one, "王老师", pin)
    assert place.one.position(place.one.feed) == before


def test_two_of_one_name_are_told_apart(place: Place) -> None:
    operators.add_operator(place.one, "王老师", "2580")
    with pytest.raises(BadInput) as error:
        operators.add_operator(place.one, " 王老师 ", "2581")
    assert _reason(error) == "name-taken"


def test_wrong_pins_cost_more_and_more_time(place: Place) -> None:
    who = operators.add_operator(place.one, "王老师", "2580")
    _miss(place.one, who, operators.FREE_TRIES - 1)
    assert operators.wait_before(place.one, who) == 0
    waits = []
    for _ in range(8):
        _miss(place.one, who)
        waits.append(operators.wait_before(place.one, who))
        with pytest.raises(BadInput) as error:
            operators.sign_in(place.one, who, "2580")
        assert _reason(error) == "too-soon"
        assert str(waits[-1]) in error.value.message
        place.clock.pass_by(waits[-1])
    assert waits == [5, 10, 20, 40, 80, 160, 300, 300]
    operators.sign_in(place.one, who, "2580")
    assert place.one.operator == who
    _miss(place.one, who, operators.FREE_TRIES - 1)
    assert operators.wait_before(place.one, who) == 0


def test_neither_setting_the_clock_nor_a_new_start_of_the_program_shortens_the_wait(place: Place) -> None:
    who = operators.add_operator(place.one, "王老师", "2580")
    _miss(place.one, who, operators.FREE_TRIES)
    place.clock.wall += 3_600_000
    with Ledger.open(place.one.folder, place.clock) as again:
        assert operators.wait_before(again, who) == 5
    place.clock.boot = "b007b008"
    operators.sign_in(place.one, who, "2580")


def test_her_own_pin_is_changed_with_the_old_one(place: Place) -> None:
    who = operators.add_operator(place.one, "王老师", "2580")
    with pytest.raises(BadInput) as error:
        operators.change_pin(place.one, who, "9999", "3691")
    assert _reason(error) == "wrong-pin"
    before = place.one.position(place.one.feed)
    operators.change_pin(place.one, who, "2580", "3691")
    assert place.one.position(place.one.feed) == before
    operators.sign_in(place.one, who, "3691")
    _miss(place.one, who)


def test_a_forgotten_pin_is_set_by_another_and_that_is_recorded(place: Place) -> None:
    forgot, other = (operators.add_operator(place.one, name, "2580") for name in ("王老师", "李老师"))
    operators.sign_in(place.one, other, "2580")
    _miss(place.one, forgot, operators.FREE_TRIES)
    operators.reset_pin(place.one, forgot, "3691")
    change = list(place.one.changes(place.one.feed))[-1].change
    assert (change.kind, change.op) == ("operator", other)
    assert operators.RESET.encode() in bytes(change.body)
    operators.sign_in(place.one, forgot, "3691")


def test_who_retires_is_gone_from_the_list_and_keeps_her_name(place: Place) -> None:
    who = operators.add_operator(place.one, "王老师", "2580")
    operators.sign_in(place.one, who, "2580")
    assert operators.guarded(place.one)
    operators.retire(place.one, who)
    assert operators.list_operators(place.one) == []
    assert not operators.guarded(place.one)
    assert place.one.operator == ""
    assert operators.name_of(place.one, who) == "王老师"
    with pytest.raises(NotFound):
        operators.find_operator(place.one, "王老师")
    _miss(place.one, who)


def test_an_operator_of_another_laptop_has_no_pin_here(place: Place) -> None:
    who = operators.add_operator(place.one, "王老师", "2580")
    from sync.ledger.intake import take

    assert take(place.county, sealed(place.one), "a", "usb").state == "taken"
    (operator,) = operators.list_operators(place.county)
    assert (operator.id, operator.has_pin) == (who, False)
    assert not operators.guarded(place.county)
