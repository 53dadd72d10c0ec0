"""The table that the benchmarks print: each figure beside the bound that was taken in the same run."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A figure, the bound beside it, what is to be reached, and whether it is (None: for information)."""

    name: str
    figure: str
    bound: str
    target: str
    reached: bool | None


def show(rows: list[Row]) -> None:
    heads = Row("what", "measured", "bound (same run)", "to reach", None)
    cells = [(row.name, row.figure, row.bound, row.target, _mark(row)) for row in (heads, *rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(5)]
    for line in cells:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _mark(row: Row) -> str:
    return "" if row.reached is None else "yes" if row.reached else "NO"
