"""How many printed cards are read back, in each condition: `python -m tests.bench.card_reading [frames]`.

Beside each share stands what zxing-cpp reached when it was chosen, on frames of the same rates.
"""

import random
import sys
import time
from collections.abc import Sequence
from datetime import date

import numpy as np

from sync.paper import print as paper
from sync.paper.forms import Card, Cards, Heading
from sync.reading.reader import read_cards
from tests.bench.table import Row, show
from tests.reading.frames import CONDITIONS, HEIGHT, WIDTH, Condition, Luminance, card_images

CHOSEN = {"plain": 1.00, "rotated": 1.00, "perspective": 0.99, "blur": 0.87, "dark": 0.99}
FRAMES, SEED = 300, 7


def printed(numbers: Sequence[str]) -> list[Luminance]:
    """The cards with these numbers, printed and rasterised."""
    first, last = date(2026, 11, 2), date(2026, 11, 9)
    heading = Heading("青山县职业技能培训中心", "QS-01", "清溪镇一班", "中式烹调师", "清溪村", first, last, 0)
    form = Cards(heading, tuple(Card(number, "马䶮") for number in numbers))
    return card_images(paper.cards(form))[: len(numbers)]


def numbers(count: int, seed: int) -> list[str]:
    draw = random.Random(seed)
    return ["".join(draw.choices("0123456789", k=17)) for _ in range(count)]


def success(condition: Condition, frames: int, seed: int) -> tuple[float, float, int]:
    """The share of frames read, the median milliseconds for a frame, and how many texts were read that no card had."""
    rng = np.random.default_rng(seed)
    wanted = numbers(10, seed)
    cards = printed(wanted)
    read, phantoms, took = 0, 0, []
    for i in range(frames):
        frame = condition.frame(cards[i % 10], rng)
        data = frame.tobytes()
        began = time.perf_counter()
        texts = read_cards(data, WIDTH, HEIGHT, WIDTH)
        took.append(time.perf_counter() - began)
        read += wanted[i % 10] in texts
        phantoms += sum(text != wanted[i % 10] for text in texts)
    return read / frames, sorted(took)[frames // 2] * 1000, phantoms


def run(frames: int = FRAMES) -> list[Row]:
    rows = []
    for condition in CONDITIONS:
        share, ms, phantoms = success(condition, frames, SEED)
        wanted = CHOSEN[condition.name]
        rows.append(
            Row(
                f"cards read, {condition.name}, of {frames} frames",
                f"{share:.1%}, {ms:.1f} ms, {phantoms} phantoms",
                "",
                f"≥ {wanted:.0%}",
                share >= wanted and not phantoms,
            )
        )
    return rows


if __name__ == "__main__":
    show(run(int(sys.argv[1]) if len(sys.argv) > 1 else FRAMES))
