"""Photos for tests: bytes that look like a picture's, taken and named as the app does, without a lesson around them."""

import random

from sync.ledger import photos
from sync.ledger.ledger import Ledger
from sync.seal import kinds

SIZE = 150_000


def picture(seed: int, size: int = SIZE) -> bytes:
    return b"\xff\xd8\xff" + random.Random(seed).randbytes(size - 3)


def name(ledger: Ledger, digest: str, size: int = SIZE, what: str = "start") -> str:
    """The fact alone; answers its id."""
    with ledger.writing() as w:
        return w.fact("photo", kinds.Photo(digest, "lesson", what, size))


def shoot(ledger: Ledger, seed: int, size: int = SIZE, what: str = "start") -> str:
    """Takes a photo and answers its SHA-256."""
    digest = photos.keep(ledger, picture(seed, size))
    name(ledger, digest, size, what)
    return digest
