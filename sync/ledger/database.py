"""Opening the one SQLite file: its key, its settings, its migrations, and what its errors mean to a person."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as cipher

from sync.errors import KeyProblem, StorageError, UserError, os_words

FILE = "ledger.db"
WAIT_MS = 15_000
"""How long a writer waits for another process that holds the file, in milliseconds."""
SCHEMA = ("0001", "0002", "0003", "0004")
"""The migrations of this program, in order; what each does is in migrations.py."""


def script(name: str) -> str:
    return (files("resources") / "schema" / name).read_text("utf-8")


def folded_version() -> str:
    """Changes when the folded tables' shape does; the ledger then rebuilds them."""
    return sha256(script("folded.sql").encode()).hexdigest()[:16]


def run_script(conn: Any, text: str) -> None:
    """Runs statements one by one inside the caller's transaction; executescript() would commit it."""
    statement = ""
    for line in text.splitlines(keepends=True):
        statement += line
        if line.rstrip().endswith(";") and sqlite3.complete_statement(statement):
            conn.execute(statement)
            statement = ""


def connect(path: Path, key: bytes) -> Any:
    """A connection to an encrypted file, made if it isn't there. Raises KeyProblem, StorageError."""
    with explained():
        conn = cipher.connect(str(path), isolation_level=None, check_same_thread=False, timeout=WAIT_MS / 1000)
        try:
            _settle_in(conn, key)
        except BaseException:
            conn.close()
            raise
        return conn


def _settle_in(conn: Any, key: bytes) -> None:
    # A wrong key is told in words; SQLCipher's own lines on stderr would frighten and explain nothing.
    conn.execute("PRAGMA cipher_log_level = NONE")
    conn.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    conn.execute(f"PRAGMA busy_timeout = {WAIT_MS}")
    conn.execute("PRAGMA cipher_memory_security = OFF")
    conn.execute("PRAGMA journal_mode = WAL")
    # A stamp that was shown must survive the power cut in the next second.
    conn.execute("PRAGMA synchronous = FULL")
    conn.execute("PRAGMA foreign_keys = ON")
    # Without it INSERT OR REPLACE deletes rows behind the triggers that hold them immutable.
    conn.execute("PRAGMA recursive_triggers = ON")
    conn.execute("PRAGMA temp_store = MEMORY")
    # In KiB. Four times as much makes nothing measurably faster, and a sync would take more memory the larger the file.
    conn.execute("PRAGMA cache_size = -8000")


def migrate(conn: Any, path: Path) -> None:
    """Brings the file to this program's schema, a copy of it taken first. Raises StorageError for a newer file."""
    with explained():
        applied = _applied(conn)
    if applied == list(SCHEMA):
        return
    if set(applied) - set(SCHEMA):
        raise StorageError(
            "这份台账是更新版本的程序建立的，本机程序读不了。请先升级程序，数据没有改动。", "newer-ledger"
        )
    # sqlite-utils takes longer to import than everything else together, so only here.
    from sync.ledger.migrations import apply

    for name in [name for name in SCHEMA if name not in applied]:
        if applied:
            copy_aside(conn, path, f"before-{name}")
        with explained():
            apply(conn, name)


def is_empty(conn: Any) -> bool:
    """A file of no bytes opens with any key."""
    return conn.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None


def _applied(conn: Any) -> list[str]:
    """Names of the migrations that this file has seen, in the table that sqlite-utils keeps."""
    if conn.execute("SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'").fetchone() is None:
        return []
    return sorted(row[0] for row in conn.execute("SELECT name FROM _sqlite_migrations"))


def copy_aside(conn: Any, path: Path, label: str) -> Path:
    """A copy of the file beside it, whole: the write-ahead log is brought in first."""
    with explained():
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        copy = path.with_name(f"{path.name}.{label}")
        shutil.copyfile(path, copy)
    return copy


@contextmanager
def transaction(conn: Any) -> Iterator[None]:
    """One atomic write. Takes the write lock first, so that what is read inside stays true until the end."""
    with explained():
        conn.execute("BEGIN IMMEDIATE")
        try:
            yield
            conn.execute("COMMIT")
        except BaseException:
            if conn.in_transaction:
                conn.execute("ROLLBACK")
            raise


_MEANINGS = [
    (
        "file is not a database",
        KeyProblem,
        "台账打不开：钥匙不对，或文件已损坏。请从备份恢复，或联系县局。",
        "wrong-key",
    ),
    ("database or disk is full", StorageError, "磁盘满了，这一步没有记下。请清出空间后再做一次。", "disk-full"),
    ("disk I/O error", StorageError, "磁盘读写出错，这一步没有记下。请检查磁盘或U盘，并尽快备份。", "disk-error"),
    ("readonly", StorageError, "台账所在的位置不能写入，这一步没有记下。请检查文件夹权限或磁盘写保护。", "read-only"),
    ("unable to open", StorageError, "台账文件打不开。请检查文件夹是否存在、是否有权限、磁盘是否已满。", "cannot-open"),
    ("locked", StorageError, "另一个程序正占用台账，请稍等片刻再试。这一步没有记下。", "busy"),
    ("malformed", StorageError, "台账文件损坏。请不要继续使用，先运行检查或从备份恢复。", "damaged"),
]


@contextmanager
def explained() -> Iterator[None]:
    """Turns what SQLite says of the environment into words. Errors that are our own pass through."""
    try:
        yield
    except (UserError, BrokenPipeError):
        raise
    except (cipher.DatabaseError, sqlite3.DatabaseError) as error:
        for words, kind, message, reason in _MEANINGS:
            if words in str(error):
                raise kind(message, reason) from error
        raise
    except OSError as error:
        full = error.errno in (28, 122)
        message = "磁盘满了，这一步没有记下。请清出空间后再做一次。" if full else f"文件读写出错：{os_words(error)}。"
        raise StorageError(message, "disk-full" if full else "disk-error") from error
