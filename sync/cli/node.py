"""Verbs about the node itself: make it, enrol it, look at it, check it."""

from pathlib import Path

from sync.carry.folder import write_file
from sync.carry.standing import Counts
from sync.cli.context import Context
from sync.jobs import enrol
from sync.jobs.photo_words import count_words
from sync.jobs.status import status as status_of
from sync.ledger.ledger import Ledger
from sync.ledger.token import read_setting


def desktop(context: Context) -> int:
    return context.window.open(context.args.data or "")


def selftest(context: Context) -> int:
    found = context.window.selftest()
    context.answer(found)
    return 0 if found.get("ok") else 1


def init(context: Context) -> int:
    args = context.args
    signer = read_setting(Path(args.signer)) if args.signer else None
    with Ledger.create(context.folder, args.name, alg=args.alg, signer=signer) as ledger:
        said = {"name": ledger.name, "feed": ledger.feed, "fingerprint": ledger.signer.public.fingerprint}
    context.answer(said, f"已新建台账“{said['name']}”。本机指纹：{said['fingerprint']}")
    return 0


def enrol_request(context: Context) -> int:
    with context.ledger() as ledger:
        _write_request(ledger, Path(context.args.to))
        said = {"request": context.args.to, "feed": ledger.feed, "fingerprint": ledger.signer.public.fingerprint}
    context.answer(said, f"登记申请已导出到 {said['request']}。请县局核对本机指纹：{said['fingerprint']}")
    return 0


def _write_request(ledger: Ledger, path: Path) -> None:
    """As a file, or as the picture of its QR code where the name says so."""
    if path.suffix.lower() == ".png":
        from sync.paper.codes import sheet

        write_file(path, sheet(enrol.request_codes(ledger)))
    else:
        write_file(path, enrol.request(ledger))


def enrol_accept(context: Context) -> int:
    from sync.jobs.codes import read_paper

    text = read_paper([Path(file) for file in context.args.files])
    with context.ledger() as ledger:
        said = enrol.look(ledger, text)
        if context.args.preview:
            context.answer(said, f"授权来自“{said['county']}”，县里的指纹：{said['county_fingerprint']}。还没有接受。")
            return 0
        said = enrol.accept(ledger, text)
    state = f"已在“{said['county']}”登记" if said["certificate"] else f"“{said['county']}”已授权，等待首次同步"
    words = f"{state}，机构：{said['institution']}。请与县局核对县里的指纹：{said['county_fingerprint']}"
    context.answer(said, words)
    return 0


def status(context: Context) -> int:
    with context.ledger() as ledger:
        said = status_of(ledger)
    held = said["county"]["seq"] if said["county"] else 0
    words = f"本机已记 {said['seq']} 条，县里已收 {held} 条，待报 {said['waiting']} 条。"
    photos = count_words(Counts(**said["photos"]))
    context.answer(said, "\n".join([words, *([photos] if photos else []), *said["clock"]["doubt"]]))
    return 0


def check(context: Context) -> int:
    from sync.ledger.check import check as check_ledger
    from sync.ledger.check import repair

    with context.ledger() as ledger:
        report = repair(ledger) if context.args.repair else check_ledger(ledger)
    said = {
        "ok": report.ok,
        "feeds": report.feeds,
        "changes": report.changes,
        "unknown": report.unknown,
        "problems": report.problems,
    }
    words = f"检查了 {report.feeds} 条变更流、{report.changes} 条变更：{'没有问题' if report.ok else '有问题'}。"
    context.answer(said, "\n".join([words, *report.problems]))
    return 0 if report.ok else 1


def backup(context: Context) -> int:
    from sync.ledger.backup import backup as write_backup

    with context.ledger() as ledger:
        size = write_backup(ledger, Path(context.args.file))
        said = {"file": context.args.file, "bytes": size, "feed": ledger.feed, "seq": ledger.position(ledger.feed).seq}
    context.answer(said, f"已备份到 {context.args.file}。")
    return 0


def restore(context: Context) -> int:
    from sync.ledger.backup import restore as restore_backup

    key = Path(context.args.key) if context.args.key else None
    done = restore_backup(context.folder, Path(context.args.file), key)
    said = {"feed": done.feed, "before": done.before, "seq": done.seq}
    words = f"已恢复到第 {done.seq} 条，从此另起一段。请尽快上报一次（sync），取回备份之后的记录。"
    context.answer(said, words)
    return 0
