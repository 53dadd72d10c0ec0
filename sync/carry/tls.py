"""Whom to believe at the other end of TLS: exactly the keys that the county publishes, or what the system trusts.

Where the county has signed a pin, neither name nor date of a certificate matters, as in RFC 7858, 4.2: the handshake
proves that the server holds the key, and a village laptop's clock says nothing. Whoever holds another key is hung up
on before a byte of a request is sent.
"""

import hashlib
import ssl
from functools import cache
from pathlib import Path
from typing import Any

import httpx2
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sync.errors import BadInput

PIN_LETTERS = 64


class WrongKey(ssl.SSLCertVerificationError):
    """The server's key is none of those that the county published."""


def context(pins: tuple[str, ...]) -> ssl.SSLContext:
    """For a client: with pins exactly these keys, without them what the system trusts under the server's name."""
    return _Pinned(pins) if pins else _system()


@cache
def _system() -> ssl.SSLContext:
    # Reading the system's certificates takes longer than a sync with nothing to do.
    return httpx2.create_ssl_context()


def pin_of(certificate: x509.Certificate) -> str:
    """SHA-256 of its SubjectPublicKeyInfo, in hex. It stays when a certificate is renewed with the same key."""
    info = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(info).hexdigest()


def read_pin(text: str) -> str:
    """A pin as typed, or that of a certificate file (PEM). Raises BadInput."""
    typed = text.strip().lower().replace(":", "").replace(" ", "")
    if len(typed) == PIN_LETTERS and set(typed) <= set("0123456789abcdef"):
        return typed
    try:
        return pin_of(x509.load_pem_x509_certificate(Path(text).read_bytes()))
    except (OSError, ValueError, UnsupportedAlgorithm) as error:
        raise BadInput(
            f"“{text}”不是证书指纹（64 位十六进制），也不是能读的证书文件（PEM）。请核对。", "bad-pin"
        ) from error


class _Pinned(ssl.SSLContext):
    """A context whose handshake ends well with the holder of one of these keys only."""

    pins: tuple[str, ...]

    def __new__(cls, pins: tuple[str, ...]) -> "_Pinned":
        return super().__new__(cls, ssl.PROTOCOL_TLS_CLIENT)

    def __init__(self, pins: tuple[str, ...]) -> None:
        self.pins = pins
        # Instead of the chain, the key is checked: below, in each handshake.
        self.check_hostname = False
        self.verify_mode = ssl.CERT_NONE


class _PinnedSocket(ssl.SSLSocket):
    def do_handshake(self, *args: Any, **kwargs: Any) -> None:
        super().do_handshake(*args, **kwargs)
        _check(self)


class _PinnedObject(ssl.SSLObject):
    """The same for TLS within the TLS of a proxy."""

    def do_handshake(self) -> None:
        super().do_handshake()
        _check(self)


_Pinned.sslsocket_class = _PinnedSocket
_Pinned.sslobject_class = _PinnedObject


def _check(end: ssl.SSLSocket | ssl.SSLObject) -> None:
    assert isinstance(end.context, _Pinned)
    try:
        shown = pin_of(x509.load_der_x509_certificate(end.getpeercert(binary_form=True) or b""))
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise WrongKey("the certificate can't be read") from error
    if shown not in end.context.pins:
        raise WrongKey("another key than the county's")
