"""Last writer wins by field; what two people wrote without seeing each other is listed, never lost."""

from itertools import permutations
from typing import Any

from hypothesis import given

from sync.ledger.settle import Version, settle
from sync.seal.kinds import Write
from tests.ledger.changes import feeds


def version(change: str, at: int, feed: str = "F", replaces: str = "", **values: Any) -> Version:
    return Version(change, at, 0, feed, Write(values, "X", {key: [replaces] for key in values} if replaces else {}))


def test_the_later_of_two_writes_of_one_person_is_shown_and_is_no_conflict() -> None:
    found = settle([version("A", 1, phone="1"), version("B", 2, replaces="A", phone="2")])
    assert (found.values, found.current, found.conflicts) == ({"phone": "2"}, {"phone": "B"}, {})


def test_two_who_did_not_see_each_other_are_a_conflict_that_keeps_both() -> None:
    first = version("A", 1, phone="1")
    left, right = version("B", 2, "F", "A", phone="2"), version("C", 3, "G", "A", phone="3")
    found = settle([first, left, right])
    assert found.values == {"phone": "3"}
    assert found.conflicts == {"phone": [("B", "2"), ("C", "3")]}


def test_two_who_wrote_the_same_agree() -> None:
    first = version("A", 1, phone="1")
    found = settle([first, version("B", 2, "F", "A", phone="2"), version("C", 3, "G", "A", phone="2")])
    assert (found.values, found.conflicts) == ({"phone": "2"}, {})


def test_what_was_seen_and_replaced_loses_even_to_a_clock_that_runs_behind() -> None:
    found = settle([version("A", 9, phone="1"), version("B", 2, "G", "A", phone="2")])
    assert (found.values, found.conflicts) == ({"phone": "2"}, {})


def test_fields_are_settled_apart() -> None:
    first = version("A", 1, name="王芳", phone="1")
    found = settle([first, version("B", 3, "F", "A", phone="2"), version("C", 2, "G", "A", name="王方")])
    assert (found.values, found.conflicts) == ({"name": "王方", "phone": "2"}, {})


def test_at_the_same_instant_the_feed_decides() -> None:
    left, right = version("Z", 1, "F", phone="1"), version("A", 1, "G", phone="2")
    assert settle([left, right]).values == settle([right, left]).values == {"phone": "2"}


@given(feeds())
def test_any_order_settles_alike_and_keeps_what_nobody_replaced(made: list[list[Any]]) -> None:
    versions = [
        Version(sealed.id, *sealed.change.hlc, sealed.change.feed, Write({"phone": sealed.id[0]}))
        for feed in made
        for sealed in feed[:2]
    ]
    found = [settle(order) for order in permutations(versions[:5])]
    assert all(one == found[0] for one in found)
    # Nobody named what she replaced: every write stands, the shown one among them.
    listed = found[0].conflicts.get("phone", [])
    if listed:
        assert {change for change, _ in listed} == {one.change for one in versions[:5]}
        assert (found[0].current["phone"], found[0].values["phone"]) in listed
    else:
        assert len({one.body.set["phone"] for one in versions[:5]}) == 1
