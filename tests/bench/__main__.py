"""`python3 dev.py bench [PART …]`: every figure that an issue names, beside its bound taken in the same run."""

import importlib
import sys

from tests.bench.table import Row, show

PARTS = ("ledgers", "grown", "hours", "http", "beside", "window", "frames", "card_reading")


def main() -> int:
    wanted = sys.argv[1:] or list(PARTS)
    if unknown := [name for name in wanted if name not in PARTS]:
        print(
            f"dev.py bench: there is no {' or '.join(map(repr, unknown))}; there are {', '.join(PARTS)}",
            file=sys.stderr,
        )
        return 2
    rows: list[Row] = []
    for part in wanted:
        print(f"… {part}", flush=True)
        rows += importlib.import_module(f"tests.bench.{part}").run()
    print()
    show(rows)
    return 1 if any(row.reached is False for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
