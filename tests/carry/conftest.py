"""A county and an enrolled laptop as real ledgers, and the county's server in its own process."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.ledger.ledger import Ledger
from tests.day.world import Server, World, enrolled, serving


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> World:
    return enrolled(tmp_path_factory.mktemp("world") / "w")


@pytest.fixture
def world(prepared: World, tmp_path: Path) -> World:
    return prepared.copy(tmp_path / "w")


@pytest.fixture
def server(world: World) -> Iterator[Server]:
    with serving(world.county) as running:
        yield running


@pytest.fixture
def laptop(world: World) -> Iterator[Ledger]:
    with Ledger.open(world.laptop.folder) as opened:
        yield opened
