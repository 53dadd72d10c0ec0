"""What the system says of a file is told in Chinese, wherever the file lies."""

import errno
import os
import re
from pathlib import Path

import pytest

from sync.carry.folder import read_file, write_file
from sync.errors import CarrierError, StorageError, os_words
from sync.ledger import database
from sync.sheets.saving import save

ENGLISH = re.compile(r"[A-Za-z]+ [a-z]+")


@pytest.mark.parametrize("number", [*errno.errorcode, 0, 9999])
def test_every_number_has_words_and_no_english(number: int) -> None:
    words = os_words(OSError(number, os.strerror(number)))
    assert re.search("[一-鿿]", words)
    assert not ENGLISH.search(words)


def test_the_usual_ones_say_what_it_is() -> None:
    for number, said in ((errno.ENOSPC, "磁盘满了"), (errno.EROFS, "只读"), (errno.EACCES, "没有权限")):
        assert said in os_words(OSError(number, ""))


def test_files_that_can_not_be_read_or_written(tmp_path: Path) -> None:
    with pytest.raises(CarrierError, match="不存在") as missing:
        read_file(tmp_path / "none.xpb")
    with pytest.raises(CarrierError, match="是一个文件夹") as folder:
        read_file(tmp_path)
    with pytest.raises(CarrierError, match="不存在") as nowhere:
        write_file(tmp_path / "no" / "x.pdf", b"x")
    with pytest.raises(StorageError, match=r"没有存成.*不存在") as sheet:
        save(tmp_path / "no" / "x.xlsx", lambda file: file.write(b"x"))
    with pytest.raises(StorageError, match="不存在") as ledger, database.explained():
        (tmp_path / "none").read_bytes()
    for caught in (missing, folder, nowhere, sheet, ledger):
        told = caught.value.message.replace(str(tmp_path), "")
        assert not ENGLISH.search(told)
        assert "U盘空间" not in told
