"""What a cheap laptop camera sees of a printed card, made from the very PDF that the program prints.

The camera is a pinhole of 62° horizontal field of view at 1280 × 720, so its focal length is 640 / tan 31° = 1065
pixels: the 30 mm code is 213 pixels wide at 15 cm, 114 at 28 cm. The card lies in a plane whose point under the middle
of the code is on the optical axis (or moved aside by `aside_mm`); it is turned in its own plane by `rotation` degrees,
then leaned by `tilt` degrees about an axis in the picture's plane that the generator draws. Behind it is a plain wall,
and the light falls unevenly. Then the lens blurs (Gaussian, sigma in pixels), the light is scaled by `gain`, and the
sensor adds Gaussian noise (sigma in grey levels, after the gain) and rounds to whole levels.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray

Luminance = NDArray[np.uint8]

WIDTH, HEIGHT = 1280, 720
FOCAL = WIDTH / 2 / math.tan(math.radians(31))
CARD_MM = (85.6, 54.0)
# The middle of the code on the card: 30 mm and a quiet zone of four modules in from the right and from the top.
CODE_MM = (85.6 - 120 / 21 - 15, 120 / 21 + 15)


def card_images(pdf: bytes, dpi: int = 300) -> list[Luminance]:
    """Every card position of a printed PDF, cut out in reading order; the last sheet's may be blank."""
    px = dpi / 25.4
    left, top = (210 - 2 * CARD_MM[0]) / 2, (297 - 5 * CARD_MM[1]) / 2
    width, height = round(CARD_MM[0] * px), round(CARD_MM[1] * px)
    corners = [
        (round((left + column * CARD_MM[0]) * px), round((top + row * CARD_MM[1]) * px))
        for row in range(5)
        for column in range(2)
    ]
    with pypdfium2.PdfDocument(pdf) as document:
        sheets = [np.array(page.render(scale=dpi / 72, grayscale=True).to_pil()) for page in document]
    return [np.ascontiguousarray(sheet[y : y + height, x : x + width]) for sheet in sheets for x, y in corners]


def camera_frame(
    card_image: Luminance,
    distance_cm: float,
    rotation: float,
    tilt: float,
    blur: float,
    gain: float,
    noise: float,
    rng: np.random.Generator,
    aside_mm: tuple[float, float] = (0, 0),
) -> Luminance:
    """One 720p frame of one card."""
    scene = wall()
    place(scene, card_image, distance_cm, rotation, tilt, rng, aside_mm)
    return expose(scene, blur, gain, noise, rng)


def wall() -> NDArray[np.float32]:
    """An empty scene."""
    return np.full((HEIGHT, WIDTH), 120, np.float32)


def place(
    scene: NDArray[np.float32],
    card_image: Luminance,
    distance_cm: float,
    rotation: float,
    tilt: float,
    rng: np.random.Generator,
    aside_mm: tuple[float, float] = (0, 0),
    lean: float | None = None,
) -> None:
    """Paint a card into the scene; white paper reflects up to 225 of 255, ink 25. `lean` in radians, drawn if None."""
    axis = rng.uniform(0, 2 * math.pi) if lean is None else lean
    to_pixels = _homography(card_image.shape, distance_cm * 10, rotation, tilt, axis, aside_mm)
    # Drawn at twice the size and averaged down, as a sensor's pixels average what falls on them.
    double = np.diag([2.0, 2.0, 1.0]) @ to_pixels
    size = (WIDTH * 2, HEIGHT * 2)
    paper = 25 + card_image.astype(np.float32) * (200 / 255)
    seen = cv2.resize(cv2.warpPerspective(paper, double, size), (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    cover = cv2.warpPerspective(np.ones(card_image.shape, np.float32), double, size)
    cover = cv2.resize(cover, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    scene *= 1 - cover
    scene += seen


def code_in_frame(
    card_image: Luminance,
    distance_cm: float,
    rotation: float,
    tilt: float,
    lean: float,
    aside_mm: tuple[float, float] = (0, 0),
) -> bool:
    """Whether all four corners of the code are in the picture."""
    per_mm = card_image.shape[1] / CARD_MM[0]
    x, y = CODE_MM
    square = [(x + dx, y + dy) for dx in (-15, 15) for dy in (-15, 15)]
    to_pixels = _homography(card_image.shape, distance_cm * 10, rotation, tilt, lean, aside_mm)
    corners = cv2.perspectiveTransform(np.array([square]) * per_mm, to_pixels)[0]
    return bool((corners >= 0).all() and (corners[:, 0] < WIDTH).all() and (corners[:, 1] < HEIGHT).all())


def expose(scene: NDArray[np.float32], blur: float, gain: float, noise: float, rng: np.random.Generator) -> Luminance:
    """What the sensor makes of the scene, lit up to a fifth less or more towards its sides."""
    across = np.linspace(-0.5, 0.5, WIDTH, dtype=np.float32)
    down = np.linspace(-0.5, 0.5, HEIGHT, dtype=np.float32)[:, None]
    direction = rng.uniform(0, 2 * math.pi)
    light = scene * (1 + 0.4 * (across * math.cos(direction) + down * math.sin(direction)))
    light = cv2.GaussianBlur(light, (0, 0), blur) if blur else light
    grain = rng.standard_normal(light.shape, np.float32) * noise
    return np.clip(np.rint(light * gain + grain), 0, 255).astype(np.uint8)


def _homography(
    shape: tuple[int, ...],
    distance: float,
    rotation: float,
    tilt: float,
    lean: float,
    aside: tuple[float, float],
) -> NDArray[np.float64]:
    """From pixels of the card's image to pixels of the frame; millimetres and degrees, `lean` in radians."""
    per_mm = shape[1] / CARD_MM[0]
    onto_card = np.array([[1 / per_mm, 0, -CODE_MM[0]], [0, 1 / per_mm, -CODE_MM[1]], [0, 0, 1]])
    turn, _ = cv2.Rodrigues(np.array([0, 0, math.radians(rotation)]))
    axis = np.array([math.cos(lean), math.sin(lean), 0]) * math.radians(tilt)
    leaned, _ = cv2.Rodrigues(axis)
    pose = leaned @ turn
    in_space = np.column_stack([pose[:, 0], pose[:, 1], [aside[0], aside[1], distance]])
    camera = np.array([[FOCAL, 0, WIDTH / 2], [0, FOCAL, HEIGHT / 2], [0, 0, 1]])
    matrix: NDArray[np.float64] = camera @ in_space @ onto_card
    return matrix


@dataclass(frozen=True)
class Condition:
    """How hard it is to read a card; ranges are drawn from uniformly."""

    name: str
    rotation: tuple[float, float] = (-8, 8)
    tilt: tuple[float, float] = (0, 8)
    blur: tuple[float, float] = (0.6, 1.0)
    gain: tuple[float, float] = (0.8, 1.0)
    noise: tuple[float, float] = (2, 4)
    distance_cm: tuple[float, float] = (15, 28)

    def frame(self, card_image: Luminance, rng: np.random.Generator) -> Luminance:
        def draw(span: tuple[float, float]) -> float:
            return float(rng.uniform(*span))

        return camera_frame(
            card_image,
            draw(self.distance_cm),
            draw(self.rotation),
            draw(self.tilt),
            draw(self.blur),
            draw(self.gain),
            draw(self.noise),
            rng,
            aside_mm=(float(rng.uniform(-12, 12)), float(rng.uniform(-8, 8))),
        )


CONDITIONS = (
    Condition("plain"),
    Condition("rotated", rotation=(0, 360)),
    Condition("perspective", tilt=(30, 55), rotation=(-30, 30)),
    Condition("blur", blur=(2.0, 3.5)),
    Condition("dark", gain=(0.08, 0.15), noise=(4, 7)),
)
"""The conditions of the reading benchmark, from a card held flat to a dim room."""
