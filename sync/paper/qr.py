"""QR codes as rows of dark runs, for the templates to draw as one vector shape."""

import qrcode
from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_M

Runs = list[tuple[int, int, int]]
"""(column, row, length) of each dark run, in modules."""


def card_runs(number: str) -> Runs:
    """The QR of a card number: version 1 (21 modules), level H, digits mode. Raises ValueError unless 17 digits."""
    if len(number) != 17 or not (number.isascii() and number.isdigit()):
        raise ValueError("a card number has 17 digits")
    code = qrcode.QRCode(version=1, error_correction=ERROR_CORRECT_H, border=0)
    code.add_data(number, optimize=0)
    code.make(fit=False)
    return _runs(code.get_matrix())


def text_runs(text: str) -> tuple[int, Runs]:
    """The QR of any short text at level M, and its side in modules."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(text, optimize=0)
    code.make(fit=True)
    matrix = code.get_matrix()
    return len(matrix), _runs(matrix)


def _runs(matrix: list[list[bool]]) -> Runs:
    runs: Runs = []
    for y, row in enumerate(matrix):
        x = 0
        while x < len(row):
            start = x
            while x < len(row) and row[x] == row[start]:
                x += 1
            if row[start]:
                runs.append((start, y, x - start))
    return runs
