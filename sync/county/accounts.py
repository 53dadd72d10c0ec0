"""The county console's people: passwords as argon2 hashes, sessions as rows that can be revoked.

A session's token is random, lives in the browser's cookie, and is kept here only as its SHA-256.
"""

import secrets
import threading
from dataclasses import dataclass
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from sync.county.throttle import Throttle, spoken
from sync.errors import BadInput, NotFound, UserError
from sync.ledger import database
from sync.ledger.ledger import Ledger
from sync.seal.change import sha256

OFFICER = "officer"
ROLES = frozenset({OFFICER})
IDLE = 12 * 3600
"""Seconds without a page after which a session has ended."""
SHORTEST, LONGEST = 10, 128
LONGEST_NAME = 40
GENERATED_LENGTH = 16
# No letter or digit that looks or, in a telephone, sounds like another one here.
READ_ALOUD = "acdefhkmprtuwxy347"
_SEEN_EVERY = 60

_hasher = PasswordHasher()
# One argon2 at a time: each takes 64 MiB, and tries side by side would slip past the count of failures.
_checking = threading.Lock()


class SignInRefused(UserError):
    """Wrong name or password (`wrong`), or too many tries (`wait`)."""


@dataclass(frozen=True, slots=True)
class Account:
    name: str
    role: str


def add_account(ledger: Ledger, name: str, role: str, password: str | None = None) -> str:
    """Makes an account and answers its password: the one given, or a new one that is shown this once.

    Raises BadInput for a name that is taken or a password that is too short or too long.
    """
    name = name.strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise BadInput(f"账号名称要有 1 到 {LONGEST_NAME} 个字。")
    if role not in ROLES:
        raise ValueError(f"no such role: {role}")
    password = new_password() if password is None else password
    _need_good(password)
    hashed = _hasher.hash(password)
    with database.transaction(ledger.conn):
        if ledger.conn.execute("SELECT 1 FROM accounts WHERE name = ?", (name,)).fetchone():
            raise BadInput(f"账号“{name}”已经有了，请换一个名称。", "account-taken")
        ledger.conn.execute(
            "INSERT INTO accounts (name, password, role, made_at) VALUES (?, ?, ?, ?)",
            (name, hashed, role, _now(ledger)),
        )
    return password


def new_password() -> str:
    """16 characters that can be read aloud, of 66 bits."""
    return "".join(secrets.choice(READ_ALOUD) for _ in range(GENERATED_LENGTH))


def sign_in(ledger: Ledger, throttle: Throttle, name: str, password: str, address: str) -> str:
    """Answers a new session's token. Raises SignInRefused."""
    name = name.strip()[: LONGEST_NAME + 1]
    prove(ledger, throttle, name, password, address)
    token, now = secrets.token_urlsafe(32), _now(ledger)
    with database.transaction(ledger.conn):
        ledger.conn.execute("DELETE FROM sessions WHERE seen_at <= ?", (now - IDLE,))
        ledger.conn.execute(
            "INSERT INTO sessions (token_sha256, account, made_at, seen_at) VALUES (?, ?, ?, ?)",
            (sha256(token.encode()), name, now, now),
        )
    return token


def prove(ledger: Ledger, throttle: Throttle, name: str, password: str, address: str) -> None:
    """Checks a password; failures in a row make the next try wait. Raises SignInRefused."""
    with _checking:
        # A clock that nobody sets: turning the date forward must not end a wait.
        now = ledger.clock.read().mono // 1000
        wait = throttle.wait(name, address, now)
        if wait:
            raise SignInRefused(f"密码连续输错多次，请等 {spoken(wait)}再试。", "wait")
        if _fits(ledger, name, password):
            throttle.passed(name, address)
            return
        throttle.failed(name, address, now)
        wait = throttle.wait(name, address, now)
    then = f"已连续输错多次，请等 {spoken(wait)}再试。" if wait else "请核对后再试。"
    raise SignInRefused(f"账号或密码不对，{then}", "wrong")


def _fits(ledger: Ledger, name: str, password: str) -> bool:
    row = ledger.conn.execute("SELECT password FROM accounts WHERE name = ?", (name,)).fetchone()
    try:
        # A name that does not exist takes as long, so that the time tells nobody which names do.
        return _hasher.verify(row[0] if row else _nobody(), password[: LONGEST + 1]) and row is not None
    except VerificationError:
        return False
    except InvalidHashError as error:
        raise UserError(
            f"账号“{name}”的密码记录已损坏，不能登录。请在服务器上重设密码（county account reset）。", "damaged-account"
        ) from error


@cache
def _nobody() -> str:
    return _hasher.hash(secrets.token_hex(16))


def session_account(ledger: Ledger, token: str) -> Account | None:
    """Whose session a token is, or None; being asked keeps it alive."""
    digest, now = sha256(token.encode()), _now(ledger)
    row = ledger.conn.execute(
        "SELECT a.name, a.role, s.seen_at FROM sessions s JOIN accounts a ON a.name = s.account"
        " WHERE s.token_sha256 = ? AND s.seen_at > ?",
        (digest, now - IDLE),
    ).fetchone()
    if row is None:
        return None
    if now - row[2] >= _SEEN_EVERY:
        with database.transaction(ledger.conn):
            ledger.conn.execute("UPDATE sessions SET seen_at = ? WHERE token_sha256 = ?", (now, digest))
    return Account(row[0], row[1])


def sign_out(ledger: Ledger, token: str) -> None:
    with database.transaction(ledger.conn):
        ledger.conn.execute("DELETE FROM sessions WHERE token_sha256 = ?", (sha256(token.encode()),))


def change_password(ledger: Ledger, name: str, password: str) -> None:
    """Sets a password and ends every session of the account. The caller has checked the old one.

    Raises BadInput, NotFound.
    """
    _need_good(password)
    hashed = _hasher.hash(password)
    with database.transaction(ledger.conn):
        changed = ledger.conn.execute("UPDATE accounts SET password = ? WHERE name = ?", (hashed, name))
        if not changed.rowcount:
            raise _no_account(name)
        ledger.conn.execute("DELETE FROM sessions WHERE account = ?", (name,))


def reset_password(ledger: Ledger, name: str) -> str:
    """A new password for who forgot hers, shown this once; her sessions end. Raises NotFound."""
    password = new_password()
    change_password(ledger, name.strip(), password)
    return password


def remove_account(ledger: Ledger, name: str) -> None:
    """Takes an account away with its sessions. Raises NotFound, BadInput for the last one."""
    name = name.strip()
    with database.transaction(ledger.conn):
        names = [account.name for account in list_accounts(ledger)]
        if name not in names:
            raise _no_account(name)
        if names == [name]:
            raise BadInput(f"“{name}”是最后一个账号，不能删除。请先添加别的账号。", "last-account")
        ledger.conn.execute("DELETE FROM sessions WHERE account = ?", (name,))
        ledger.conn.execute("DELETE FROM accounts WHERE name = ?", (name,))


def list_accounts(ledger: Ledger) -> list[Account]:
    return [Account(*row) for row in ledger.conn.execute("SELECT name, role FROM accounts ORDER BY made_at, name")]


def _no_account(name: str) -> NotFound:
    return NotFound(f"没有账号“{name}”。有哪些账号，用 county account list 看。")


def _need_good(password: str) -> None:
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadInput(f"密码要有 {SHORTEST} 到 {LONGEST} 个字符。", "bad-password")
    if len(set(password)) < 5:
        raise BadInput("密码太简单了，请至少用 5 个不同的字符。", "bad-password")


def _now(ledger: Ledger) -> int:
    return ledger.clock.read().wall // 1000
