"""age (https://age-encryption.org/v1) with chance taken from a seed, so that a storm is the same again to the last bit.

Only keys and the writing side; what it writes is read by the real library. Never for anything but tests.
"""

import base64
import hmac
from collections.abc import Sequence
from random import Random
from typing import Any

import pyrage
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_CHUNK = 64 * 1024


def identity(chance: Random) -> Any:
    secret = _bech32("age-secret-key-", chance.randbytes(32))
    return pyrage.x25519.Identity.from_str(secret.upper())


def encrypt(data: bytes, recipients: Sequence[Any], chance: Random) -> bytes:
    file_key = chance.randbytes(16)
    header = b"age-encryption.org/v1\n" + b"".join(_stanza(str(one), file_key, chance) for one in recipients) + b"---"
    mac = hmac.digest(_derive(file_key, b"", b"header"), header, "sha256")
    nonce = chance.randbytes(16)
    cipher = ChaCha20Poly1305(_derive(file_key, nonce, b"payload"))
    chunks = [data[start : start + _CHUNK] for start in range(0, len(data), _CHUNK)] or [b""]
    sealed = [
        cipher.encrypt(number.to_bytes(11, "big") + bytes([number == len(chunks) - 1]), chunk, None)
        for number, chunk in enumerate(chunks)
    ]
    return header + b" " + _b64(mac) + b"\n" + nonce + b"".join(sealed)


def _stanza(recipient: str, file_key: bytes, chance: Random) -> bytes:
    key = _unbech32(recipient)
    mine = X25519PrivateKey.from_private_bytes(chance.randbytes(32))
    share = mine.public_key().public_bytes_raw()
    shared = mine.exchange(X25519PublicKey.from_public_bytes(key))
    wrapping = ChaCha20Poly1305(_derive(shared, share + key, b"age-encryption.org/v1/X25519"))
    return b"-> X25519 " + _b64(share) + b"\n" + _b64(wrapping.encrypt(bytes(12), file_key, None)) + b"\n"


def _derive(secret: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, info).derive(secret)


def _b64(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")


def _bech32(prefix: str, data: bytes) -> str:
    number, bits = int.from_bytes(data, "big") << 4, 52
    five = [(number >> 5 * (bits - 1 - at)) & 31 for at in range(bits)]
    spread = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    check = _polymod([*spread, *five, 0, 0, 0, 0, 0, 0]) ^ 1
    five += [(check >> 5 * (5 - at)) & 31 for at in range(6)]
    return prefix + "1" + "".join(_LETTERS[value] for value in five)


def _unbech32(text: str) -> bytes:
    number = 0
    for letter in text.rpartition("1")[2][:52]:
        number = number << 5 | _LETTERS.index(letter)
    return (number >> 4).to_bytes(32, "big")


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for at, part in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= part if top >> at & 1 else 0
    return check
