"""首页: today's lessons with one large button each, and what a new training point does next."""

from dataclasses import dataclass
from datetime import timedelta

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop.shell.notices import NoticeCard, notices
from desktop.shell.page import Page, Shell
from desktop.shell.words import day_words, hours_words, lesson_kind, lesson_state, lesson_time
from sync.jobs import moment
from sync.jobs.find import LessonRow, find_class, find_lesson
from sync.ledger.ledger import Ledger
from sync.seal import kinds

OTHER_DAY_LESSONS = 3
MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Today:
    """A lesson with what the card about it says."""

    lesson: LessonRow
    class_name: str
    teacher: str
    people: int
    came: int


@dataclass(frozen=True, slots=True)
class Step:
    """One of the things that a new training point has to do once."""

    words: str
    done: bool
    page: str
    button: str


class HomePage(Page):
    """Reads the day from the ledger's clock in Beijing time."""

    touched_by = frozenset(
        kinds.ENTITIES.keys() | {"stamp", "void", "clock.state", "backup", "return.answer", "notice.post"}
    )

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.title = QLabel()
        self.title.setObjectName("title")
        self._shown: object = None
        self._minute = QTimer(self)
        self._minute.setInterval(MINUTE_MS)
        self._minute.timeout.connect(self._time_passed)
        self._minute.start()
        self._body = QVBoxLayout()
        self._body.setSpacing(10)
        self._body.setContentsMargins(0, 0, 0, 0)
        inside = QWidget()
        inside.setLayout(self._body)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.title)
        column.addWidget(scroll, 1)

    def refresh(self) -> None:
        ledger = self.shell.ledger
        now = moment.now(ledger).at
        today = moment.day_of(now)
        self.title.setText(f"今天 {day_words(today)}")
        start = moment.instant(today, moment.parse_time("00:00"))
        end = moment.instant(today + timedelta(days=1), moment.parse_time("00:00"))
        lessons = read_lessons(ledger, "start >= ? AND start < ?", start, end)
        later = read_lessons(ledger, "start >= ? AND NOT coalesce(cancelled, 0)", end) if not lessons else []
        steps, told = next_steps(ledger), notices(self.shell)
        # Drawn anew only when something differs, so that the button under a finger stays where it is.
        shown = (lessons, [lesson_state(each.lesson, now) for each in lessons], later, steps, told)
        if shown == self._shown:
            return
        self._shown = shown
        self._empty()
        for notice in told:
            self._body.addWidget(NoticeCard(self.shell, notice))
        for each in lessons:
            self._body.addWidget(LessonCard(self.shell, each, now))
        if not lessons:
            self._no_lessons(later)
        if not all(step.done for step in steps):
            self._body.addWidget(StepsCard(self.shell, steps))
        self._body.addStretch(1)

    def _time_passed(self) -> None:
        if self.isVisible():
            self.refresh()

    def _no_lessons(self, later: list[Today]) -> None:
        words = QLabel("今天没有课。")
        words.setObjectName("big")
        self._body.addWidget(words)
        for each in later[:OTHER_DAY_LESSONS]:
            day = day_words(moment.day_of(each.lesson.start))
            self._body.addWidget(
                QLabel(f"接下来：{day} {lesson_time(each.lesson)} · {each.class_name} · {each.lesson.topic}")
            )

    def _empty(self) -> None:
        while (item := self._body.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()


class LessonCard(QFrame):
    """One lesson of today."""

    def __init__(self, shell: Shell, today: Today, now: int) -> None:
        super().__init__()
        self.setObjectName("card")
        lesson = today.lesson
        heading = QLabel(f"{lesson_time(lesson)}  {lesson.topic or '（未填内容）'}")
        heading.setObjectName("big")
        parts = (
            today.class_name,
            lesson_kind(lesson),
            f"{hours_words(lesson.hours)} 课时",
            f"教师 {today.teacher}" if today.teacher else "",
        )
        detail = QLabel(" · ".join(filter(None, parts)))
        detail.setObjectName("hint")
        state = QLabel(f"{lesson_state(lesson, now)} · 已签到 {today.came} 人，应到 {today.people} 人")
        words = QVBoxLayout()
        for label in (heading, detail, state):
            label.setWordWrap(True)
            words.addWidget(label)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 16, 12)
        row.addLayout(words, 1)
        if not lesson.cancelled:
            self.button = QPushButton("开始签到" if not today.came else "继续签到")
            self.button.setObjectName("huge")
            self.button.setAccessibleName(f"{self.button.text()} {heading.text()}")
            self.button.clicked.connect(lambda: shell.go("checkin", lesson.id))
            row.addWidget(self.button)


class StepsCard(QFrame):
    """What a new training point does, in order; done ones are ticked."""

    def __init__(self, shell: Shell, steps: list[Step]) -> None:
        super().__init__()
        self.setObjectName("card")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        title = QLabel("开班前要做的事")
        title.setObjectName("big")
        column.addWidget(title)
        first = next((step for step in steps if not step.done), None)
        for number, step in enumerate(steps, start=1):
            row = QHBoxLayout()
            words = QLabel(f"{'✓' if step.done else number}  {step.words}")
            words.setWordWrap(True)
            words.setProperty("quiet", step.done)
            row.addWidget(words, 1)
            if not step.done:
                button = QPushButton(step.button)
                if step is first:
                    button.setObjectName("primary")
                button.clicked.connect(lambda _checked, page=step.page: shell.go(page))
                row.addWidget(button)
            column.addLayout(row)


def read_lessons(ledger: Ledger, where: str, *params: object) -> list[Today]:
    ids = [row[0] for row in ledger.conn.execute(f"SELECT id FROM lessons WHERE {where} ORDER BY start, id", params)]
    return [_today(ledger, find_lesson(ledger, each)) for each in ids]


def _today(ledger: Ledger, lesson: LessonRow) -> Today:
    conn = ledger.conn
    people = conn.execute(
        "SELECT count(*) FROM enrollments WHERE training_class = ? AND coalesce(status, 'enrolled') = 'enrolled'",
        (lesson.class_id,),
    ).fetchone()[0]
    came = conn.execute(
        "SELECT count(DISTINCT person) FROM stamps WHERE lesson = ? AND counted AND kind = 'in' AND person <> ?"
        " AND id NOT IN (SELECT stamp FROM voids)",
        (lesson.id, lesson.teacher),
    ).fetchone()[0]
    teacher = conn.execute("SELECT name FROM teachers WHERE id = ?", (lesson.teacher,)).fetchone()
    return Today(lesson, find_class(ledger, lesson.class_id).name, teacher[0] if teacher else "", people, came)


def next_steps(ledger: Ledger) -> list[Step]:
    def some(table: str) -> bool:
        return ledger.conn.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is not None

    return [
        Step("在县里登记这台电脑，拿到培训项目目录", ledger.county is not None, "exchange", "去登记"),
        Step("新建班次：选项目，填班号和日期", some("classes"), "classes", "新建班次"),
        Step("导入学员名单（Excel、WPS 表格都可以）", some("enrollments"), "trainees", "导入名单"),
        Step("排课次：日期、时间、内容、教师", some("lessons"), "classes", "去排课"),
        Step("打印花名册和学员证，上课时扫码签到", some("stamps"), "paper", "去打印"),
    ]
