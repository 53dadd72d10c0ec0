"""Finding people of a class as one types: keys are made in the background, and kept while the class is shown."""

from collections.abc import Callable
from dataclasses import dataclass

from desktop.shell.page import Shell
from desktop.shell.tasks import Job
from sync.ledger.ledger import Ledger
from sync.training.lookup import fold, rank, search_keys

REPORT_EVERY = 500
Keys = dict[tuple[str, str], str]
"""(name, identity number) → the words that she can be found by."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One person to be found."""

    enrollment: str
    name: str
    id_number: str


class Search:
    """`find` works at once by name and last digits, and by pinyin as soon as the keys are there."""

    def __init__(self, shell: Shell, ready: Callable[[], None]) -> None:
        self._shell = shell
        self._ready = ready
        self._entries: list[Entry] = []
        self._keys: Keys = {}
        self._job: Job | None = None

    def load(self, class_id: str) -> None:
        """Reads the people; keys that are known already are kept."""
        self._entries = read_entries(self._shell.ledger, class_id)

    def prepare(self) -> None:
        """Makes the missing keys, if there are any."""
        missing = [entry for entry in self._entries if (entry.name, entry.id_number) not in self._keys]
        if not missing or self._job is not None:
            return

        def work(job: Job) -> Keys:
            made: Keys = {}
            for number, entry in enumerate(missing):
                if number % REPORT_EVERY == 0:
                    job.progress(number, len(missing))
                made[entry.name, entry.id_number] = search_keys(entry.name, entry.id_number)
            return made

        self._job = self._shell.tasks.run("正在准备查找", work, done=self._made)

    def find(self, query: str) -> list[str]:
        """Enrollments that answer the query, the best first."""
        found = []
        for number, entry in enumerate(self._entries):
            place = rank(query, self._keys.get((entry.name, entry.id_number)) or _plain_keys(entry))
            if place is not None:
                found.append((place, number))
        return [self._entries[number].enrollment for _, number in sorted(found)]

    def _made(self, keys: Keys) -> None:
        self._job = None
        self._keys |= keys
        self._ready()


def read_entries(ledger: Ledger, class_id: str) -> list[Entry]:
    found = ledger.conn.execute(
        "SELECT e.id, t.name, t.id_number FROM enrollments e JOIN trainees t ON t.id = e.trainee"
        " LEFT JOIN changes c ON c.id = e.id WHERE e.training_class = ? ORDER BY c.feed, c.seq, e.id",
        (class_id,),
    )
    return [Entry(row[0], row[1] or "", row[2] or "") for row in found]


def _plain_keys(entry: Entry) -> str:
    """Before the pinyin is there: the name and the last six of the number."""
    return f" {fold(entry.name)} {entry.id_number[-6:].lower()}"
