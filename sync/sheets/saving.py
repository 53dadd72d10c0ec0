"""Putting a file where the user wants it: whole, or not at all."""

import errno
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

from sync.errors import StorageError

_WHY = {
    errno.ENOSPC: "磁盘满了。请删去不用的文件，或换一个磁盘再存。",
    errno.EDQUOT: "磁盘满了。请删去不用的文件，或换一个磁盘再存。",
    errno.EROFS: "这个磁盘是只读的。请换一个位置；U 盘请看看写保护开关。",
    errno.ENOENT: "文件夹不存在，或 U 盘已拔出。请换一个位置。",
    errno.ENOTDIR: "文件夹不存在，或 U 盘已拔出。请换一个位置。",
    errno.EISDIR: "已有同名的文件夹。请换一个文件名。",
    errno.EACCES: "没有写入权限，或者它正在 Excel、WPS 里打开着。请先关掉它，或换一个位置。",
    errno.EPERM: "没有写入权限，或者它正在 Excel、WPS 里打开着。请先关掉它，或换一个位置。",
    errno.ENAMETOOLONG: "文件名太长。请改短一些。",
}


def save(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Let `write` fill a new file beside `path`, then put it in the place of `path` in one step.

    It is readable by its owner alone, since what we write names people.
    Raises StorageError, with what was at `path` untouched.
    """
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
        why = _WHY.get(error.errno or 0, "请换一个位置再试。")
        raise StorageError(f"“{path.name}”没有存成：{why}") from error
