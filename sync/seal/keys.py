"""Signing keys behind one small interface, so that SM2 or a token can stand beside Ed25519.

A key's id is `alg:` and the first 32 hex digits of SHA-256 over the raw public key. Its fingerprint, which two
people read to each other, is 80 bits of the same hash in groups of four letters.
"""

from typing import Protocol

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sync.errors import Refused
from sync.seal.change import sha256, short

ED25519 = "ed25519"


class PublicKey(msgspec.Struct, frozen=True):
    """A public key: algorithm name and raw key in hexadecimal."""

    alg: str
    raw: str

    def __post_init__(self) -> None:
        """Raises ValueError, so that a decoder refuses it: one key has one way to be written."""
        if bytes.fromhex(self.raw).hex() != self.raw or not self.raw:
            raise ValueError("a key is written in lower-case hexadecimal")

    @property
    def id(self) -> str:
        return f"{self.alg}:{sha256(bytes.fromhex(self.raw))[:32]}"

    @property
    def fingerprint(self) -> str:
        letters = short(sha256(bytes.fromhex(self.raw)))
        return "-".join(letters[i : i + 4] for i in range(0, 16, 4))

    def verify(self, signature: bytes, data: bytes) -> None:
        """Raises Refused: unknown-algorithm, bad-signature."""
        if self.alg != ED25519:
            raise Refused(f"签名算法 {self.alg} 本程序不认识，请升级程序后再试。", "unknown-algorithm")
        try:
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.raw)).verify(signature, data)
        except (InvalidSignature, ValueError) as error:
            raise Refused("签名验不过：文件被改动过，或不是所称的设备签的。", "bad-signature") from error

    def pem(self) -> str:
        """For openssl."""
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.raw))
        return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


class Signer(Protocol):
    """What signs: a key in memory today, a token tomorrow."""

    @property
    def public(self) -> PublicKey: ...

    def sign(self, data: bytes) -> bytes: ...


class Ed25519Signer:
    """A key from its 32-byte seed."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = PublicKey(ED25519, self._key.public_key().public_bytes_raw().hex())

    def sign(self, data: bytes) -> bytes:
        return self._key.sign(data)
