"""A real ledger, and the window over it."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.app import make_window, prepare
from desktop.shell import theme
from desktop.shell.page import Shell
from desktop.shell.settings import Settings
from desktop.shell.window import Window
from sync.jobs.classes import add_class
from sync.ledger.ledger import Ledger


@pytest.fixture(scope="session")
def qapp_cls() -> type[QApplication]:
    return QApplication


@pytest.fixture(scope="session", autouse=True)
def _fonts(qapp: QApplication) -> None:
    prepare(qapp)
    theme.apply(qapp, "calm", 16)


@pytest.fixture(autouse=True)
def _garbage(garbage: None) -> None:
    """Windows of earlier tests go now."""
    gc.collect(1)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A laptop with a catalog of two courses, C1 and C2."""
    with Ledger.create(tmp_path / "node", "清水乡培训点") as made:
        with made.writing() as w:
            w.write("course", {"code": "C1", "name": "家政服务员", "level": "初级", "hours": 8000, "subsidy": 120000})
            w.write("course", {"code": "C2", "name": "茶叶加工工", "level": "中级", "hours": 12000, "subsidy": 180000})
        yield made


@pytest.fixture
def class_id(ledger: Ledger) -> str:
    """A class A1 of course C1, in November 2026."""
    return add_class(ledger, "A1", "C1", "清水乡家政一班", "2026-11-01", "2026-11-30", "清水村文化礼堂")


@pytest.fixture
def window(qtbot: QtBot, ledger: Ledger) -> Iterator[Window]:
    """The whole window, not yet shown."""
    made = make_window(ledger, Settings(ledger.folder), catch=False)
    qtbot.addWidget(made)
    yield made
    made.shell.tasks.close()


@pytest.fixture
def shell(window: Window) -> Shell:
    return window.shell
