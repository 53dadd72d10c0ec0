"""Every kind of change with every field, as some version of the program wrote it, is read for ever (`words.py`)."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sync.ledger import database
from sync.ledger.check import check
from sync.ledger.fold import fold
from sync.ledger.ledger import Ledger
from sync.seal import batch, kinds
from sync.seal.change import Sealed, encode_body
from sync.seal.keys import ED25519, PublicKey
from tests.golden.words import SIDES, WORDS

SETS = sorted(path for path in Path(__file__).parent.iterdir() if (path / WORDS).exists())
BATCHES = [pytest.param(folder, side, id=f"{folder.name} {side}") for folder in SETS for side in SIDES]


def told(folder: Path, side: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / WORDS).read_text("utf-8"))[side]
    return found


def changes(folder: Path, side: str) -> list[Sealed]:
    claimed = batch.claim((folder / f"{side}.signed").read_bytes())
    return batch.verify(claimed, PublicKey(ED25519, told(folder, side)["key"]))


@pytest.mark.parametrize(("folder", "side"), BATCHES)
def test_every_change_says_what_it_said(folder: Path, side: str) -> None:
    for sealed, (kind, digest, body) in zip(changes(folder, side), told(folder, side)["changes"], strict=True):
        assert (sealed.change.kind, sealed.hash) == (kind, digest)
        read = kinds.decode(kind, sealed.change.body)
        assert read is not None
        assert msgspec.json.decode(encode_body(read)) == body
        if isinstance(read, kinds.Write) and not read.id:
            assert set(kinds.ENTITIES[kind].__struct_fields__) >= set(read.set)


@pytest.mark.parametrize(("folder", "side"), BATCHES)
def test_every_change_is_folded_and_folded_again_alike(folder: Path, side: str, tmp_path: Path) -> None:
    with Ledger.create(tmp_path / "node", "县里") as ledger:
        with database.transaction(ledger.conn):
            ledger.store(changes(folder, side))
        assert check(ledger).problems == []
    with Ledger.create(tmp_path / "other", "县里") as ledger, database.transaction(ledger.conn):
        assert fold(ledger.conn, changes(folder, side)) == 0, "changes of an unknown kind"


def test_the_sets_hold_every_kind_and_field_of_today() -> None:
    """A kind or field that is new wants a new set: `python -m tests.golden.words tests/golden/vN`."""
    said = [change for folder in SETS for side in SIDES for change in told(folder, side)["changes"]]
    fields: dict[str, set[str]] = {}
    for kind, _, body in said:
        fields.setdefault(kind, set()).update(body.get("set", body) if kind in kinds.ENTITIES else body)
    missing = {
        kind: lacks
        for kind, cls in (kinds.ENTITIES | kinds.FACTS).items()
        if (lacks := set(cls.__struct_encode_fields__) - fields.get(kind, set()))
    }
    assert missing == {}
