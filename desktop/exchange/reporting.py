"""Reporting by network as work beside the window, whether somebody asked for it or the window does it by itself."""

from collections.abc import Callable

from desktop.exchange import actions
from desktop.shell.page import Shell
from desktop.shell.tasks import Job
from sync.errors import UserError

FACTS, PHOTOS = "正在上报", "正在传照片"


def report(
    shell: Shell,
    url: str,
    done: Callable[[str], object],
    failed: Callable[[UserError], object],
    quiet: bool = False,
) -> Job:
    """Starts a report to `url`, or to wherever the county is known to be."""

    def work(job: Job) -> str:
        def photos(count: int, total: int) -> None:
            # The facts are through; what is counted now are photos.
            if count == 0:
                job.turn_to(PHOTOS)
            job.progress(count, total)

        with job.open_ledger() as ledger:
            return actions.report_by_http(ledger, url, job.progress, photos, job.when_cancelled)

    return shell.tasks.run(FACTS, work, done, failed, quiet)


def is_report(job: Job) -> bool:
    return job.label in (FACTS, PHOTOS)


def reporting(shell: Shell) -> Job | None:
    """The report that is under way."""
    return next((job for job in shell.tasks.running if is_report(job)), None)
