"""Photos beside the ledger."""

import hashlib
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from sync.errors import BadInput, NotFound, StorageError
from sync.jobs import photos
from tests.jobs.school import School


def picture(width: int = 1600, height: int = 900, **more: object) -> bytes:
    """A JPEG, red above and blue below."""
    image = Image.new("RGB", (width, height), "blue")
    image.paste("red", (0, 0, width, height // 2))
    out = io.BytesIO()
    image.save(out, "JPEG", **more)  # type: ignore[arg-type]
    return out.getvalue()


def test_a_photo_is_scaled_sealed_and_named_by_its_digest(school: School) -> None:
    lesson = school.lesson("1 10:00-13:00")
    digest = photos.add_photo(school.ledger, picture(), lesson, "start")
    kept = photos.read_photo(school.ledger, digest)
    assert hashlib.sha256(kept).hexdigest() == digest
    assert Image.open(io.BytesIO(kept)).size == (1024, 576)
    on_disk = photos.photo_path(school.ledger, digest).read_bytes()
    assert kept[:64] not in on_disk and b"JFIF" not in on_disk
    [row] = photos.photos_of(school.ledger, lesson)
    assert (row["sha256"], row["what"], row["from_file"]) == (digest, "start", 0)


def test_it_stands_upright_and_forgets_where_it_was_taken() -> None:
    notes = Image.Exif()
    notes[0x0112] = 6  # turned by a quarter: what was above is at the right now
    notes[0x010F] = "Village Phone"
    kept = photos.scale(picture(800, 400, exif=notes))
    image = Image.open(io.BytesIO(kept))
    assert image.size == (400, 800)
    right, left = image.getpixel((350, 400)), image.getpixel((50, 400))
    assert right[0] > 200 > 50 > right[2] and left[2] > 200 > 50 > left[0]  # type: ignore[index]
    assert not image.getexif() and b"Village Phone" not in kept


def test_one_from_a_file_says_so_and_the_same_one_is_not_taken_twice(school: School) -> None:
    lesson = school.lesson("1 10:00-13:00")
    photos.add_photo(school.ledger, picture(), lesson, "middle", from_file=True)
    with pytest.raises(BadInput, match="已经有了"):
        photos.add_photo(school.ledger, picture(), lesson, "end", from_file=True)
    assert [row["from_file"] for row in photos.photos_of(school.ledger, lesson)] == [1]
    with pytest.raises(NotFound):
        photos.add_photo(school.ledger, picture(), "no such lesson", "start")


def test_a_photo_that_was_exchanged_is_not_shown(school: School) -> None:
    lesson = school.lesson("1 10:00-13:00")
    one = photos.add_photo(school.ledger, picture(), lesson, "start")
    two = photos.add_photo(school.ledger, picture(640, 480), lesson, "end")
    photos.photo_path(school.ledger, one).write_bytes(photos.photo_path(school.ledger, two).read_bytes())
    with pytest.raises(NotFound):
        photos.read_photo(school.ledger, one)
    photos.photo_path(school.ledger, two).unlink()
    with pytest.raises(NotFound):
        photos.read_photo(school.ledger, two)


def test_what_cannot_be_kept_is_not_recorded(school: School) -> None:
    lesson = school.lesson("1 10:00-13:00")
    (school.ledger.folder / "photos").write_bytes(b"in the way")
    with pytest.raises(StorageError):
        photos.add_photo(school.ledger, picture(), lesson, "start")
    assert photos.photos_of(school.ledger, lesson) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(["JPEG", "PNG", "WEBP", "BMP"]), st.integers(0, 4000), st.binary(min_size=1, max_size=40))
def test_damaged_pictures_are_refused_in_words(form: str, at: int, noise: bytes) -> None:
    out = io.BytesIO()
    Image.effect_noise((60, 40), 50).convert("RGB").save(out, form)
    data = bytearray(out.getvalue())
    at %= len(data)
    data[at : at + len(noise)] = noise
    for damaged in (bytes(data), bytes(data[:at])):
        try:
            kept = photos.scale(damaged)
        except BadInput as error:
            assert "照片" in error.message
        else:
            assert Image.open(io.BytesIO(kept)).format == "JPEG"
