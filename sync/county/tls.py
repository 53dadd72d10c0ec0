"""The county server's certificate: one that it makes for itself and publishes the key of, or one that was bought."""

import ipaddress
import socket
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sync.carry.tls import pin_of
from sync.errors import BadInput, StorageError, os_words
from sync.ledger.backup import CERTIFICATE, CERTIFICATE_KEY
from sync.ledger.secret import write_private

YEARS = 10
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pair:
    """PEM files of a certificate and its key. `pin` is by what laptops know it."""

    certificate: Path
    key: Path
    pin: str


def own_pair(folder: Path, name: str, host: str) -> Pair:
    """The certificate that this county signed for itself: made once, with the key beside it for its owner's eyes.

    Raises StorageError.
    """
    certificate, key = folder / CERTIFICATE, folder / CERTIFICATE_KEY
    try:
        if not certificate.exists():
            secret = ec.generate_private_key(ec.SECP256R1())
            # The key first: a certificate without its key would be taken for whole next time.
            key.unlink(missing_ok=True)
            write_private(key, secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
            part = certificate.with_name(f"{CERTIFICATE}.part")
            part.write_bytes(_self_signed(secret, name, host).public_bytes(Encoding.PEM))
            part.replace(certificate)
    except OSError as error:
        raise StorageError(f"证书存不到 {folder}：{os_words(error)}。") from error
    return bought_pair(certificate, key)


def bought_pair(certificate: Path, key: Path) -> Pair:
    """A certificate (with its chain) and its key, checked to belong together. Raises BadInput."""
    try:
        shown = x509.load_pem_x509_certificate(certificate.read_bytes())
        secret = load_pem_private_key(key.read_bytes(), None)
        if _public(secret.public_key()) != _public(shown.public_key()):
            raise BadInput(f"证书 {certificate.name} 和密钥 {key.name} 不是一对。请核对文件。", "bad-certificate")
        # What the system's TLS can't use, it says here and not to the first laptop.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)
    except TypeError as error:
        raise BadInput(
            f"密钥 {key.name} 带密码，服务用不了。请先导出成不带密码的（PEM）。", "bad-certificate"
        ) from error
    except OSError as error:
        if not isinstance(error, ssl.SSLError):
            raise BadInput(f"读不了证书或密钥：{os_words(error)}。", "bad-certificate") from error
        raise BadInput(f"证书 {certificate.name} 用不了。请核对文件。", "bad-certificate") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadInput("证书和密钥要是 PEM 格式的文件。请核对。", "bad-certificate") from error
    return Pair(certificate, key, pin_of(shown))


def own_pin(folder: Path) -> str:
    """The pin of the county's own certificate; empty while there is none."""
    path = folder / CERTIFICATE
    return pin_of(x509.load_pem_x509_certificate(path.read_bytes())) if path.exists() else ""


def _self_signed(secret: ec.EllipticCurvePrivateKey, name: str, host: str) -> x509.Certificate:
    # P-256: what every TLS that a village or county computer may have can verify.
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"乡培通 {name}"[:64])])
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        # From yesterday: clocks differ.
        .not_valid_before(now - _DAY)
        .not_valid_after(now + YEARS * 365 * _DAY)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        # Laptops go by the key; the names are for the browsers of the console.
        .add_extension(x509.SubjectAlternativeName(_names(host)), critical=False)
        .sign(secret, SHA256())
    )


def _names(host: str) -> list[x509.GeneralName]:
    names: list[x509.GeneralName] = [x509.DNSName("localhost")]
    here = socket.gethostname()
    if here.isascii() and here != "localhost":
        names.append(x509.DNSName(here))
    for text in dict.fromkeys(["127.0.0.1", host]):
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            continue
        if not address.is_unspecified:
            names.append(x509.IPAddress(address))
    return names


def _public(key: object) -> bytes:
    encoded: bytes = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined]
    return encoded
