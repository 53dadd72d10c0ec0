"""`xiangpei selftest [--json]`: what a built or installed app must be able to do on this machine, each told in words.

A bundle that lacks a plugin or a data file starts all the same and fails later, silently. So each check does the real
thing: shows the window, decodes a video and reads the card in it, writes and verifies a ledger, prints a page.
"""

import argparse
import contextlib
import io
import json
import sys
import tempfile
import traceback
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QEventLoop, QTimer, QUrl
from PySide6.QtGui import QFontDatabase, QRawFont
from PySide6.QtMultimedia import QMediaPlayer, QVideoFrame, QVideoSink
from PySide6.QtPdf import QPdfDocument
from PySide6.QtWidgets import QApplication

import resources
from sync.cli import main as command_line
from sync.paper import forms
from sync.paper import print as paper
from sync.reading.reader import read_cards

RESOURCES = Path(resources.__file__).parent
VIDEO = RESOURCES / "selftest" / "card.mp4"
CARD = "20261121000000426"
"""The card in the video; installer/card_video.py put it there."""
RARE = "䶮㛃𬱖𠮷𰻝"
PATIENCE_MS = 20_000


class Broken(Exception):
    """A check did not see what it should have; the message says what it saw."""


def fonts() -> str:
    """The bundled fonts load, and between them know names that few fonts know."""
    files = [path for path in sorted((RESOURCES / "fonts").iterdir()) if path.suffix in (".otf", ".ttf")]
    loaded = [QRawFont(str(path), 16) for path in files if QFontDatabase.addApplicationFont(str(path)) != -1]
    missing = [char for char in RARE if not any(font.supportsCharacter(ord(char)) for font in loaded)]
    if missing:
        raise Broken(f"字体里没有：{''.join(missing)}")
    return f"{len(loaded)} 个字体，生僻字齐全"


def frame() -> str:
    """QtMultimedia decodes a video, and the card in one of its frames is read."""
    sink, player, loop = QVideoSink(), QMediaPlayer(), QEventLoop()
    seen: list[str] = []
    frames = 0

    def arrived(frame: QVideoFrame) -> None:
        nonlocal frames
        if seen or not frame.isValid() or not frame.map(QVideoFrame.MapMode.ReadOnly):
            return
        frames += 1
        seen.extend(read_cards(frame.bits(0), frame.width(), frame.height(), frame.bytesPerLine(0)))
        frame.unmap()
        if seen:
            loop.quit()

    def ended(status: QMediaPlayer.MediaStatus) -> None:
        if status in (QMediaPlayer.MediaStatus.EndOfMedia, QMediaPlayer.MediaStatus.InvalidMedia):
            loop.quit()

    sink.videoFrameChanged.connect(arrived)
    player.mediaStatusChanged.connect(ended)
    player.setVideoSink(sink)
    player.setSource(QUrl.fromLocalFile(str(VIDEO)))
    player.play()
    QTimer.singleShot(PATIENCE_MS, loop.quit)
    loop.exec()
    player.stop()
    if seen != [CARD]:
        raise Broken(f"视频解码 {frames} 帧，读到 {seen}。{player.errorString()}")
    return f"视频第 {frames} 帧读出学员证"


def ledger() -> str:
    """A new encrypted ledger is written and verified."""
    with tempfile.TemporaryDirectory() as folder:
        _command("--data", folder, "init", "--name", "自检")
        answer = _command("--data", folder, "check")
        plain = [path.name for path in Path(folder).rglob("*.db") if path.read_bytes()[:6] == b"SQLite"]
    if plain:
        raise Broken(f"台账没有加密：{plain}")
    return f"台账写入并核对：{json.dumps(answer, ensure_ascii=False)}"


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


CHECKS: tuple[Callable[[], str], ...] = (fonts, frame, ledger, page)


def main(argv: list[str]) -> int:
    """Runs every check, the broken ones too; exits 1 if one was broken."""
    parser = argparse.ArgumentParser(prog="xiangpei selftest", description="自检：界面、摄像头解码、台账、打印")
    parser.add_argument("--json", action="store_true", help="机器可读的回答")
    wants_json = parser.parse_args(argv).json
    _app = QApplication.instance() or QApplication(["xiangpei"])
    results = [_result(check) for check in CHECKS]
    ok = all(result["ok"] for result in results)
    if wants_json:
        sys.stdout.write(json.dumps({"ok": ok, "checks": results}, ensure_ascii=False) + "\n")
    else:
        for result in results:
            sys.stdout.write(f"{'通过' if result['ok'] else '不行'}  {result['check']:<8}{result['words']}\n")
    return 0 if ok else 1


def _result(check: Callable[[], str]) -> dict[str, Any]:
    try:
        return {"check": check.__name__, "ok": True, "words": check()}
    except Exception as error:  # noqa: BLE001 - whatever is broken is the answer, and the other checks still run
        traceback.print_exc()
        return {"check": check.__name__, "ok": False, "words": f"{type(error).__name__}: {error}"}


def _command(*words: str) -> Any:
    """What the command line answers to these words."""
    answer = io.StringIO()
    with contextlib.redirect_stdout(answer):
        code = command_line(["--json", *words])
    if code:
        raise Broken(f"{' '.join(words)}: {code} {answer.getvalue()}")
    return json.loads(answer.getvalue())
