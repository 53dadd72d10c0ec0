"""A picture on its way: age encryption to who may see it. It needs no signature: a signed fact names its SHA-256."""

import hashlib
from collections.abc import Iterable

import pyrage

from sync.errors import Refused
from sync.seal import age

LARGEST = 2 * 1024 * 1024
"""Bytes of a picture that travels. Ours have some 120 KB."""


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def seal(picture: bytes, recipients: Iterable[str]) -> bytes:
    keys = [pyrage.x25519.Recipient.from_str(recipient) for recipient in sorted(set(recipients))]
    sealed: bytes = pyrage.encrypt(picture, keys)
    return sealed


def largest_sealed(size: int) -> int:
    """Bytes that a sealed picture of this size may have: age adds 16 to every 64 KiB."""
    return size + size // 1024 + age.MOST_HEAD


def unseal(data: bytes, identity: str) -> bytes:
    """The picture inside. Raises Refused: too-large, not-sealed, too-many-recipients, not-for-us-or-damaged."""
    if len(data) > largest_sealed(LARGEST):
        raise Refused("这张照片太大，不是乡培通拍的，没有收下。", "too-large")
    if not data.startswith(age.START):
        raise Refused("这不是乡培通的照片文件（.xpp），或者文件没有拷全。请重新拷贝。", "not-sealed")
    if age.too_many_recipients(data):
        raise Refused("这张照片的收件人名单太长，不是乡培通写的，没有收下。", "too-many-recipients")
    try:
        picture: bytes = pyrage.decrypt(data, [pyrage.x25519.Identity.from_str(identity)])
    except pyrage.DecryptError as error:
        text = "这张照片打不开：不是发给这里的，或者没有拷全。请让对方重新写到U盘。"
        raise Refused(text, "not-for-us-or-damaged") from error
    return picture
