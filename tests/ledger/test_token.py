"""A key in another program: it signs what the county takes, never comes in here, and without it all is recorded."""

import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from sync.carry.folder import sync_folder
from sync.carry.outgoing import waiting
from sync.county import devices
from sync.county.county import create as create_county
from sync.county.county import import_files
from sync.county.public import rotate
from sync.errors import BadInput, KeyProblem
from sync.jobs import enrol
from sync.jobs.classes import add_class
from sync.ledger import token
from sync.ledger.backup import backup, restore
from sync.ledger.ledger import Ledger
from sync.seal.keys import Ed25519Signer

PROGRAM = Path(__file__).with_name("signing_program.py")
SEED = bytes(range(32))
SCHOOL = "春风职业培训学校"


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """The token, as its program sees it."""
    seed = tmp_path / "token"
    seed.write_bytes(SEED)
    return seed


def setting(stick: Path) -> token.Setting:
    return token.Setting([sys.executable, str(PROGRAM), str(stick)])


@pytest.fixture
def laptop(tmp_path: Path, stick: Path) -> Iterator[Ledger]:
    with Ledger.create(tmp_path / "laptop", "清水乡培训点", signer=setting(stick)) as made:
        yield made


@pytest.fixture
def county(tmp_path: Path) -> Iterator[Ledger]:
    with create_county(tmp_path / "county", "云岭县人社局") as made:
        yield made


def problem(ledger: Ledger) -> str:
    with pytest.raises(KeyProblem) as caught:
        ledger.signer.sign(b"data")
    assert caught.value.reason == "signer"
    assert "没有丢" in caught.value.message
    return caught.value.message


def test_what_the_token_signs_the_county_takes(tmp_path: Path, laptop: Ledger, county: Ledger) -> None:
    assert laptop.signer.public == Ed25519Signer(SEED).public
    grant, said = devices.enrol(county, enrol.request(laptop), SCHOOL)
    assert said["fingerprint"] == laptop.signer.public.fingerprint
    enrol.accept(laptop, grant)
    add_class(laptop, "A1", "YYS-5", "一班", "2026-11-01", "2026-11-30")
    folder = tmp_path / "usb"
    folder.mkdir()
    sync_folder(laptop, folder)
    assert not import_files(county, [folder], folder).refused
    assert county.position(laptop.feed) == laptop.position(laptop.feed)
    sync_folder(laptop, folder)
    assert waiting(laptop) == 0


def test_the_key_is_in_no_file_of_the_node(laptop: Ledger) -> None:
    kept = [row[0] for row in laptop.conn.execute("SELECT value FROM local")]
    assert not [value for value in kept if SEED.hex() in value]
    laptop.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for path in laptop.folder.rglob("*"):
        assert SEED not in path.read_bytes()
        assert SEED.hex().encode() not in path.read_bytes()


def test_a_token_that_was_pulled_out_stops_no_recording(
    tmp_path: Path, laptop: Ledger, county: Ledger, stick: Path
) -> None:
    enrol.accept(laptop, devices.enrol(county, enrol.request(laptop), SCHOOL)[0])
    stick.rename(stick.with_name("in a pocket"))
    add_class(laptop, "A1", "YYS-5", "一班", "2026-11-01", "2026-11-30")
    recorded = laptop.position(laptop.feed)
    folder = tmp_path / "usb"
    folder.mkdir()
    with pytest.raises(KeyProblem) as caught:
        sync_folder(laptop, folder)
    assert "没有插钥匙" in caught.value.message
    assert "没有丢" in caught.value.message
    assert not list(folder.glob("*.xpb"))
    assert laptop.position(laptop.feed) == recorded
    with Ledger.open(laptop.folder) as again:
        assert again.conn.execute("SELECT code FROM classes").fetchall() == [("A1",)]
    stick.with_name("in a pocket").rename(stick)
    sync_folder(laptop, folder)
    assert not import_files(county, [folder], folder).refused
    assert county.position(laptop.feed) == recorded


def test_another_token_signs_nothing_in_this_one_s_name(laptop: Ledger, stick: Path) -> None:
    stick.write_bytes(b"9" * 32)
    assert "不是这台电脑登记时的那把钥匙" in problem(laptop)


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("raise SystemExit(3)", "没有给出结果"),
        ("print('hello')", "没有给出结果"),
        ("print('[' * 100000)", "没有给出结果"),
        ("import os; os.write(1, bytes([255, 254]))", "没有给出结果"),
        ('print(\'{"signature": "zz"}\')', "验不过"),
        ('print(\'{"signature": ""}\')', "验不过"),
        ('print(\'{"signature": "00"}\'); raise SystemExit(1)', "没有给出结果"),
    ],
)
def test_a_program_that_does_not_do_its_part(laptop: Ledger, program: str, words: str) -> None:
    write(laptop, token.Setting([sys.executable, "-c", program]))
    assert words in problem(laptop)


def write(ledger: Ledger, made: token.Setting) -> None:
    (ledger.folder / token.FILE).write_bytes(msgspec.json.encode(made))


def test_a_program_that_never_answers(laptop: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(token, "PATIENCE", 0.05)
    write(laptop, token.Setting([sys.executable, "-c", "import time; time.sleep(600)"]))
    assert "没有回应" in problem(laptop)


def test_a_setting_that_is_gone_or_wrong(laptop: Ledger) -> None:
    path = laptop.folder / token.FILE
    for text, words in (
        ('{"command": []}', "没有写程序"),
        ("{", "写得不对"),
        ('{"command": ["/nowhere/x"]}', "启动不了"),
    ):
        path.write_text(text)
        assert words in problem(laptop)
    path.unlink()
    assert "读不了它的设置" in problem(laptop)


def test_without_a_token_no_node_is_made(tmp_path: Path, stick: Path) -> None:
    made = setting(stick)
    stick.unlink()
    with pytest.raises(KeyProblem):
        Ledger.create(tmp_path / "new", "n", signer=made)
    assert not (tmp_path / "new").exists()


def test_a_restored_laptop_signs_with_the_same_token(tmp_path: Path, laptop: Ledger, stick: Path) -> None:
    """A new epoch is opened by recording, which signs nothing; where the program is, the new machine has to say."""
    backup(laptop, tmp_path / "b.xpk")
    restore(tmp_path / "restored", tmp_path / "b.xpk", laptop.folder / "ledger.key")
    with Ledger.open(tmp_path / "restored") as again:
        assert again.signer.public == laptop.signer.public
        assert "读不了它的设置" in problem(again)
        write(again, setting(stick))
        again.signer.public.verify(again.signer.sign(b"data"), b"data")


def test_a_county_with_a_token_does_not_change_its_key_by_itself(tmp_path: Path, stick: Path) -> None:
    with Ledger.create(tmp_path / "county", "县", "county", signer=setting(stick)) as made:
        with pytest.raises(BadInput):
            rotate(made)
        assert made.signer.public == Ed25519Signer(SEED).public
