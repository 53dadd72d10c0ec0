"""What the home page says above the day's lessons: things that go wrong quietly unless somebody is told."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from desktop.exchange.backups import problem_words
from desktop.shell.page import Shell
from sync.jobs import decisions, moment
from sync.jobs import notices as public_notices
from sync.jobs.conflicts import count_conflicts
from sync.jobs.forks import Fork, open_forks
from sync.jobs.status import county_backward
from sync.ledger.backup import last_restore

OWN_FORK = (
    "这台电脑的台账曾被拷贝，或用过旧备份：同一段记录有了两支。两支都留着，一条也没有丢。县里先收的那一支已计入，"
    "本机这一支的 {count} 条等县局认可；新的记录已另起一段，照常上报。请打电话告诉县局，台账是什么时候拷贝或恢复的。"
)
OTHERS_FORK = (
    "“{device}”的记录有两支，可能是它的台账被拷贝过。先收到的一支照常用，另一支的文件留在“拒收与暂存”里，没有丢。"
    "请告诉用那台电脑的人和县局。"
)
RESTORED = (
    "已从备份恢复：共 {changes} 条记录，最后一条是 {last} 记的。从现在起另起一段记录，以前的都还在。"
    "请尽快上报一次，备份之后县里收到过的会一起取回来。"
)

POSTINGS = 3
"""Classes that are named in one card."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Words and a button; `key` says which it is."""

    key: str
    words: str
    button: str
    about: str = ""
    """The id of what it is about."""


def notices(shell: Shell) -> list[Notice]:
    ledger, found = shell.ledger, county_notices(shell)
    restored = last_restore(ledger)
    if restored is not None and shell.settings.seen_restore != restored.feed:
        last = moment.iso(restored.last)[:16].replace("T", " ")
        found.append(Notice("restored", RESTORED.format(changes=restored.changes, last=last), "知道了"))
    found += [Notice("fork", _fork_words(fork), "看详情") for fork in open_forks(ledger)]
    if count := count_conflicts(ledger):
        found.append(Notice("conflicts", f"有 {count} 处内容，两台电脑改得不一样。请选定用哪一个。", "去选定"))
    if problem := problem_words(shell):
        found.append(Notice("backup", problem, "看备份"))
    return found


def county_notices(shell: Shell) -> list[Notice]:
    """Returns and public notices that nobody here has seen, and feeds of the county's that went back."""
    returns = decisions.unseen(shell.ledger)
    found = [Notice("return", _return_words(shell, one), "知道了，去看", one.id) for one in returns]
    if posted := _postings(shell):
        found.append(Notice("posting", _posting_words(shell, posted), "知道了，去打印", posted[-1].id))
    return found + [Notice("backward", words, "看上报") for words in county_backward(shell.ledger)]


def _return_words(shell: Shell, one: decisions.Notice) -> str:
    code = _code(shell, one.class_id)
    return f"▲ {code} 班：{one.sentence}" if code else f"▲ {one.sentence}"


def _postings(shell: Shell) -> list[public_notices.PublicNotice]:
    found = public_notices.since(shell.ledger, shell.settings.seen_posting)
    return [one for one in found if _code(shell, one.training_class)]


def _posting_words(shell: Shell, posted: list[public_notices.PublicNotice]) -> str:
    """In one card, so that many classes leave room for the day's lessons."""
    named = [f"{_code(shell, one.training_class)} 班（{one.first} 至 {one.until}）" for one in posted[:POSTINGS]]
    more = f" 等 {len(posted)} 个班" if len(posted) > POSTINGS else ""
    return f"县里公示了 {'、'.join(named)}{more}。请打印公示名单，贴到学员所在的村。"


def _code(shell: Shell, class_id: str) -> str:
    """A class's, or empty: a colleague's class may not have come yet."""
    row = shell.ledger.conn.execute("SELECT code FROM classes WHERE id = ?", (class_id,)).fetchone()
    return str(row[0]) if row and row[0] else ""


def _fork_words(fork: Fork) -> str:
    return OWN_FORK.format(count=fork.count) if fork.own else OTHERS_FORK.format(device=fork.device)


class NoticeCard(QFrame):
    """One notice, with the one thing to do about it."""

    def __init__(self, shell: Shell, notice: Notice) -> None:
        super().__init__()
        self.notice = notice
        self.setObjectName("notice")
        words = QLabel(notice.words)
        words.setWordWrap(True)
        self.button = QPushButton(notice.button)
        self.button.clicked.connect(lambda: _ACTIONS[notice.key](shell, notice))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.addWidget(words, 1)
        row.addWidget(self.button)


def _read(shell: Shell, notice: Notice) -> None:
    """The county is told that it was seen; what it asks for stays on the class's page."""
    about = [one.class_id for one in decisions.unseen(shell.ledger) if one.id == notice.about]
    decisions.answer(shell.ledger, notice.about)
    shell.did("return.answer")
    for class_id in about:
        shell.go("classes", class_id)


def _print_posting(shell: Shell, notice: Notice) -> None:
    found = _postings(shell)
    shell.settings.seen_posting = notice.about
    shell.did("notice.post")
    if found:
        shell.go("paper", found[0].training_class)


def _seen(shell: Shell, _: Notice) -> None:
    restored = last_restore(shell.ledger)
    shell.settings.seen_restore = restored.feed if restored else ""
    shell.did("backup")


_ACTIONS: dict[str, Callable[[Shell, Notice], None]] = {
    "return": _read,
    "posting": _print_posting,
    "backward": lambda shell, _: shell.go("exchange"),
    "restored": _seen,
    "fork": lambda shell, _: shell.go("exchange", "troubles"),
    "conflicts": lambda shell, _: shell.go("exchange", "conflicts"),
    "backup": lambda shell, _: shell.go("exchange", "keeping"),
}
