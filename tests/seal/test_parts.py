"""A paper as the texts of QR codes: any order, any repeats, and never another paper than the one that was split."""

import random
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import Refused
from sync.seal import parts
from tests.seal.mutate import mutations

ALPHANUMERIC = set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
"""QR's alphanumeric mode, ISO/IEC 18004 table 5."""


def noise(seed: int, size: int) -> bytes:
    """Bytes that nothing packs."""
    return random.Random(seed).randbytes(size)


papers = st.builds(noise, st.integers(0, 50), st.integers(1, 4000))


def refusal(collection: parts.Collection, text: str) -> str:
    with pytest.raises(Refused) as caught:
        collection.add(text)
    assert caught.value.message
    return caught.value.reason


@given(papers, st.randoms(use_true_random=False), st.integers(0, 30))
def test_in_any_order_and_with_repeats_the_paper_comes_back(paper: bytes, chance: random.Random, extra: int) -> None:
    texts = parts.split(paper)
    shown = [*texts, *chance.choices(texts, k=extra)]
    chance.shuffle(shown)
    collection, seen = parts.Collection(), set[str]()
    for text in shown:
        assert (collection.paper is not None) == (len(seen) == len(texts))
        assert collection.add(text) == (text not in seen)
        seen.add(text)
        assert len(collection.missing) == len(texts) - len(seen)
    assert collection.paper == paper


@given(papers)
def test_a_part_fits_its_code(paper: bytes) -> None:
    texts = parts.split(paper)
    assert {parts.read(text).count for text in texts} == {len(texts)}
    assert len(texts) == -(-len(zlib.compress(paper, 9)) // 480)
    for text in texts:
        assert set(text) <= ALPHANUMERIC
        assert len(text) <= 816, "what version 18 holds at level M in alphanumeric mode"


@given(papers, papers, st.randoms(use_true_random=False))
def test_two_papers_never_mix(one: bytes, other: bytes, chance: random.Random) -> None:
    shown = [*parts.split(one), *parts.split(other)]
    chance.shuffle(shown)
    collection = parts.Collection()
    for text in shown:
        if one != other and collection.count and parts.read(text).paper != parts.read(shown[0]).paper:
            assert refusal(collection, text) == "other-paper"
        else:
            collection.add(text)
    first = parts.read(shown[0]).paper
    assert collection.paper == (one if parts.read(parts.split(one)[0]).paper == first else other)


@given(papers, st.data())
def test_no_bent_text_makes_another_paper(paper: bytes, data: st.DataObject) -> None:
    """A part with any byte bent is refused, whatever came before; afterwards the true ones still make the paper."""
    texts = parts.split(paper)
    victim = data.draw(st.sampled_from(texts))
    bent = data.draw(mutations(victim.encode())).decode(errors="replace")
    collection = parts.Collection()
    for text in texts:
        if text == victim:
            assert refusal(collection, bent) in {"bad-part", "not-a-part", "newer-version"}
        collection.add(text)
    assert collection.paper == paper


def forged(name: str, number: int, count: int, data: bytes) -> str:
    """A text whose check is right, as somebody who knows the format writes it."""
    return parts._text(name, number, count, data)


@given(papers, papers)
def test_a_part_forged_for_a_paper_makes_nothing_of_it(paper: bytes, other: bytes) -> None:
    texts = parts.split(paper)
    first = parts.read(texts[0])
    data = parts.read(parts.split(other)[0]).data
    collection = parts.Collection()
    false = forged(first.paper, 1, first.count, data)
    if data == first.data:
        return
    reasons = [refusal(collection, text) for text in (false, *texts[1:]) if not _goes(collection, text)]
    assert reasons == ["bad-parts"]
    assert collection.paper is None
    assert collection.count == 0
    for text in texts:
        collection.add(text)
    assert collection.paper == paper


def _goes(collection: parts.Collection, text: str) -> bool:
    """Whether the text is taken without making the collection whole."""
    last = collection.missing == [parts.read(text).number] or parts.read(text).count == 1
    return not last and collection.add(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not-a-part"),
        ("12345678901234567", "not-a-part"),
        ("https://example.invalid/XP1/A/1/1/AA/AA", "not-a-part"),
        ("XP2/ABC/1/1/AA/AAAA", "newer-version"),
        ("XP1/ABC/1/1/AA/AAAA", "bad-part"),
        ("XP1/ABC", "bad-part"),
        ("XP1//////", "bad-part"),
        (forged("ABC", 0, 1, b"x"), "bad-part"),
        (forged("ABC", 2, 1, b"x"), "bad-part"),
        (forged("ABC", 1, 100, b"x"), "bad-part"),
        (forged("ABC", 1, 1, b""), "bad-part"),
        (forged("ABC", 1, 1, b"x").replace("/1/1/", "/１/1/"), "bad-part"),
        (forged("ABC", 1, 1, b"x"), "bad-parts"),
        (forged("ABC", 1, 1, zlib.compress(bytes(parts.LARGEST + 1))), "bad-parts"),
    ],
)
def test_what_is_no_part_is_said_so(text: str, reason: str) -> None:
    collection = parts.Collection()
    assert refusal(collection, text) == reason
    assert collection.count == 0


def test_a_paper_too_large_for_codes_is_our_mistake() -> None:
    with pytest.raises(ValueError, match="too large"):
        parts.split(noise(1, parts.SIZE * parts.MOST + 100))
