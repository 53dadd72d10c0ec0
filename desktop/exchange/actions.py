"""What the exchange page does: short functions over the jobs and the carriers, each for one button."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.exchange.words import intake_words, reason_words, when
from desktop.shell.tasks import Cancelled
from sync.carry import address, proxy
from sync.carry.backoff import Backoff
from sync.carry.folder import FolderSync, read_file, sync_folder, write_file
from sync.carry.outgoing import own_feeds, take_receipt, waiting
from sync.carry.stop import Stop, Stopped
from sync.errors import BadInput
from sync.jobs import enrol, moment
from sync.jobs.codes import PICTURES, read_paper
from sync.jobs.doubt import clock_state
from sync.jobs.photo_words import count_words, http_words, stick_words
from sync.jobs.status import anchor, figures
from sync.jobs.travel import STATES, travel
from sync.ledger.check import Report, check, repair
from sync.ledger.intake import aside, take
from sync.ledger.ledger import Ledger
from sync.paper.codes import sheet
from sync.seal import papers

__all__ = ["PICTURES", "Report", "anchor", "check", "count_words", "figures", "repair"]

GRANT, RECEIPT, BATCH, PICTURE = ".xpg", ".xpr", ".xpb", ".png"
Progress = Callable[[int, int], None]
AUTO_PAUSES = Backoff(first=60, longest=30 * 60)
"""Seconds between tries that nobody asked for."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A file that was refused or is held, here or at the county."""

    state: str
    file: str
    why: str
    at: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file that somebody dropped on the page."""

    ok: bool
    words: str


MOST_NAMED = 3
"""Files that are named when many were written."""


def enrolled(ledger: Ledger) -> dict[str, Any] | None:
    """County, institution and both fingerprints; None before a grant."""
    return enrol.enrolled(ledger)


def fingerprint(ledger: Ledger) -> str:
    return ledger.signer.public.fingerprint


def export_request(ledger: Ledger, path: Path) -> None:
    """As a file, or as the picture of its QR code where the name says so. Raises CarrierError."""
    if path.suffix.lower() == PICTURE:
        write_file(path, sheet(enrol.request_codes(ledger)))
    else:
        write_file(path, enrol.request(ledger))


def read_grant(paths: list[Path]) -> bytes:
    """One grant out of its file or of pictures of its codes. Raises UserError."""
    return read_paper(paths)


def look(ledger: Ledger, grant: bytes) -> dict[str, Any]:
    """Whose grant it is, before it is taken. Raises Refused."""
    return enrol.look(ledger, grant)


def accept(ledger: Ledger, grant: bytes) -> str:
    """Takes a grant; answers what holds now. Raises Refused."""
    said = enrol.accept(ledger, grant)
    if not said["certificate"]:
        return f"“{said['county']}”已授权，机构：{said['institution']}。首次上报时补齐证书，之前照常记录。"
    return f"已在“{said['county']}”登记，机构：{said['institution']}。"


def known_address(ledger: Ledger) -> str:
    """Where the county is: as it has signed, or as was typed for a sync that worked; empty while nobody said."""
    return next(iter(address.known(ledger)), "")


def typed_address(ledger: Ledger, typed: str) -> str:
    """Where to report to, as typed; empty for wherever the county is known to be. Raises BadInput."""
    url = address.meant(ledger, typed)
    return "" if url in address.known(ledger) else url


def report_by_http(
    ledger: Ledger, url: str, progress: Progress, photos: Progress, stops: Callable[[Callable[[], None]], None]
) -> str:
    """Brings the county what it lacks, photos last; answers what happened in words. An empty `url` is the known one.

    `progress` and `photos` may raise to stop between batches and between photos; what `stops` is given ends it at once.
    """
    # Takes half a second to import, and the window opens without it.
    from sync.carry.http import sync_county, sync_http

    total, stop = waiting(ledger), Stop()
    stops(stop.ask)
    progress(0, total)

    def count(left: int) -> None:
        progress(max(total - left, 0), total)

    try:
        if url:
            done = sync_http(ledger, url, count, stop=stop, photos=photos)
        else:
            done = sync_county(ledger, count, stop=stop, photos=photos)
    except Stopped as error:
        raise Cancelled from error
    sent = f"送达 {done.sent} 条，县里的回执已验证。" if done.sent else "没有新的要报，县里的回执已验证。"
    received = f"收到县里的新内容 {done.received} 条。" if done.received else ""
    return "\n".join([sent + received, *http_words(done.photos)])


def report_by_folder(ledger: Ledger, folder: Path, photos: Progress) -> str:
    """Reads what the county left there and writes what it has not confirmed; answers what happened in words.

    `photos` is told how many photos are written, of how many.
    """
    done = sync_folder(ledger, folder, photos)
    return "\n".join(folder_words(done, waiting(ledger)))


def folder_words(done: FolderSync, waiting: int) -> list[str]:
    """One pass over a folder, a sentence for each thing that matters."""
    said = []
    if done.written:
        more = " 等" if len(done.written) > MOST_NAMED else ""
        said.append(f"写出 {len(done.written)} 个文件：{'、'.join(done.written[:MOST_NAMED])}{more}。")
    if done.receipts:
        said.append(f"读到县里的回执 {done.receipts} 份，签名有效。")
    said += [f"县里没有收下第 {t.first}–{t.last} 条：{reason_words(t.reason)}" for t in done.troubles]
    if done.received:
        said.append(f"收到县里的新内容 {done.received} 条（培训项目、规则等）。")
    said += stick_words(done.photos)
    said += [f"没有收下 {row['file']}：{reason_words(row['reason'])}" for row in done.refused]
    if done.passed:
        said.append(f"有 {len(done.passed)} 个文件不是给本机的，没有动。")
    if waiting:
        said.append("请安全弹出U盘，交给县里导入；县里放好回执后，把U盘插回来再点一次。")
    elif done.photos.written or done.photos.left:
        said.append("记录县里已全部签收，只差照片。请安全弹出U盘，交给县里导入。")
    else:
        said.append("县里已签收本机的全部记录，没有要写的了。")
    return said


def take_file(ledger: Ledger, path: Path) -> Taken:
    """A receipt or a batch. Raises UserError with words for what it is not."""
    kind = path.suffix.lower()
    if kind not in (RECEIPT, BATCH):
        raise BadInput(f"{path.name}：不是回执（.xpr）或批次（.xpb）文件。")
    data = read_file(path)
    if kind == RECEIPT:
        return Taken(True, _receipt_words(ledger, path.name, take_receipt(ledger, data)))
    intake = take(ledger, data, path.name, "usb")
    return Taken(intake.state == "taken", intake_words(path.name, intake))


def _receipt_words(ledger: Ledger, name: str, receipt: papers.Receipt) -> str:
    mine = [head for head in receipt.heads if head.feed in own_feeds(ledger)]
    if not mine:
        return f"{name}：回执有效，但里面没有本机的记录。"
    return f"{name}：回执有效，县里已签收本机到第 {mine[-1].seq} 条。"


def troubles(ledger: Ledger) -> list[Trouble]:
    """What was refused or is held: by this laptop, and by the county as its last receipts say."""
    here = [
        Trouble(words, str(row["source"]), reason_words(str(row["reason"])), when(moment.iso(row["at"])))
        for state, words in (("refused", "本机拒收"), ("held", "本机暂存"))
        for row in aside(ledger, state)
    ]
    return _county_troubles(ledger) + here


def _county_troubles(ledger: Ledger) -> list[Trouble]:
    """What receipts said of our own feeds, until a later one covers it."""
    told = [run for run in travel(ledger) if run.own and run.state in ("refused", "held")]
    return [
        Trouble(
            STATES[run.state],
            f"第 {run.first}–{run.last} 条",
            reason_words(run.reason),
            when(moment.iso(run.at or 0)),
        )
        for run in told
    ]


def proxy_setting(ledger: Ledger) -> tuple[str, str, str, str]:
    """`system`, `none` or `typed`; then address, user and password of the one that was typed."""
    chosen = proxy.setting(ledger)
    if chosen in (proxy.SYSTEM, proxy.NONE):
        return "none" if chosen else "system", "", "", ""
    return "typed", *proxy.parts_of(chosen)


def keep_proxy(ledger: Ledger, way: str, typed: str, user: str, password: str) -> None:
    """Raises BadInput for an address that is none."""
    chosen = {"system": proxy.SYSTEM, "none": proxy.NONE}.get(way)
    proxy.keep(ledger, proxy.read(typed, user, password) if chosen is None else chosen)


def clock_now(ledger: Ledger) -> tuple[str, list[str]]:
    """The time that records get now (ISO), and why it is doubted."""
    state = clock_state(ledger)
    return state["at"], state["doubt"]
