"""Running a verb: exit 0 when it ran, 1 with a reason when it could not be done, 2 for wrong usage."""

import sys
from collections.abc import Sequence

from sync.cli.context import Context, Window
from sync.cli.parser import parser
from sync.errors import UserError
from sync.ledger import database


def run(argv: Sequence[str], window: Window) -> int:
    args = parser().parse_args(argv)
    context = Context(args, window, sys.stdout)
    try:
        # Reading can meet a damaged or busy file too.
        with database.explained():
            code: int = args.verb(context)
            sys.stdout.flush()
        return code
    except UserError as error:
        context.say(error.message)
        if args.json:
            context.line({"error": error.reason, "message": error.message})
        return 1
    except KeyboardInterrupt:
        return 1
    except BrokenPipeError:
        # Whoever read the answer has gone; what was recorded stays recorded.
        sys.stderr.close()
        return 1
