"""A token for tests: holds an Ed25519 key in a process of its own. `python signing_program.py SEED_FILE`.

The seed's file stands for the token: where it is gone, the token was pulled out.
"""

import base64
import json
import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def answer(request: dict[str, str], seed: Path) -> dict[str, str]:
    if not seed.exists():
        return {"error": "没有插钥匙。"}
    key = Ed25519PrivateKey.from_private_bytes(seed.read_bytes())
    if request["do"] == "public":
        return {"alg": "ed25519", "raw": key.public_key().public_bytes_raw().hex()}
    return {"signature": key.sign(base64.b64decode(request["data"])).hex()}


if __name__ == "__main__":
    print(json.dumps(answer(json.loads(sys.stdin.readline()), Path(sys.argv[1]))))
