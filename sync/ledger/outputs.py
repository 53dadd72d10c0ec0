"""Writing a file: whole or not at all, never over a node's own files, nor over what is no file."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

from sync.errors import BadInput, StorageError, os_words
from sync.ledger import database, secret, token

_OWN = frozenset(
    {database.FILE, f"{database.FILE}-wal", f"{database.FILE}-shm", secret.PLACE_FILE, secret.KEY_FILE, "node.making"}
    | {token.FILE, "restore.json", "tls.crt", "tls.key"}
)


def must_be_free(path: Path) -> None:
    """Raises BadInput where writing would destroy a ledger, a folder or a device."""
    if path.name in _OWN:
        raise BadInput(f"“{path.name}”是台账自己的文件名，不能写到这里。请换一个文件名。", "own-file")
    if path.exists() and not path.is_file():
        raise BadInput(f"“{path}”不是普通文件，不能写到这里。请换一个文件名。", "no-file")


def save(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Let `write` fill a new file beside `path`, then put it in the place of `path` in one step.

    It is readable by its owner alone, since what we write names people.
    Raises StorageError, BadInput; what was at `path` is then untouched.
    """
    must_be_free(path)
    try:
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
        try:
            with os.fdopen(handle, "w+b") as file:
                write(file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, path)  # noqa: PTH105
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise StorageError(f"“{path.name}”没有存成：{os_words(error)}。") from error
