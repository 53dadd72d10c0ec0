"""Random changes of every kind that the program knows, made from the kinds: a new one needs no word here."""

from typing import Any

import msgspec
from hypothesis import strategies as st

from sync.ledger.ledger import feed_id
from sync.seal import kinds
from sync.seal.change import GENESIS, Sealed, encode_body, make
from sync.seal.keys import Ed25519Signer

Draw = st.DrawFn
SIGNERS = [Ed25519Signer(bytes([number]) * 32) for number in (1, 2, 3)]
NONCE = "0123456789abcdef"
FEEDS = [feed_id(signer.public, NONCE) for signer in SIGNERS]

# Few values, so that writers often agree, disagree and come back to what was there.
FEW_TEXTS = st.sampled_from(["", "王芳", "李娜", "𬱖"])


def values(info: msgspec.inspect.Type) -> st.SearchStrategy[Any]:
    """JSON values that a type takes."""
    match info:
        case msgspec.inspect.IntType():
            return st.integers(0, 2)
        case msgspec.inspect.StrType(pattern=str(pattern)):
            return st.from_regex(pattern, fullmatch=True)
        case msgspec.inspect.StrType():
            return FEW_TEXTS
        case msgspec.inspect.BoolType():
            return st.booleans()
        case msgspec.inspect.NoneType():
            return st.none()
        case msgspec.inspect.LiteralType(values=choices):
            return st.sampled_from(choices)
        case msgspec.inspect.UnionType(types=types):
            return st.one_of([values(one) for one in types])
        case msgspec.inspect.ListType(item_type=item):
            return st.lists(values(item), max_size=2)
        case msgspec.inspect.DictType(key_type=key, value_type=value):
            return st.dictionaries(values(key), values(value), max_size=2)
        case msgspec.inspect.StructType(cls=cls) if cls is kinds.PublicKey:
            return st.sampled_from([msgspec.to_builtins(signer.public) for signer in SIGNERS])
        case msgspec.inspect.StructType(fields=fields):
            needed = {field.encode_name: values(field.type) for field in fields if field.required}
            more = {field.encode_name: values(field.type) for field in fields if not field.required}
            return st.fixed_dictionaries(needed, optional=more)
        case msgspec.inspect.RawType():
            return st.just({"version": "x"})
    raise NotImplementedError(info)


BODIES = {kind: values(msgspec.inspect.type_info(body)) for kind, body in kinds.FACTS.items() if kind != "feed.open"}
FIELDS = {
    kind: {field.encode_name: values(field.type) for field in msgspec.inspect.type_info(entity).fields}  # type: ignore[attr-defined]
    for kind, entity in kinds.ENTITIES.items()
}


@st.composite
def feeds(draw: Draw, *, county: bool = True) -> list[list[Sealed]]:
    """Feeds of the SIGNERS, whose writers know some of each other's changes and name some of those that they replace.

    Without `county` they hold nothing that only a county may write.
    """
    forbidden = frozenset() if county else kinds.COUNTY_ONLY
    facts = sorted(BODIES.keys() - forbidden)
    entities = sorted(FIELDS.keys() - forbidden)
    made: list[list[Sealed]] = []
    for signer in SIGNERS[: draw(st.integers(1, 3))]:
        made.append([])
        opening = kinds.FeedOpen(signer.public, NONCE, "红旗村")
        _append(draw, made, len(made) - 1, "feed.open", encode_body(opening))
    for _ in range(draw(st.integers(0, 25))):
        feed = draw(st.integers(0, len(made) - 1))
        if draw(st.integers(0, 3)):
            entity = draw(st.sampled_from(entities))
            _append(draw, made, feed, entity, encode_body(draw(writes(FIELDS[entity], made))))
        else:
            kind = draw(st.sampled_from([*facts, "kind.of.a.newer.program"]))
            _append(draw, made, feed, kind, encode_body(draw(BODIES.get(kind, st.just({"x": 1})))))
    return made


@st.composite
def writes(draw: Draw, fields: dict[str, st.SearchStrategy[Any]], made: list[list[Sealed]]) -> kinds.Write:
    known = [sealed.id for feed in made for sealed in feed]
    chosen = draw(st.fixed_dictionaries({}, optional=fields))
    ids = st.lists(st.sampled_from(known), max_size=2, unique=True)
    replaced = {name: draw(ids) for name in chosen if draw(st.booleans())}
    # Writes may come before what they write to, and name an entity that is of another kind.
    return kinds.Write(chosen, draw(st.sampled_from(["", "NOBODY", *known])), replaced)


def _append(draw: Draw, made: list[list[Sealed]], feed: int, kind: str, body: bytes) -> None:
    before = made[feed][-1] if made[feed] else None
    made[feed].append(
        make(
            feed=FEEDS[feed],
            seq=len(made[feed]) + 1,
            prev=before.hash if before else GENESIS,
            # Clocks that agree, that differ and that run backwards.
            hlc=(draw(st.integers(0, 3)), draw(st.integers(0, 1))),
            wall=draw(st.integers(0, 5000)),
            mono=0,
            boot="b0",
            op="",
            kind=kind,
            body=body,
        )
    )
