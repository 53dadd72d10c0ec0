"""A card before the camera counts once until it has left."""

from desktop.checkin.in_view import AWAY_MS, InView

FRAME_MS = 33


def test_a_card_that_stays_is_reported_once() -> None:
    view = InView()
    seen = [card for frame in range(300) for card in view.fresh(["A"], frame * FRAME_MS)]
    assert seen == ["A"]


def test_a_blurred_moment_is_no_new_appearance() -> None:
    view = InView()
    assert view.fresh(["A"], 0) == ["A"]
    assert view.fresh([], 700) == []
    assert view.fresh(["A"], AWAY_MS) == []
    assert view.fresh(["A"], 2 * AWAY_MS) == []


def test_a_card_that_left_counts_again() -> None:
    view = InView()
    assert view.fresh(["A"], 0) == ["A"]
    assert view.fresh(["A"], AWAY_MS + 1) == ["A"]


def test_several_cards_in_one_frame_each_count() -> None:
    view = InView()
    assert view.fresh(["A", "B"], 0) == ["A", "B"]
    assert view.fresh(["B", "C", "A"], 33) == ["C"]
    assert view.fresh(["C"], AWAY_MS + 1) == []
    assert view.fresh(["A", "C"], AWAY_MS + 34) == ["A"]
