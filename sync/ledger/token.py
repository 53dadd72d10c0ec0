"""A signing key that lies in another program: a USB token, a smart card, a key service. It never comes in here.

`signer.json` in the data folder names the program: {"command": ["/opt/ukey/xiangpei-signer", "--slot", "0"]}. It is
started for each request, reads one line of JSON and answers one:

    {"do": "public"}                                     {"alg": "sm2", "raw": "<hexadecimal>"}
    {"do": "sign", "key": "sm2:…", "data": "<base64>"}   {"signature": "<hexadecimal>"}
                                                         {"error": "words for the person, in Chinese"}

Asking for the token's own PIN is the program's business, in a window of its own. docs/decisions/0007 says more.
"""

import base64
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from sync.errors import KeyProblem, Refused, os_words
from sync.seal.keys import ALGORITHMS, PublicKey

FILE = "signer.json"
PATIENCE = 120
"""Seconds for one answer: somebody may be typing a PIN."""
_NO_CONSOLE = getattr(subprocess, "CREATE_NO_WINDOW", 0)
"""On Windows a black window would flash at each signature."""
_SAFE = "记录都在本机，没有丢；钥匙好了再上报一次就行。"

Answer = TypeVar("Answer", bound=msgspec.Struct)


class Setting(msgspec.Struct, frozen=True):
    """Contents of signer.json: program and arguments."""

    command: list[str]


class _Signed(msgspec.Struct, frozen=True):
    signature: str


class _Failed(msgspec.Struct, frozen=True):
    error: str


def read_setting(path: Path) -> Setting:
    """Raises KeyProblem."""
    try:
        setting = msgspec.json.decode(path.read_bytes(), type=Setting)
    except OSError as error:
        words = f"签名钥匙在外部设备里，但读不了它的设置 {path.name}：{os_words(error)}。{_SAFE}"
        raise KeyProblem(words, "signer") from error
    except msgspec.DecodeError as error:
        raise KeyProblem(f"签名程序的设置 {path.name} 写得不对。请按文档改好。{_SAFE}", "signer") from error
    if not setting.command:
        raise KeyProblem(f"签名程序的设置 {path.name} 里没有写程序。请按文档改好。{_SAFE}", "signer")
    return setting


def public_of(command: Sequence[str]) -> PublicKey:
    """The key that the program holds. Raises KeyProblem."""
    key = _ask(command, {"do": "public"}, PublicKey)
    if key.alg not in ALGORITHMS:
        raise KeyProblem(f"签名程序用的算法 {key.alg} 本程序不认识，不能用它。", "signer")
    return key


class CommandSigner:
    """Signs by the program that the folder's signer.json names, for a node that was made with it."""

    def __init__(self, folder: Path, public: PublicKey) -> None:
        self._folder = folder
        self.public = public

    def sign(self, data: bytes) -> bytes:
        """Raises KeyProblem: the program fails, the token is not there, or it is another one."""
        command = read_setting(self._folder / FILE).command
        wanted = {"do": "sign", "key": self.public.id, "data": base64.b64encode(data).decode()}
        try:
            signature = bytes.fromhex(_ask(command, wanted, _Signed).signature)
            self.public.verify(signature, data)
        except (ValueError, Refused) as error:
            words = "签出来的名验不过：插着的可能不是这台电脑登记时的那把钥匙。请换上原来的钥匙再试。"
            raise KeyProblem(f"{words}{_SAFE}", "signer") from error
        return signature


def _ask(command: Sequence[str], request: dict[str, Any], kind: type[Answer]) -> Answer:
    try:
        done = subprocess.run(
            command,
            input=msgspec.json.encode(request) + b"\n",
            capture_output=True,
            timeout=PATIENCE,
            check=False,
            creationflags=_NO_CONSOLE,
        )
    except subprocess.TimeoutExpired as error:
        raise KeyProblem(
            f"签名程序等了 {PATIENCE} 秒没有回应。请看看钥匙是否插好，再试一次。{_SAFE}", "signer"
        ) from error
    except (OSError, ValueError) as error:
        raise KeyProblem(f"签名程序 {command[0]} 启动不了。请检查它是否装好。{_SAFE}", "signer") from error
    said = _decoded(done.stdout, _Failed)
    if said is not None:
        raise KeyProblem(f"签名没有成功：{said.error} {_SAFE}", "signer")
    answer = _decoded(done.stdout, kind) if done.returncode == 0 else None
    if answer is None:
        raise KeyProblem(f"签名程序没有给出结果。请看看钥匙是否插好，再试一次。{_SAFE}", "signer")
    return answer


def _decoded(line: bytes, kind: type[Answer]) -> Answer | None:
    try:
        return msgspec.json.decode(line, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
