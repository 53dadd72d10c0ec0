"""Verbs of the county's side."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sync.carry.folder import write_file
from sync.cli.context import Context
from sync.errors import BadInput
from sync.ledger.intake import Intake
from sync.ledger.ledger import Ledger

if TYPE_CHECKING:
    from sync.county.tls import Pair


def init(context: Context) -> int:
    from sync.county import accounts
    from sync.county.county import create

    with create(context.folder, context.args.name) as ledger:
        password = accounts.add_account(ledger, "admin", "officer")
        said = {
            "name": ledger.name,
            "feed": ledger.feed,
            "fingerprint": ledger.signer.public.fingerprint,
            "account": "admin",
            "password": password,
        }
    words = (
        f"县级数据已建。县里的指纹：{said['fingerprint']}\n"
        f"控制台账号 admin，密码 {password}（只显示这一次，请记下）。\n"
        "请马上把县里的钥匙存成文件：xiangpei county key --to 文件，锁进保险柜。服务器坏了，没有它备份打不开。"
    )
    context.answer(said, words)
    return 0


def serve(context: Context) -> int:
    from sync.county.server import serve as serve_county

    args = context.args
    if args.database:
        raise BadInput("本版本的县级服务只用数据文件夹里的 SQLite,--database 还不支持。", "no-database-url")

    pair = _pair(context)

    def ready(host: str, port: int) -> None:
        url = f"{'https' if pair else 'http'}://{host}:{port}"
        said, words = {"url": url}, f"县级服务已启动：{url}（按 Ctrl+C 结束）"
        if pair:
            said["pin"] = pair.pin
            words += f"\n证书公钥的指纹：{pair.pin}\n还要发布地址，各电脑才认得它：xiangpei county address --url 地址"
        context.answer(said, words)
        context.out.flush()

    serve_county(context.folder, args.host, args.port, ready, pair)
    return 0


def _pair(context: Context) -> "Pair | None":
    from sync.county import tls
    from sync.county.public import need_county

    args = context.args
    if bool(args.certificate) != bool(args.key):
        raise BadInput("--certificate 和 --key 要一起给出。", "bad-certificate")
    if args.certificate:
        return tls.bought_pair(Path(args.certificate), Path(args.key))
    if not args.tls:
        return None
    with context.ledger() as ledger:
        need_county(ledger)
        return tls.own_pair(ledger.folder, ledger.name, args.host)


def address(context: Context) -> int:
    from sync.carry.address import published
    from sync.county.address import publish
    from sync.county.public import need_county

    args = context.args
    with context.ledger() as ledger:
        need_county(ledger)
        if args.url:
            said = publish(ledger, args.url, args.pin, trusted=args.trusted)
        elif args.pin or args.trusted:
            raise BadInput("请同时写明地址（--url）。")
        else:
            said = published(ledger)
    words = "\n".join([*said.urls, *(f"证书公钥的指纹：{pin}" for pin in said.pins)])
    context.answer({"urls": said.urls, "pins": said.pins}, words or "还没有发布地址。")
    return 0


def enrol(context: Context) -> int:
    from sync.county.devices import enrol as certify
    from sync.county.grants import for_codes
    from sync.county.public import VALID_DAYS
    from sync.jobs.codes import read_paper
    from sync.paper.codes import sheet
    from sync.seal.parts import split

    args = context.args
    request = read_paper([Path(file) for file in args.files])
    with context.ledger() as ledger:
        grant, said = certify(ledger, request, args.institution, VALID_DAYS if args.days is None else args.days)
        pictures = sheet(split(for_codes(ledger, said["key"]))) if args.codes else b""
    write_file(Path(args.to), grant)
    said["grant"] = args.to
    if args.codes:
        write_file(Path(args.codes), pictures)
        said["codes"] = args.codes
    words = f"已为“{said['device']}”签发授权。请与对方核对电脑指纹：{said['fingerprint']}"
    context.answer(said, words)
    return 0


def import_files(context: Context) -> int:
    from sync.county.county import import_files as take_files
    from sync.county.photos import import_photos

    paths, receipts = [Path(path) for path in context.args.paths], Path(context.args.receipts)
    with context.ledger() as ledger:
        done = take_files(ledger, paths, receipts)
        photos = import_photos(ledger, paths, receipts)
    said: dict[str, Any] = {
        state: [_told(name, intake) for name, intake in done.intakes if intake.state == state]
        for state in ("taken", "held", "refused")
    }
    said["receipts"] = done.receipts
    said["photos"] = asdict(photos)
    words = [f"收下 {len(said['taken'])} 个文件，保留 {len(said['held'])} 个，拒收 {len(said['refused'])} 个。"]
    words += photos.words()
    words += [f"{row['file']}：{row['message']}" for row in (*said["refused"], *photos.refused)]
    context.answer(said, "\n".join(words))
    return 1 if done.refused or photos.refused else 0


def _told(name: str, intake: Intake) -> dict[str, Any]:
    told: dict[str, Any] = {
        "file": name,
        "feed": intake.feed,
        "first": intake.first,
        "last": intake.last,
        "new": intake.new + sum(later.new for later in intake.followed),
    }
    return told if intake.state == "taken" else told | {"reason": intake.reason, "message": intake.message}


def accept_branch(context: Context) -> int:
    from sync.county.county import accept_branch as accept

    with context.ledger() as ledger:
        intake = accept(ledger, context.args.sha256, context.args.reason)
    context.answer({"state": intake.state, "feed": intake.feed, "new": intake.new}, f"已认可，计入 {intake.new} 条。")
    return 0


def accept_clock(context: Context) -> int:
    from sync.county.county import accept_clock as accept

    with context.ledger() as ledger:
        intake = accept(ledger, context.args.sha256, context.args.reason)
    context.answer({"state": intake.state, "feed": intake.feed, "new": intake.new}, f"已认可，计入 {intake.new} 条。")
    return 0


def findings(context: Context) -> int:
    from sync.county.console.words import LEVELS
    from sync.county.findings import findings as find

    with context.ledger() as ledger:
        found = find(ledger)
    lines = [f"[{LEVELS[row['level']]}] {row['sentence']}" for row in found]
    context.answer(found, "\n".join(lines) or "没有问题线索。")
    return 0


def report_month(context: Context) -> int:
    from sync.county.reports import report_month as report

    args = context.args
    with context.ledger() as ledger:
        count = report(ledger, args.month, Path(args.to))
    context.answer({"file": args.to, "rows": count}, f"{args.month} 的月报共 {count} 行，已存为 {args.to}。")
    return 0


def anchor(context: Context) -> int:
    from sync.county.findings import receive_anchor

    args = context.args
    with context.ledger() as ledger:
        said = receive_anchor(ledger, args.code, args.channel, args.time)
    context.answer(said, f"已登记：{said['sentence']}")
    return 0


_LOST_TAIL = (
    "注意：县里的数据是从备份恢复的，恢复以后还没有和这些电脑联网核对过（{} 台）：{}。"
    "备份之后县里发布过的内容，如果只有它们还存着，换了密钥就再也收不回来了。请核对登记、注销和批复有没有缺，缺的重做。"
)


def rotate(context: Context) -> int:
    from sync.county.public import rotate as rotate_key
    from sync.county.restored import not_heard

    with context.ledger() as ledger:
        names = not_heard(ledger)
        warnings = [_LOST_TAIL.format(len(names), "、".join(names[:10]))] if names else []
        key = rotate_key(ledger)
    words = "\n".join([f"县里的新指纹：{key.fingerprint}", *warnings])
    context.answer({"fingerprint": key.fingerprint, "key": key.id, "warnings": warnings}, words)
    return 0


def revoke(context: Context) -> int:
    from sync.county.devices import revoke as revoke_device

    args = context.args
    with context.ledger() as ledger:
        said = revoke_device(ledger, args.device, args.last, args.reason)
    words = f"“{said['device']}”已注销，认可到第 {said['last']} 条。"
    if len(said["feeds"]) > 1:
        words += f"这说的是变更流 {said['feed']}；其余的变更流，已收到的照样算数，以后的不再计入。"
    context.answer(said, words)
    return 0


def recover(context: Context) -> int:
    from sync.county.devices import recover_key
    from sync.ledger.secret import write_private

    with context.ledger() as ledger:
        key = recover_key(ledger, context.args.device)
    write_private(Path(context.args.to), key.hex().encode())
    context.answer({"file": context.args.to}, f"钥匙已存为 {context.args.to}。恢复备份时用 --key 指明它，用完即删。")
    return 0


def key(context: Context) -> int:
    """The county's own, which nobody else could recover. docs/decisions/0003 says where it lies otherwise."""
    from sync.ledger.secret import write_private

    to = Path(context.args.to)
    with _county(context) as ledger:
        write_private(to, ledger.key.hex().encode())
    words = f"县里的钥匙已存为 {to}。有它和备份就能打开全部数据：请锁进保险柜，不要和备份放在一起，也不要发给任何人。"
    context.answer({"file": context.args.to}, words)
    return 0


def account_list(context: Context) -> int:
    from sync.county.accounts import list_accounts

    with _county(context) as ledger:
        names = [account.name for account in list_accounts(ledger)]
    context.answer([{"account": name} for name in names], "\n".join(names) or "还没有账号。")
    return 0


def account_add(context: Context) -> int:
    from sync.county.accounts import OFFICER, add_account

    with _county(context) as ledger:
        password = add_account(ledger, context.args.name, OFFICER)
    _tell_password(context, password)
    return 0


def account_reset(context: Context) -> int:
    from sync.county.accounts import reset_password

    with _county(context) as ledger:
        password = reset_password(ledger, context.args.name)
    _tell_password(context, password)
    return 0


def _tell_password(context: Context, password: str) -> None:
    name = context.args.name.strip()
    words = f"控制台账号 {name}，密码 {password}（只显示这一次，请记下，登录后改密码）。"
    context.answer({"account": name, "password": password}, words)


def account_remove(context: Context) -> int:
    from sync.county.accounts import remove_account

    with _county(context) as ledger:
        remove_account(ledger, context.args.name)
    name = context.args.name.strip()
    context.answer({"account": name}, f"账号 {name} 已删除，登录着的也已退出。")
    return 0


@contextmanager
def _county(context: Context) -> Iterator[Ledger]:
    from sync.county.public import need_county

    with context.ledger() as ledger:
        need_county(ledger)
        yield ledger
