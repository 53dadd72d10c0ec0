"""Putting a file where the user wants it: whole, or not at all."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

from sync.errors import BadInput, StorageError, os_words
from sync.ledger.outputs import must_be_free


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


def must_be_xlsx(path: Path) -> None:
    """Raises BadInput for a name that promises another kind of file than we write."""
    if path.suffix.lower() != ".xlsx":
        raise BadInput(f"只能导出为 Excel 表格，文件名要以 .xlsx 结尾：{path.name}。", "not-xlsx")
