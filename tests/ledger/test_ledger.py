"""The file: its key, what it gives away, what can't be changed in it, and programs of other ages."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import keyring
import keyring.backend
import pytest
from sqlite_utils import Database

from sync.errors import BadInput, KeyProblem, StorageError, UserError
from sync.ledger import database, migrations
from sync.ledger.check import check, digests, repair
from sync.ledger.ledger import Ledger
from sync.seal import kinds
from sync.seal.change import MAX_LINE
from tests.nodes import HandClock, note

NAME, NUMBER = "阿卜杜拉·买买提", "51012319900307231X"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a ledger may be made; no keyring answers, and no passphrase is set."""
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.delenv("XIANGPEI_PASSPHRASE", raising=False)
    return tmp_path / "node"


@pytest.fixture
def ledger(folder: Path) -> Iterator[Ledger]:
    """A ledger that knows one person."""
    with Ledger.create(folder, "红旗村", clock=HandClock()) as made:
        with made.writing() as w:
            w.write("trainee", {"name": NAME, "id_number": NUMBER, "phone": "13800000000"})
        yield made


def reason(caught: pytest.ExceptionInfo[UserError]) -> str:
    assert any("一" <= letter <= "鿿" for letter in caught.value.message), "words for a person"
    return caught.value.reason


# The key


def test_what_is_written_is_there_when_it_is_opened_again(ledger: Ledger, folder: Path) -> None:
    again = Ledger.open(folder)
    assert again.conn.execute("SELECT name, id_number FROM trainees").fetchall() == [(NAME, NUMBER)]
    assert (again.feed, again.name, again.signer.public) == (ledger.feed, "红旗村", ledger.signer.public)
    again.close()


def test_the_key_file_is_for_its_owner_only(ledger: Ledger, folder: Path) -> None:
    assert (folder / "ledger.key").stat().st_mode & 0o777 == 0o600
    assert (folder / "node.json").stat().st_mode & 0o777 == 0o600
    assert ledger.key.hex() not in (folder / "node.json").read_text()


def test_the_file_gives_away_no_name_and_no_number(ledger: Ledger, folder: Path) -> None:
    wal = folder / "ledger.db-wal"
    assert wal.stat().st_size > 0, "what was just written still lies in the write-ahead log"
    for step in ("log", "file"):
        for path in folder.iterdir():
            data = path.read_bytes()
            for secret in (
                NAME,
                NUMBER,
                NUMBER[6:14],
                "13800000000",
                "trainees",
                "SQLite format 3",
                ledger.get("seed"),
            ):
                assert secret.encode() not in data, (step, path.name, secret)
        ledger.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert wal.stat().st_size == 0


def test_a_wrong_key_is_told(ledger: Ledger, folder: Path) -> None:
    ledger.close()
    (folder / "ledger.key").write_text("00" * 32)
    with pytest.raises(KeyProblem) as caught:
        Ledger.open(folder)
    assert reason(caught) == "wrong-key"


@pytest.mark.parametrize("lost", ["ledger.key", "node.json"])
def test_a_lost_key_file_is_told_and_nothing_is_made_in_its_place(ledger: Ledger, folder: Path, lost: str) -> None:
    ledger.close()
    kept = (folder / lost).read_bytes()
    (folder / lost).unlink()
    with pytest.raises(UserError) as caught:
        Ledger.open(folder)
    assert reason(caught) in ("key", "lost-place")
    (folder / lost).write_bytes(kept)
    with Ledger.open(folder) as again:
        assert again.conn.execute("SELECT name FROM trainees").fetchall() == [(NAME,)]


@pytest.mark.parametrize("content", [b"", b"not hex", b"{}", b"\xff\xfe"])
@pytest.mark.parametrize("damaged", ["ledger.key", "node.json"])
def test_a_damaged_key_file_is_told(ledger: Ledger, folder: Path, damaged: str, content: bytes) -> None:
    ledger.close()
    (folder / damaged).write_bytes(content)
    with pytest.raises(KeyProblem) as caught:
        Ledger.open(folder)
    reason(caught)


def test_a_passphrase_keeps_the_key_out_of_the_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIANGPEI_PASSPHRASE", "山高水长")
    with Ledger.create(folder, "红旗村") as made:
        assert not (folder / "ledger.key").exists()
        assert made.key.hex() not in (folder / "node.json").read_text()
    Ledger.open(folder).close()
    monkeypatch.setenv("XIANGPEI_PASSPHRASE", "山高水短")
    with pytest.raises(KeyProblem) as caught:
        Ledger.open(folder)
    assert reason(caught) == "wrong-key"
    monkeypatch.delenv("XIANGPEI_PASSPHRASE")
    with pytest.raises(KeyProblem, match="XIANGPEI_PASSPHRASE"):
        Ledger.open(folder)


class Drawer(keyring.backend.KeyringBackend):
    """A keyring in memory, behind keyring's own interface."""

    priority = 9

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.broken = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.broken:
            raise keyring.errors.KeyringLocked
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.broken:
            raise keyring.errors.PasswordSetError
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture
def drawer(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Drawer]:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/none")
    before, made = keyring.get_keyring(), Drawer()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


def test_the_keyring_keeps_the_key_where_there_is_one(folder: Path, drawer: Drawer) -> None:
    with Ledger.create(folder, "红旗村") as made:
        assert list(drawer.kept.values()) == [made.key.hex()]
    assert not (folder / "ledger.key").exists()
    Ledger.open(folder).close()
    drawer.broken = True
    with pytest.raises(KeyProblem, match="解锁"):
        Ledger.open(folder)
    drawer.broken = False
    drawer.kept.clear()
    with pytest.raises(KeyProblem, match="钥匙串里没有"):
        Ledger.open(folder)


def test_a_keyring_that_does_not_answer_is_passed_over(folder: Path, drawer: Drawer) -> None:
    drawer.broken = True
    Ledger.create(folder, "红旗村").close()
    assert (folder / "ledger.key").exists()
    Ledger.open(folder).close()


# Making and opening


def test_a_ledger_is_not_made_over_another(ledger: Ledger, folder: Path) -> None:
    before = (folder / "node.json").read_bytes(), (folder / "ledger.key").read_bytes()
    with pytest.raises(StorageError) as caught:
        Ledger.create(folder, "另一个")
    assert reason(caught) == "already-there"
    assert ((folder / "node.json").read_bytes(), (folder / "ledger.key").read_bytes()) == before
    assert ledger.position(ledger.feed).seq == 2


def test_a_folder_without_a_ledger_is_told_and_stays_as_it_was(folder: Path) -> None:
    with pytest.raises(StorageError) as caught:
        Ledger.open(folder)
    assert reason(caught) == "no-ledger"
    assert not folder.exists()


def test_a_ledger_that_lost_its_content_is_not_taken_for_a_new_one(ledger: Ledger, folder: Path) -> None:
    ledger.close()
    (folder / "ledger.db").write_bytes(b"")
    with pytest.raises(StorageError) as caught:
        Ledger.open(folder)
    assert reason(caught) == "damaged"


@pytest.mark.parametrize("damage", [lambda data: data[: len(data) // 2], lambda data: b"x" * 4096 + data[4096:]])
def test_a_damaged_file_is_told(ledger: Ledger, folder: Path, damage: object) -> None:
    ledger.close()
    path = folder / "ledger.db"
    path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]
    with pytest.raises((StorageError, KeyProblem)) as caught, Ledger.open(folder) as again:
        assert not check(again).ok
        raise StorageError("一份损坏的文件", "damaged")
    assert reason(caught) in ("wrong-key", "damaged")


# What can't be changed


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE changes SET raw = x'00'",
        "UPDATE changes SET seq = seq + 1",
        "DELETE FROM changes",
        "UPDATE receipts SET seq = 9",
        "DELETE FROM receipts",
        "INSERT OR REPLACE INTO changes SELECT feed, seq, id, hash, kind, x'00' FROM changes",
        "UPDATE stamps SET at = 0",
        "INSERT OR REPLACE INTO stamps SELECT * FROM stamps",
    ],
)
def test_what_was_recorded_or_confirmed_can_not_be_changed(ledger: Ledger, folder: Path, statement: str) -> None:
    ledger.conn.execute("INSERT INTO receipts (feed, seq, hash, at, paper) VALUES (?, 1, '', 0, x'')", (ledger.feed,))
    with ledger.writing() as w:
        w.fact("stamp", kinds.Stamp("lesson", "person", "in", "camera"))
    # Opened again, as every run does but the one that made the file.
    ledger.close()
    ledger = Ledger.open(folder)
    before = list(ledger.conn.execute("SELECT * FROM changes")), list(ledger.conn.execute("SELECT * FROM receipts"))
    with pytest.raises(Exception, match="immutable"):
        ledger.conn.execute(statement)
    after = list(ledger.conn.execute("SELECT * FROM changes")), list(ledger.conn.execute("SELECT * FROM receipts"))
    assert after == before
    ledger.close()


def test_a_write_that_fails_half_way_leaves_nothing(ledger: Ledger) -> None:
    before = ledger.position(ledger.feed), digests(ledger.conn)
    with pytest.raises(BadInput) as caught, ledger.writing() as w:
        w.write("trainee", {"name": "王芳"})
        w.flush()
        w.write("trainee", {"name": "长" * MAX_LINE})
    assert reason(caught) == "too-long"
    assert (ledger.position(ledger.feed), digests(ledger.conn)) == before
    note(ledger, "以后照常")
    assert check(ledger).problems == []


def test_a_write_that_no_county_would_take_is_refused_here_too(ledger: Ledger) -> None:
    before = ledger.position(ledger.feed)
    with pytest.raises(UserError), ledger.writing() as w:
        w.fact("stamp", kinds.Stamp("lesson", "person", "in", "camera", at=10**15))
    assert ledger.position(ledger.feed) == before


def tamper(ledger: Ledger, statement: str, *values: object) -> None:
    """As somebody would who has the key and a database program."""
    for trigger in ("changes_stay", "changes_remain"):
        ledger.conn.execute(f"DROP TRIGGER {trigger}")
    ledger.conn.execute(statement, values)


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        ("UPDATE changes SET raw = CAST(replace(raw, '一', '二') AS BLOB) WHERE seq = 3", ()),
        ("UPDATE changes SET raw = x'7b' WHERE seq = 3", ()),
        ("DELETE FROM changes WHERE seq = 3", ()),
        ("DELETE FROM changes WHERE seq = 1", ()),
        ("UPDATE changes SET hash = ? WHERE seq = 3", ("0" * 64,)),
        ("UPDATE changes SET seq = -seq", ()),
    ],
)
def test_check_finds_a_change_that_was_edited_removed_or_moved(
    ledger: Ledger, statement: str, values: tuple[object, ...]
) -> None:
    for text in ("一", "一二", "三"):
        note(ledger, text)
    assert check(ledger).ok
    tamper(ledger, statement, *values)
    assert not check(ledger).ok


def test_check_finds_a_table_that_the_feeds_do_not_give_and_repair_makes_it_anew(ledger: Ledger, folder: Path) -> None:
    ledger.conn.execute("UPDATE trainees SET name = '另一个人'")
    (problem,) = check(ledger).problems
    assert "trainees" in problem
    assert repair(ledger).ok
    assert ledger.conn.execute("SELECT name FROM trainees").fetchall() == [(NAME,)]
    assert (folder / "ledger.db.before-repair").exists()


# Programs of other ages


def test_a_newer_file_is_refused_with_words_and_left_as_it_was(ledger: Ledger, folder: Path) -> None:
    ledger.conn.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
        " VALUES ('xiangpei.store', '9999', '2030-01-01')"
    )
    ledger.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    ledger.close()
    before = (folder / "ledger.db").read_bytes()
    with pytest.raises(StorageError) as caught:
        Ledger.open(folder)
    assert reason(caught) == "newer-ledger"
    assert (folder / "ledger.db").read_bytes() == before


def add_migration(monkeypatch: pytest.MonkeyPatch, *, breaks: bool) -> None:
    """Makes this the program's next version: with one more migration, by the interface that the first was made with."""
    monkeypatch.setattr(database, "SCHEMA", (*database.SCHEMA, "9001"))
    monkeypatch.setattr(migrations, "SCHEMA", database.SCHEMA)
    monkeypatch.setattr(migrations.store, "_migrations", list(migrations.store._migrations))

    @migrations.store(name="9001")
    def later(db: Database) -> None:
        db.conn.execute("ALTER TABLE contacts ADD COLUMN note TEXT")
        if breaks:
            db.conn.execute("SELECT * FROM no_such_table")


def test_a_migration_takes_a_copy_first_and_keeps_everything(
    ledger: Ledger, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes, tables = list(ledger.conn.execute("SELECT * FROM changes")), digests(ledger.conn)
    ledger.close()
    with monkeypatch.context() as newer:
        add_migration(newer, breaks=False)
        with Ledger.open(folder) as again:
            again.conn.execute("SELECT note FROM contacts")
            assert list(again.conn.execute("SELECT * FROM changes")) == changes
            assert digests(again.conn) == tables
        copied = (folder / "ledger.db.before-9001").stat()
        Ledger.open(folder).close()
        assert (folder / "ledger.db.before-9001").stat() == copied, "migrated once, copied once"
    # The copy is a whole ledger of the older program; the migrated file is too new for it.
    with pytest.raises(StorageError) as caught:
        Ledger.open(folder)
    assert reason(caught) == "newer-ledger"
    older = tmp_path / "older"
    older.mkdir()
    for source, name in (("ledger.db.before-9001", "ledger.db"), ("ledger.key",) * 2, ("node.json",) * 2):
        shutil.copy(folder / source, older / name)
    with Ledger.open(older) as back:
        assert list(back.conn.execute("SELECT * FROM changes")) == changes


def test_a_migration_that_fails_leaves_the_file_to_the_older_program(
    ledger: Ledger, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.close()
    with monkeypatch.context() as newer:
        add_migration(newer, breaks=True)
        with pytest.raises(Exception, match="no_such_table"):
            Ledger.open(folder)
    with Ledger.open(folder) as again:
        assert check(again).problems == []
        with pytest.raises(Exception, match="note"):
            again.conn.execute("SELECT note FROM contacts")


def test_tables_of_another_shape_are_made_anew_when_opened(ledger: Ledger, folder: Path) -> None:
    before = digests(ledger.conn)
    with database.transaction(ledger.conn):
        ledger.conn.execute("DROP TABLE trainees")
        ledger.conn.execute("ALTER TABLE stamps ADD COLUMN of_an_older_program TEXT")
        ledger.conn.execute("CREATE TABLE forgotten (id TEXT)")
        ledger.put("folded", "older")
    ledger.close()
    with Ledger.open(folder) as again:
        assert digests(again.conn) == before
        assert check(again).problems == []


def test_chains_are_told_apart_by_feed(tmp_path: Path) -> None:
    with Ledger.create(tmp_path / "node", "红旗村") as ledger:
        other = ledger.new_epoch()
        first = min(ledger.feeds())
        for number, chain in enumerate((f"{first}~ZZZZZZZZ", f"{first}~22222222", f"{other}~AAAAAAAA")):
            ledger.conn.execute(
                "INSERT INTO changes (feed, seq, id, hash, kind, raw) VALUES (?, 7, ?, ?, 'x', x'00')",
                (chain, f"I{number}", f"H{number}"),
            )
        names = {row[0] for row in ledger.conn.execute("SELECT feed FROM changes")}
        assert ledger.feeds() == sorted(names) and len(names) == 5
        for feed in {name[:16] for name in names}:
            assert ledger.chains(feed) == sorted(name for name in names if name.startswith(feed))
        assert ledger.chains("A" * 15 + "0") == []
