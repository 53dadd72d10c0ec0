"""Signing keys behind one small interface, so that SM2 or a token can stand beside Ed25519.

A key's id is `alg:` and the first 32 hex digits of SHA-256 over the raw public key. Its fingerprint, which two
people read to each other, is 80 bits of the same hash in groups of four letters.
"""

import base64
import secrets
from typing import Protocol

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sync.errors import Refused
from sync.seal import sm2
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
        raw = bytes.fromhex(self.raw)
        try:
            if self.alg == ED25519:
                Ed25519PublicKey.from_public_bytes(raw).verify(signature, data)
                return
            if self.alg == sm2.ALG and sm2.verify(raw, signature, data):
                return
        except (InvalidSignature, ValueError) as error:
            raise _bad_signature() from error
        if self.alg == sm2.ALG:
            raise _bad_signature()
        raise Refused(f"签名算法 {self.alg} 本程序不认识，请升级程序后再试。", "unknown-algorithm")

    def pem(self) -> str:
        """For openssl."""
        raw = bytes.fromhex(self.raw)
        if self.alg == sm2.ALG:
            text = base64.encodebytes(sm2.der(raw)).decode()
            return f"-----BEGIN PUBLIC KEY-----\n{text}-----END PUBLIC KEY-----\n"
        key = Ed25519PublicKey.from_public_bytes(raw)
        return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _bad_signature() -> Refused:
    return Refused("签名验不过：文件被改动过，或不是所称的设备签的。", "bad-signature")


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


class Sm2Signer:
    """A key from its secret, as `sm2.generate` makes it."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self.public = PublicKey(sm2.ALG, sm2.public_of(secret).hex())

    def sign(self, data: bytes) -> bytes:
        return sm2.sign(self._secret, data)


ALGORITHMS = (ED25519, sm2.ALG)


def new_secret(alg: str) -> bytes:
    """Raises Refused: unknown-algorithm, no-sm2."""
    if alg == ED25519:
        return secrets.token_bytes(32)
    if alg == sm2.ALG:
        return sm2.generate()
    raise Refused(f"签名算法 {alg} 本程序不认识。", "unknown-algorithm")


def signer_of(alg: str, secret: bytes) -> Signer:
    """The one place that knows which algorithm signs with which class; a token would be another."""
    return Sm2Signer(secret) if alg == sm2.ALG else Ed25519Signer(secret)
