"""Where the ledger's 32-byte key lies: the system's keyring, a file that only its owner can read, or a passphrase.

`node.json` in the data folder says which (and nothing secret). XIANGPEI_PASSPHRASE at `init` chooses the passphrase.
"""

import contextlib
import hashlib
import os
import secrets
import sys
from pathlib import Path

import msgspec
from platformdirs import user_data_path

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
    id: str = ""
    """16 hex digits of the key's SHA-256: which key it is, not what it is."""


def create(folder: Path) -> tuple[bytes, Place]:
    """Makes a key for a new ledger and puts it away. `put_place` makes the node openable."""
    if os.environ.get(PASSPHRASE):
        place = Place("passphrase", salt=secrets.token_hex(16))
        return _stretch(os.environ[PASSPHRASE], place.salt), place
    key = secrets.token_bytes(32)
    return key, _put_in_keyring(key) or _put_in_file(folder, key)


def put_place(folder: Path, place: Place) -> None:
    _put_private(folder / PLACE_FILE, msgspec.json.encode(place))


def keep_key(folder: Path, place: Place, key: bytes) -> Place:
    """Puts a restored node's key where it can be found again, and says where.

    That is the place that it had before, if it is there: on another computer a keyring and a passphrase may not be.
    """
    if place.key == "file":
        return _put_in_file(folder, key)
    with contextlib.suppress(KeyProblem):
        if find(place, folder) == key:
            return place
    return _put_in_keyring(key) or _put_in_file(folder, key)


def _put_private(path: Path, data: bytes) -> None:
    """Whole or not at all, whatever stood there."""
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    write_private(part, data)
    part.replace(path)


def find(place: Place, folder: Path, key_file: Path | None = None) -> bytes:
    """The key of a backup: from a file that is given, or wherever this user may have it. Raises KeyProblem."""
    if place.key == "passphrase" and key_file is None:
        return _from_passphrase(place)
    if place.key == "keyring" and key_file is None:
        return _from_keyring(place.account)
    for path in [key_file] if key_file else [folder / KEY_FILE, _stored(place.id)]:
        with contextlib.suppress(KeyProblem):
            key = read_key(path)
            if place.id in ("", _id(key)):
                return key
    raise KeyProblem("没有找到这份备份的钥匙。请指明钥匙文件（ledger.key）在哪里，或请县局找回钥匙。")


def read_key(path: Path) -> bytes:
    """A key that lies in a file. Raises KeyProblem."""
    try:
        key = bytes.fromhex(path.read_text().strip())
    except (OSError, ValueError) as error:
        raise KeyProblem(f"“{path.name}”不是钥匙文件，或者读不出来。请选 ledger.key，或县局给的钥匙文件。") from error
    if len(key) != 32:
        raise KeyProblem(f"“{path.name}”不是钥匙文件，或者没有拷全。请选 ledger.key，或县局给的钥匙文件。")
    return key


def _id(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()[:16]


def _stored(key_id: str) -> Path:
    """This user's copy of a key file, so that her backups can be restored to any folder on this computer."""
    return user_data_path("xiangpei", appauthor=False) / "keys" / f"{key_id}.key"


def _from_passphrase(place: Place) -> bytes:
    if not os.environ.get(PASSPHRASE):
        raise KeyProblem(f"这个台账用口令加密。请先设置环境变量 {PASSPHRASE} 再打开。")
    return _stretch(os.environ[PASSPHRASE], place.salt)


def load(folder: Path) -> bytes:
    """The key of an existing ledger. Raises KeyProblem."""
    try:
        place = msgspec.json.decode((folder / PLACE_FILE).read_bytes(), type=Place)
    except (OSError, msgspec.DecodeError) as error:
        raise KeyProblem("找不到台账钥匙的说明（node.json）。请从备份恢复，或联系县局找回钥匙。") from error
    if place.key == "passphrase":
        return _from_passphrase(place)
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
    _put_private(folder / KEY_FILE, key.hex().encode())
    copy = _stored(_id(key))
    with contextlib.suppress(OSError):
        # A home that can't be written costs only the convenience of restoring without naming the key.
        copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(copy, key.hex().encode())
    return Place("file", id=_id(key))


def write_private(path: Path, data: bytes) -> None:
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
