"""Photos on the exchange page: what it says of them, and that they are counted as photos. A stick is the carrier."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.exchange.network import COUNTS
from desktop.exchange.page import ExchangePage
from desktop.exchange.reporting import PHOTOS
from desktop.shell.window import Window
from sync.county import county as office
from sync.county import devices
from sync.county.photos import import_photos
from sync.jobs import enrol
from sync.ledger import photos
from sync.ledger.ledger import Ledger
from tests.carry.cameras import shoot
from tests.day.world import Node, serving


@pytest.fixture
def county(tmp_path: Path, ledger: Ledger) -> Iterator[Ledger]:
    """A county that has enrolled the laptop."""
    with office.create(tmp_path / "county", "云岭县人社局") as made:
        enrol.accept(ledger, devices.enrol(made, enrol.request(ledger), "春风职业培训学校")[0])
        yield made


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.create(tmp_path / "node", "清水乡培训点") as made:
        yield made


@pytest.fixture
def page(qtbot: QtBot, county: Ledger, window: Window) -> ExchangePage:
    window.resize(1024, 600)
    window.show()
    window.open_page("exchange")
    found = window.page("exchange")
    assert isinstance(found, ExchangePage)
    return found


def by_stick(qtbot: QtBot, page: ExchangePage, stick: Path) -> str:
    stick.mkdir(exist_ok=True)
    page.stick.choose(str(stick))
    page.stick.start.click()
    qtbot.waitUntil(lambda: not page.shell.tasks.running, timeout=20_000)
    return page.stick.words.text()


def test_the_page_says_how_many_photos_the_county_has(
    qtbot: QtBot, page: ExchangePage, county: Ledger, ledger: Ledger, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    assert not page.figures.photos.isVisible(), "no line where no photo was taken"
    digests = [shoot(ledger, seed) for seed in range(3)]
    page.refresh()
    assert page.figures.photos.text() == "照片：已拍 3 张，县里已收 0 张，待传 3 张。"
    assert page.figures.photos.isVisible()
    said = by_stick(qtbot, page, stick)
    assert "照片写到U盘 3 张。" in said and "交给县里" in said
    office.import_files(county, [stick], stick)
    import_photos(county, [stick], stick)
    assert "县里已收 0 张" in page.figures.photos.text(), "taken in is not signed for yet"
    photos.photo_path(ledger, digests[0]).unlink()
    said = by_stick(qtbot, page, stick)
    assert "从U盘取回照片 1 张。" in said, "its own file was still there"
    assert page.figures.photos.text() == "照片：已拍 3 张，县里已收 3 张。"
    gone = shoot(ledger, 9)
    photos.photo_path(ledger, gone).unlink()
    shoot(ledger, 10)
    said = by_stick(qtbot, page, stick)
    assert "1 张照片在本机找不到" in said
    assert page.figures.photos.text() == "照片：已拍 5 张，县里已收 3 张，待传 1 张，1 张在本机找不到了，县里也没有。"


def test_photos_are_counted_as_photos_while_they_go(
    qtbot: QtBot, page: ExchangePage, county: Ledger, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in range(2):
        shoot(ledger, seed)
    shown: list[str] = []
    bar = page.network.bar
    monkeypatch.setattr(bar, "setFormat", lambda text: shown.append(f"{text} {bar.value()}/{bar.maximum()}"))
    with serving(Node(county.folder)) as server:
        page.network.address.setText(server.url)
        page.network.start.click()
        qtbot.waitUntil(lambda: not page.shell.tasks.running, timeout=20_000)
    assert shown[-3:] == [f"{COUNTS[PHOTOS]} {count}/2" for count in range(3)]
    assert "照片送达 2 张，县里已签收。" in page.network.words.text()
