"""Verbs about sealed files: sync, verify, unseal."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from sync.carry.folder import read_file, sync_folder, write_file
from sync.carry.outgoing import waiting
from sync.cli.context import Context
from sync.errors import BadInput, Refused, UserError
from sync.ledger.ledger import Ledger
from sync.ledger.trust import trusted_key
from sync.seal import batch, envelope
from sync.seal.change import letters
from sync.seal.keys import ED25519, PublicKey


def sync(context: Context) -> int:
    args = context.args
    with context.ledger() as ledger:
        if args.folder:
            said, photos = _by_folder(ledger, Path(args.folder))
        else:
            said, photos = _by_http(ledger, args.server, args.proxy)
        said["waiting"] = waiting(ledger)
    context.answer(said, "\n".join([f"上报完成，还有 {said['waiting']} 条县里没有确认。", *photos]))
    return 0


def _by_folder(ledger: Ledger, folder: Path) -> tuple[dict[str, Any], list[str]]:
    """The answer, and what to say of photos."""
    from sync.jobs.photo_words import stick_words

    done = sync_folder(ledger, folder)
    said = {
        "written": done.written,
        "receipts": done.receipts,
        "received": done.received,
        "refused": done.refused,
        "passed": done.passed,
        "photos": asdict(done.photos),
    }
    return said, stick_words(done.photos)


def _by_http(ledger: Ledger, url: str | None, through: str | None) -> tuple[dict[str, Any], list[str]]:
    from sync.carry import address, proxy
    from sync.carry.http import sync_county, sync_http
    from sync.jobs.photo_words import http_words

    via = through if through in (None, proxy.NONE) else proxy.read(through)
    if not url and not address.known(ledger):
        raise BadInput("请写明县里服务器的地址（--server），或U盘文件夹（--folder）。")
    done = sync_http(ledger, url.rstrip("/"), via=via) if url else sync_county(ledger, via=via)
    return {"sent": done.sent, "received": done.received, "photos": asdict(done.photos)}, http_words(done.photos)


def verify(context: Context) -> int:
    """An envelope, or a sealed batch that this node can open. Exit 1 with a reason when it does not hold."""
    data = read_file(Path(context.args.file))
    ledger: Ledger | None = None
    try:
        ledger = context.ledger()
    except UserError:
        # Anyone may verify a paper that names its own key, or with --key, without a node.
        if data.startswith(b"age-"):
            raise
    try:
        said = _verify(ledger, data, context.args.key)
    finally:
        if ledger is not None:
            ledger.close()
    context.answer(said, f"签名有效：{said['type']}，密钥 {said['keyid']}。")
    return 0


def _verify(ledger: Ledger | None, data: bytes, key_hex: str) -> dict[str, Any]:
    if data.startswith(b"age-"):
        assert ledger is not None
        data = batch.unseal(data, ledger.age_identity)
    opened = envelope.read(data)
    key = _key(ledger, opened, key_hex)
    payload = opened.verify(key)
    said: dict[str, Any] = {"ok": True, "type": opened.payload_type, "keyid": opened.keyid, "key": key.raw}
    if opened.payload_type == envelope.BATCH:
        header = batch.claim(data).header
        batch.verify(batch.claim(data), key)
        said |= {"feed": header.feed, "first": header.first, "last": header.last, "head": header.head}
    return said | {"bytes": len(payload)}


def _key(ledger: Ledger | None, opened: envelope.Envelope, key_hex: str) -> PublicKey:
    if key_hex:
        try:
            return PublicKey(ED25519, key_hex.lower())
        except ValueError as error:
            raise BadInput("公钥（--key）要写成十六进制。", "bad-key") from error
    if ledger is not None:
        return trusted_key(ledger, opened.keyid)
    raise Refused("不知道该用哪把公钥来验。请用 --key 给出公钥，或用 --data 指明一台已登记的电脑。", "no-key")


def unseal(context: Context) -> int:
    with context.ledger() as ledger:
        signed = batch.unseal(read_file(Path(context.args.file)), ledger.age_identity)
    write_file(Path(context.args.to), signed)
    context.answer({"file": context.args.to, "bytes": len(signed)}, f"签名信封已存为 {context.args.to}。")
    return 0


def conflict_list(context: Context) -> int:
    from sync.jobs.conflicts import list_conflicts

    with context.ledger() as ledger:
        found = list_conflicts(ledger)
    context.answer(found, "" if found else "没有不一致的内容。")
    return 0


def conflict_settle(context: Context) -> int:
    from sync.jobs.conflicts import settle

    args = context.args
    with context.ledger() as ledger:
        made = settle(ledger, args.id, args.field, args.change, args.reason)
    context.answer({"change": made}, "已选定。")
    return 0


def changes(context: Context) -> int:
    """Where every change is, in runs that are alike, or one by one."""
    from sync.jobs import moment
    from sync.jobs.travel import each, travel

    args = context.args
    found: list[dict[str, Any]] = []
    with context.ledger() as ledger:
        for run in travel(ledger, args.state, letters(args.feed)):
            told: dict[str, Any] = {"feed": run.feed, "name": run.name, "state": run.state, "reason": run.reason}
            told |= {"via": run.via, "at": None if run.at is None else moment.iso(run.at)}
            if args.each:
                found += [told | change for change in each(ledger, run)]
            else:
                found.append(told | {"first": run.first, "last": run.last})
    context.answer(found, "" if found else "没有这样的记录。")
    return 0
