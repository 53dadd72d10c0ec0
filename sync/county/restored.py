"""A county that was put back from a backup, and what its laptops still hold of what it had said after it.

They give that tail back by themselves, over the network. It is signed by the key of then, and what a key signed
beyond its end is refused for ever, so the county must have heard its laptops before it changes its key.
"""

from sync.ledger import database
from sync.ledger.backup import last_restore
from sync.ledger.ledger import Ledger
from sync.ledger.trust import county_keys
from sync.seal import papers

_LEVEL = "level:"
"""Before a device's key id: the setting that says when it last showed that it has nothing to give back."""


def note_level(ledger: Ledger, hello: papers.Hello) -> None:
    """Remembers that a laptop holds nothing of the county's that the county lacks, where that matters."""
    restored = last_restore(ledger)
    if restored is None or int(ledger.get(_LEVEL + hello.key.id, "0")) >= restored.at:
        return
    if all(_is_here(ledger, head) for head in hello.heads):
        with database.transaction(ledger.conn):
            ledger.put(_LEVEL + hello.key.id, str(ledger.clock.read().wall // 1000))


def _is_here(ledger: Ledger, head: papers.Head) -> bool:
    """Of a feed that is not known here nobody can tell whose it is: it may be the county's own."""
    owner = ledger.key_of(head.feed.partition("~")[0])
    if owner and owner not in {key.id for key in county_keys(ledger)}:
        return True
    return ledger.position(head.feed).seq >= head.seq


def not_heard(ledger: Ledger) -> list[str]:
    """Names of the laptops that may still hold what the county lost, if it was put back under its present key."""
    restored = last_restore(ledger)
    if restored is None or restored.feed != ledger.feed:
        return []
    found = ledger.conn.execute(
        "SELECT DISTINCT key_id, name FROM devices WHERE role <> 'county'"
        " AND key_id NOT IN (SELECT key_id FROM revocations) ORDER BY name, key_id"
    ).fetchall()
    return [name for key, name in found if int(ledger.get(_LEVEL + key, "0")) < restored.at]
