"""What a trainer does at the desk besides stamping: verify, call the roll, take photos, change or close the lesson.

Keys: F5 待核对, F10 点名, F12 拍照, Ctrl+T 老师签到, Ctrl+N 登记学员, Ctrl+E 结束本课.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QWidget

from desktop.checkin import words
from desktop.checkin.closing import CloseDialog
from desktop.checkin.reminders import due, read_done, room_photo
from desktop.checkin.roll_call import RollCallDialog
from desktop.checkin.room_photos import PhotosDialog
from desktop.checkin.station import Station
from desktop.checkin.verify import VerifyDialog
from desktop.checkin.verifying import Asked
from desktop.exchange.backups import after_lesson
from sync.errors import UserError
from sync.jobs.photos import WHAT

if TYPE_CHECKING:
    from desktop.checkin.page import CheckinPage


class Acts(QObject):
    """The page's other hands. `bar` has a button for each act, with its key; the rest is in its menu."""

    def __init__(self, page: CheckinPage) -> None:
        super().__init__(page)
        self._page = page
        self._shell = page.shell
        self.aside: set[str] = set()
        """Reminders of this lesson that the trainer has put aside."""
        self.bar = QWidget()
        self.buttons: dict[str, QPushButton] = {}
        row = QHBoxLayout(self.bar)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for key, title, work in (
            ("F5", "待核对", self.verify),
            ("F10", "点名", self.roll_call),
            ("F12", "拍照", self.photograph),
            ("Ctrl+T", "老师签到", self.teacher),
            ("Ctrl+N", "登记学员", self.walk_in),
            ("Ctrl+E", "结束本课", self.close_lesson),
        ):
            button = QPushButton(f"{title} {key}")
            button.setToolTip(key)
            button.clicked.connect(work)
            QShortcut(QKeySequence(key), page).activated.connect(work)
            self.buttons[key] = button
            row.addWidget(button)
        self.more = QPushButton("更多…")
        self.more.clicked.connect(self._show_menu)
        row.addWidget(self.more)
        self.menu = self._menu()
        strip = page.strip
        strip.answered.connect(self.answer)
        strip.accepted.connect(self.accept)
        strip.put_aside.connect(self.put_aside)
        strip.ways.photo_wanted.connect(lambda: self._photograph_for(strip.ways.keep))
        page.senses.portrait.connect(self._portrait)

    def be_narrow(self, narrow: bool) -> None:
        """Without the longer names of keys, which the hints still tell."""
        for key, button in self.buttons.items():
            if "+" in key:
                title = button.text().removesuffix(f" {key}")
                button.setText(title if narrow else f"{title} {key}")

    # Who she is

    def ask_about(self, person_id: str) -> None:
        """After a stamp: the question about that very person, or whatever else is due."""
        station = self._page.station
        someone = station.people.get(person_id) if station else None
        asked = station.verifying.ask(someone) if station and someone else None
        if asked is not None:
            self._page.strip.ask(asked)
            self._count()
        else:
            self.look_around()

    def answer(self, asked: Asked, ways: list[str], same: bool, photo: bytes) -> None:
        station = self._page.station
        if station is None:
            return
        try:
            digest = station.add_photo(photo, "person", asked.person) if photo else ""
            station.verifying.answer(asked, ways, same, digest)
        except UserError as error:
            self._shell.messages.error(error.message)
            return
        if not same:
            self._page.show_answer(station.stranger(asked))
        if isinstance(self._page.dialog, VerifyDialog):
            self._page.dialog.read()
        self.look_around()
        self._page.tell("identity.check")

    def verify(self) -> None:
        station = self._page.station
        if station is None:
            return
        if not station.verifying.waiting:
            self._shell.messages.info(f"没有待核对的人。{station.verifying.words}。")
            return
        dialog = VerifyDialog(self._page, station)
        dialog.answered.connect(self.answer)
        dialog.ways.photo_wanted.connect(lambda: self._photograph_for(dialog.ways.keep))
        self._page.open_dialog(dialog)

    # Reminders

    def look_around(self) -> None:
        """Shows what is due, or quietly how far the desk is. Takes a question off the screen; it stays in the queue."""
        station, strip = self._page.station, self._page.strip
        self._count()
        if station is None:
            strip.show_quiet("")
            return
        reminder = due(station.desk, station.now(), read_done(station.ledger, station.desk), frozenset(self.aside))
        if reminder is not None:
            strip.remind(reminder)
        else:
            strip.show_quiet(f"{station.verifying.words}。")

    def accept(self, key: str) -> None:
        works: dict[str, Callable[[], None]] = {
            "teacher": self.teacher,
            "rollcall": self.roll_call,
            "close": self.close_lesson,
        }
        works.get(key, self.photograph)()

    def put_aside(self, key: str) -> None:
        self.aside.add(key)
        self.look_around()

    def _count(self) -> None:
        station = self._page.station
        waiting = len(station.verifying.waiting) if station else 0
        self.buttons["F5"].setText(f"待核对 {waiting} 人 F5" if waiting else "待核对 F5")
        for button in (*self.buttons.values(), self.more):
            button.setEnabled(station is not None)

    # The lesson

    def roll_call(self) -> None:
        if self._page.station is not None:
            dialog = RollCallDialog(self._page, self._page.station)
            dialog.changed.connect(lambda: self._did("rollcall.mark"))
            self._page.open_dialog(dialog)

    def photograph(self) -> None:
        """The room, now: start, middle or end by the clock."""
        self._photograph_for(self._keep_room)

    def photos(self) -> None:
        if self._page.station is not None:
            dialog = PhotosDialog(self._page, self._page.station)
            dialog.wanted.connect(self.photograph)
            dialog.changed.connect(lambda: self._did("photo"))
            self._page.open_dialog(dialog)

    def teacher(self) -> None:
        """One teacher is stamped at once, of several one is chosen."""
        station = self._page.station
        if station is None:
            return
        people = station.teachers()
        if not people:
            self._shell.messages.warning(words.NO_TEACHER)
        elif len(people) == 1:
            self._page.stamp_teacher(people[0])
        else:
            menu = QMenu(self._page)
            for person in people:
                menu.addAction(person.name, lambda person=person: self._page.stamp_teacher(person))
            menu.setActiveAction(menu.actions()[0])
            menu.popup(self.buttons["Ctrl+T"].mapToGlobal(self.buttons["Ctrl+T"].rect().topLeft()))
            self.teacher_menu = menu

    def walk_in(self) -> None:
        """Somebody who is not on the roster: registered, stamped, then verified."""
        from desktop.trainees.walk_in import WalkInForm

        station = self._page.station
        if station is not None:
            form = WalkInForm(self._page, self._shell)
            form.enrolled.connect(self._page.stamp_newcomer)
            self._page.adopt(form)
            form.open_for(station.desk.lesson.class_id)

    def close_lesson(self) -> None:
        """Also shows the 存证码 again."""
        if self._page.station is not None:
            dialog = CloseDialog(self._page, self._page.station, self._shell)
            dialog.closed.connect(lambda: self._did("lesson.close"))
            dialog.closed.connect(lambda: after_lesson(self._shell))
            self._page.open_dialog(dialog)

    def change_lesson(self, how: str) -> None:
        """`how` is cut, cancel or move."""
        from desktop.classes import lesson_forms

        station: Station | None = self._page.station
        if station is not None:
            made = {"cut": lesson_forms.CutForm, "cancel": lesson_forms.CancelForm, "move": lesson_forms.MoveForm}
            form = made[how](self._page, self._shell)
            self._page.adopt(form)
            form.open_for(station.desk.lesson)

    # Photos

    def _photograph_for(self, then: Callable[[bytes], None]) -> None:
        if not self._page.senses.photograph(then):
            self._shell.messages.warning(words.NO_PICTURE)

    def _keep_room(self, jpeg: bytes) -> None:
        station = self._page.station
        if station is None:
            return
        what = room_photo(station.desk, station.now())
        try:
            station.add_photo(jpeg, what)
        except UserError as error:
            self._shell.messages.error(error.message)
            return
        if isinstance(self._page.dialog, PhotosDialog):
            self._page.dialog.read()
        self._shell.messages.info(f"已拍{WHAT[what]}照片。")
        self._did("photo")

    def _portrait(self, jpeg: bytes, cards: list[str]) -> None:
        """A photo with the card in it: of the one who was just stamped by it, and of nobody where two cards were."""
        station = self._page.station
        shown = self._page.result.shown
        someone = station.people.get(shown.trainee) if station else None
        if station is None or someone is None or shown.state not in ("in", "out") or cards != [someone.card]:
            return
        try:
            station.add_photo(jpeg, "person", someone.id)
        except UserError as error:
            self._shell.messages.error(error.message)
            return
        self._page.show_portrait(someone.id)
        self._did("photo")

    def _did(self, kind: str) -> None:
        if self._page.strip.asked is None:
            self.look_around()
        self._page.tell(kind)

    # The menu

    def _show_menu(self) -> None:
        self.menu.popup(self.more.mapToGlobal(self.more.rect().topLeft()))

    def _menu(self) -> QMenu:
        menu, settings = QMenu(self._page), self._shell.settings
        menu.addAction("本课照片，补传…", self.photos)
        menu.addAction("存证码…", self.close_lesson)
        menu.addSeparator()
        menu.addAction("提前结束（停电、天气…）", lambda: self.change_lesson("cut"))
        menu.addAction("课次改期…", lambda: self.change_lesson("move"))
        menu.addAction("取消课次…", lambda: self.change_lesson("cancel"))
        menu.addSeparator()
        voice = QAction("念出姓名", menu, checkable=True, checked=settings.voice)
        voice.toggled.connect(lambda on: setattr(settings, "voice", on))
        portraits = QAction("刷卡时给学员拍照", menu, checkable=True, checked=settings.portraits)
        portraits.toggled.connect(self._portraits)
        menu.addActions([voice, portraits])
        return menu

    def _portraits(self, on: bool) -> None:
        self._shell.settings.portraits = on
        self._page.senses.follow_settings()
