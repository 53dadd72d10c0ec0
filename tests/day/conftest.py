"""Worlds to be copied: what costs seconds is made once."""

import os
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtWidgets import QApplication

from desktop.app import prepare
from desktop.shell import theme
from tests.day.world import World, enrolled, faketime

MORNING = "2026-11-24T07:30"


@pytest.fixture(scope="session")
def new_world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A county and a laptop that it has just enrolled, early in the morning. Not to be changed: copy it."""
    if faketime() is None:
        pytest.skip("libfaketime is not installed (Debian: faketime), so no process can be put into another hour")
    return enrolled(tmp_path_factory.mktemp("new"), MORNING)


@pytest.fixture
def world(new_world: World, tmp_path: Path) -> World:
    """One's own world."""
    return new_world.copy(tmp_path / "world")


@pytest.fixture(scope="session")
def painted(qapp: QApplication) -> QApplication:
    """Qt with our fonts and colours."""
    prepare(qapp)
    theme.apply(qapp, "calm", 16)
    return qapp
