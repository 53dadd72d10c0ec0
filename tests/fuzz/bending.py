"""How an input is bent: bytes anywhere, or one value inside JSON, where a reader takes JSON."""

import json
from copy import deepcopy
from random import Random
from typing import Any

WORDS = [
    b"", b"0", b"-1", b"9" * 20, b"1e999", b"NaN", b"null", b"true", b"[]", b"{}", b'""', b'"', b"\\u0000", b"\\ud800",
    b"\xff\xfe", b"\n", b"\x00", b"[" * 500, b'{"a":' * 300, "𬱖".encode(), b'"seq":1', b'"prev":"', b'"feed":"',
    b"=", b"==", b"A" * 4096, b"../", b"ledger.db", b"PK\x03\x04", b"PK\x05\x06", b"age-encryption.org/v1\n",
    b"\x1f\x8b", b',"x":1',
]  # fmt: skip
VALUES: list[Any] = [
    None, True, 0, -1, 1, 2**31, 2**53 - 1, 2**53, 2**63, 10**30, 0.5, 253_370_764_800_000, "", "0", "\x00", "\u202e",
    "x" * 300, "../../x", "feed.open", "class", "trainee", "stamp", "device.certify", "county.rotate", "A" * 16,
    "0" * 64, [], {}, [[]], {"": ""}, {"set": {}}, {"id": "A" * 16},
]  # fmt: skip


def bent(chance: Random, seeds: list[bytes], data: bytes | None = None) -> bytes:
    """`data`, or one of the seeds, bent a few times."""
    found = bytearray(chance.choice(seeds) if data is None else data)
    for _ in range(chance.choice([1, 1, 2, 4, 16])):
        _bend(chance, seeds, found)
    return bytes(found[:200_000])


def _bend(chance: Random, seeds: list[bytes], data: bytearray) -> None:
    at = chance.randrange(len(data) + 1)
    end = min(len(data), at + chance.choice([1, 2, 8, 64, 1000]))
    act = chance.randrange(8)
    if act == 0 and data:
        data[at % len(data)] ^= 1 << chance.randrange(8)
    elif act == 1:
        data[at:at] = chance.choice(WORDS)
    elif act == 2:
        del data[at:end]
    elif act == 3:
        data[at:at] = data[at:end]
    elif act == 4:
        data[at:end] = chance.choice(WORDS)
    elif act == 5:
        del data[at:]
    elif act == 6:
        other = chance.choice(seeds)
        data[at:] = other[chance.randrange(len(other) + 1) :]
    else:
        data[at:at] = chance.randbytes(chance.choice([1, 4, 40]))


def bent_inside(chance: Random, data: bytes) -> bytes | None:
    """One value of one line of JSON replaced, taken out, or put in twice; None where no line is JSON."""
    lines = data.split(b"\n")
    number = chance.randrange(len(lines))
    kind, brace, rest = lines[number].partition(b"{")
    try:
        tree = json.loads(brace + rest)
    except (ValueError, RecursionError):
        return None
    if not isinstance(tree, dict) or not tree:
        return None
    for _ in range(chance.choice([1, 1, 1, 3])):
        _bend_tree(chance, tree)
    lines[number] = kind + json.dumps(tree, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    if chance.random() < 0.1:
        lines.insert(number, chance.choice(lines))
    return b"\n".join(lines)


def _bend_tree(chance: Random, tree: dict[str, Any]) -> None:
    places = list(_places(tree))
    if not places:
        return
    holder, key = chance.choice(places)
    act = chance.randrange(6)
    if act == 0:
        del holder[key]
    elif act == 1:
        other, name = chance.choice(places)
        holder[key] = deepcopy(other[name])
    elif act == 2 and isinstance(holder[key], int):
        holder[key] += chance.choice([-1, 1, 1000, -(2**40), 2**40])
    elif act == 3 and isinstance(holder, dict):
        holder[chance.choice(["x", "id", "set", "replaces", "at", "card", "key"])] = deepcopy(chance.choice(VALUES))
    else:
        holder[key] = deepcopy(chance.choice(VALUES))


def _places(tree: Any) -> Any:
    """Every (holder, key) in a tree of JSON."""
    keys = tree if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ()
    for key in list(keys):
        yield tree, key
        yield from _places(tree[key])
