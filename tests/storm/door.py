"""A person's test by script: `python -m tests.storm.door` holds forty printed cards before the window's camera.

The cards are the program's own print, rasterised; the film of them (film.py) runs at thirty frames a second, in real
time, through an emulated camera into the check-in page of the real window over a real ledger. What counts is the time
from the first frame in which a card's code is wholly in view until its answer has been painted, and that the answer
was there before the card was taken away: nobody waits on the machine. At the end each person has one stamp.
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtMultimedia import QMediaCaptureSession, QVideoFrameInput
from PySide6.QtWidgets import QApplication

from desktop.app import make_window, prepare
from desktop.checkin.page import CheckinPage
from desktop.shell import theme
from desktop.shell.settings import Settings
from sync.jobs.papers import print_form
from sync.ledger.clock import Reading
from tests.day.desk import video_frame
from tests.desktop.checkin_day import Day, make_day
from tests.reading.frames import Luminance, card_images
from tests.storm.film import FPS, SLOT, Film, Pass

SEED = 20261121
SOON = 0.5
"""Seconds within which an answer seems to come at once to somebody who holds out a card; for 19 of 20 of them."""


class GoingClock:
    """From twenty to nine on the lesson's day, as fast as the machine's."""

    def __init__(self, day: Day) -> None:
        self._at, self._since = day.clock.at, time.monotonic_ns()

    def read(self) -> Reading:
        passed = (time.monotonic_ns() - self._since) // 1_000_000
        return Reading(self._at * 1000 + passed, passed, "b0070001")


@dataclass(frozen=True)
class Answer:
    """When an answer was painted: seconds after its code was first wholly in view, and before the card began to go."""

    one: Pass
    after: float
    before_leaving: float


class Watch(QObject):
    """Notes when each card's first answer has been painted on the page."""

    def __init__(self, page: CheckinPage) -> None:
        super().__init__()
        self._page = page
        self.painted: dict[str, float] = {}
        self.cards: list[str] = []
        page.result.installEventFilter(self)
        page.senses.card.connect(self.cards.append)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            # The painting itself comes after this.
            QTimer.singleShot(0, self._note)
        return False

    def _note(self) -> None:
        assert self._page.station is not None
        for shown in self._page.station.recent:
            if shown.trainee:
                self.painted.setdefault(shown.trainee, time.perf_counter())


class Door:
    """The window on a class of forty, with a camera that shows what it is given."""

    def __init__(self, day: Day) -> None:
        self.day = day
        self.window = make_window(day.ledger, Settings(day.ledger.folder), catch=False)
        self.window.resize(1366, 768)
        self.window.show()
        self.window.open_page("checkin", day.lesson)
        page = self.window.page("checkin")
        assert isinstance(page, CheckinPage) and page.senses.camera is not None
        self.page, self.camera = page, page.senses.camera
        self.watch = Watch(page)
        self._input = QVideoFrameInput()
        self._session = QMediaCaptureSession()
        self._session.setVideoFrameInput(self._input)
        self._session.setVideoSink(self.camera.sink)

    def send(self, picture: Luminance) -> bool:
        return self._input.sendVideoFrame(video_frame(picture))

    def close(self) -> None:
        self._session.setVideoSink(None)
        self._session.setVideoFrameInput(None)
        self.window.close()


def printed_cards(day: Day) -> list[Luminance]:
    """As they lie on the sheets, in the order of the roster."""
    return card_images(print_form(day.ledger, "cards", day.class_id))[: len(day.people)]


_film: list[Film] = []


def _take_film(film: Film) -> None:
    _film.append(film)


def _frame(number: int) -> bytes:
    return _film[0].frame(number).tobytes()


@contextmanager
def developed(film: Film) -> Iterator[Any]:
    """All frames in a file: drawing one takes nearly as long as it is shown."""
    with tempfile.NamedTemporaryFile() as file:
        pictures = np.memmap(file.name, np.uint8, "w+", shape=film.shape)
        with ProcessPoolExecutor(2, get_context("fork"), _take_film, (film,)) as pool:
            for number, data in enumerate(pool.map(_frame, range(film.length), chunksize=20)):
                pictures[number] = np.frombuffer(data, np.uint8).reshape(film.shape[1:])
        pictures.flush()
        yield pictures


def show(door: Door, film: Film, pictures: Any) -> tuple[dict[int, float], int]:
    """Runs the film in real time. Answers when each frame was sent, and how many the machine was too late for."""
    sent: dict[int, float] = {}
    loop = QEventLoop()
    tick = QTimer(interval=1000 // FPS // 4, timerType=Qt.TimerType.PreciseTimer)
    began = time.perf_counter()

    def turn() -> None:
        number = int((time.perf_counter() - began) * FPS)
        if number >= film.length:
            loop.quit()
        elif number not in sent:
            sent[number] = time.perf_counter()
            door.send(pictures[number])

    tick.timeout.connect(turn)
    tick.start()
    loop.exec()
    return sent, film.length - len(sent)


def answers(film: Film, day: Day, painted: dict[str, float], sent: dict[int, float]) -> list[Answer]:
    """Of those who were answered, in order."""

    def when(number: int) -> float:
        return sent[min(n for n in sent if n >= number)]

    found = []
    for one in film.passes:
        at = painted.get(day.people[one.card]["id"])
        if at is not None:
            found.append(Answer(one, at - when(film.first_whole(one)), when(one.leaves) - at))
    return found


def wrong(day: Day, found: list[Answer], cards: list[str]) -> list[str]:
    """What must not be: nobody forgotten, nobody twice, nobody who waited."""
    stamps = [name for name, kind, via in day.stamps() if (kind, via) == ("in", "camera")]
    problems = []
    if len(stamps) != len(day.people) or len(day.stamps()) != len(stamps):
        problems.append(f"{len(day.people)} cards made {len(stamps)} stamps in and {len(day.stamps())} in all")
    recorded = day.ledger.conn.execute("SELECT count(DISTINCT person) FROM stamps").fetchone()[0]
    if recorded != len(day.people):
        problems.append(f"{recorded} of {len(day.people)} people were recorded")
    if sorted(cards) != sorted(person["card"] for person in day.people):
        problems.append(f"the camera told {len(cards)} cards")
    problems += [f"card {a.one.card} ({a.one.condition.name}) was gone first" for a in found if a.before_leaving <= 0]
    return problems


def main() -> int:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as name:
        day = make_day(Path(name) / "node")
        film = Film(printed_cards(day), SEED)
        print(f"drawing {film.length} frames …", flush=True)
        with developed(film) as pictures, day.ledger:
            qt = QApplication.instance() or QApplication([])
            assert isinstance(qt, QApplication)
            prepare(qt)
            theme.apply(qt, "calm", 16)
            day.ledger.clock = GoingClock(day)
            door = Door(day)
            print(f"{len(film.passes)} cards, one each {SLOT / FPS} s, at {FPS} frames a second …", flush=True)
            sent, late = show(door, film, pictures)
            found = answers(film, day, door.watch.painted, sent)
            problems = wrong(day, found, door.watch.cards)
            door.close()
        return report(film, found, late, problems)


def report(film: Film, found: list[Answer], late: int, problems: list[str]) -> int:
    took = sorted(one.after for one in found)
    p95 = took[int(len(took) * 0.95)] if took else float("inf")
    if p95 > SOON:
        problems.append(f"one in twenty waited for {p95:.2f} s or longer")
    print(f"{len(found)} of {len(film.passes)} answered; {late} of {film.length} frames were not sent in time")
    if took:
        print("from the code wholly in view to the answer painted:")
        print(f"  median {took[len(took) // 2]:.3f} s, p95 {p95:.3f} s, longest {took[-1]:.3f} s")
        print(f"soonest to be taken away after its answer: {min(one.before_leaving for one in found):.3f} s")
    for name in dict.fromkeys(one.condition.name for one in film.passes):
        times = [a.after for a in found if a.one.condition.name == name]
        whole = sum(one.condition.name == name for one in film.passes)
        print(f"  {name:12} {len(times)} of {whole}, longest {max(times, default=0):.3f} s")
    print(*problems, sep="\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
