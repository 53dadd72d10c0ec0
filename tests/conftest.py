"""What tests of several rooms share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.nodes import Place, open_place

ROOMS = Path(__file__).parent
LONGEST = ["storm", "day", "cli"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, so that no core is left with one of them at the end."""
    items.sort(key=lambda item: [room != item.path.relative_to(ROOMS).parts[0] for room in LONGEST])


@pytest.fixture(scope="module")
def garbage(qapp: object) -> Iterator[None]:
    """Python's garbage is taken out as in the program: never while Qt holds a lock."""
    from desktop.shell.garbage import Garbage

    made = Garbage()
    yield
    made.stop()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A county with two enrolled laptops, on one clock."""
    with open_place(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def lasting_place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The same for a whole module, where a test looks only at what it adds or refuses itself."""
    with open_place(tmp_path_factory.mktemp("place")) as made:
        yield made
