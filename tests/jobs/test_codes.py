"""Papers by pictures: rendered, photographed, read back, and the very bytes again; what is amiss is said in words."""

import random
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from sync.errors import BadInput, Refused, UserError
from sync.jobs.codes import paper_of
from sync.paper.codes import sheet
from sync.reading.reader import read_cards
from sync.seal import parts
from tests.reading.photos import camera_frame, phone_photo, pixels

PAPER = b"{" + random.Random(1).randbytes(2600) + b"}"
OTHER = b"{" + random.Random(2).randbytes(900) + b"}"


def blank() -> bytes:
    file = BytesIO()
    Image.new("L", (400, 300), 200).save(file, "PNG")
    return file.getvalue()


def pictures(paper: bytes) -> list[bytes]:
    """Each code as a picture of its own."""
    return [sheet([text]) for text in parts.split(paper)]


def named(*data: bytes) -> list[tuple[str, bytes]]:
    return [(f"微信图片{n}", one) for n, one in enumerate(data, 1)]


def refusal(*data: bytes) -> UserError:
    with pytest.raises(UserError) as caught:
        paper_of(named(*data))
    return caught.value


def test_one_photo_of_the_whole_sheet_is_enough() -> None:
    rng = np.random.default_rng(5)
    assert len(parts.split(PAPER)) == 6
    for _ in range(2):
        assert paper_of(named(phone_photo(pixels(sheet(parts.split(PAPER))), rng))) == PAPER


def test_a_noisy_photo_of_twelve_codes_is_looked_at_twice() -> None:
    """By lamp light: the whole picture shows some of them, and half its size the rest."""
    twelve = b"{" + random.Random(3).randbytes(5500)
    photo = phone_photo(pixels(sheet(parts.split(twelve))), np.random.default_rng(0), light=(0.2, 0.25), noise=8)
    plane = pixels(photo)
    assert 0 < len(read_cards(plane.tobytes(), plane.shape[1], plane.shape[0], plane.shape[1])) < 12
    assert paper_of(named(photo)) == twelve


def test_photos_one_by_one_in_any_order_with_repeats() -> None:
    rng = np.random.default_rng(6)
    shown = pictures(PAPER)
    photos = [phone_photo(pixels(shown[n]), rng, 900) for n in (4, 0, 5, 2, 2, 1, 3)]
    assert paper_of(named(*photos)) == PAPER


def test_a_laptop_s_camera_reads_every_code_at_arm_s_length() -> None:
    """480 of 720 lines high, a little out of focus, leaning, unevenly lit: each frame."""
    rng = np.random.default_rng(7)
    for text in parts.split(PAPER)[:2]:
        frames = [camera_frame(pixels(sheet([text])), rng) for _ in range(3)]
        assert [read_cards(frame.tobytes(), 1280, 720, 1280) for frame in frames] == [[text]] * 3


def test_a_file_is_the_paper_itself() -> None:
    assert paper_of([("登记申请.xpq", OTHER)]) == OTHER
    assert paper_of([("什么.txt", b"anything")]) == b"anything", "whoever takes papers says what it is not"


def test_missing_parts_are_named() -> None:
    shown = pictures(PAPER)
    error = refusal(shown[0], shown[3], shown[4])
    assert (type(error), error.reason) == (BadInput, "missing-parts")
    assert "第 2、3、6 张" in error.message
    assert "共 6 张" in error.message


def test_codes_of_two_papers_are_told_apart() -> None:
    error = refusal(*pictures(PAPER)[:5], pictures(OTHER)[0])
    assert (type(error), error.reason) == (Refused, "other-paper")
    assert error.message.startswith("微信图片6：")


def test_a_picture_without_a_code_of_ours() -> None:
    card = sheet(["12345678901234567"])
    assert "没有找到二维码" in refusal(blank()).message
    assert "不是登记用的" in refusal(card).message
    assert "微信图片2" in refusal(pictures(PAPER)[0], blank()).message
    assert "不是图片" in refusal(pictures(PAPER)[0], OTHER).message
    assert refusal(pictures(PAPER)[0][:300]).reason == "bad-input"


def test_a_stranger_s_code_beside_ours_is_passed_over() -> None:
    ours = parts.split(OTHER)
    assert paper_of(named(sheet([*ours, "https://example.invalid/poster"]))) == OTHER
