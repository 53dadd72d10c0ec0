"""有网时自动上报: by itself with a real county in its own process, quietly, and never in the way of what people do."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtNetwork import QNetworkInformation
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.exchange.auto import REST, AutoReport
from desktop.exchange.page import ExchangePage
from desktop.shell.status import StatusBar
from desktop.shell.window import Window
from sync.carry import proxy
from sync.carry.outgoing import waiting
from sync.county import county as office
from sync.county import devices
from sync.county.address import publish
from sync.jobs import enrol
from sync.ledger.ledger import Ledger
from tests.carry.roads import answering, impostor, make, reply, swallowing
from tests.day.world import Node, serving
from tests.nodes import note

DEAD = "http://127.0.0.1:9"
Reach = QNetworkInformation.Reachability


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.create(tmp_path / "node", "清水乡培训点") as made:
        yield made


@pytest.fixture
def county(tmp_path: Path, ledger: Ledger) -> Iterator[Ledger]:
    with office.create(tmp_path / "county", "云岭县人社局") as made:
        yield made


@pytest.fixture
def window(qtbot: QtBot, window: Window, monkeypatch: pytest.MonkeyPatch) -> Window:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    window.resize(1024, 600)
    window.show()
    return window


@pytest.fixture
def auto(window: Window) -> AutoReport:
    return AutoReport(window.shell, chance=lambda: 0.0)


def join(ledger: Ledger, county: Ledger, url: str, *pins: str) -> None:
    """The grant tells the laptop where its county is."""
    publish(county, [url], list(pins))
    enrol.accept(ledger, devices.enrol(county, enrol.request(ledger), "春风职业培训学校")[0])


def settle(qtbot: QtBot, window: Window) -> None:
    qtbot.waitUntil(lambda: not window.shell.tasks.running, timeout=30_000)


def status(window: Window) -> StatusBar:
    bar = window.statusBar()
    assert isinstance(bar, StatusBar)
    return bar


def line(window: Window) -> str:
    """What the status bar says quietly, seen with no dialog over it and no message above the page."""
    bar = status(window)
    assert QApplication.activeModalWidget() is None
    assert not window.message_area.isVisible()
    return bar.remark.text()


def exchange(window: Window) -> ExchangePage:
    window.open_page("exchange")
    page = window.page("exchange")
    assert isinstance(page, ExchangePage)
    return page


def test_what_waits_is_reported_and_said_in_one_line(
    qtbot: QtBot, window: Window, auto: AutoReport, ledger: Ledger, county: Ledger
) -> None:
    with serving(Node(county.folder)) as server:
        join(ledger, county, server.url)
        auto.look()
        (job,) = window.shell.tasks.running
        assert job.quiet and not status(window).bar.isVisible()
        settle(qtbot, window)
    assert waiting(ledger) == 0
    position = ledger.position(ledger.feed).seq
    assert line(window).endswith(f"自动上报完成，县里已收 {position} 条")
    assert auto.timer.isActive() and auto.timer.interval() == REST * 1000


def test_with_nothing_to_report_the_county_is_left_alone_for_a_while(
    qtbot: QtBot, window: Window, auto: AutoReport, ledger: Ledger, county: Ledger
) -> None:
    with serving(Node(county.folder)) as server:
        join(ledger, county, server.url)
        auto.look()
        settle(qtbot, window)
        auto.look()
        assert not window.shell.tasks.running
        note(ledger, "请假")
        auto.look()
        assert window.shell.tasks.running
        settle(qtbot, window)
    assert waiting(ledger) == 0


def test_failures_make_it_rarer_and_a_success_forgets_them(
    qtbot: QtBot, window: Window, auto: AutoReport, ledger: Ledger, county: Ledger
) -> None:
    join(ledger, county, DEAD)
    pauses = []
    for _ in range(7):
        auto.look()
        settle(qtbot, window)
        pauses.append(auto.timer.interval() / 1000)
        assert line(window).startswith("暂时连不上，") and line(window).endswith(" 再试")
    assert pauses == [60, 120, 240, 480, 960, 1800, 1800]
    with serving(Node(county.folder)) as server:
        ledger.put("server", server.url)
        auto.look()
        settle(qtbot, window)
    assert "自动上报完成" in line(window)
    note(ledger, "请假")
    auto.look()
    settle(qtbot, window)
    assert auto.timer.interval() == 60_000


def test_a_network_that_appears_is_used_soon_and_one_that_goes_changes_nothing(
    qtbot: QtBot, window: Window, auto: AutoReport, ledger: Ledger, county: Ledger
) -> None:
    join(ledger, county, DEAD)
    auto.look()
    settle(qtbot, window)
    auto.network_changed(Reach.Disconnected)
    assert auto.timer.interval() == 60_000
    for reach in (Reach.Local, Reach.Site, Reach.Online, Reach.Unknown):
        auto.network_changed(reach)
        assert auto.timer.isActive() and 0 < auto.timer.interval() <= 8000


def test_it_does_nothing_where_it_is_not_wanted_or_can_not(
    qtbot: QtBot, window: Window, auto: AutoReport, ledger: Ledger, county: Ledger
) -> None:
    auto.look()
    assert not window.shell.tasks.running, "not enrolled"
    with swallowing() as heard:
        join(ledger, county, heard.url)
        card = exchange(window).network
        assert card.auto.isChecked(), "on by default"
        card.auto.click()
        auto.look()
        assert not window.shell.tasks.running and not heard.data
        card.auto.click()
        auto.look()
        qtbot.waitUntil(heard.something.is_set)
        auto.look()
        assert len(window.shell.tasks.running) == 1, "never two at once"
        card.stop.click()
        settle(qtbot, window)
    assert auto.timer.isActive()


def test_the_page_shows_one_under_way_and_stops_it_within_a_second(
    qtbot: QtBot, window: Window, auto: AutoReport, ledger: Ledger, county: Ledger
) -> None:
    with swallowing() as heard:
        join(ledger, county, heard.url)
        auto.look()
        card = exchange(window).network
        qtbot.waitUntil(heard.something.is_set)
        assert card.stop.isVisible() and card.bar.isVisible()
        card.stop.click()
        qtbot.waitUntil(lambda: not window.shell.tasks.running, timeout=1000)
        assert "已停止" in card.words.text() and not card.bar.isVisible()
        assert line(window) == ""
        note(ledger, "以后照样能记")


def test_one_by_hand_makes_the_last_ones_line_old_news(
    qtbot: QtBot, window: Window, auto: AutoReport, ledger: Ledger, county: Ledger
) -> None:
    join(ledger, county, DEAD)
    auto.look()
    settle(qtbot, window)
    card = exchange(window).network
    assert "暂时连不上" in card.remark.text() and card.remark.isVisible()
    card.start.click()
    settle(qtbot, window)
    assert line(window) == "" and not card.remark.isVisible()


def test_one_by_hand_is_stopped_within_a_second_too(
    qtbot: QtBot, window: Window, ledger: Ledger, county: Ledger
) -> None:
    with swallowing() as heard:
        join(ledger, county, heard.url)
        card = exchange(window).network
        assert card.address.text() == heard.url, "nobody types the address"
        card.start.click()
        qtbot.waitUntil(heard.something.is_set)
        card.stop.click()
        qtbot.waitUntil(lambda: not window.shell.tasks.running, timeout=1000)
    assert "已停止" in card.words.text()


def test_what_is_not_a_matter_of_the_line_is_told_on_the_page(
    qtbot: QtBot, window: Window, auto: AutoReport, ledger: Ledger, county: Ledger, tmp_path: Path
) -> None:
    with impostor(make(tmp_path, "impostor")) as heard:
        join(ledger, county, heard.url, "a" * 64)
        auto.look()
        settle(qtbot, window)
    assert not heard.data
    assert line(window).startswith("自动上报没有办成，原因见“上报”页")
    assert "这不是县里登记的服务器" in exchange(window).network.remark.text()


def test_a_login_page_is_told_as_what_it_is(
    qtbot: QtBot, window: Window, auto: AutoReport, ledger: Ledger, county: Ledger
) -> None:
    with answering(reply("302 Found", more="location: http://login.example/\r\n")) as heard:
        join(ledger, county, heard.url)
        auto.look()
        settle(qtbot, window)
    assert "浏览器" in exchange(window).network.remark.text()


def test_it_takes_no_focus_from_who_is_typing(
    qtbot: QtBot, window: Window, auto: AutoReport, ledger: Ledger, county: Ledger
) -> None:
    join(ledger, county, DEAD)
    card = exchange(window).network
    card.address.setFocus()
    card.address.setText("10.1.1.1")
    auto.look()
    settle(qtbot, window)
    assert card.address.text() == "10.1.1.1"
    assert window.focusWidget() is card.address


def test_a_closed_window_reports_no_more(window: Window, auto: AutoReport, ledger: Ledger, county: Ledger) -> None:
    with swallowing() as heard:
        join(ledger, county, heard.url)
        window.shell.tasks.close()
        auto.look()
        assert not heard.data and not auto.timer.isActive()


# 网络设置


def test_the_proxy_is_kept_with_its_password_in_the_ledger_only(window: Window, ledger: Ledger, county: Ledger) -> None:
    form = exchange(window).network.form
    form.open()
    assert not form.address.isEnabled()
    form.way.setCurrentIndex(2)
    form.submit()
    assert form.isVisible() and "地址" in form.form_fields[1].words.text()
    form.address.setText("10.1.1.1：8080")
    form.user.setText("cun")
    form.password.setText("s3cret:@")
    form.submit()
    assert not form.isVisible()
    assert proxy.parts_of(proxy.setting(ledger)) == ("10.1.1.1:8080", "cun", "s3cret:@")
    window.shell.settings._store.sync()
    for path in ledger.folder.rglob("*"):
        assert not path.is_file() or b"s3cret" not in path.read_bytes(), path
    form.open()
    assert (form.address.text(), form.password.text()) == ("10.1.1.1:8080", "s3cret:@")
    form.way.setCurrentIndex(1)
    form.submit()
    assert proxy.setting(ledger) == proxy.NONE


def test_the_timer_of_a_window_that_runs_is_the_first_look(window: Window, auto: AutoReport) -> None:
    auto.start()
    assert auto.timer.isActive() and auto.timer.interval() == 20_000
