"""What a verb has at hand: its arguments, the node's folder and where its answer goes."""

import argparse
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from getpass import getpass
from pathlib import Path
from typing import Any, TextIO

import msgspec

from sync.errors import StorageError, os_words
from sync.jobs import operators
from sync.ledger.ledger import Ledger

PIN = "XIANGPEI_PIN"
"""The operator's, where no terminal can be asked: a word of the command would be seen by every program."""


@dataclass(frozen=True, slots=True)
class Window:
    """What only Qt can do, handed in by the entry point."""

    open: Callable[[str], int]
    read_video: Callable[[str], list[str]]
    selftest: Callable[[], dict[str, object]]


class AnswerLost(StorageError):
    """The answer could not be written out, which undoes nothing of what the verb did."""

    reason = "answer-lost"


@dataclass(frozen=True, slots=True)
class Context:
    """`args` as parsed; answers go to `out` as one JSON value, or in words."""

    args: argparse.Namespace
    window: Window
    out: TextIO

    @property
    def folder(self) -> Path:
        if self.args.data:
            return Path(self.args.data)
        from platformdirs import user_data_path

        return user_data_path("xiangpei", appauthor=False)

    def ledger(self) -> Ledger:
        """The node's, with whoever `--operator` names at the desk. Raises NotFound, BadInput for a wrong PIN."""
        ledger = Ledger.open(self.folder)
        try:
            self._sign_in(ledger)
        except BaseException:
            ledger.close()
            raise
        return ledger

    def _sign_in(self, ledger: Ledger) -> None:
        ledger.operator = operators.COMMAND_LINE
        if self.args.operator:
            found = operators.find_operator(ledger, self.args.operator)
            operators.sign_in(ledger, found.id, self._pin(found.name))

    def _pin(self, name: str) -> str:
        pin = os.environ.get(PIN, "")
        # A terminal may ask; a machine's answer never waits for somebody to type.
        return getpass(f"{name}的口令：") if not pin and sys.stdin.isatty() and not self.args.json else pin

    def answer(self, value: Any, words: str = "") -> None:
        """One JSON value with --json, else the words, or the value laid out for reading."""
        if self.args.json:
            self.line(value)
        else:
            self.write(words or msgspec.json.format(msgspec.json.encode(value), indent=2).decode())

    def line(self, value: Any) -> None:
        """One line of JSON."""
        self.write(msgspec.json.encode(value).decode())

    def write(self, line: str) -> None:
        """One line, out at once: somebody may be waiting for it. Raises AnswerLost, BrokenPipeError."""
        try:
            self.out.write(line + "\n")
            self.out.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            text = f"结果没有写出来：{os_words(error)}。这一步做过的都还在，没有撤回。"
            raise AnswerLost(text) from error

    def drop_answers(self) -> None:
        """Nobody can read them any more; what is left in the buffer would only fail once again at the end."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.out.fileno())
        os.close(nowhere)

    def say(self, words: str) -> None:
        """For people beside the answer, never into it."""
        sys.stderr.write(words + "\n")


Verb = Callable[[Context], int]
