"""Where a person has something written: never over what a node is made of."""

from pathlib import Path

import pytest

from sync.errors import BadInput
from sync.ledger import backup, database, replacing, secret, token
from sync.ledger.outputs import save

OWN = [
    *(database.FILE, secret.PLACE_FILE, secret.KEY_FILE, token.FILE, replacing.PLAN),
    *(backup.CERTIFICATE, backup.CERTIFICATE_KEY),
]


@pytest.mark.parametrize("name", OWN)
def test_a_node_s_own_files_are_not_written_over(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"kept")
    with pytest.raises(BadInput) as caught:
        save(tmp_path / name, lambda file: file.write(b"lost"))
    assert caught.value.reason == "own-file"
    assert (tmp_path / name).read_bytes() == b"kept"
