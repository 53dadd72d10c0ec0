"""Who is at the desk: each trainer has a PIN, and every change says who made it.

A PIN guards the window, not the file; it is kept on this node only, as an argon2 hash.
"""

from dataclasses import dataclass

from sync.errors import BadInput
from sync.ledger import database
from sync.ledger.ledger import Ledger

MIN_PIN = 4


@dataclass(frozen=True, slots=True)
class Operator:
    id: str
    name: str
    has_pin: bool


def list_operators(ledger: Ledger) -> list[Operator]:
    """Those who may stand at the desk, by name."""
    found = ledger.conn.execute("SELECT id, name FROM operators WHERE coalesce(active, 1) ORDER BY name, id")
    return [Operator(id_, name or "", bool(ledger.get(f"pin:{id_}"))) for id_, name in found]


def add_operator(ledger: Ledger, name: str, pin: str) -> str:
    """Answers the operator's id. Raises BadInput."""
    name = name.strip()
    if not name:
        raise BadInput("请填写姓名。")
    if any(operator.name == name for operator in list_operators(ledger)):
        raise BadInput(f"已经有一位“{name}”。同名的请加上区别，例如“{name}（大）”。", "name-taken")
    hashed = _hash(pin)
    with ledger.writing() as w:
        made = w.write("operator", {"name": name, "active": True})
        ledger.put(f"pin:{made}", hashed)
    return made


def set_pin(ledger: Ledger, operator: str, pin: str) -> None:
    """Raises BadInput."""
    hashed = _hash(pin)
    with database.transaction(ledger.conn):
        ledger.put(f"pin:{operator}", hashed)


def sign_in(ledger: Ledger, operator: str, pin: str) -> None:
    """From now on changes bear this operator. Raises BadInput("wrong-pin")."""
    from argon2 import PasswordHasher
    from argon2.exceptions import VerificationError

    try:
        PasswordHasher().verify(ledger.get(f"pin:{operator}"), pin)
    except (VerificationError, ValueError) as error:
        raise BadInput("口令不对，请再输一次。", "wrong-pin") from error
    ledger.operator = operator


def retire(ledger: Ledger, operator: str) -> None:
    """She no longer stands at the desk; what she recorded keeps her name."""
    with ledger.writing() as w:
        w.write("operator", {"active": False}, operator)


def name_of(ledger: Ledger, operator: str) -> str:
    row = ledger.conn.execute("SELECT name FROM operators WHERE id = ?", (operator,)).fetchone()
    return str(row[0]) if row else ""


def _hash(pin: str) -> str:
    from argon2 import PasswordHasher

    if len(pin) < MIN_PIN or not pin.isascii() or not pin.isdecimal():
        raise BadInput(f"口令要用至少 {MIN_PIN} 位数字。")
    if len(set(pin)) == 1 or pin in "01234567890":
        raise BadInput("这个口令太容易猜到，请换一个。")
    return PasswordHasher().hash(pin)
