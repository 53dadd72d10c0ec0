"""Forty people at a door: printed cards that come into a camera's view, are held there by hand, and go again.

Thirty frames a second, one card each second and a half; now and then two people hold theirs out side by side. Each
card is held under one of the conditions of the reading benchmark, all of them equally often; blur, light and noise are
drawn anew for each frame, the hand trembles, and a moving card is out of focus.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from tests.reading.frames import CONDITIONS, HEIGHT, WIDTH, Condition, Luminance, code_in_frame, expose, place, wall

FPS = 30
SLOT = 45
"""Frames from one card to the next."""
COMING, LEAVING, EMPTY = 9, 8, 3
"""Frames of a slot in which a card comes in, goes out, and is away."""
PAIR_EVERY = 10
UPRIGHT = [condition for condition in CONDITIONS if condition.name in ("plain", "blur", "dark")]
"""Conditions of the light and the lens alone, for two cards side by side."""
MOVING_BLUR = 1.5
"""Pixels more of blur while a card moves."""


@dataclass(frozen=True)
class Pose:
    """How one frame sees a card: centimetres, degrees, millimetres beside the optical axis."""

    distance: float
    rotation: float
    tilt: float
    lean: float
    aside: tuple[float, float]


@dataclass(frozen=True)
class Pass:
    """One card's way past the camera; `first` is the frame in which it starts to come in."""

    card: int
    first: int
    condition: Condition
    held: Pose
    side: int
    """-1, 1: comes from the left or the right."""

    @property
    def leaves(self) -> int:
        """The frame in which it begins to go."""
        return self.first + SLOT - EMPTY - LEAVING

    @property
    def gone(self) -> int:
        return self.first + SLOT - EMPTY

    def moving(self, number: int) -> bool:
        return number < self.first + COMING or number >= self.leaves

    def pose(self, number: int, rng: np.random.Generator) -> Pose:
        """Where it is in a frame: from beyond the edge to where it is held, and back."""
        if number < self.first + COMING:
            out = 1 - (number - self.first + 1) / COMING
        else:
            out = max((number - self.leaves + 1) / LEAVING, 0)
        beyond = self.held.distance * 10 * 0.6 + 90
        x, y = self.held.aside
        shake = rng.normal(0, 0.4, 2)
        aside = (x + self.side * (beyond - self.side * x) * out**2 + shake[0], y + shake[1])
        rotation = self.held.rotation + rng.normal(0, 0.4)
        return Pose(self.held.distance, rotation, self.held.tilt, self.held.lean, (float(aside[0]), float(aside[1])))


def passes(count: int, rng: np.random.Generator) -> list[Pass]:
    """So many cards, in order. Every tenth comes together with the one before it, and the next slot stays empty."""
    found = []
    for card in range(count):
        condition = CONDITIONS[card % len(CONDITIONS)]
        second = card % PAIR_EVERY == PAIR_EVERY - 1
        first_of_two = card % PAIR_EVERY == PAIR_EVERY - 2 and card + 1 < count
        if second or first_of_two:
            # Side by side and upright, far enough off for two, under one light.
            x = 55 if second else -45
            pose = Pose(float(rng.uniform(24, 28)), *rng.uniform((-6, 0), (6, 6)), 0.0, (x, float(rng.uniform(-8, 8))))
            condition = UPRIGHT[card // PAIR_EVERY % len(UPRIGHT)]
        else:
            aside = (float(rng.uniform(-12, 12)), float(rng.uniform(-8, 8)))
            angles = (rng.uniform(*condition.rotation), rng.uniform(*condition.tilt), rng.uniform(0, 2 * np.pi))
            pose = Pose(float(rng.uniform(*condition.distance_cm)), *map(float, angles), aside)
        side = 1 if pose.aside[0] > 0 else -1
        found.append(Pass(card, (card - second) * SLOT, condition, pose, side))
    return found


class Film:
    """Frames by number; the same number gives the same frame."""

    def __init__(self, cards: Sequence[Luminance], seed: int) -> None:
        self.cards = cards
        self.passes = passes(len(cards), np.random.default_rng(seed))
        self.length = len(cards) * SLOT
        self._seed = seed

    def _poses(self, number: int) -> list[tuple[Pass, Pose]]:
        rng = np.random.default_rng((self._seed, number))
        return [(one, one.pose(number, rng)) for one in self.passes if one.first <= number < one.gone]

    def frame(self, number: int) -> Luminance:
        rng = np.random.default_rng((self._seed, number, 1))
        scene, there = wall(), self._poses(number)
        for one, pose in there:
            card = self.cards[one.card]
            place(scene, card, pose.distance, pose.rotation, pose.tilt, rng, pose.aside, pose.lean)
        condition = there[0][0].condition if there else CONDITIONS[0]
        blur = rng.uniform(*condition.blur) + (MOVING_BLUR if there and there[0][0].moving(number) else 0)
        return expose(scene, blur, rng.uniform(*condition.gain), rng.uniform(*condition.noise), rng)

    def first_whole(self, one: Pass) -> int:
        """The first frame in which the card's code is wholly in view."""
        for number in range(one.first, one.gone):
            pose = next(pose for other, pose in self._poses(number) if other is one)
            if code_in_frame(self.cards[one.card], pose.distance, pose.rotation, pose.tilt, pose.lean, pose.aside):
                return number
        raise AssertionError(f"card {one.card} never comes into view")

    @property
    def shape(self) -> tuple[int, int, int]:
        return self.length, HEIGHT, WIDTH

    def slots(self) -> list[list[Pass]]:
        """Those who come together."""
        return [list(group) for _, group in groupby(self.passes, key=lambda one: one.first)]
