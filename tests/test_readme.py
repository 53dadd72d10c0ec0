"""README's commands are understood, and its map of the house shows what is there."""

import re
import shlex
from pathlib import Path

import pytest

from sync.cli.parser import parser

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
COMMANDS = re.findall(r"^xiangpei .*", README, re.MULTILINE)
MAP = next(block for block in README.split("```") if block.lstrip().startswith("sync/  "))


def test_there_are_commands_to_read() -> None:
    assert len(COMMANDS) >= 10


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_understood(command: str) -> None:
    assert callable(parser().parse_args(shlex.split(command)[1:]).verb)


def test_the_map_shows_every_package_of_sync() -> None:
    shown = set(re.findall(r"^  (\w+)/ ", MAP, re.MULTILINE))
    assert shown == {path.parent.name for path in (ROOT / "sync").glob("*/__init__.py")}


def test_the_map_names_nothing_that_is_not_there() -> None:
    for name in re.findall(r"^(\w[\w.]*/?) ", MAP, re.MULTILINE):
        assert (ROOT / name).exists(), name
