"""SM2 with SM3 (GB/T 32918), by the optional extra `sm2`: signatures that openssl verifies too.

A secret is the 32-byte private key followed by the 64 bytes of the public one; a public key is x and y, 64 bytes.
"""

import importlib
from types import ModuleType

from sync.errors import Refused

ALG = "sm2"
_SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d03420004")
"""What stands before x and y in a SubjectPublicKeyInfo (RFC 5480, curve 1.2.156.10197.1.301)."""


def _library() -> ModuleType:
    try:
        return importlib.import_module("gmssl_pyx")
    except ImportError as error:
        raise Refused("这台电脑没有装国密（SM2）组件，验不了这个签名。请安装后再试。", "no-sm2") from error


def generate() -> bytes:
    """A new secret. Raises Refused("no-sm2") without the extra."""
    public, private = _library().sm2_key_generate()
    return bytes(private + public)


def public_of(secret: bytes) -> bytes:
    return secret[32:]


def sign(secret: bytes, data: bytes) -> bytes:
    signature: bytes = _library().sm2_sign(secret[:32], secret[32:], data)
    return signature


def verify(public: bytes, signature: bytes, data: bytes) -> bool:
    """Raises ValueError for what is no key."""
    if len(public) != 64:
        raise ValueError("an SM2 public key has 64 bytes")
    library = _library()
    try:
        return bool(library.sm2_verify(public, data, signature))
    except library.GmsslInnerError as error:
        # A signature that is no DER, or a point that is not on the curve.
        raise ValueError("not a signature or not a key") from error


def der(public: bytes) -> bytes:
    """SubjectPublicKeyInfo, for openssl."""
    return _SPKI + public
