"""A process that writes into a ledger until it is ended: `python -m tests.ledger.scribe FOLDER COUNT [LIMIT]`.

Each line on stdout names what one finished transaction made, so the reader knows what must survive. With LIMIT, no
file may grow beyond that many bytes; what could not be written is told as a line `refused REASON`.
"""

import resource
import sys
from pathlib import Path

from sync.errors import StorageError
from sync.ledger.check import check
from sync.ledger.ledger import Ledger
from sync.seal import kinds


def main(folder: str, count: str, limit: str = "") -> None:
    with Ledger.open(Path(folder)) as ledger:
        if limit:
            resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), resource.RLIM_INFINITY))
        for number in range(int(count)):
            try:
                print(write(ledger, number), flush=True)
            except StorageError as error:
                print("refused", error.reason, flush=True)
                break
        if limit:
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            print("again", write(ledger, 0), check(ledger).ok, flush=True)


def write(ledger: Ledger, number: int) -> str:
    """One transaction of six changes; answers the ids of the first and the last."""
    with ledger.writing() as w:
        trainee = w.write("trainee", {"name": f"学员{number}", "phone": "0" * 3000})
        for _ in range(3):
            w.fact("leave", kinds.Leave("lesson", trainee, "农忙"))
        w.write("trainee", {"phone": "1" * 3000}, trainee)
        return f"{trainee} {w.fact('leave', kinds.Leave('lesson', trainee, '看病'))}"


if __name__ == "__main__":
    main(*sys.argv[1:])
