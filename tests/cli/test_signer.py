"""`init --signer`: the node's key lies in a program, from the first day on."""

import json
import sys
from pathlib import Path

from sync.seal.keys import Ed25519Signer
from tests.cli.conftest import Tell
from tests.ledger.test_token import PROGRAM, SEED


def test_a_node_whose_key_lies_in_a_program(tmp_path: Path, tell: Tell) -> None:
    (tmp_path / "token").write_bytes(SEED)
    setting = tmp_path / "setting.json"
    setting.write_text(json.dumps({"command": [sys.executable, str(PROGRAM), str(tmp_path / "token")]}))
    made = tell(tmp_path / "node", "init", "--name", "清水乡培训点", "--signer", setting).answer
    assert made["fingerprint"] == Ed25519Signer(SEED).public.fingerprint
    tell(tmp_path / "node", "enrol", "request", "--to", tmp_path / "r.json")
    assert tell(tmp_path / "node", "verify", tmp_path / "r.json").answer["ok"]
    (tmp_path / "token").unlink()
    said = tell(tmp_path / "node", "enrol", "request", "--to", tmp_path / "again.json")
    assert (said.code, said.answer["error"]) == (1, "signer")
    assert not (tmp_path / "again.json").exists()
    assert tell(tmp_path / "other", "init", "--name", "n", "--signer", setting).answer["error"] == "signer"
