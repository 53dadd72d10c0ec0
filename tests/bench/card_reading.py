"""How many printed cards are read back, in each condition: `python -m tests.bench.card_reading [frames]`."""

import random
import sys
import time
from collections.abc import Sequence
from datetime import date

import numpy as np

from sync.paper import print as paper
from sync.paper.forms import Card, Cards, Heading
from sync.reading.reader import read_cards
from tests.reading.frames import CONDITIONS, HEIGHT, WIDTH, Condition, Luminance, card_images


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


def main() -> None:
    frames = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    print(f"{frames} frames each, 720p, 30 mm, 15–28 cm")
    for condition in CONDITIONS:
        share, ms, phantoms = success(condition, frames, seed=7)
        print(f"{condition.name:12} {share:6.1%}  {ms:5.2f} ms  {phantoms} phantoms")


if __name__ == "__main__":
    main()
