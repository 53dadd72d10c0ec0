"""A camera that is chosen, pulled out, taken by another program or comes back; Qt's devices are played.

Whatever happens to it, scanner and search go on.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtMultimedia import QCamera, QCameraDevice, QMediaDevices
from pytestqt.qtbot import QtBot

from desktop.checkin import camera as cameras
from desktop.checkin.camera import GONE, NONE, SILENT
from desktop.checkin.forms import StampForm
from desktop.checkin.page import CheckinPage
from desktop.shell.settings import Settings
from tests.desktop.checkin_day import MULTIMEDIA_NOISE, Day
from tests.desktop.desk_fixtures import bare_machine, day, desk_window, page
from tests.desktop.desk_hands import press
from tests.desktop.keyboard import Keyboard
from tests.desktop.test_checkin_photos import show

__all__ = ["bare_machine", "day", "desk_window", "page", "show"]

pytestmark = pytest.mark.qt_log_ignore(MULTIMEDIA_NOISE, "propagateSizeHints", "does not support")


@dataclass(frozen=True)
class Device:
    """What QCameraDevice tells."""

    name: str

    def id(self) -> bytes:
        return self.name.encode()

    def description(self) -> str:
        return f"{self.name} 摄像头"

    def videoFormats(self) -> list[object]:
        return []


@dataclass
class Machine:
    """The cameras that this computer has, and those that were opened."""

    devices: list[Device] = field(default_factory=list)
    opened: list["Played"] = field(default_factory=list)

    def plug(self, page: CheckinPage, *names: str) -> None:
        self.devices = [Device(name) for name in names]
        page.senses.camera._devices.videoInputsChanged.emit()

    @property
    def running(self) -> list[str]:
        return [one.device.name for one in self.opened if one.runs]


class Played(QObject):
    """A QCamera that starts as told."""

    errorOccurred = Signal(QCamera.Error, str)
    machine: Machine

    def __init__(self, device: Device, parent: QObject) -> None:
        super().__init__(parent)
        self.device, self.runs = device, False
        self.machine.opened.append(self)

    def cameraDevice(self) -> Device:
        return self.device

    def start(self) -> None:
        self.runs = True

    def stop(self) -> None:
        self.runs = False


class Session(QObject):
    """A QMediaCaptureSession that brings no frames: the test sends them."""

    def setCamera(self, camera: Played | None) -> None: ...

    def setVideoSink(self, sink: QObject | None) -> None: ...


@pytest.fixture
def machine(page: CheckinPage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    made = Machine()
    Played.machine = made
    monkeypatch.setattr(QMediaDevices, "videoInputs", staticmethod(lambda: made.devices))
    monkeypatch.setattr(QMediaDevices, "defaultVideoInput", staticmethod(QCameraDevice))
    monkeypatch.setattr(cameras, "QCamera", Played)
    monkeypatch.setattr(cameras, "QMediaCaptureSession", Session)
    monkeypatch.setattr(cameras, "_id", lambda device: device.name)
    Played.Error = QCamera.Error  # type: ignore[attr-defined]
    yield made
    page.senses.stop()


def goes_on(qtbot: QtBot, page: CheckinPage, day: Day, first: int) -> None:
    """A card by the scanner, and another trainee by her name."""
    before = len(day.stamps())
    Keyboard(page).scanner(day.card(first) + "\r")
    press(page, Qt.Key.Key_F6)
    page.search.setText(page.station.people[day.people[first + 1]["id"]].tail)
    press(page, Qt.Key.Key_Return)
    assert isinstance(page.dialog, StampForm)
    page.dialog.submit()
    assert day.stamps()[before:] == [(day.name(first), "in", "scanner"), (day.name(first + 1), "in", "search")]
    # The offscreen platform gives the keyboard to nobody when a dialog closes.
    page.window().activateWindow()
    qtbot.waitUntil(page.window().isActiveWindow)


def test_one_that_is_plugged_in_opens_by_itself(page: CheckinPage, machine: Machine) -> None:
    assert page.senses.preview.words == NONE
    machine.plug(page, "门口")
    assert machine.running == ["门口"]
    assert not page.senses.choice.isVisible(), "there is nothing to choose"


def test_one_is_chosen_and_remembered(page: CheckinPage, day: Day, machine: Machine) -> None:
    machine.plug(page, "内置", "门口")
    assert machine.running == ["内置"]
    page.senses.choice.setCurrentIndex(1)
    page.senses.choice.activated.emit(1)
    assert machine.running == ["门口"] and Settings(day.ledger.folder).camera == "门口"
    page.window().open_page("home")
    assert machine.running == [], "another program may have it meanwhile"
    page.window().open_page("checkin")
    assert machine.running == ["门口"] and page.senses.choice.currentText() == "门口 摄像头"


def test_the_chosen_one_is_pulled_out_and_comes_back(
    qtbot: QtBot, page: CheckinPage, day: Day, machine: Machine
) -> None:
    machine.plug(page, "门口")
    page.shell.settings.camera = "门口"
    machine.plug(page)
    assert machine.running == [] and page.senses.preview.words == GONE
    goes_on(qtbot, page, day, 0)
    machine.plug(page, "门口")
    assert machine.running == ["门口"] and page.senses.preview.words != GONE


def test_another_one_takes_its_place(page: CheckinPage, machine: Machine) -> None:
    machine.plug(page, "门口", "内置")
    page.shell.settings.camera = "门口"
    press(page, Qt.Key.Key_F9)
    assert machine.running == ["门口"]
    machine.plug(page, "内置")
    assert machine.running == ["内置"]
    assert page.shell.settings.camera == "门口", "it is not forgotten"


def test_another_that_comes_or_goes_disturbs_nothing(page: CheckinPage, machine: Machine) -> None:
    machine.plug(page, "门口")
    machine.plug(page, "门口", "内置")
    machine.plug(page, "门口")
    assert len(machine.opened) == 1 and machine.running == ["门口"]


def test_one_that_another_program_holds_is_told_and_tried_again_by_a_key(
    qtbot: QtBot, page: CheckinPage, day: Day, machine: Machine
) -> None:
    machine.plug(page, "门口")
    machine.opened[-1].errorOccurred.emit(QCamera.Error.CameraError, "Device or resource busy")
    assert "门口 摄像头" in page.senses.preview.words and "按 F9" in page.senses.preview.words
    goes_on(qtbot, page, day, 0)
    press(page, Qt.Key.Key_F9)
    assert len(machine.opened) == 2 and machine.running == ["门口"]
    assert "被别的程序" not in page.senses.preview.words


def test_one_that_starts_and_gives_nothing_is_told(qtbot: QtBot, page: CheckinPage, day: Day, machine: Machine) -> None:
    page.senses.camera._silence.setInterval(20)
    machine.plug(page, "门口")
    qtbot.waitUntil(lambda: page.senses.preview.words == SILENT)
    goes_on(qtbot, page, day, 0)


def test_a_picture_that_comes_back_takes_the_words_away(
    qtbot: QtBot, page: CheckinPage, day: Day, machine: Machine, show: object
) -> None:
    machine.plug(page, "门口")
    page.senses.camera.said.emit(SILENT)
    assert page.senses.preview.words == SILENT
    show(day.card(0))  # type: ignore[operator]
    assert page.senses.preview.words == "" and page.senses.preview.shows
    assert day.stamps() == [(day.name(0), "in", "camera")]
