"""`xiangpei selftest`: what a built or installed app must be able to do on this machine, each told in words.

A bundle that lacks a plugin or a data file starts all the same and fails later, silently. So each check does the real
thing: shows the window, decodes a video and reads the card in it, writes and verifies a ledger, prints a page.
"""

import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from datetime import date
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray
from PySide6.QtGui import QFont, QRawFont
from PySide6.QtPdf import QPdfDocument
from PySide6.QtWidgets import QApplication

import resources
from desktop.app import ROOMS, make_window, prepare
from desktop.checkin.video import read_video
from desktop.shell.fonts import FAMILIES
from desktop.shell.garbage import Garbage
from desktop.shell.manual import open_manual
from desktop.shell.settings import Settings
from desktop.shell.window import Window
from sync.ledger import database
from sync.ledger.check import check as verify
from sync.ledger.ledger import Ledger
from sync.paper import forms
from sync.paper import print as paper

VIDEO = Path(resources.__file__).parent / "selftest" / "card.mp4"
CARD = "20261121000000426"
"""The card in the video; installer/card_video.py put it there."""
RARE = "䶮㛃𬱖𠮷𰻝"


class Broken(Exception):
    """A check did not see what it should have; the message says what it saw."""


def fonts() -> str:
    """The bundled fonts load, and between them know names that few fonts know."""
    loaded = [QRawFont.fromFont(QFont(family)) for family in FAMILIES]
    missing = [char for char in RARE if not any(font.supportsCharacter(ord(char)) for font in loaded)]
    if missing:
        raise Broken(f"字体里没有：{''.join(missing)}")
    return f"{len(loaded)} 个字体，生僻字齐全"


def window() -> str:
    """The window opens on a fresh ledger, each of its pages draws something, the manual can be read."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Ledger.create(folder, "自检") as fresh:
            shown = make_window(fresh, Settings(folder), catch=False)
            try:
                shown.show()
                blank = [room.title for room in ROOMS if _is_blank(shown, room.key)]
                read = open_manual(shown).is_whole()
            finally:
                shown.close()
    if blank:
        raise Broken(f"这些页是空白的：{'、'.join(blank)}")
    if not read:
        raise Broken("使用手册打不开，或缺少图片")
    return f"窗口打开，{len(ROOMS)} 页都画得出来，使用手册能看"


def _is_blank(window: Window, room: str) -> bool:
    window.open_page(room)
    page = window.page(room)
    assert page is not None
    picture = page.grab().toImage()
    across, down = range(0, picture.width(), 2), range(0, picture.height(), 2)
    return len({picture.pixel(x, y) for x in across for y in down}) < 3


def frame() -> str:
    """QtMultimedia decodes a video, and the card in it is read."""
    seen = read_video(str(VIDEO))
    if set(seen) != {CARD}:
        raise Broken(f"视频里应有学员证 {CARD}，读到 {seen}")
    return "视频解码，读出学员证"


def ledger() -> str:
    """A new encrypted ledger is written, and verified when it is opened again."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Ledger.create(folder, "自检") as fresh, fresh.writing() as writer:
            writer.write("trainee", {"name": f"王{RARE}"})
        with Ledger.open(folder) as again:
            report = verify(again)
        if (folder / database.FILE).read_bytes().startswith(b"SQLite"):
            raise Broken("台账没有加密")
    if not report.ok or report.changes != 2:
        raise Broken(f"台账有 {report.changes} 条变更，应为 2 条。{';'.join(report.problems)}")
    return "台账写入、加密、核对无误"


def page() -> str:
    """A sheet of cards is made as PDF, and opens again with the rare name that was put on it."""
    name = f"王{RARE}"
    heading = forms.Heading(
        "自检", "0", "自检班", "自检", "自检", date(2026, 11, 21), date(2026, 11, 21), 1_795_000_000
    )
    made = paper.cards(forms.Cards(heading, (forms.Card(CARD, name),)))
    buffer, document = QBuffer(), QPdfDocument()
    buffer.setData(QByteArray(made))
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    document.load(buffer)
    if document.pageCount() != 1 or name not in document.getAllText(0).text():
        raise Broken(f"PDF 有 {document.pageCount()} 页，找不到姓名")
    document.close()
    return f"学员证 PDF {len(made) // 1024} KB"


CHECKS: tuple[Callable[[], str], ...] = (fonts, window, frame, ledger, page)


def run() -> dict[str, object]:
    """Runs every check, the broken ones too: `{"ok": bool, "checks": [{"check", "ok", "words"}]}`."""
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication.instance() or QApplication(["xiangpei"])
    assert isinstance(app, QApplication)
    _garbage = Garbage()
    prepare(app)
    checks = [_result(check) for check in CHECKS]
    return {"ok": all(result["ok"] for result in checks), "checks": checks}


def _result(check: Callable[[], str]) -> dict[str, object]:
    try:
        return {"check": check.__name__, "ok": True, "words": check()}
    except Exception as error:  # noqa: BLE001 - whatever is broken is the answer, and the other checks still run
        traceback.print_exc()
        return {"check": check.__name__, "ok": False, "words": f"{type(error).__name__}: {error}"}
