"""What a verb has at hand: its arguments, the node's folder and where its answer goes."""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import msgspec

from sync.ledger.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Window:
    """What only Qt can do, handed in by the entry point."""

    open: Callable[[str], int]
    read_video: Callable[[str], list[str]]
    selftest: Callable[[], dict[str, object]]


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
        return Ledger.open(self.folder)

    def answer(self, value: Any, words: str = "") -> None:
        """One JSON value with --json, else the words, or the value laid out for reading."""
        if self.args.json:
            self.line(value)
        elif words:
            self.out.write(words + "\n")
        else:
            self.out.write(msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n")

    def line(self, value: Any) -> None:
        """One line of JSON, out at once: somebody may be waiting for it."""
        self.out.write(msgspec.json.encode(value).decode() + "\n")
        self.out.flush()

    def say(self, words: str) -> None:
        """For people beside the answer, never into it."""
        sys.stderr.write(words + "\n")


Verb = Callable[[Context], int]
