"""A sealed photo: whoever made it, opening it takes no longer than an honest one."""

import pyrage
import pytest

from sync.errors import Refused
from sync.seal import batch, papers
from sync.seal.age import MOST_RECIPIENTS
from sync.seal.keys import Ed25519Signer
from sync.seal.photo import seal, unseal

READERS = [pyrage.x25519.Identity.generate() for _ in range(MOST_RECIPIENTS + 1)]
SIGNER = Ed25519Signer(b"1" * 32)


def test_a_hundred_may_read_one_and_more_cost_nothing() -> None:
    last = str(READERS[-1])
    keys = [str(reader.to_public()) for reader in READERS]
    assert unseal(seal(b"picture", keys[1:]), last) == b"picture"
    with pytest.raises(Refused) as caught:
        unseal(seal(b"picture", keys), last)
    assert caught.value.reason == "too-many-recipients"
    with pytest.raises(Refused) as caught:
        batch.unseal(seal(b"batch", keys), last)
    assert caught.value.reason == "too-many-recipients"


@pytest.mark.parametrize("bent", ["a" * 64 + "\n", "A" * 64, "a" * 63, "../" + "a" * 61, "a" * 64 + "/x"])
def test_what_becomes_a_file_s_name_is_a_hash_and_nothing_else(bent: str) -> None:
    part = papers.PhotoPart(1, SIGNER.public, "a" * 64, bent, 1, 0)
    with pytest.raises(Refused) as caught:
        papers.verify_own(papers.sign(part, SIGNER), papers.PhotoPart)
    assert caught.value.reason == "bad-paper"
