"""The person's test by script, short and frame by frame; `python3 dev.py door` runs all of it in real time."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.app import prepare
from tests.desktop.checkin_day import MULTIMEDIA_NOISE, Day, make_day
from tests.desktop.desk_fixtures import bare_machine
from tests.storm.door import Door, printed_cards
from tests.storm.film import FPS, SLOT, Film, Pass, passes

__all__ = ["bare_machine"]

pytestmark = [pytest.mark.qt_log_ignore(MULTIMEDIA_NOISE, "propagateSizeHints"), pytest.mark.usefixtures("garbage")]

CARDS = 10
SOON = FPS // 2
"""Frames."""


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    made = make_day(tmp_path / "node")
    yield made
    made.ledger.close()


@pytest.fixture
def door(qtbot: QtBot, qapp: QApplication, day: Day, bare_machine: None) -> Iterator[Door]:
    prepare(qapp)
    made = Door(day)
    yield made
    made.close()
    made.window.deleteLater()


def shown_until_answered(qtbot: QtBot, door: Door, film: Film, together: list[Pass]) -> int:
    """The frame in which the last of those who came together was answered; the camera looks at every one."""
    waiting = {door.day.people[one.card]["id"] for one in together}
    for number in range(together[0].first, together[0].leaves):
        with qtbot.waitSignal(door.camera.picture):
            assert door.send(film.frame(number))
        assert door.page.station is not None
        waiting -= {shown.trainee for shown in door.page.station.recent}
        if not waiting:
            return number
    raise AssertionError(f"cards {[one.card for one in together]} were taken away without an answer")


def test_everybody_is_recorded_once_and_soon(qtbot: QtBot, door: Door, day: Day) -> None:
    film = Film(printed_cards(day)[:CARDS], seed=1)
    late = []
    for together in film.slots():
        number = shown_until_answered(qtbot, door, film, together)
        late.append(number - max(film.first_whole(one) for one in together))
        # The hand stays a moment, goes, and leaves the view empty.
        for later in (number + 1, together[0].leaves + 2, together[0].first + SLOT - 1):
            with qtbot.waitSignal(door.camera.picture):
                assert door.send(film.frame(later))
    assert day.stamps() == [(day.name(place), "in", "camera") for place in range(CARDS)]
    assert door.watch.cards == [day.card(place) for place in range(CARDS)]
    assert max(late) <= SOON


def test_the_film_is_what_it_says() -> None:
    found = passes(40, np.random.default_rng(1))
    assert [one.card for one in found] == list(range(40))
    together = [one.card for one, following in pairwise(found) if one.first == following.first]
    assert together == [8, 18, 28, 38]
    assert {one.condition.name for one in found} == {"plain", "rotated", "perspective", "blur", "dark"}
    assert all(later.first - one.gone > 0 for one, later in zip(found, found[2:], strict=False))
