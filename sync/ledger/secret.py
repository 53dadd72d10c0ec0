"""Where the ledger's 32-byte key lies: the system's keyring, a file that only its owner can read, or a passphrase.

`node.json` in the data folder says which (and nothing secret). XIANGPEI_PASSPHRASE at `init` chooses the passphrase.
"""

import os
import secrets
import sys
from pathlib import Path

import msgspec

from sync.errors import KeyProblem

PASSPHRASE = "XIANGPEI_PASSPHRASE"
SERVICE = "xiangpei"
PLACE_FILE = "node.json"
KEY_FILE = "ledger.key"


class Place(msgspec.Struct, frozen=True):
    """Contents of node.json. `salt` is for the passphrase; `account` names the key in the keyring."""

    key: str
    salt: str = ""
    account: str = ""


def create(folder: Path) -> tuple[bytes, Place]:
    """Makes a key for a new ledger and puts it away. `put_place` makes the node openable."""
    if os.environ.get(PASSPHRASE):
        place = Place("passphrase", salt=secrets.token_hex(16))
        return _stretch(os.environ[PASSPHRASE], place.salt), place
    key = secrets.token_bytes(32)
    return key, _put_in_keyring(key) or _put_in_file(folder, key)


def put_place(folder: Path, place: Place) -> None:
    part = folder / f"{PLACE_FILE}.part"
    part.unlink(missing_ok=True)
    _write_private(part, msgspec.json.encode(place))
    part.replace(folder / PLACE_FILE)


def load(folder: Path) -> bytes:
    """The key of an existing ledger. Raises KeyProblem."""
    try:
        place = msgspec.json.decode((folder / PLACE_FILE).read_bytes(), type=Place)
    except (OSError, msgspec.DecodeError) as error:
        raise KeyProblem("找不到台账钥匙的说明（node.json）。请从备份恢复，或联系县局找回钥匙。") from error
    if place.key == "passphrase":
        if not os.environ.get(PASSPHRASE):
            raise KeyProblem(f"这个台账用口令加密。请先设置环境变量 {PASSPHRASE} 再打开。")
        return _stretch(os.environ[PASSPHRASE], place.salt)
    if place.key == "keyring":
        return _from_keyring(place.account)
    try:
        return bytes.fromhex((folder / KEY_FILE).read_text())
    except (OSError, ValueError) as error:
        raise KeyProblem("台账钥匙文件 ledger.key 不在或已损坏。请从备份恢复，或联系县局找回钥匙。") from error


def _stretch(passphrase: str, salt: str) -> bytes:
    from argon2.low_level import Type, hash_secret_raw

    return hash_secret_raw(
        passphrase.encode(),
        bytes.fromhex(salt),
        time_cost=3,
        memory_cost=65536,
        parallelism=1,
        hash_len=32,
        type=Type.ID,
    )


def _put_in_file(folder: Path, key: bytes) -> Place:
    _write_private(folder / KEY_FILE, key.hex().encode())
    return Place("file")


def _write_private(path: Path, data: bytes) -> None:
    """Readable by the owner only, and on the disk before the ledger is."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _put_in_keyring(key: bytes) -> Place | None:
    # Without a desktop session Linux has no keyring that could answer without asking.
    if sys.platform == "linux" and not os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return None
    import keyring
    from keyring.errors import KeyringError

    place = Place("keyring", account=secrets.token_hex(8))
    try:
        if keyring.get_keyring().priority < 1:
            return None
        keyring.set_password(SERVICE, place.account, key.hex())
        return place if keyring.get_password(SERVICE, place.account) == key.hex() else None
    except (KeyringError, RuntimeError):
        return None


def _from_keyring(account: str) -> bytes:
    import keyring
    from keyring.errors import KeyringError

    try:
        key = keyring.get_password(SERVICE, account)
    except (KeyringError, RuntimeError) as error:
        raise KeyProblem("系统钥匙串打不开。请先登录系统并解锁钥匙串。") from error
    if key is None:
        raise KeyProblem("系统钥匙串里没有这个台账的钥匙（换了电脑或用户？）。请从备份恢复，或联系县局找回钥匙。")
    return bytes.fromhex(key)
