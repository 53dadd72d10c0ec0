"""Makes golden files of the whole vocabulary: `python -m tests.golden.words FOLDER`, once, into a new folder.

One batch that a laptop signed and one that a county signed, with a change of every kind that it may write, every field
filled. A kind or field that comes later goes into a set of its own; what is there is read by tests for ever.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import msgspec

from sync.ledger import database
from sync.ledger.ledger import Ledger
from sync.ledger.writer import Writer
from sync.seal import batch, kinds
from sync.seal.keys import PublicKey
from tests.nodes import HandClock

WORDS = "words.json"
SIDES = ("laptop", "county")


def example(kind: msgspec.inspect.Type, name: str, default: Any = None) -> Any:
    """A value of a field, never its default."""
    match kind:
        case msgspec.inspect.StrType(pattern=str()):
            return "ab" * 32
        case msgspec.inspect.StrType():
            return f"{name}·䶮"
        case msgspec.inspect.BoolType():
            return not default
        case msgspec.inspect.IntType():
            return 1_795_251_600
        case msgspec.inspect.LiteralType(values=values):
            return next(value for value in values if value != default)
        case msgspec.inspect.ListType(item_type=inner):
            return [example(inner, name)]
        case msgspec.inspect.DictType(value_type=inner):
            return {f"{name}·键": example(inner, name)}
        case msgspec.inspect.UnionType(types=types):
            return example(next(one for one in types if not isinstance(one, msgspec.inspect.NoneType)), name)
        case msgspec.inspect.StructType(cls=cls) if cls is PublicKey:
            return {"alg": "ed25519", "raw": "cd" * 32}
        case msgspec.inspect.RawType():
            return {"version": "1"}
    raise TypeError(f"{name}: no example of {kind}")


def filled(cls: type[msgspec.Struct]) -> dict[str, Any]:
    """Every field of a body."""
    info = msgspec.inspect.type_info(cls)
    assert isinstance(info, msgspec.inspect.StructType)
    return {field.name: example(field.type, field.name, field.default) for field in info.fields}


def write_words(w: Writer, *, county: bool) -> None:
    """A change of every kind that this side writes, but for the first of a feed, which is there."""
    for kind, fields in kinds.ENTITIES.items():
        if (kind in kinds.COUNTY_ONLY) == county:
            made = w.write(kind, filled(fields))
            w.write(kind, {"name": "改过的名"}, made, "写错了")
    for kind, body in kinds.FACTS.items():
        if (kind in kinds.COUNTY_ONLY) == county and kind != "feed.open":
            w.fact(kind, msgspec.json.decode(msgspec.json.encode(filled(body)), type=body))


def make(folder: Path, work: Path) -> None:
    told = {}
    for side in SIDES:
        with Ledger.create(work / side, "红旗村", clock=HandClock()) as ledger:
            feed = ledger.feed
            if side == "county":
                with database.transaction(ledger.conn):
                    feed = ledger.begin_feed("public", "ef" * 32)
            with ledger.writing(feed) as w:
                write_words(w, county=side == "county")
            changes = list(ledger.changes(feed))
            (folder / f"{side}.signed").write_bytes(batch.build(changes, ledger.signer))
            told[side] = {
                "key": ledger.signer.public.raw,
                "changes": [[s.change.kind, s.hash, msgspec.json.decode(s.change.body)] for s in changes],
            }
    (folder / WORDS).write_text(json.dumps(told, ensure_ascii=False, indent=1), "utf-8")


if __name__ == "__main__":
    out = Path(sys.argv[1])
    out.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as name:
        make(out, Path(name))
