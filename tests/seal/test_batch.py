"""Batches: what is sealed comes back byte for byte, and nothing that was altered comes back at all."""

import gzip
import json
import tracemalloc
import zlib
from collections.abc import Callable

import msgspec
import pyrage
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.errors import Refused
from sync.seal import batch, envelope, papers
from sync.seal.change import GENESIS, Sealed, make, read, sha256
from sync.seal.keys import Ed25519Signer, PublicKey
from tests.seal.forge import forged
from tests.seal.mutate import mutations

SIGNER = Ed25519Signer(b"1" * 32)
OTHER = Ed25519Signer(b"2" * 32)
FEED = "ABCDEFGHIJKLMNOP"

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
bodies = st.dictionaries(texts, texts | st.integers(-(2**53), 2**53) | st.none() | st.lists(texts), max_size=4)


def feed_of(written: list[tuple[str, str, dict[str, object]]], first: int = 1, prev: str = GENESIS) -> list[Sealed]:
    """A chain of changes with these operators, kinds and bodies."""
    changes: list[Sealed] = []
    for number, (op, kind, body) in enumerate(written):
        sealed = make(
            feed=FEED, seq=first + number, prev=changes[-1].hash if changes else prev, hlc=(number, 0), wall=number,
            mono=number, boot="b0", op=op, kind=kind, body=msgspec.json.encode(body),
        )  # fmt: skip
        changes.append(sealed)
    return changes


CHANGES = feed_of([("", "leave", {"lesson": "L", "person": str(n), "reason": "农忙" * n}) for n in range(12)])
SIGNED = batch.build(CHANGES, SIGNER)


def opened(signed: bytes, key: PublicKey = SIGNER.public) -> list[Sealed]:
    return batch.verify(batch.claim(signed), key)


def reason_of(refused: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        refused()
    assert caught.value.message
    return caught.value.reason


@given(st.lists(st.tuples(texts, texts, bodies), min_size=1, max_size=20), st.integers(1, 10**9))
def test_a_batch_gives_back_every_hashed_byte(written: list[tuple[str, str, dict[str, object]]], first: int) -> None:
    prev = sha256(b"before") if first > 1 else GENESIS
    changes = feed_of(written, first, prev)
    again = opened(batch.build(changes, SIGNER))
    assert [sealed.raw for sealed in again] == [sealed.raw for sealed in changes]
    assert [sealed.hash for sealed in again] == [sha256(sealed.raw) for sealed in changes]


@given(st.lists(st.tuples(texts, texts, bodies), min_size=1, max_size=5))
def test_the_line_on_the_wire_is_the_hashed_text_without_what_can_be_rebuilt(
    written: list[tuple[str, str, dict[str, object]]],
) -> None:
    prev = GENESIS
    for seq, sealed in enumerate(feed_of(written), start=1):
        rebuilt = f'{{"feed":"{FEED}","seq":{seq},"prev":"{prev}",'.encode() + sealed.line[1:]
        assert sha256(rebuilt) == sealed.hash == sha256(sealed.raw)
        prev = sealed.hash


def test_a_sealed_file_opens_for_its_recipients_and_nobody_else() -> None:
    ours, theirs, strangers = (pyrage.x25519.Identity.generate() for _ in range(3))
    data = batch.seal(SIGNED, [str(ours.to_public()), str(theirs.to_public())])
    assert batch.unseal(data, str(ours)) == batch.unseal(data, str(theirs)) == SIGNED
    assert reason_of(lambda: batch.unseal(data, str(strangers))) == "not-for-us-or-damaged"
    assert reason_of(lambda: batch.unseal(b"PK\x03\x04", str(ours))) == "not-sealed"


IDENTITY = pyrage.x25519.Identity.generate()
SEALED = batch.seal(SIGNED, [str(IDENTITY.to_public())])
SEALED_TOO = batch.seal(batch.build(CHANGES[:5], SIGNER), [str(IDENTITY.to_public())])


@settings(max_examples=200)
@given(mutations(SEALED, SEALED_TOO))
def test_no_mutation_of_a_sealed_file_opens(data: bytes) -> None:
    reason_of(lambda: opened(batch.unseal(data, str(IDENTITY))))


@settings(max_examples=200)
@given(mutations(SIGNED, batch.build(CHANGES[:5], SIGNER), batch.build(CHANGES, OTHER)))
def test_no_mutation_of_a_signed_envelope_is_taken(data: bytes) -> None:
    reason_of(lambda: opened(data))


RECEIPT = papers.Receipt(1, SIGNER.public.id, 1_795_251_600, [papers.Head(FEED, 12, CHANGES[-1].hash)])
RECEIPT_PAPER = papers.sign(RECEIPT, SIGNER)


@settings(max_examples=200)
@given(mutations(RECEIPT_PAPER, papers.sign(RECEIPT, OTHER)))
def test_no_mutation_of_a_receipt_is_believed(data: bytes) -> None:
    reason_of(lambda: papers.verify(data, papers.Receipt, SIGNER.public))


REQUEST = papers.sign(papers.Request(1, "红旗村", SIGNER.public, "age1x", FEED), SIGNER)


@settings(max_examples=200)
@given(mutations(REQUEST, papers.sign(papers.Request(1, "红旗村", OTHER.public, "age1x", FEED), OTHER)))
def test_no_mutation_of_a_paper_that_names_its_own_key_is_believed(data: bytes) -> None:
    reason_of(lambda: papers.verify_own(data, papers.Request))


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=300) | texts.map(str.encode) | st.recursive(texts, st.lists).map(msgspec.json.encode))
def test_any_bytes_at_all_are_refused_in_words(data: bytes) -> None:
    reason_of(lambda: batch.claim(data))
    reason_of(lambda: batch.unseal(data, str(IDENTITY)))
    reason_of(lambda: papers.verify_own(data, papers.Request))


LINES = [sealed.line for sealed in CHANGES]
HEADER = batch.claim(SIGNED).header
NEST = b"[" * 100_000

WRONG_RUNS: dict[str, tuple[bytes, str]] = {
    "removed": (forged(HEADER, LINES[:5] + LINES[6:], SIGNER), "wrong-count"),
    "removed, count set right": (forged(HEADER, LINES[:5] + LINES[6:], SIGNER, count=11), "bad-chain"),
    "last one removed": (forged(HEADER, LINES[:-1], SIGNER, count=11), "bad-chain"),
    "reordered": (forged(HEADER, [LINES[1], LINES[0], *LINES[2:]], SIGNER), "bad-chain"),
    "edited": (forged(HEADER, [LINES[0].replace(b'"person":"0"', b'"person":"1"'), *LINES[1:]], SIGNER), "bad-chain"),
    "repeated": (forged(HEADER, [*LINES, LINES[-1]], SIGNER, count=13), "bad-chain"),
    "one more than said": (forged(HEADER, [*LINES, LINES[-1]], SIGNER), "wrong-count"),
    "moved to another place": (forged(HEADER, LINES, SIGNER, first=2), "bad-chain"),
    "moved to another feed": (forged(HEADER, LINES, SIGNER, feed="P" * 16), "bad-chain"),
    "after another change": (forged(HEADER, LINES, SIGNER, prev=sha256(b"other")), "bad-chain"),
    "two places in one line": (forged(HEADER, [LINES[0][:-1] + b',"seq":7}', *LINES[1:]], SIGNER), "bad-change"),
    "no change": (forged(HEADER, [b"{}", *LINES[1:]], SIGNER), "bad-change"),
    "newer version": (forged(HEADER, LINES, SIGNER, v=2), "newer-version"),
    "no header": (envelope.sign(gzip.compress(b"[]\n"), envelope.BATCH, SIGNER), "bad-header"),
    "nested header": (envelope.sign(gzip.compress(NEST[:4000]), envelope.BATCH, SIGNER), "bad-header"),
    "first 0": (forged(HEADER, LINES, SIGNER, first=0), "bad-header"),
    "first beyond any number": (forged(HEADER, LINES, SIGNER, first=10**30), "bad-header"),
    "count 0": (forged(HEADER, [], SIGNER, count=0), "bad-header"),
    "a million": (forged(HEADER, LINES, SIGNER, count=10**6), "bad-header"),
    "feed that is a path": (forged(HEADER, LINES, SIGNER, feed="../../etc/passwd"), "bad-header"),
    "feed longer than a file's name": (forged(HEADER, LINES, SIGNER, feed="A" * 300), "bad-header"),
    "not gzip": (envelope.sign(b"plain", envelope.BATCH, SIGNER), "bad-gzip"),
    "gzip with a tail": (forged(HEADER, LINES, SIGNER, bend=lambda packed: packed + b"x"), "bad-gzip"),
    "gzip cut short": (forged(HEADER, LINES, SIGNER, bend=lambda packed: packed[:-4]), "bad-gzip"),
    "wrong payload type": (envelope.sign(gzip.compress(b"{}"), envelope.RECEIPT, SIGNER), "wrong-type"),
    "nested envelope": (NEST, "bad-envelope"),
    "10 MB field": (
        forged(HEADER, [LINES[0][:-1] + b',"x":"' + b"x" * 10_000_000 + b'"}'], SIGNER, count=1), "line-too-long",
    ),
    "nested body": (
        forged(HEADER, [b'{"hlc":[0,0],"wall":0,"mono":0,"boot":"","op":"","kind":"k","body":' + NEST[:60_000] + b"}"],
               SIGNER, count=1),
        "bad-change",
    ),
    "a time beyond any calendar": (
        forged(HEADER, [LINES[0].replace(b'"wall":0', b'"wall":' + b"9" * 30)], SIGNER, count=1), "bad-change",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG_RUNS)
def test_a_wrong_batch_is_refused_though_its_own_device_signed_it(name: str) -> None:
    data, reason = WRONG_RUNS[name]
    assert reason_of(lambda: opened(data)) == reason


def test_the_honest_batch_that_these_were_made_from_is_taken() -> None:
    assert opened(forged(HEADER, LINES, SIGNER)) == CHANGES


def test_a_signature_by_another_key_under_the_right_name_is_refused() -> None:
    text = json.loads(batch.build(CHANGES, OTHER))
    text["signatures"][0]["keyid"] = SIGNER.public.id
    swapped = msgspec.json.encode(text, order="deterministic")
    assert reason_of(lambda: opened(swapped)) == "bad-signature"
    assert reason_of(lambda: opened(SIGNED, OTHER.public)) == "wrong-key"


def test_an_algorithm_that_is_not_known_is_named() -> None:
    class Newer:
        public = PublicKey("sm9", "04" * 33)

        def sign(self, data: bytes) -> bytes:
            return b"x" * 64

    signed = batch.build(CHANGES, Newer())
    with pytest.raises(Refused, match="sm9") as caught:
        opened(signed, Newer.public)
    assert caught.value.reason == "unknown-algorithm"
    # Nor does the same raw key pass for another algorithm's.
    assert reason_of(lambda: opened(signed, PublicKey("ed25519", Newer.public.raw))) == "wrong-key"


@pytest.mark.parametrize("raw", ["", "zz", "AB" * 32, "ab " * 32, "abc"])
def test_a_key_has_one_way_to_be_written(raw: str) -> None:
    with pytest.raises(ValueError):
        PublicKey("ed25519", raw)
    asked = {"v": 1, "name": "n", "key": {"alg": "ed25519", "raw": raw}, "age": "age1x", "feed": FEED}
    text = envelope.sign(msgspec.json.encode(asked), envelope.REQUEST, SIGNER)
    assert reason_of(lambda: papers.verify_own(text, papers.Request)) == "bad-paper"


def test_a_paper_of_a_newer_program_says_so() -> None:
    newer = papers.sign(papers.Receipt(2, SIGNER.public.id, 0, []), SIGNER)
    assert reason_of(lambda: papers.verify(newer, papers.Receipt, SIGNER.public)) == "newer-version"


def test_a_zip_bomb_costs_little_memory() -> None:
    packer = zlib.compressobj(1, wbits=31)
    zeros = bytes(1 << 20)
    parts = [packer.compress(msgspec.json.encode(HEADER) + b"\n"), *(packer.compress(zeros) for _ in range(1024))]
    bomb = b"".join([*parts, packer.flush()])
    assert len(bomb) < 8_000_000
    signed = envelope.sign(bomb, envelope.BATCH, SIGNER)
    tracemalloc.start()
    try:
        claimed = batch.claim(signed)
        _, before = tracemalloc.get_traced_memory()
        assert reason_of(lambda: batch.verify(claimed, OTHER.public)) == "wrong-key"
        assert tracemalloc.get_traced_memory()[1] == before, "unpacked before the signature was verified"
        assert reason_of(lambda: batch.verify(claimed, SIGNER.public)) == "too-large"
        assert tracemalloc.get_traced_memory()[1] < before + 4 * batch.MAX_PAYLOAD
    finally:
        tracemalloc.stop()


def test_stored_bytes_that_are_no_change_are_refused() -> None:
    assert read(CHANGES[0].raw) == CHANGES[0]
    assert reason_of(lambda: read(b"{")) == "bad-change"
