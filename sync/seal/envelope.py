"""DSSE envelopes (https://github.com/secure-systems-lab/dsse): a typed payload and its signature, verified before
anything in the payload is read.

The algorithm stands in the payload type, which is signed, and again in the key id, which is not. The text of an
envelope has exactly one form: whatever else decodes to the same content is refused.
"""

import binascii

import msgspec
from securesystemslib.dsse import Envelope as Dsse
from securesystemslib.exceptions import FormatError
from securesystemslib.signer import Signature  # type: ignore[attr-defined]

from sync.errors import Refused
from sync.seal.change import UNREADABLE
from sync.seal.keys import PublicKey, Signer

BATCH = "application/vnd.xiangpei.batch.v1+jsonl+gzip"
RECEIPT = "application/vnd.xiangpei.receipt.v1+json"
REQUEST = "application/vnd.xiangpei.request.v1+json"
GRANT = "application/vnd.xiangpei.grant.v1+json"
HELLO = "application/vnd.xiangpei.hello.v1+json"
PHOTOS_ASKED = "application/vnd.xiangpei.photos-asked.v1+json"
PHOTOS_HELD = "application/vnd.xiangpei.photos-held.v1+json"
PHOTO_PART = "application/vnd.xiangpei.photo-part.v1+json"
PHOTO_WANTED = "application/vnd.xiangpei.photo-wanted.v1+json"


class Envelope(msgspec.Struct, frozen=True):
    """An envelope whose signature has not been verified yet."""

    payload: bytes
    payload_type: str
    alg: str
    keyid: str
    signature: bytes

    def verify(self, key: PublicKey) -> bytes:
        """The payload, once `key` is seen to have signed it.

        Raises Refused: unknown-algorithm, wrong-key, bad-signature.
        """
        if self.keyid != key.id or self.alg != key.alg:
            raise Refused("签名用的不是所称设备的密钥，不予接收。", "wrong-key")
        key.verify(self.signature, _pae(self.payload, f"{self.payload_type}; alg={self.alg}"))
        return self.payload


def _pae(payload: bytes, payload_type: str) -> bytes:
    return Dsse(payload, payload_type, {}).pae()


def sign(payload: bytes, payload_type: str, signer: Signer) -> bytes:
    """Signs and writes the envelope as one line of JSON."""
    key = signer.public
    full_type = f"{payload_type}; alg={key.alg}"
    signature = Signature(key.id, signer.sign(_pae(payload, full_type)).hex())
    return _text(Dsse(payload, full_type, {key.id: signature}))


def _text(dsse: Dsse) -> bytes:
    return msgspec.json.encode(dsse.to_dict(), order="deterministic")


def read(text: bytes, *expected: str) -> Envelope:
    """Takes an envelope apart, verifying nothing yet. Raises Refused: bad-envelope, wrong-type."""
    try:
        dsse = Dsse.from_dict(msgspec.json.decode(text))
        ((keyid, signature),) = dsse.signatures.items()
        # Made anew from what is read: the library would carry along fields that it doesn't know.
        plain = Dsse(dsse.payload, dsse.payload_type, {keyid: Signature(keyid, signature.signature)})
        canonical = _text(plain) == text
        if not isinstance(keyid, str):
            raise TypeError("a key id is text")
        payload_type, alg = dsse.payload_type.split("; alg=")
        raw_signature = bytes.fromhex(signature.signature)
    except (
        *UNREADABLE,
        FormatError,
        binascii.Error,
        KeyError,
        TypeError,
        ValueError,
        AttributeError,
        OverflowError,
    ) as error:
        raise Refused("这不是乡培通的签名文件，或者文件没有拷全。请重新拷贝。", "bad-envelope") from error
    if not canonical:
        raise Refused("签名文件的写法被改动过，不予接收。", "bad-envelope")
    if expected and payload_type not in expected:
        raise Refused("这个文件不是这里要的那一种，请检查是否选错了文件。", "wrong-type")
    return Envelope(dsse.payload, payload_type, alg, keyid, raw_signature)
