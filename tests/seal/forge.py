"""Batches as a dishonest device would make them: signed by a real key, and wrong inside."""

import gzip
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from sync.seal import batch, envelope
from sync.seal.keys import Signer


def forged(
    header: batch.Header,
    lines: Sequence[bytes],
    signer: Signer,
    bend: Callable[[bytes], bytes] = bytes,
    **header_changes: Any,
) -> bytes:
    """A batch of these lines under `header`, some of its fields replaced, and then what was packed bent."""
    head = msgspec.structs.replace(header, **header_changes)
    payload = gzip.compress(b"\n".join([msgspec.json.encode(head), *lines]) + b"\n", 6, mtime=0)
    return envelope.sign(bend(payload), envelope.BATCH, signer)
