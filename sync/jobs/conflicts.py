"""Conflicts: fields that two writers set without seeing each other. Both values are kept; a person settles."""

from typing import Any

import msgspec

from sync.errors import BadInput
from sync.jobs.find import rows
from sync.ledger.ledger import Ledger


def list_conflicts(ledger: Ledger) -> list[dict[str, Any]]:
    """Each with its entity, id, field, the value that is shown and every value that stands."""
    found = []
    for row in rows(ledger.conn, "SELECT entity, id, field, versions FROM conflicts ORDER BY entity, id, field"):
        versions = [{"change": change, "value": value} for change, value in msgspec.json.decode(row.pop("versions"))]
        found.append({**row, "shown": versions[-1]["value"], "versions": versions})
    return found


def settle(ledger: Ledger, entity_id: str, field: str, change: str, reason: str) -> str:
    """Chooses the value that a change set; answers the id of the change that settles it. Raises BadInput."""
    found = [one for one in list_conflicts(ledger) if (one["id"], one["field"]) == (entity_id, field)]
    if not found:
        raise BadInput("这里没有需要裁定的冲突，可能已经裁定过了。", "no-conflict")
    if not reason.strip():
        raise BadInput("裁定要写明理由。")
    values = {version["change"]: version["value"] for version in found[0]["versions"]}
    if change not in values:
        raise BadInput("请从列出的几个值里选一个。", "no-such-version")
    with ledger.writing() as w:
        return w.settle(found[0]["entity"], entity_id, field, values[change], reason.strip())
