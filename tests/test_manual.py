"""The manual keeps to what the program shows: words, keys, commands, pictures."""

import ast
import re
import shlex
from html.parser import HTMLParser
from pathlib import Path

import pytest

from sync.cli.parser import parser

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "manual"
MANUAL = (FOLDER / "manual.md").read_text("utf-8")
COMMANDS = re.findall(r"^xiangpei .*", MANUAL, re.MULTILINE) + re.findall(r"`(xiangpei [^`]+)`", MANUAL)
BOLD = sorted(set(re.findall(r"\*\*(.+?)\*\*", MANUAL)))
KEYS = sorted(set(re.findall(r"\b(?:F\d+|Ctrl\+[A-Z])", MANUAL)))
STATES = sorted(
    {
        state
        for table in re.findall(r"^\| 写着 .*\n\|.*\n((?:\|.*\n)+)", MANUAL, re.MULTILINE)
        for row in table.splitlines()
        for state in row.split("|")[1].strip().split("、")
    }
)
PICTURES = re.findall(r"!\[(.*?)\]\((.*?)\)", MANUAL)
MOST_BYTES = 1_500_000


class Texts(HTMLParser):
    """What stands between the tags of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "<br>", html))

    def handle_data(self, data: str) -> None:
        self.found.add(data)


def constants(folder: str) -> set[str]:
    """The texts in the code of a folder; of an f-string, its pieces."""
    found: set[str] = set()
    for path in (ROOT / folder).rglob("*.py"):
        nodes = ast.walk(ast.parse(path.read_text("utf-8")))
        found |= {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return found


def shown() -> set[str]:
    """Every text that a screen, a page of the console or a paper may show, as it stands in the sources."""
    found = constants("desktop") | constants("sync/county/console") | constants("sync/paper")
    for path in (ROOT / "resources" / "console").glob("*.html"):
        html = path.read_text("utf-8")
        # A select's choices stand in code within the page.
        found |= Texts(html).found | set(re.findall(r'"([^"<>]+)"', html))
    return {plain(text) for text in found} - {""}


def plain(text: str) -> str:
    """Without the mark of a key, and what a form puts around a word."""
    return re.sub(r"\(&\w\)", "", text).split("\t")[0].strip(" \n：，。（")


SHOWN = shown()
STATE_WORDS = constants("sync/training") | constants("sync/jobs")


def test_the_manual_speaks_of_the_screen() -> None:
    assert len(BOLD) > 100 and len(KEYS) > 8 and len(STATES) > 10 and len(COMMANDS) > 12


@pytest.mark.parametrize("words", BOLD)
def test_words_in_bold_are_on_the_screen(words: str) -> None:
    assert words in SHOWN


@pytest.mark.parametrize("state", STATES)
def test_states_in_tables_are_what_the_program_calls_them(state: str) -> None:
    assert state in SHOWN | STATE_WORDS


@pytest.mark.parametrize("key", KEYS)
def test_keys_do_something(key: str) -> None:
    assert any(re.search(rf"(?<![\w+]){re.escape(key)}(?!\w)", text, re.ASCII) for text in constants("desktop"))


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_are_understood(command: str) -> None:
    words = shlex.split(command)[1:]
    if words == ["--help"]:
        return
    assert callable(parser().parse_args(words).verb)


@pytest.mark.parametrize(("words", "name"), PICTURES)
def test_pictures_are_there_and_described(words: str, name: str) -> None:
    assert words and (FOLDER / name).read_bytes().startswith(b"\x89PNG")


def test_no_picture_is_left_over_and_all_are_small() -> None:
    files = {path.name: path.stat().st_size for path in FOLDER.glob("*.png")}
    assert files.keys() == {name for _, name in PICTURES}
    assert sum(files.values()) < MOST_BYTES


def test_it_refers_to_chapters_that_there_are() -> None:
    """“…” with 看 or 见 before it is a heading."""
    headings = set(re.findall(r"^#+ (.*)$", MANUAL, re.MULTILINE))
    told = re.findall(r"(?:看|见)((?:“[^”]+”)+)", MANUAL)
    named = {name for run in told for name in re.findall(r"“([^”]+)”", run)}
    assert len(named) > 8 and named <= headings
