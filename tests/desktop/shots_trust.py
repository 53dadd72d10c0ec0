"""Pictures of backups, restores, conflicts, forks and where changes are: `python -m tests.desktop.shots_trust OUT`."""

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from desktop.app import make_window, prepare
from desktop.exchange.drives import Drive
from desktop.exchange.page import ExchangePage
from desktop.shell import theme
from desktop.shell.first_start import FirstStart
from desktop.shell.restoring import BrokenStart
from desktop.shell.settings import Settings
from desktop.shell.window import Window
from sync.carry.folder import sync_folder
from sync.carry.outgoing import keep_receipt, set_apart
from sync.county.county import import_files
from sync.errors import KeyProblem
from sync.ledger.backup import backup, restore
from sync.ledger.intake import take
from sync.ledger.ledger import Ledger
from sync.seal import batch, papers
from tests.desktop.shots_exchange import Camera, pause
from tests.nodes import Place, note, open_place


def main(out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    app = QApplication([])
    prepare(app)
    theme.apply(app, "calm", 16)
    with tempfile.TemporaryDirectory() as name, open_place(Path(name)) as place:
        starts(Path(name), place, out)
        quarrel(place)
        on_the_way(place, Path(name) / "stick")
        window = make_window(place.one, Settings(place.one.folder), catch=False)
        window.show()
        pages(window, Camera(window, out), place, Path(name))
        window.close()


def starts(folder: Path, place: Place, out: Path) -> None:
    backup(place.one, folder / "a.xpk")
    first = FirstStart(folder / "new")
    first.show()
    first.restore.failed(KeyProblem("没有找到这份备份的钥匙。请指明钥匙文件（ledger.key）在哪里，或请县局找回钥匙。"))
    pause(100)
    first.grab().save(str(out / "first-start.png"))
    first.reject()
    broken = BrokenStart(folder / "node", KeyProblem("系统钥匙串里没有这个台账的钥匙（换了电脑或用户？）。"))
    broken.show()
    pause(100)
    broken.grab().save(str(out / "broken-start.png"))
    broken.reject()


def pass_on(source: Ledger, target: Ledger, feed: str = "") -> None:
    take(target, batch.build(list(source.changes(feed or source.feed)), source.signer), "x.xpb", "usb")


def quarrel(place: Place) -> None:
    one, two = place.one, place.two
    pass_on(place.county, one)
    with one.writing() as w:
        people = [w.write("trainee", {"name": name, "phone": "13800000000"}) for name in ("马小兰", "单国建")]
    pass_on(one, two)
    place.clock.pass_by(3600)
    for ledger, phone in ((one, "13811111111"), (two, "13822222222")):
        with ledger.writing() as w:
            w.write("trainee", {"phone": phone}, people[0])
            w.write("trainee", {"address": f"清水村 {phone[4]} 组"}, people[1])
    pass_on(two, one)


def on_the_way(place: Place, stick: Path) -> None:
    stick.mkdir()
    sync_folder(place.one, stick)
    import_files(place.county, [stick], stick)
    sync_folder(place.one, stick)
    for number in range(3):
        note(place.one, f"第 {number} 条")
    sync_folder(place.one, stick)
    head = place.one.position(place.one.feed).seq
    for number in range(40):
        note(place.one, f"后来 {number}")
    trouble = papers.Trouble("0" * 64, "clock-ahead", place.one.feed, head + 1, head + 5)
    receipt = papers.Receipt(1, place.county.signer.public.id, place.clock.wall // 1000, [], [], [trouble])
    keep_receipt(place.one, papers.sign(receipt, place.county.signer), receipt)
    take(place.one, b"age-encryption.org/v1\n", "坏的.xpb", "usb")


def pages(window: Window, camera: Camera, place: Place, folder: Path) -> None:
    shell = window.shell
    shell.settings.backup_problem = "/media/KINGSTON/乡培通备份：那个磁盘满了，请清出空间或换一个文件夹"
    shell.settings.backup_at = "2026-11-20T17:05:00+08:00"
    set_apart(place.one, place.one.feed)
    shell.did("backup")
    camera.shoot("home-notices")
    shell.go("exchange", "conflicts")
    page = window.page("exchange")
    assert isinstance(page, ExchangePage)
    camera.shoot("conflicts")
    page.conflicts.table.selectRow(1)
    page.conflicts.typed.setText("清水村 3 组")
    page.conflicts.typed.textEdited.emit("清水村 3 组")
    page.conflicts.decide()
    camera.shoot("conflicts-no-reason")
    page.conflicts.reason.setText("打电话核实过")
    page.conflicts.decide()
    camera.shoot("conflicts-settled")
    page.tabs.setCurrentWidget(page.travelling)
    page.travelling.table.selectRow(1)
    camera.shoot("travel")
    page.travelling.state.setCurrentIndex(1)
    camera.shoot("travel-all")
    page.tabs.setCurrentIndex(2)
    camera.shoot("troubles")
    shell.go("exchange", "keeping")
    (folder / "E").mkdir()
    page.keeping.show_sticks([Drive(folder / "E", "KINGSTON（剩余 3.2 GB）")])
    camera.shoot("keeping-problem")
    page.keeping.now.click()
    camera.settle()
    page.keeping.form.choose(str(folder / "a.xpk"))
    camera.shoot("keeping")
    restore(folder / "again", folder / "a.xpk", clock=place.clock)
    with Ledger.open(folder / "again", place.clock) as again:
        other = make_window(again, Settings(again.folder), catch=False)
        other.show()
        Camera(other, camera.out).shoot("home-restored")
        other.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
