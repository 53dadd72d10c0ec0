"""Enrolment without network and without a stick: a phone takes the request, the camera takes the grant."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtMultimedia import QMediaCaptureSession, QVideoFrameInput
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop.exchange.grant import GrantForm
from desktop.exchange.page import ExchangePage
from desktop.exchange.request_code import RequestScreen
from desktop.exchange.scan import ScanGrant
from desktop.shell.first_start import FirstStart, ask_and_create
from desktop.shell.window import Window
from sync.county import county as office
from sync.county import devices, grants
from sync.jobs import enrol
from sync.jobs.codes import paper_of
from sync.ledger.ledger import Ledger
from sync.paper.codes import sheet
from sync.seal import parts
from tests.county.test_grants import many
from tests.desktop.checkin_day import MULTIMEDIA_NOISE
from tests.desktop.desk_fixtures import bare_machine
from tests.desktop.test_checkin_camera import frame
from tests.ledger.test_token import SEED, setting
from tests.reading.photos import Luminance, camera_frame, phone_photo, pixels

__all__ = ["bare_machine"]

pytestmark = [pytest.mark.qt_log_ignore(MULTIMEDIA_NOISE), pytest.mark.usefixtures("bare_machine")]

SCHOOL = "春风职业培训学校"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.create(tmp_path / "node", "清水乡培训点") as made:
        yield made


@pytest.fixture
def county(tmp_path: Path) -> Iterator[Ledger]:
    with office.create(tmp_path / "county", "云岭县人社局") as made:
        yield made


@pytest.fixture
def page(qtbot: QtBot, window: Window) -> ExchangePage:
    window.resize(1366, 768)
    window.show()
    window.shell.go("exchange", "enrol")
    found = window.page("exchange")
    assert isinstance(found, ExchangePage)
    return found


@pytest.fixture
def scan(page: ExchangePage) -> Iterator[ScanGrant]:
    page.enrolment.by_camera.click()
    dialog = page.findChild(ScanGrant)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    yield dialog
    dialog.reject()


@pytest.fixture
def sender(scan: ScanGrant) -> Iterator[QVideoFrameInput]:
    """A camera that shows what the test sends."""
    session, source = QMediaCaptureSession(), QVideoFrameInput()
    session.setVideoFrameInput(source)
    session.setVideoSink(scan.camera.sink)
    yield source
    session.setVideoSink(None)
    session.setVideoFrameInput(None)


def grey(image: QImage) -> Luminance:
    plane = image.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(bytes(plane.constBits()), np.uint8).reshape(plane.height(), plane.bytesPerLine())
    return np.ascontiguousarray(rows[:, : plane.width()])


def by_codes(county: Ledger, ledger: Ledger) -> list[str]:
    devices.enrol(county, enrol.request(ledger), SCHOOL)
    return parts.split(grants.for_codes(county, ledger.signer.public.id))


def settle(qtbot: QtBot, page: ExchangePage) -> None:
    qtbot.waitUntil(lambda: not page.shell.tasks.running, timeout=30_000)


def test_a_phone_that_takes_the_screen_has_the_request(page: ExchangePage, ledger: Ledger) -> None:
    shown = phone_photo(grey(page.enrolment.code.grab().toImage()), np.random.default_rng(1), 1200)
    assert paper_of([("微信图片.jpg", shown)]) == enrol.request(ledger)
    page.enrolment.show_code.click()
    screen = page.findChild(RequestScreen)
    assert screen.isFullScreen()
    whole = phone_photo(grey(screen.grab().toImage()), np.random.default_rng(2), 2000)
    assert paper_of([("微信图片.jpg", whole)]) == enrol.request(ledger)
    assert ledger.signer.public.fingerprint in [label.text() for label in screen.findChildren(QLabel)]
    screen.close()


def test_the_longest_name_is_one_code_all_the_same(tmp_path: Path, qtbot: QtBot) -> None:
    """Sixty characters are what the first start takes; each a different one, so that nothing packs."""
    name = "".join(chr(0x4E00 + 97 * n) for n in range(60))
    with Ledger.create(tmp_path / "long", name) as ledger:
        screen = RequestScreen(ledger, "开始使用")
        qtbot.addWidget(screen)
        screen.resize(900, 700)
        screen.show()
        assert len(screen.code.codes) == 1
        photo = phone_photo(grey(screen.grab().toImage()), np.random.default_rng(3))
        assert paper_of([("微信图片.jpg", photo)]) == enrol.request(ledger)


def test_the_grant_from_frames_of_the_camera(
    qtbot: QtBot, page: ExchangePage, county: Ledger, ledger: Ledger, scan: ScanGrant, sender: QVideoFrameInput
) -> None:
    """Every code as a 720p camera sees it, leaning and not quite in focus, the last one first, one of them twice."""
    texts, rng = by_codes(county, ledger), np.random.default_rng(4)
    shown = [*reversed(texts[1:]), texts[3], texts[0]]
    for text in shown:
        with qtbot.waitSignal(scan.camera.picture):
            assert sender.sendVideoFrame(frame(camera_frame(pixels(sheet([text])), rng)))
        if text is shown[2]:
            assert scan.bar.value() == 3
            assert scan.bar.maximum() == len(texts)
            assert scan.missing.text().startswith("还缺第 1、2、3")
    qtbot.waitUntil(lambda: page.findChild(GrantForm) is not None)
    assert not scan.isVisible()
    form = page.findChild(GrantForm)
    assert form.theirs.text() == county.signer.public.fingerprint
    assert ledger.county is None, "compared first"
    form.submit()
    assert page.enrolment.state.text() == f"已在“云岭县人社局”登记，机构：{SCHOOL}"
    assert not page.enrolment.code.isVisible()
    assert ledger.position(county.feed) == county.position(county.feed)


def test_who_does_not_find_the_fingerprints_alike_takes_nothing(
    page: ExchangePage, county: Ledger, ledger: Ledger
) -> None:
    devices.enrol(county, enrol.request(ledger), SCHOOL)
    page.offer(grants.whole(county, ledger.signer.public.id))
    page.findChild(GrantForm).reject()
    assert ledger.county is None
    assert page.enrolment.state.text() == "本机还没有登记"


def test_codes_of_a_grown_county_leave_the_laptop_waiting_and_the_file_ends_it(
    page: ExchangePage, county: Ledger, ledger: Ledger, window: Window
) -> None:
    many(county, 40)
    page.enrolment.by_camera.click()
    for text in by_codes(county, ledger):
        page.findChild(ScanGrant).take(text)
    page.findChild(GrantForm).submit()
    assert "已授权，等待首次同步" in page.enrolment.state.text()
    assert SCHOOL in page.enrolment.state.text()
    assert "不会丢" in page.enrolment.what.text()
    assert window.notice.isHidden()
    page.offer(grants.whole(county, ledger.signer.public.id))
    assert "等待" not in page.enrolment.state.text(), "the same county again asks nobody"


def test_pictures_that_were_dropped(
    qtbot: QtBot, page: ExchangePage, county: Ledger, ledger: Ledger, tmp_path: Path
) -> None:
    texts, rng = by_codes(county, ledger), np.random.default_rng(5)
    photos = [tmp_path / f"微信图片{n}.jpg" for n in range(2)]
    for photo, half in zip(photos, (texts[:6], texts[6:]), strict=True):
        photo.write_bytes(phone_photo(pixels(sheet(half)), rng))
    page.take(photos[:1])
    settle(qtbot, page)
    assert f"还缺第 7、8、9、10 张二维码（共 {len(texts)} 张）" in page.shell.messages.said[-1].text
    page.take(photos)
    settle(qtbot, page)
    page.findChild(GrantForm).submit()
    assert ledger.county is not None


def test_what_is_held_before_the_camera_by_mistake(scan: ScanGrant, county: Ledger, ledger: Ledger) -> None:
    texts = by_codes(county, ledger)
    scan.take(texts[0])
    for text, words in (
        ("12345678901234567", "不是登记用的"),
        (texts[1][:-1], "已损坏"),
        (enrol.request_codes(ledger)[0], "另一份文件"),
        (texts[0], "已经扫过"),
    ):
        scan.take(text)
        assert words in scan.trouble.text()
        assert scan.bar.value() == 1
    scan.again.click()
    assert scan.bar.value() == 0
    assert scan.trouble.text() == ""


def test_the_request_s_own_code_is_no_grant(qtbot: QtBot, page: ExchangePage, scan: ScanGrant, ledger: Ledger) -> None:
    scan.take(enrol.request_codes(ledger)[0])
    assert "不是这里要的那一种" in page.shell.messages.said[-1].text
    assert page.findChild(GrantForm) is None


def test_without_a_camera_another_way_is_named(scan: ScanGrant) -> None:
    assert scan.preview.words.startswith("没有找到摄像头。")
    assert "导入县里的授权" in scan.preview.words
    assert "F6" not in scan.preview.words


def test_the_request_as_a_picture(page: ExchangePage, ledger: Ledger, tmp_path: Path) -> None:
    page.enrolment.export_to(str(tmp_path / "申请.png"))
    assert paper_of([("申请.png", (tmp_path / "申请.png").read_bytes())]) == enrol.request(ledger)


def test_the_first_start_shows_the_request_and_goes_on(qtbot: QtBot, tmp_path: Path) -> None:
    """Each dialog runs a loop of its own, so the hands are a timer's."""
    seen = []

    def hands() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, FirstStart):
            dialog.name.setText("石门村培训点")
            dialog.start.click()
        elif isinstance(dialog, RequestScreen):
            seen.append(grey(dialog.grab().toImage()))
            dialog.close()

    timer = QTimer(interval=50)
    timer.timeout.connect(hands)
    timer.start()
    ledger = ask_and_create(tmp_path / "new")
    timer.stop()
    assert ledger is not None
    with ledger:
        (shown,) = seen
        photo = phone_photo(shown, np.random.default_rng(1), 1600)
        assert paper_of([("微信图片.jpg", photo)]) == enrol.request(ledger)


def test_a_token_that_is_not_there_is_said_in_place_of_the_code(qtbot: QtBot, tmp_path: Path) -> None:
    stick = tmp_path / "token"
    stick.write_bytes(SEED)
    with Ledger.create(tmp_path / "node", "清水乡培训点", signer=setting(stick)) as ledger:
        stick.unlink()
        screen = RequestScreen(ledger, "关闭")
        qtbot.addWidget(screen)
        assert not screen.code.codes
        assert any("没有插钥匙" in label.text() for label in screen.findChildren(QLabel))
