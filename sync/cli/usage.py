"""Wrong usage of the command line, told in Chinese."""

import argparse
import re
from collections.abc import Iterable
from typing import NoReturn

# What argparse says, and what we say for it; its own words stand where a newer one says something else.
_SAYINGS = [
    (r"the following arguments are required: (.+)", "还要写明 {0}"),
    (r"one of the arguments (.+) is required", "{0} 里要写一个"),
    (r"unrecognized arguments: (.+)", "不认识 {0}"),
    (r"argument (.+): not allowed with argument (.+)", "{0} 和 {1} 只能写一个"),
    (r"argument (.+): expected one argument", "{0} 后面要写一个值"),
    (r"argument (.+): expected at least one argument", "{0} 至少要写一个"),
    (r"argument (.+): ignored explicit argument (.+)", "{0} 后面不能写值（{1}）"),
    (r"argument (.+): invalid int value: (.+)", "{0} 要写整数，不能是 {1}"),
    (r"argument (.+): invalid choice: (.+) \(choose from (.+)\)", "{0} 不能是 {1}，可以是 {2}"),
    (r"ambiguous option: (.+) could match (.+)", "{0} 没写全，可能是 {1}"),
]


class _Formatter(argparse.HelpFormatter):
    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """argparse with its complaints in Chinese; the parsers of verbs are made of the same class."""

    def __init__(self, **more: object) -> None:
        super().__init__(formatter_class=_Formatter, **more)  # type: ignore[arg-type]

    def error(self, message: str) -> NoReturn:
        """Ends the process with exit code 2."""
        self.exit(2, f"{self.format_usage()}{self.prog}：{said(message)}。加 -h 可看说明。\n")


def said(message: str) -> str:
    """The Chinese for what argparse says."""
    for pattern, words in _SAYINGS:
        found = re.fullmatch(pattern, message)
        if found:
            return words.format(*found.groups())
    return f"写法不对（{message}）"
