"""QR codes of a paper's parts as pictures: black on white, whole pixels a module, a wide quiet zone."""

from io import BytesIO
from math import ceil

from PIL import Image, ImageDraw

from sync.paper.qr import text_runs

PIXELS, QUIET, COLUMNS = 5, 6, 3


def sheet(texts: list[str]) -> bytes:
    """All codes in rows of three, the first at the top left, as a PNG that a phone or a printer takes."""
    codes = [_code(text) for text in texts]
    side = max(code.width for code in codes)
    columns = min(COLUMNS, len(codes))
    whole = Image.new("1", (columns * side, ceil(len(codes) / columns) * side), 1)
    for n, code in enumerate(codes):
        whole.paste(code, (n % columns * side, n // columns * side))
    file = BytesIO()
    whole.save(file, "PNG")
    return file.getvalue()


def _code(text: str) -> Image.Image:
    modules, runs = text_runs(text)
    side = (modules + 2 * QUIET) * PIXELS
    code = Image.new("1", (side, side), 1)
    draw = ImageDraw.Draw(code)
    for x, y, length in runs:
        left, top = (x + QUIET) * PIXELS, (y + QUIET) * PIXELS
        draw.rectangle((left, top, left + length * PIXELS - 1, top + PIXELS - 1), fill=0)
    return code


def path(text: str) -> tuple[int, str]:
    """A code as the path of an SVG, with the side of its view box in modules, the quiet zone among them."""
    modules, runs = text_runs(text)
    return modules + 2 * QUIET, "".join(f"M{x + QUIET} {y + QUIET}h{length}v1h-{length}z" for x, y, length in runs)
