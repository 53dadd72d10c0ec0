"""Printed cards are read back, in the ways that a camera, a scanner's file or a broken file brings them."""

import io
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from sync.errors import BadInput
from sync.reading.reader import read_cards, read_image
from tests.bench.card_reading import numbers, printed, success
from tests.reading.frames import CONDITIONS, HEIGHT, WIDTH, Condition, Luminance, camera_frame, expose, place, wall

NUMBERS = numbers(4, seed=1)

# How a sensor stored what EXIF's orientations 2 to 8 turn upright.
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.fixture(scope="module")
def cards() -> list[Luminance]:
    return printed(NUMBERS)


# Measured on 300 frames each: 100, 100, 99.7, 95.3 and 100 %.
AT_LEAST = {"plain": 24, "rotated": 24, "perspective": 22, "blur": 20, "dark": 24}


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda condition: condition.name)
def test_cards_are_read_in_every_condition(condition: Condition) -> None:
    share, _, phantoms = success(condition, 24, seed=11)
    assert share * 24 >= AT_LEAST[condition.name]
    assert phantoms == 0


def test_half_size_reads_what_full_size_misses(cards: list[Luminance]) -> None:
    rng = np.random.default_rng(3)
    frames = [camera_frame(cards[0], 20, 5, 5, 0.8, 0.08, 7, rng) for _ in range(20)]
    missed = [f for f in frames if not zxingcpp.read_barcodes(f, formats=zxingcpp.BarcodeFormat.QRCodeModel2)]
    assert len(missed) >= 5
    padded = [np.pad(f, ((0, 0), (0, 64))) for f in missed]
    assert any(read_cards(f.tobytes(), WIDTH, HEIGHT, WIDTH + 64) == [NUMBERS[0]] for f in padded)


def test_few_grey_levels_are_spread_before_they_are_averaged(cards: list[Luminance]) -> None:
    """Far off in the dark, where neither full nor half size finds it."""
    rng = np.random.default_rng(11)
    frames = [camera_frame(cards[0], 25, 5, 5, 0.8, 0.08, 7, rng).tobytes() for _ in range(12)]
    assert sum(read_cards(frame, WIDTH, HEIGHT, WIDTH) == [NUMBERS[0]] for frame in frames) >= 9


def test_several_cards_in_one_frame_are_all_read_once(cards: list[Luminance]) -> None:
    rng = np.random.default_rng(5)
    scene = wall()
    for card, aside in zip(cards, ((-50, -28), (60, -30), (-50, 28), (60, 30)), strict=True):
        place(scene, card, 26, 0, 3, rng, aside)
    frame = expose(scene, 0.8, 1, 3, rng)
    texts = read_cards(frame.tobytes(), WIDTH, HEIGHT, WIDTH)
    assert sorted(texts) == sorted(NUMBERS)
    twice = np.hstack([frame, frame])
    assert sorted(read_cards(twice.tobytes(), 2 * WIDTH, HEIGHT, 2 * WIDTH)) == sorted(NUMBERS)


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_a_plane_with_padded_rows(cards: list[Luminance], kind: type) -> None:
    frame = camera_frame(cards[1], 45, 30, 10, 0.7, 1, 3, np.random.default_rng(6))  # too small for the second look
    stride = WIDTH + 64
    padded = np.full((HEIGHT, stride), 77, np.uint8)
    padded[:, :WIDTH] = frame
    plane = padded.tobytes()[: stride * (HEIGHT - 1) + WIDTH]  # a camera may not pad the last row
    assert read_cards(kind(plane), WIDTH, HEIGHT, stride) == [NUMBERS[1]]


def test_an_empty_frame_holds_no_card() -> None:
    frame = expose(wall(), 1, 0.5, 12, np.random.default_rng(8))
    assert read_cards(frame.tobytes(), WIDTH, HEIGHT, WIDTH) == []


@pytest.mark.parametrize(("width", "height", "stride"), [(100, 101, 100), (100, 100, 99), (0, 10, 10), (101, 100, 101)])
def test_a_plane_shorter_than_said_is_never_read_past_its_end(width: int, height: int, stride: int) -> None:
    with pytest.raises(ValueError, match="no plane"):
        read_cards(bytes(100 * 100), width, height, stride)


@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 50), (50, 1), (2, 2), (3, 5)])
def test_the_smallest_planes(width: int, height: int) -> None:
    assert read_cards(bytes(width * height), width, height, width) == []


def test_reads_with_no_numpy_in_the_process() -> None:
    program = (
        "import sys; from sync.reading.reader import read_cards; "
        "read_cards(bytes(640 * 480), 640, 480, 640); sys.exit('numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_other_threads_run_while_it_looks() -> None:
    """A plane as large as this takes many of the interpreter's 5 ms turns."""
    noise = np.random.default_rng(9).integers(0, 256, (3000, 4000), np.uint8).tobytes()
    done = threading.Event()
    turns = 0

    def look() -> None:
        read_cards(noise, 4000, 3000, 4000)
        done.set()

    worker = threading.Thread(target=look)
    worker.start()
    while not done.wait(0.001):
        turns += 1
    worker.join()
    assert turns > 10


@pytest.mark.parametrize("suffix", ["png", "jpg", "bmp"])
def test_picture_files(cards: list[Luminance], tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"证.{suffix}"
    Image.fromarray(camera_frame(cards[2], 20, 10, 10, 0.7, 1, 3, np.random.default_rng(1))).save(path)
    assert read_image(path) == [NUMBERS[2]]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_read_whichever_way_up_its_exif_says(
    cards: list[Luminance], tmp_path: Path, orientation: int
) -> None:
    path = tmp_path / "phone.jpg"
    exif = Image.Exif()
    exif[0x0112] = orientation
    upright = Image.fromarray(cards[0])
    as_stored = upright.transpose(TURNS[orientation]) if orientation in TURNS else upright
    as_stored.save(path, exif=exif)
    assert read_image(path) == [NUMBERS[0]]


def test_black_on_nothing_is_black_on_paper(cards: list[Luminance], tmp_path: Path) -> None:
    ink = 255 - cards[3]
    rgba = np.zeros((*ink.shape, 4), np.uint8)
    rgba[..., 3] = ink
    path = tmp_path / "transparent.png"
    Image.fromarray(rgba).save(path)
    assert read_image(path) == [NUMBERS[3]]


def test_a_whole_sheet_of_cards(tmp_path: Path) -> None:
    wanted = numbers(10, seed=2)
    images = printed(wanted)
    path = tmp_path / "sheet.png"
    Image.fromarray(np.vstack([np.hstack(images[i : i + 2]) for i in range(0, 10, 2)])).save(path)
    assert sorted(read_image(path)) == sorted(wanted)


def test_what_is_no_picture_is_told_in_words(tmp_path: Path) -> None:
    text = tmp_path / "花名册.txt"
    text.write_text("不是图片", "utf-8")
    with pytest.raises(BadInput, match=r"不是能识别的图片.*花名册\.txt"):
        read_image(text)
    with pytest.raises(BadInput, match=r"找不到图片.*没有\.png"):
        read_image(tmp_path / "没有.png")
    with pytest.raises(BadInput, match="打不开"):
        read_image(tmp_path)


@pytest.mark.parametrize("side", [8001, 20000])
def test_a_picture_too_large_to_open_is_refused(tmp_path: Path, side: int) -> None:
    path = tmp_path / "huge.png"
    Image.new("1", (side, side)).save(path)
    with pytest.raises(BadInput, match="太大"):
        read_image(path)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow speaks of odd metadata; what matters is what it answers
def test_a_broken_picture_is_read_or_refused_and_nothing_else(tmp_path: Path, data: st.DataObject) -> None:
    buffer = io.BytesIO()
    Image.new("L", (64, 48), 200).save(buffer, data.draw(st.sampled_from(["PNG", "JPEG", "BMP"])))
    raw = bytearray(buffer.getvalue()[: data.draw(st.integers(0, len(buffer.getvalue())))])
    for place_, value in data.draw(st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=6)):
        if place_ < len(raw):
            raw[place_] = value
    path = tmp_path / "broken"
    path.write_bytes(raw)
    try:
        assert read_image(path) == []
    except BadInput as error:
        assert "broken" in error.message
