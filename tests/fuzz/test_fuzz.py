"""A few thousand bent files into every reader; `python3 dev.py fuzz --inputs 1000000` reads more."""

import base64
import re
from collections.abc import Iterator
from random import Random

import pytest

from tests.fuzz.accepted import Accepted
from tests.fuzz.fuzz import one_bent
from tests.fuzz.readers import Readers


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    made = Readers()
    yield made
    made.close()


def names() -> list[str]:
    made = Readers()
    made.close()
    return list(made.all)


@pytest.mark.parametrize("name", names())
def test_a_reader_refuses_in_words_or_takes_what_is_honest(readers: Readers, name: str) -> None:
    chance, seeds = Random(name), readers.all[name][1]
    inputs = [one_bent(chance, seeds) for _ in range(40 if name == "restore" else 200)]
    refused = sum(readers.read(name, data) for data in inputs)
    # A body is read only where it is JSON, and `take` answers what it refused without raising.
    assert refused > len(inputs) / 10 or name in ("body", "answer", "county")


def test_what_was_honest_is_taken_by_all(readers: Readers) -> None:
    for name, (_, seeds) in readers.all.items():
        assert name == "county" or not all(readers.read(name, seed) for seed in seeds), name


def test_an_acceptance_would_be_seen(readers: Readers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.seal.keys.PublicKey.verify", lambda *_: None)
    bent = re.sub(rb'"sig":"[^"]+"', b'"sig":"' + base64.b64encode(bytes(64)) + b'"', readers.batch)
    with pytest.raises(Accepted):
        readers.read("batch", bent)
