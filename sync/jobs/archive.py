"""Until when the papers of classes are kept: each by the pack of its first day."""

from collections.abc import Iterable

from sync.jobs.find import ClassRow
from sync.jobs.rules import default_pack, packs
from sync.ledger.ledger import Ledger
from sync.training.archive import kept_until
from sync.training.pack import pack_for


def kept_until_of(ledger: Ledger, classes: Iterable[ClassRow]) -> dict[str, str]:
    """Class → ISO day, empty where none can be said."""
    published, default = packs(ledger), default_pack()
    return {row.id: kept_until(row.date_to, pack_for(published, row.date_from, default)) for row in classes}
