"""What each migration of the store does. The folded tables need none: they are made anew when their shape changes."""

from typing import Any

from sqlite_utils import Database, Migrations

from sync.ledger.database import SCHEMA, run_script, script

store = Migrations("xiangpei.store")


@store(name="0001")
def first(db: Database) -> None:
    run_script(db.conn, script("store.sql"))


@store(name="0002")
def on_the_way(db: Database) -> None:
    run_script(db.conn, script("store-0002.sql"))


@store(name="0003")
def turned_away(db: Database) -> None:
    run_script(db.conn, script("store-0003.sql"))


@store(name="0004")
def when_it_came(db: Database) -> None:
    run_script(db.conn, script("store-0004.sql"))


def apply(conn: Any, name: str) -> None:
    """Applies the migrations up to `name`, each in its own transaction."""
    later = SCHEMA[SCHEMA.index(name) + 1 :]
    store.apply(Database(conn), stop_before=later[0] if later else None)
