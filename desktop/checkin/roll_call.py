"""点名 in mid-lesson: names drawn by lot, one after another in letters for the whole room, each marked by one key."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QSpinBox, QStackedWidget, QVBoxLayout, QWidget

from desktop.checkin.result import BigName
from desktop.checkin.station import Station
from desktop.shell.fonts import app_font
from desktop.shell.manual import help_key
from sync.errors import UserError
from sync.jobs import rollcall
from sync.jobs.rollcall import Called

MOST = 50


class RollCallDialog(QDialog):
    """Draws, calls, marks. Closed half-way it goes on with whoever was not called yet. `changed` after each mark."""

    changed = Signal()

    def __init__(self, parent: QWidget, station: Station) -> None:
        super().__init__(parent)
        help_key(self)
        self._station = station
        self._lesson = station.desk.lesson.id
        self.called: list[Called] = []
        self._place = 0
        self.setWindowTitle("课中点名")
        self.setMinimumSize(760, 420)
        self.pages = QStackedWidget()
        self.error = QLabel()
        self.error.setObjectName("fieldError")
        self.error.setWordWrap(True)
        for page in (self._setup(), self._calling(), self._result()):
            self.pages.addWidget(page)
        column = QVBoxLayout(self)
        column.addWidget(self.pages, 1)
        column.addWidget(self.error)
        self.called = rollcall.latest(station.ledger, self._lesson)
        if any(one.there is None for one in self.called):
            self._next(0)

    @property
    def current(self) -> Called | None:
        return self.called[self._place] if self.pages.currentIndex() == 1 else None

    def draw(self) -> None:
        try:
            rollcall.draw(self._station.ledger, self._lesson, self.count.value())
            # The seed of another draw too is committed before anybody knows who is there by then.
            rollcall.commit(self._station.ledger, self._lesson)
        except UserError as error:
            self.error.setText(error.message)
            return
        self.error.clear()
        self.called = rollcall.latest(self._station.ledger, self._lesson)
        self.changed.emit()
        self._next(0)

    def mark(self, there: bool) -> None:
        """The one whose name is shown."""
        one = self.current
        if one is None:
            return
        try:
            rollcall.mark(self._station.ledger, self._lesson, one.person, there)
        except UserError as error:
            self.error.setText(error.message)
            return
        self.error.clear()
        self.called[self._place] = Called(one.person, one.name, there)
        self.changed.emit()
        self._next(self._place + 1)

    def skip(self) -> None:
        if self.current is not None:
            self._next(self._place + 1)

    def typed(self, char: str) -> None:
        """A key that a person pressed outside any field."""
        match char.lower():
            case "y":
                self.mark(True)
            case "n":
                self.mark(False)
            case "s":
                self.skip()

    def _next(self, place: int) -> None:
        """Shows the first from `place` on who was not called, or how it went."""
        left = [n for n in range(place, len(self.called)) if self.called[n].there is None]
        if not left:
            self._show_result()
            return
        self._place = left[0]
        one = self.called[self._place]
        twin = sum(other.name == one.name for other in self._station.people.values()) > 1
        someone = self._station.people.get(one.person)
        self.heading.setText(f"第 {self._place + 1} 位，共 {len(self.called)} 位")
        self.name.show_name(one.name)
        self.tail.setText(f"尾号 {someone.tail}" if someone and twin else "")
        self.pages.setCurrentIndex(1)
        self.there.setFocus()

    def _show_result(self) -> None:
        there = [self._name(one) for one in self.called if one.there]
        away = [self._name(one) for one in self.called if one.there is False]
        open_ = [self._name(one) for one in self.called if one.there is None]
        self.summary.setText(f"在 {len(there)} 人，不在 {len(away)} 人")
        lines = [f"在：{'、'.join(there)}" if there else "", f"不在：{'、'.join(away)}" if away else ""]
        if away:
            lines.append("不在的人回来以后请再刷一次卡：没刷之前的这段时间不算课时。")
        if open_:
            lines.append(f"还没有叫到：{'、'.join(open_)}。没叫到的不算缺席，可以接着点。")
        self.names.setText("\n".join(line for line in lines if line))
        self.on.setVisible(bool(open_))
        self.pages.setCurrentIndex(2)
        (self.on if open_ else self.close_button).setFocus()

    def _name(self, one: Called) -> str:
        someone = self._station.people.get(one.person)
        return someone.called if someone else one.name

    def _setup(self) -> QWidget:
        self.count = QSpinBox()
        self.count.setRange(1, MOST)
        self.count.setValue(rollcall.DEFAULT_COUNT)
        self.count.setAccessibleName("点名人数")
        self.count.setFont(app_font(28))
        start = _button("抽人", self.draw, "huge")
        start.setDefault(True)
        words = QLabel(
            "从已签到的人里抽签点名。抽到谁在上课时就已经定下，每次抽签都有记录，不能抽到满意为止。\n没有叫到的人不算缺席。"
        )
        words.setWordWrap(True)
        words.setFont(app_font(20))
        row = QHBoxLayout()
        for widget in (QLabel("抽"), self.count, QLabel("人"), start):
            row.addWidget(widget)
        row.addStretch(1)
        return _page(_title("课中点名"), words, row)

    def _calling(self) -> QWidget:
        self.heading, self.name, self.tail = _title(""), BigName(), QLabel()
        self.tail.setFont(app_font(32))
        self.tail.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.there = _button("在 Y", lambda: self.mark(True), "huge")
        self.away = _button("不在 N", lambda: self.mark(False))
        self.later = _button("先跳过 S", self.skip)
        row = QHBoxLayout()
        for button in (self.there, self.away, self.later):
            button.setMinimumHeight(56)
            row.addWidget(button, 1)
        return _page(self.heading, self.name, self.tail, row)

    def _result(self) -> QWidget:
        self.summary, self.names = _title(""), QLabel()
        self.names.setWordWrap(True)
        self.names.setFont(app_font(20))
        self.on = _button("接着点名", lambda: self._next(0), "primary")
        again = _button("再抽一次", lambda: self.pages.setCurrentIndex(0))
        self.close_button = _button("关闭", self.accept)
        row = QHBoxLayout()
        row.addStretch(1)
        for button in (self.on, again, self.close_button):
            row.addWidget(button)
        return _page(self.summary, self.names, row)


def _title(words: str) -> QLabel:
    label = QLabel(words)
    label.setObjectName("title")
    return label


def _button(words: str, work: object, name: str = "") -> QPushButton:
    button = QPushButton(words)
    button.setObjectName(name)
    button.clicked.connect(lambda: work())  # type: ignore[operator]
    return button


def _page(*parts: QWidget | QHBoxLayout) -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    for part in parts[:-1]:
        assert isinstance(part, QWidget)
        column.addWidget(part, 0 if part.objectName() == "title" else 1)
    last = parts[-1]
    assert isinstance(last, QHBoxLayout)
    column.addLayout(last)
    return page
