"""签到: the desk by the door. Cards come from camera, scanner or search; the answer fills the screen.

Keys: F2 F3 F4 mode, F6 search, F7 a person's record, F8 lesson, F9 camera again, F11 full screen; see also acts.py.
"""

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, QTimer
from PySide6.QtGui import QHideEvent, QKeySequence, QPixmap, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QComboBox, QDialog, QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from desktop.checkin import words
from desktop.checkin.acts import Acts
from desktop.checkin.forms import PersonDialog, StampForm
from desktop.checkin.modes import Modes
from desktop.checkin.pad import NumberPad
from desktop.checkin.panels import PERSON, CountsPanel, MissingPanel, RecentPanel
from desktop.checkin.result import ResultView
from desktop.checkin.roll_call import RollCallDialog
from desktop.checkin.search import Search
from desktop.checkin.senses import Senses
from desktop.checkin.station import RECENT, Counts, Station
from desktop.checkin.strip import Strip
from desktop.checkin.verify import VerifyDialog
from desktop.checkin.wedge import Wedge
from desktop.checkin.words import Shown
from desktop.shell.page import Page, Shell
from desktop.shell.window import Window
from sync.errors import UserError
from sync.jobs import moment
from sync.jobs.attendance import Attendee, Offered, lessons_offered
from sync.jobs.find import Person
from sync.training.beijing import clock
from sync.training.facts import Kind

READY_MS = 8_000
"""How long an answer stands before the screen asks for the next card."""


LOW, LOWEST = 540, 450
"""Pixels; the page on a screen of 600, and the same below a message."""
NARROW = 34
"""Lines of text that are as high as the page is wide."""


class CheckinPage(Page):
    touched_by = frozenset(
        {
            "class",
            "lesson",
            "stamp",
            "void",
            "leave",
            "leave.void",
            "trainee",
            "enrollment",
            "card.issue",
            "clock.state",
            "pack.publish",
            "identity.check",
            "teacher",
        }
    )

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.station: Station | None = None
        self.dialog: QDialog | None = None
        self._told = False
        self._scanned = ("", "")
        self.lessons = QComboBox()
        self.lessons.setAccessibleName("课次（F8）")
        self.lessons.setPlaceholderText("请选课次（F8）")
        self.lessons.setMinimumContentsLength(18)
        self.lessons.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.modes = Modes()
        self.result = ResultView()
        self.counts = CountsPanel()
        self.missing = MissingPanel()
        self.recent = RecentPanel()
        self.search = Search(self, self._find)
        self.pad = NumberPad(self, self.search)
        self.strip = Strip()
        self.senses = Senses(shell.settings)
        self.wedge = Wedge(self)
        self._ready = QTimer(self, interval=READY_MS)
        self.acts = Acts(self)
        self._lay_out()
        self._connect()

    def refresh(self) -> None:
        if self._told:
            return
        offered = lessons_offered(self.shell.ledger)
        chosen = self.lessons.currentData() or self._first_choice(offered)
        with QSignalBlocker(self.lessons):
            self.lessons.clear()
            today = moment.day_of(moment.now(self.shell.ledger).at)
            for one in offered:
                day = moment.day_of(one.lesson.start)
                date = "今天" if day == today else f"{day.month}月{day.day}日"
                span = f"{clock(one.lesson.start)}–{clock(one.lesson.fact().ends)}"
                self.lessons.addItem(f"{date} {span} {one.class_row.name} {one.lesson.topic}".strip(), one.lesson.id)
            self.lessons.setCurrentIndex(self.lessons.findData(chosen))
        if self.station is not None and self.station.desk.lesson.id == self.lessons.currentData():
            self._guarded(self.station.read_again)
            self._show_people()
            self.acts.look_around()
            if self.station is None:
                self._ask_for_next()
        else:
            self._open_lesson()

    def opened(self, what: object) -> None:
        self.lessons.setCurrentIndex(self.lessons.findData(what))

    def closing(self) -> None:
        self.wedge.stop()
        self.senses.release()

    def take(self, text: str, via: str) -> None:
        """A card's number from camera or scanner."""
        if not self.isVisible():
            # Read before the page went out of sight (the window was locked), delivered after it.
            return
        self._scanned = (text, via)
        if self.station is None:
            self.show_answer(words.failed(words.CHOOSE_FIRST, "", moment.now(self.shell.ledger).at))
            return
        try:
            shown = self.station.scan(text, via, self.modes.manual)
        except Exception:
            # Our own bug: the room must not take silence for a stamp. The crash report follows.
            self.show_answer(words.failed(words.OUR_BUG, "", self.station.now()))
            raise
        self._settled(shown)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.wedge.start()
        self.senses.start()
        self._ready.start()
        self.result.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        self.wedge.stop()
        self.senses.stop()
        self._ready.stop()
        self._full_screen(False)
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """On a low screen the answer and the missing need the room most."""
        super().resizeEvent(event)
        low = self.height() < LOW
        # Large text on a small screen: by the letters that fit in a line.
        narrow = self.width() < NARROW * self.fontMetrics().height()
        self.acts.be_narrow(narrow)
        self.full.setVisible(not narrow)
        self.lessons.setMinimumContentsLength(10 if narrow else 18)
        self.recent.setVisible(not low)
        self.senses.preview.be_small(low)
        self.senses.preview.setVisible(self.height() >= LOWEST)

    # What the trainer does

    def pick(self, person_id: str) -> None:
        """Somebody without her card."""
        if self.station is not None:
            kind = self.modes.manual or self.station.likely_kind()
            self.open_dialog(StampForm(self, self.station.people[person_id], kind, self._by_hand))

    def show_record(self, person_id: str) -> None:
        """Her stamps of this lesson, and what amends them."""
        if self.station is not None and person_id in self.station.people:
            dialog = PersonDialog(self, self.station, person_id)
            dialog.changed.connect(self._amended)
            self.open_dialog(dialog)

    def stamp_teacher(self, person: Person) -> None:
        if self.station is not None:
            shown = self.station.teacher(person, self.modes.manual or self.station.likely_kind())
            self._settled(shown)

    def stamp_newcomer(self, person_id: str) -> None:
        """Somebody who was registered at the desk has no card yet. The roster was read again by then."""
        if self.station is not None:
            self._by_hand(person_id, "in", words.NO_CARD_YET)

    def _by_hand(self, person_id: str, kind: Kind, reason: str) -> Shown:
        assert self.station is not None
        shown = self.station.by_hand(person_id, kind, reason)
        self._settled(shown)
        return shown

    def _record_of_whom(self) -> None:
        """F7: whoever is chosen in the search, else in the list that has the focus, else who was last."""
        lists = (self.search.found, self.missing.list)
        item = next((one.currentItem() for one in lists if one.isVisible() and one.currentItem()), None)
        in_use = self.search.found.isVisible() or self.missing.list.hasFocus()
        last = next((shown.trainee for shown in self.station.recent if shown.trainee), "") if self.station else ""
        person = item.data(PERSON) if item is not None and in_use else last
        if person:
            self.search.clear()
            self.show_record(person)
        else:
            self.shell.messages.info("先按 F6 找到学员，再按 F7 看签到记录。")

    def _amended(self, kind: str) -> None:
        self._show_people()
        self.tell(kind)

    def open_dialog(self, dialog: QDialog) -> None:
        self.adopt(dialog)
        dialog.open()

    def adopt(self, dialog: QDialog) -> None:
        """The page has one dialog at a time, and the focus when it is gone."""
        if self.dialog is not None:
            self.dialog.deleteLater()
        self.dialog = dialog
        dialog.finished.connect(lambda _: self.result.setFocus())

    def _typed(self, char: str) -> None:
        """A key outside any field answers what is asked: in the dialog, or else on the strip."""
        if self.dialog is not None and self.dialog.isVisible():
            if isinstance(self.dialog, (VerifyDialog, RollCallDialog)):
                self.dialog.typed(char)
            return
        if self.strip.asked is not None:
            # Not taken away from under the trainer's hands.
            self._ready.start()
        self.strip.typed(char)

    # What it shows

    def _settled(self, shown: Shown) -> None:
        self.show_answer(shown)
        if shown.state in ("in", "out"):
            self.senses.speak(shown.name)
            self._guard_roll_call()
        self.acts.ask_about(shown.trainee)
        if shown.state in ("in", "out", "window"):
            self._show_people()
            self.tell("stamp")
        if shown.trainee:
            # The answer is painted first.
            QTimer.singleShot(0, self, lambda: self.show_portrait(shown.trainee))

    def _guard_roll_call(self) -> None:
        assert self.station is not None
        try:
            self.station.commit_roll_call()
        except UserError as error:
            self.shell.messages.error(error.message)

    def show_portrait(self, person_id: str) -> None:
        """Her latest photo beside her name, where there is one."""
        picture = self.station.portrait(person_id) if self.station else b""
        if picture:
            loaded = QPixmap()
            loaded.loadFromData(picture)
            self.result.show_portrait(person_id, loaded)

    def show_answer(self, shown: Shown) -> None:
        self.result.show_answer(shown)
        self.recent.push(shown, RECENT)
        self.senses.play(words.SOUNDS[shown.state])
        self._ready.start()

    def _ask_for_next(self) -> None:
        self.result.show_answer(self.station.ready() if self.station else words.NO_LESSON)
        self.acts.look_around()

    def _show_people(self) -> None:
        counts = self.station.counts() if self.station else Counts(0, 0, 0, 0, 0)
        self.counts.show_counts(counts)
        self.missing.show_people(self.station.missing() if self.station else [], counts.expected)

    def tell(self, kind: str) -> None:
        """Other pages read again; this one has shown it already, and a queue must not wait for a roster."""
        self._told = True
        try:
            self.shell.did(kind)
        finally:
            self._told = False

    def _find(self, query: str) -> list[Attendee]:
        return self.station.find(query) if self.station else []

    # Which lesson

    def _first_choice(self, offered: list[Offered]) -> str:
        """Today's lesson that is on or next, else today's last."""
        now = moment.now(self.shell.ledger).at
        today = [one.lesson for one in offered if moment.day_of(one.lesson.start) == moment.day_of(now)]
        ahead = [lesson for lesson in today if lesson.fact().ends >= now]
        return (ahead or today[-1:])[0].id if today else ""

    def _open_lesson(self) -> None:
        lesson_id = self.lessons.currentData()
        self.station = None
        self.acts.aside.clear()
        if lesson_id:
            self._guarded(lambda: self._use(Station(self.shell.ledger, lesson_id)))
        self.recent.show_answers(self.station.recent if self.station else ())
        self._show_people()
        self._ask_for_next()

    def _use(self, station: Station) -> None:
        self.station = station
        if self.shell.class_id != station.desk.lesson.class_id:
            self.shell.choose_class(station.desk.lesson.class_id)

    def _guarded(self, work: Callable[[], object]) -> None:
        try:
            work()
        except UserError as error:
            self.station = None
            self.shell.messages.error(error.message)

    def _full_screen(self, on: bool) -> None:
        window = self.window()
        if isinstance(window, Window):
            window.fill_screen(on)

    def _connect(self) -> None:
        self.wedge.scanned.connect(lambda text: self.take(text, "scanner"))
        self.wedge.typed.connect(self._typed)
        self.senses.card.connect(lambda text: self.take(text, "camera"))
        self.lessons.currentIndexChanged.connect(self._open_lesson)
        self.lessons.activated.connect(lambda _: self.result.setFocus())
        self.search.picked.connect(self.pick)
        self.search.left.connect(self.result.setFocus)
        self.missing.chosen.connect(self.pick)
        self.recent.itemActivated.connect(lambda item: self.show_record(item.data(PERSON)))
        self._ready.timeout.connect(self._ask_for_next)
        for key, work in {
            "F6": self.search.setFocus,
            "F7": self._record_of_whom,
            "F8": self._choose_lesson,
            "F9": self.senses.again,
            "F11": lambda: self._full_screen(not self.window().isFullScreen()),
        }.items():
            QShortcut(QKeySequence(key), self).activated.connect(work)
        for key, button in zip(("F2", "F3", "F4"), self.modes.buttons, strict=True):
            QShortcut(QKeySequence(key), self).activated.connect(button.click)

    def _choose_lesson(self) -> None:
        """F8: the lesson that is on now for the last card, or for the class; else the list."""
        shown = self.result.shown
        if shown.other:
            self.opened(shown.other)
            if shown.state != "ready":
                # The card that told of it counts there.
                self.take(*self._scanned)
            return
        self.lessons.setFocus()
        self.lessons.showPopup()

    def _lay_out(self) -> None:
        record = QPushButton("记录 F7")
        record.clicked.connect(self._record_of_whom)
        pad = QPushButton("123")
        pad.setToolTip("数字键盘")
        pad.setAccessibleName("数字键盘")
        pad.clicked.connect(self.pad.toggle)
        self.full = QPushButton("全屏 F11")
        self.full.clicked.connect(lambda: self._full_screen(not self.window().isFullScreen()))
        top = QHBoxLayout()
        top.addWidget(self.lessons, 3)
        top.addWidget(self.modes)
        top.addWidget(self.search, 2)
        top.addWidget(pad)
        top.addWidget(record)
        top.addWidget(self.full)
        left = QVBoxLayout()
        left.addWidget(self.result, 1)
        left.addWidget(self.recent)
        right = QVBoxLayout()
        right.addWidget(self.counts)
        right.addWidget(self.missing, 1)
        right.addWidget(self.senses)
        body = QHBoxLayout()
        body.addLayout(left, 1)
        side = QFrame()
        side.setFixedWidth(320)
        right.setContentsMargins(0, 0, 0, 0)
        side.setLayout(right)
        body.addWidget(side)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(top)
        column.addLayout(body, 1)
        column.addWidget(self.strip)
        column.addWidget(self.acts.bar)
