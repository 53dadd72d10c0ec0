"""How resources/selftest/card.mp4 was made: one second of a card that drifts before a grey wall.

Run again only to replace it: `.venv/bin/python -m installer.card_video`. The self-test reads the card back out of it.
"""

import cv2
import numpy as np

from desktop.selftest import CARD, VIDEO
from sync.paper.qr import card_runs

WIDTH, HEIGHT, FRAMES, MODULE = 640, 480, 12, 9


def picture(shift: int) -> np.ndarray:
    frame = np.full((HEIGHT, WIDTH, 3), 150, np.uint8)
    side = 21 * MODULE
    left, top = 180 + shift, 130 + shift // 2
    quiet = 4 * MODULE
    frame[top - quiet : top + side + quiet, left - quiet : left + side + quiet] = 245
    for column, row, length in card_runs(CARD):
        x, y = left + column * MODULE, top + row * MODULE
        frame[y : y + MODULE, x : x + length * MODULE] = 20
    return frame


def main() -> None:
    VIDEO.parent.mkdir(exist_ok=True)
    writer = cv2.VideoWriter(str(VIDEO), cv2.VideoWriter.fourcc(*"mp4v"), FRAMES, (WIDTH, HEIGHT))
    for number in range(FRAMES):
        writer.write(picture(4 * number))
    writer.release()
    print(VIDEO, VIDEO.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
