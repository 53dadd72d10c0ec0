"""A node's ledger: its feed, its keys and the one way to append to it.

    with ledger.writing() as w:
        class_id = w.write("class", {"code": "A1", ...})
        w.fact("stamp", kinds.Stamp(...))

Everything appended in one `writing` is one atomic transaction: chained, folded and on the disk when it ends.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pyrage

from sync.errors import KeyProblem, StorageError
from sync.ledger import database, secret, token
from sync.ledger.clock import Clock, SystemClock
from sync.ledger.fold import fold
from sync.ledger.writer import Writer
from sync.seal import kinds
from sync.seal.change import GENESIS, Sealed, read, sha256, short
from sync.seal.keys import ED25519, PublicKey, Signer, new_secret, signer_of
from sync.seal.papers import Former

MAKING = "node.making"
"""Stands in a folder while a node is being made there."""
LAPTOP, COUNTY = "laptop", "county"
_FEED_TO = "feed:"
"""Before an institution's id: the setting that names the county's present feed to it."""


class Position(msgspec.Struct, frozen=True):
    """The last change of a feed: number and hash; (0, GENESIS) before the first."""

    seq: int
    hash: str


class County(msgspec.Struct, frozen=True):
    """The county that this node was enrolled with: what it trusts and whom it seals to."""

    name: str
    key: PublicKey
    age: str
    earlier: list[Former] = []
    """What it had before, the latest first."""


class Ledger:
    """One node's folder, open. Raises StorageError, KeyProblem. Close it, or use it as a context manager."""

    def __init__(self, folder: Path, key: bytes, clock: Clock) -> None:
        self.folder = folder
        self.path = folder / database.FILE
        self.key = key
        self.clock = clock
        self.operator = ""
        self.conn = database.connect(self.path, key)

    @classmethod
    def create(
        cls,
        folder: Path,
        name: str,
        role: str = LAPTOP,
        clock: Clock | None = None,
        alg: str = ED25519,
        signer: token.Setting | None = None,
    ) -> "Ledger":
        """A new node: a fresh key, an empty ledger, its feed opened. A `signer` holds the key instead.

        Raises StorageError when there is a node already, KeyProblem when the signer does not answer.
        """
        if (folder / secret.PLACE_FILE).exists():
            raise StorageError(f"文件夹 {folder} 里已经有一份台账了，没有改动它。请换一个文件夹。", "already-there")
        _must_not_be_orphaned(folder)
        public = token.public_of(signer.command) if signer else None
        with database.explained():
            folder.mkdir(parents=True, exist_ok=True)
            begin_making(folder)
            move_aside(folder, secret.KEY_FILE)
            key, place = secret.create(folder)
        ledger = cls(folder, key, clock or SystemClock())
        try:
            ledger._begin(name, role, alg, public)
            with database.explained():
                if signer:
                    (folder / token.FILE).write_bytes(msgspec.json.encode(signer))
                # Last, so that a cut before this leaves no half-made node behind.
                secret.put_place(folder, place)
                (folder / MAKING).unlink()
        except BaseException:
            ledger.close()
            raise
        return ledger

    def _begin(self, name: str, role: str, alg: str, token_key: PublicKey | None) -> None:
        database.migrate(self.conn, self.path)
        with database.transaction(self.conn):
            database.run_script(self.conn, database.script("folded.sql"))
            self.put("folded", database.folded_version())
            self.put("role", role)
            self.put("name", name)
            self.put("alg", token_key.alg if token_key else alg)
            # With a token it signs nothing, and is only this node's own secret.
            self.put("seed", new_secret(ED25519 if token_key else alg).hex())
            self.put("token", token_key.raw if token_key else "")
            self.put("age", str(pyrage.x25519.Identity.generate()))
        feed = self.open_feed("public" if role == COUNTY else "device")
        with database.transaction(self.conn):
            self.put("feed", feed)

    @classmethod
    def open(cls, folder: Path, clock: Clock | None = None) -> "Ledger":
        """Raises StorageError when there is none, when it is newer than the program; KeyProblem."""
        _must_not_be_orphaned(folder)
        if not (folder / database.FILE).exists() or not (folder / secret.PLACE_FILE).exists():
            raise StorageError(f"文件夹 {folder} 里没有台账。请先新建，或检查文件夹是否选对。", "no-ledger")
        return cls.unlock(folder, secret.load(folder), clock)

    @classmethod
    def unlock(cls, folder: Path, key: bytes, clock: Clock | None = None) -> "Ledger":
        """The same with the key in hand, while the folder is not a node yet."""
        ledger = cls(folder, key, clock or SystemClock())
        try:
            ledger._resume()
        except BaseException:
            ledger.close()
            raise
        return ledger

    def _resume(self) -> None:
        with database.explained():
            if database.is_empty(self.conn):
                raise StorageError("台账文件是空的，数据可能已丢失。请不要新建，先从备份恢复，或联系县局。", "damaged")
            database.migrate(self.conn, self.path)
            if self.get("folded") != database.folded_version():
                self.refold()

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.conn.close()

    # This node's own settings

    def get(self, key: str, default: str = "") -> str:
        row = self.conn.execute("SELECT value FROM local WHERE key = ?", (key,)).fetchone()
        return default if row is None else str(row[0])

    def put(self, key: str, value: str) -> None:
        self.conn.execute(
            "INSERT INTO local (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (key, value),
        )

    @property
    def feed(self) -> str:
        """The feed that this node writes. Looked up each time: a sync beside the window may open a new epoch."""
        return self.get("feed")

    @property
    def name(self) -> str:
        return self.get("name")

    @property
    def role(self) -> str:
        return self.get("role")

    @property
    def signer(self) -> Signer:
        """What seals. Appending signs nothing, so that a token that is not there stops no recording."""
        if held := self.get("token"):
            return token.CommandSigner(self.folder, PublicKey(self.get("alg"), held))
        return signer_of(self.get("alg", ED25519), bytes.fromhex(self.get("seed")))

    @property
    def age_identity(self) -> str:
        return self.get("age")

    @property
    def age_recipient(self) -> str:
        return str(pyrage.x25519.Identity.from_str(self.age_identity).to_public())

    @property
    def county(self) -> County | None:
        """The county that this node is enrolled with; a county is its own."""
        if self.role == COUNTY:
            earlier = msgspec.json.decode(self.get("earlier_keys", "[]"), type=list[Former])
            return County(self.name, self.signer.public, self.age_recipient, earlier)
        pinned = self.get("county")
        return msgspec.json.decode(pinned, type=County) if pinned else None

    def pin(self, county: County | None) -> None:
        """Trusts this county from now on, inside the caller's transaction."""
        self.put("county", msgspec.json.encode(county).decode() if county else "")

    # Feeds

    def position(self, feed: str) -> Position:
        row = self.conn.execute(
            "SELECT seq, hash FROM changes WHERE feed = ? ORDER BY seq DESC LIMIT 1", (feed,)
        ).fetchone()
        return Position(*row) if row else Position(0, GENESIS)

    def key_of(self, feed: str) -> str:
        """The id of the key that a feed belongs to, or empty."""
        row = self.conn.execute("SELECT key_id FROM feeds WHERE id = ?", (feed,)).fetchone()
        return str(row[0]) if row else ""

    def feeds(self) -> list[str]:
        """Every chain that this node holds at least one change of; an accepted branch is one (`feed~…`)."""
        return self._chains("", "~")

    def chains(self, feed: str) -> list[str]:
        """A feed's main chain and its accepted branches, as far as this node holds a change of them."""
        return self._chains(feed, f"{feed}~~")

    def _chains(self, first: str, last: str) -> list[str]:
        return [row[0] for row in self.conn.execute(_CHAINS, {"first": first, "last": last})]

    def changes(self, feed: str, first: int = 1, count: int = -1) -> Iterator[Sealed]:
        """A feed's changes from number `first` on, as they were signed."""
        rows = self.conn.execute(
            "SELECT raw FROM changes WHERE feed = ? AND seq >= ? ORDER BY seq LIMIT ?", (feed, first, count)
        )
        return (read(row[0]) for row in rows)

    def open_feed(self, scope: str) -> str:
        """Opens a feed of this node's key and answers its id: short name of SHA-256 over key and nonce."""
        with database.transaction(self.conn):
            return self.begin_feed(scope)

    def begin_feed(self, scope: str, after: str = "") -> str:
        """The same inside the caller's transaction."""
        self.remember_clock()
        nonce = secrets.token_hex(8)
        key = self.signer.public
        feed = feed_id(key, nonce)
        writer = Writer(self, feed)
        writer.fact("feed.open", kinds.FeedOpen(key, nonce, self.name, scope, after))
        writer.flush()
        return feed

    def new_epoch(self) -> str:
        """Goes on in a new feed of the same key; answers its id. For a ledger that was restored or copied."""
        scope = "public" if self.role == COUNTY else "device"
        with database.transaction(self.conn):
            feed = self.begin_feed(scope, self.position(self.feed).hash)
            self.put("feed", feed)
            self.leave_feeds()
        return feed

    def feed_to(self, institution: str) -> str:
        """The county's present feed to an institution, opened on first need, inside the caller's transaction."""
        feed = self.get(_FEED_TO + institution)
        if not feed:
            before = self.conn.execute(
                "SELECT c.hash FROM feeds f JOIN devices d ON d.key_id = f.key_id JOIN changes c ON c.feed = f.id"
                " WHERE f.scope = ? AND d.institution = '' ORDER BY c.rowid DESC LIMIT 1",
                (institution,),
            ).fetchone()
            feed = self.begin_feed(institution, before[0] if before else "")
            self.put(_FEED_TO + institution, feed)
        return feed

    def leave_feeds(self) -> None:
        """The feeds to institutions are not written any more, inside the caller's transaction: others are opened."""
        self.conn.execute("DELETE FROM local WHERE key GLOB ?", (f"{_FEED_TO}*",))

    def remember_clock(self) -> None:
        """What a new feed says comes after all that is known, though the clock was set back."""
        last = (next(self.changes(feed, self.position(feed).seq)) for feed in self.feeds())
        # A millisecond later: many changes may share the last one.
        known = max((sealed.change.hlc[0] + 1 for sealed in last), default=0)
        self.put("seen_hlc_ms", str(max(known, int(self.get("seen_hlc_ms", "0")))))

    def copy_to(self, path: Path) -> None:
        """A consistent copy of the file, encrypted with the same key, while others go on writing."""
        copy = database.connect(path, self.key)
        try:
            with database.explained():
                self.conn.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")
        finally:
            copy.close()

    @contextmanager
    def writing(self, feed: str = "") -> Iterator[Writer]:
        """One atomic append to a feed of this node, its own unless named."""
        with database.transaction(self.conn):
            writer = Writer(self, feed or self.feed)
            yield writer
            writer.flush()

    def store(self, changes: list[Sealed], chain: str = "") -> None:
        """Keeps verified changes, of a branch under its own name, and folds them, in the caller's transaction."""
        self.conn.executemany(
            "INSERT INTO changes (feed, seq, id, hash, kind, raw) VALUES (?, ?, ?, ?, ?, ?)",
            [(chain or s.change.feed, s.change.seq, s.id, s.hash, s.change.kind, s.raw) for s in changes],
        )
        fold(self.conn, changes)

    def refold(self) -> None:
        """Makes the folded tables anew from the feeds, in one transaction."""
        with database.transaction(self.conn):
            drop_folded(self.conn)
            database.run_script(self.conn, database.script("folded.sql"))
            for feed in self.feeds():
                fold(self.conn, self.changes(feed))
            self.put("folded", database.folded_version())


def _must_not_be_orphaned(folder: Path) -> None:
    """A ledger whose node.json was lost is no half-made one: making another beside it would hide it."""
    lost = (folder / database.FILE).exists() and not (folder / secret.PLACE_FILE).exists()
    if lost and not (folder / MAKING).exists():
        raise KeyProblem(
            "台账文件在，钥匙的说明（node.json）不见了。请不要新建，先从备份找回 node.json，或联系县局。", "lost-place"
        )


def begin_making(folder: Path) -> None:
    """What a `create` or a restore that was cut short left without node.json: out of the way, not lost."""
    (folder / MAKING).touch()
    for name in (database.FILE, f"{database.FILE}-wal", f"{database.FILE}-shm"):
        move_aside(folder, name)


def move_aside(folder: Path, name: str) -> None:
    if (folder / name).exists():
        (folder / name).rename(folder / f"{name}.unfinished-{secrets.token_hex(4)}")


def feed_id(key: PublicKey, nonce: str) -> str:
    return short(sha256(f"{key.alg}:{key.raw}:{nonce}".encode()))


# From one chain to the next by the index: DISTINCT would read every change.
_CHAINS = """
WITH RECURSIVE chain (name) AS (
    SELECT min(feed) FROM changes WHERE feed >= :first
    UNION ALL
    SELECT (SELECT min(feed) FROM changes WHERE feed > chain.name) FROM chain WHERE chain.name <= :last
)
SELECT name FROM chain WHERE name <= :last
"""

STORE_TABLES = frozenset(
    {"local", "changes", "envelopes", "receipts", "aside", "contacts", "accounts", "sessions", "sent", "troubles"}
    | {"turned_away"}
)


def folded_tables(conn: Any) -> list[str]:
    """Names of the tables that the fold makes."""
    rows = conn.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    return [row[0] for row in rows if row[0] not in STORE_TABLES and not row[0].startswith(("_", "sqlite_"))]


def drop_folded(conn: Any) -> None:
    for table in folded_tables(conn):
        conn.execute(f'DROP TABLE "{table}"')
