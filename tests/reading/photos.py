"""What a camera makes of a flat picture (a screen, an A4 print): perspective, lens, uneven light, sensor noise."""

import math
from io import BytesIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.reading.frames import FOCAL, HEIGHT, WIDTH, Luminance, expose, wall


def pixels(png: bytes) -> Luminance:
    """A picture file as grey levels."""
    return np.asarray(Image.open(BytesIO(png)).convert("L"))


def camera_frame(
    picture: Luminance, rng: np.random.Generator, height: int = 480, blur: float = 1.2, tilt: float = 12
) -> Luminance:
    """One 720p frame in which the picture is `height` pixels high and leans up to `tilt` degrees; 4 levels of noise.

    `blur` is the sigma of the lens in pixels.
    """
    scene = _seen(picture, rng, height / picture.shape[0], tilt, (WIDTH, HEIGHT), FOCAL, wall())
    return expose(scene, blur, float(rng.uniform(0.6, 1)), 4, rng)


def phone_photo(
    picture: Luminance,
    rng: np.random.Generator,
    width: int = 2400,
    light: tuple[float, float] = (0.7, 1),
    noise: float = 4,
) -> bytes:
    """A JPEG of a phone that holds the whole picture with a margin, as a chat program sends it on.

    `light` is drawn from; `noise` is the sensor's, in grey levels.
    """
    height = round(width * 0.75)
    scale = 0.85 * min(width / picture.shape[1], height / picture.shape[0])
    scene = np.full((height, width), 120, np.float32)
    seen = _seen(picture, rng, scale, 8, (width, height), width * 0.8, scene)
    seen = cv2.GaussianBlur(seen, (0, 0), 0.8) * float(rng.uniform(*light))
    grain = rng.standard_normal(seen.shape, np.float32) * noise
    file = BytesIO()
    Image.fromarray(np.clip(np.rint(seen + grain), 0, 255).astype(np.uint8)).save(file, "JPEG", quality=75)
    return file.getvalue()


def _seen(
    picture: Luminance,
    rng: np.random.Generator,
    scale: float,
    tilt: float,
    size: tuple[int, int],
    focal: float,
    scene: NDArray[np.float32],
) -> NDArray[np.float32]:
    """The scene with the picture in its middle; `scale` is pixels of the frame for each of the picture's."""
    rows, columns = picture.shape
    centre = np.array([[1, 0, -columns / 2], [0, 1, -rows / 2], [0, 0, 1]])
    lean = rng.uniform(0, 2 * math.pi)
    axis = np.array([math.cos(lean), math.sin(lean), 0]) * math.radians(rng.uniform(0, tilt))
    pose = cv2.Rodrigues(axis)[0] @ cv2.Rodrigues(np.array([0, 0, math.radians(rng.uniform(-8, 8))]))[0]
    in_space = np.column_stack([pose[:, 0], pose[:, 1], [0, 0, focal / scale]])
    camera = np.array([[focal, 0, size[0] / 2], [0, focal, size[1] / 2], [0, 0, 1]])
    # Drawn at twice the size and averaged down, as a sensor's pixels average what falls on them.
    double = np.diag([2.0, 2.0, 1.0]) @ camera @ in_space @ centre
    paper = 25 + picture.astype(np.float32) * (200 / 255)
    drawn, cover = (
        cv2.resize(cv2.warpPerspective(one, double, (size[0] * 2, size[1] * 2)), size, interpolation=cv2.INTER_AREA)
        for one in (paper, np.ones(picture.shape, np.float32))
    )
    return scene * (1 - cover) + drawn
