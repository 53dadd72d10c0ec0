"""Verbs about operators (值班人). A PIN comes from the terminal, or as a line of standard input: never an argument."""

import sys
from getpass import getpass

from sync.cli.context import Context
from sync.jobs import operators


def operator_list(context: Context) -> int:
    with context.ledger() as ledger:
        found = operators.list_operators(ledger)
    said = [{"operator": one.id, "name": one.name, "pin": one.has_pin} for one in found]
    words = "\n".join(f"{one.name}\t{'' if one.has_pin else '本机没有口令'}" for one in found)
    context.answer(said, words or "还没有值班人。")
    return 0


def operator_add(context: Context) -> int:
    with context.ledger() as ledger:
        made = operators.add_operator(ledger, context.args.name, _pin(context))
    context.answer({"operator": made}, "已添加。下次打开窗口要输口令。")
    return 0


def operator_pin(context: Context) -> int:
    """For a PIN that was forgotten; docs/decisions/0005 says why this may be done here."""
    with context.ledger() as ledger:
        found = operators.find_operator(ledger, context.args.name)
        operators.reset_pin(ledger, found.id, _pin(context))
    context.answer({"operator": found.id}, f"已为{found.name}重设口令，并记进台账。")
    return 0


def operator_retire(context: Context) -> int:
    with context.ledger() as ledger:
        found = operators.find_operator(ledger, context.args.name)
        operators.retire(ledger, found.id)
    context.answer({"operator": found.id}, f"{found.name}已停用，以前的记录仍写着姓名。")
    return 0


def _pin(context: Context) -> str:
    if sys.stdin.isatty() and not context.args.json:
        return getpass("新口令：")
    return sys.stdin.readline().strip()
