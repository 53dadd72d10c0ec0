"""Running a verb: exit 0 when it ran, 1 with a reason when it could not be done, 2 for wrong usage."""

import sys
from collections.abc import Sequence

from sync import crash
from sync.cli.context import AnswerLost, Context, Window
from sync.cli.parser import parser
from sync.errors import BadInput, UserError
from sync.ledger import database


def run(argv: Sequence[str], window: Window) -> int:
    context = Context(parser().parse_args(argv), window, sys.stdout)
    try:
        return _answered(context, argv)
    except AnswerLost as error:
        context.say(error.message)
    except BrokenPipeError:
        # Whoever read the answer has gone; what was recorded stays recorded.
        pass
    except KeyboardInterrupt:
        return 1
    context.drop_answers()
    return 1


def _answered(context: Context, argv: Sequence[str]) -> int:
    try:
        _must_be_text(argv)
        # Reading can meet a damaged or busy file too.
        with database.explained():
            code: int = context.args.verb(context)
        return code
    except (AnswerLost, BrokenPipeError):
        raise
    except UserError as error:
        _fail(context, error.message, {"error": error.reason, "message": error.message})
    except Exception as error:  # noqa: BLE001 - nothing stands above us to tell a bug in words
        _tell_bug(context, error)
    return 1


def _must_be_text(argv: Sequence[str]) -> None:
    """Python passes on bytes that are no UTF-8 as half characters, which nothing can store or answer."""
    for word in argv:
        try:
            word.encode()
        except UnicodeEncodeError as error:
            shown = word.encode(errors="replace").decode()
            raise BadInput(f"“{shown}”里有读不懂的字节，不是 UTF-8 文字。请改写后再试。", "bad-text") from error


def _tell_bug(context: Context, error: Exception) -> None:
    try:
        report = str(crash.write_report(context.folder, error))
        where = f"问题报告存放在：{report}"
    except OSError:
        report, where = "", "问题报告也没有写成。"
    words = f"程序出了问题，刚才那一步可能没有完成，已记下的数据都在。{where}"
    _fail(context, words, {"error": "bug", "message": words, "report": report})


def _fail(context: Context, words: str, answer: dict[str, str]) -> None:
    context.say(words)
    if context.args.json:
        context.line(answer)
