"""Where a person may have something written: never over a node's own files, nor over what is no file."""

from pathlib import Path

from sync.errors import BadInput
from sync.ledger import database, secret

_OWN = frozenset(
    {database.FILE, f"{database.FILE}-wal", f"{database.FILE}-shm", secret.PLACE_FILE, secret.KEY_FILE, "node.making"}
)


def must_be_free(path: Path) -> None:
    """Raises BadInput where writing would destroy a ledger, a folder or a device."""
    if path.name in _OWN:
        raise BadInput(f"“{path.name}”是台账自己的文件名，不能写到这里。请换一个文件名。", "own-file")
    if path.exists() and not path.is_file():
        raise BadInput(f"“{path}”不是普通文件，不能写到这里。请换一个文件名。", "no-file")
