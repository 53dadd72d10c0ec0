"""Pictures of the paper and exchange pages in their states: `python -m tests.desktop.shots_exchange OUT`."""

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from desktop.app import make_window, prepare
from desktop.exchange.grant import GrantForm
from desktop.exchange.page import ExchangePage
from desktop.exchange.qr import AnchorScreen
from desktop.paper.page import PaperPage
from desktop.shell import theme
from desktop.shell.settings import Settings
from desktop.shell.window import Window
from sync.county import county as office
from sync.county import devices
from sync.jobs.classes import add_class
from sync.jobs.enrol import request
from sync.ledger.ledger import Ledger
from tests.desktop.people import StillClock, enrol, lesson, stamp
from tests.desktop.shots import SIZES

NOBODY_LISTENS = "127.0.0.1:9"
NOW = StillClock("2026-11-21T10:20")


class Camera:
    def __init__(self, window: Window, out: Path) -> None:
        self.window, self.out = window, out

    def shoot(self, name: str) -> None:
        """The window at both sizes, once its work is done and its pages are drawn."""
        for width, height in SIZES:
            self.window.resize(width, height)
            self.settle()
            self.window.grab().save(str(self.out / f"{name}-{width}.png"))

    def shoot_widget(self, name: str, widget: QWidget) -> None:
        self.settle()
        widget.grab().save(str(self.out / f"{name}.png"))

    def settle(self) -> None:
        pause(50)
        while self.window.shell.tasks.running:
            pause(50)
        # Pages of a PDF are drawn in a thread of their own.
        pause(400)


def pause(milliseconds: int) -> None:
    # QTest.qWait keeps Python's lock, and workers would stand still.
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def main(out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    app = QApplication([])
    prepare(app)
    theme.apply(app, "calm", 16)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with office.create(folder / "county", "云岭县人社局", NOW) as county, laptop(folder / "node") as ledger:
            window = make_window(ledger, Settings(ledger.folder), catch=False)
            window.show()
            camera = Camera(window, out)
            enrolment(window, camera, county, folder / "stick")
            sample_class(window)
            paper(window, camera)
            exchange(window, camera, county, folder / "stick")
            window.close()


def laptop(folder: Path) -> Ledger:
    return Ledger.create(folder, "清水乡培训点", clock=NOW)


def sample_class(window: Window) -> None:
    ledger = window.shell.ledger
    course = ledger.conn.execute("SELECT id FROM courses ORDER BY code LIMIT 1").fetchone()[0]
    class_id = add_class(ledger, "2026-QS-02", course, "清水乡一班", "2026-11-20", "2026-12-05", "清水村文化礼堂")
    people = enrol(ledger, class_id, 60)
    morning = lesson(ledger, class_id, "2026-11-21", "08:30", "10:15")
    for number, trainee in enumerate(people[:48]):
        stamp(ledger, morning, trainee, "in", f"08:{15 + number % 15:02d}")
        stamp(ledger, morning, trainee, "out", f"10:{10 + number % 10:02d}")
    window.shell.did("class", "trainee", "enrollment", "lesson", "stamp")


def paper(window: Window, camera: Camera) -> None:
    window.open_page("paper")
    page = window.page("paper")
    assert isinstance(page, PaperPage)
    for index in range(page.form.count()):
        page.form.setCurrentIndex(index)
        camera.shoot(f"paper-{page.form.currentData()}")


def exchange_page(window: Window) -> ExchangePage:
    page = window.page("exchange")
    assert isinstance(page, ExchangePage)
    return page


def enrolment(window: Window, camera: Camera, county: Ledger, stick: Path) -> None:
    window.shell.go("exchange", "enrol")
    camera.shoot("exchange-not-enrolled")
    stick.mkdir()
    grant = stick / "授权.xpg"
    grant.write_bytes(devices.enrol(county, request(window.shell.ledger), "春风职业培训学校")[0])
    exchange_page(window).take([grant])
    camera.settle()
    form = exchange_page(window).findChild(GrantForm)
    camera.shoot_widget("exchange-grant", form)
    form.submit()
    camera.shoot("exchange-enrolled")


def exchange(window: Window, camera: Camera, county: Ledger, stick: Path) -> None:
    window.open_page("exchange")
    page = exchange_page(window)
    page.tabs.setCurrentIndex(0)
    page.network.address.setText(NOBODY_LISTENS)
    page.network.report()
    page.stick.choose(str(stick))
    page.stick.report()
    camera.shoot("exchange-written")
    (stick / "坏的.xpb").write_bytes(b"age-encryption.org/v1\n")
    office.import_files(county, [stick], stick)
    page.stick.report()
    camera.shoot("exchange-read")
    page.take([stick / "坏的.xpb"])
    camera.settle()
    page.tabs.setCurrentIndex(2)
    page.troubles.table.selectRow(0)
    camera.shoot("exchange-troubles")
    page.upkeep.check.click()
    page.tabs.setCurrentIndex(3)
    camera.shoot("exchange-upkeep")
    page.upkeep.form.open()
    camera.shoot_widget("exchange-clock", page.upkeep.form)
    page.upkeep.form.reject()
    page.figures.show_anchor()
    screen = window.findChild(AnchorScreen)
    camera.shoot_widget("exchange-anchor", screen)
    screen.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
