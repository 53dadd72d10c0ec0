"""The storm's judge is no decoration: each of these faults of ours must be found within a few seeds."""

from pathlib import Path

import pytest

from sync.county import county
from sync.ledger import intake, ledger
from tests.storm.storm import storm


def forget_the_promise(self: ledger.Ledger, changes: list[object], chain: str = "") -> None:
    """Stores all but the last of several changes."""
    _store(self, changes[:-1] if len(changes) > 1 else changes, chain)  # type: ignore[arg-type]


_store = ledger.Ledger.store


@pytest.mark.parametrize(
    ("where", "name", "fault"),
    [
        (ledger.Ledger, "store", forget_the_promise),
        (intake, "_check_feed", lambda *_: None),
        (intake, "_check_kinds", lambda *_: None),
        (intake, "check_scope", lambda *_: None),
        (county, "private_feeds", lambda *_: []),
        (intake, "_retry_held", lambda *_: []),
    ],
)
def test_a_fault_of_ours_is_found(
    where: object, name: str, fault: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(where, name, fault)
    assert any(storm(seed, tmp_path).error for seed in range(1, 31))
