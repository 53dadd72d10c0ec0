"""Who is at the desk (值班人): each trainer has a PIN, and every change says who made it.

A PIN guards the window, not the file (docs/decisions/0005); it is kept on this node only, as an argon2 hash.
"""

from dataclasses import dataclass

import msgspec

from sync.errors import BadInput, NotFound
from sync.ledger import database
from sync.ledger.ledger import Ledger

MIN_PIN = 4
FREE_TRIES = 3
"""Wrong PINs that cost no wait; each further one doubles it."""
FIRST_WAIT, LONGEST_WAIT = 5, 300
"""Seconds."""
RESET = "重设口令"
COMMAND_LINE = "命令行"
"""What a change bears in an operator's place when it was made on the command line and nobody signed in: it is not what
an unguarded window leaves, and no operator's id."""
FORGOTTEN = (
    "忘了口令：请另一位值班人登录后，在“值班人”里为您重设。没有别的值班人时，请联系县局，"
    "由县局的人在这台电脑上用命令行重设（xiangpei operator pin）。重设会记进台账，县里看得到；已有的记录都在。"
)


@dataclass(frozen=True, slots=True)
class Operator:
    id: str
    name: str
    has_pin: bool
    """On this node: who came with another laptop's feed has none here until one is set."""


class _Misses(msgspec.Struct, frozen=True):
    """Wrong PINs in a row, and when the last one was."""

    count: int = 0
    mono: int = 0
    boot: str = ""


def list_operators(ledger: Ledger) -> list[Operator]:
    """Those who may stand at the desk, by name."""
    found = ledger.conn.execute("SELECT id, name FROM operators WHERE coalesce(active, 1) ORDER BY name, id")
    return [Operator(id_, name or "", bool(ledger.get(_pin(id_)))) for id_, name in found]


def guarded(ledger: Ledger) -> bool:
    """Whether the window asks who is there: somebody has a PIN."""
    return any(operator.has_pin for operator in list_operators(ledger))


def find_operator(ledger: Ledger, name: str) -> Operator:
    """By name or id. Raises NotFound; BadInput for a name that two bear."""
    found = [one for one in list_operators(ledger) if name in (one.id, one.name)]
    if not found:
        raise NotFound(f"没有值班人“{name}”。")
    if len(found) > 1:
        raise BadInput(f"有 {len(found)} 位值班人都叫“{name}”，请改用编号：{'、'.join(one.id for one in found)}。")
    return found[0]


def add_operator(ledger: Ledger, name: str, pin: str) -> str:
    """Answers the operator's id. Raises BadInput."""
    name = name.strip()
    if not name:
        raise BadInput("请填写姓名。")
    hashed = _hash(pin)
    with ledger.writing() as w:
        if any(operator.name == name for operator in list_operators(ledger)):
            raise BadInput(f"已经有一位“{name}”。同名的请加上区别，例如“{name}（大）”。", "name-taken")
        made = w.write("operator", {"name": name, "active": True})
        ledger.put(_pin(made), hashed)
    return made


def change_pin(ledger: Ledger, operator: str, old: str, new: str) -> None:
    """Her own. Raises BadInput: wrong-pin, too-soon, or what is wrong with the new one."""
    hashed = _hash(new)
    _verify(ledger, operator, old)
    with database.transaction(ledger.conn):
        ledger.put(_pin(operator), hashed)


def reset_pin(ledger: Ledger, operator: str, pin: str) -> None:
    """Somebody else sets it, for one who forgot hers: that is a change, so that nobody does it unseen."""
    hashed = _hash(pin)
    with ledger.writing() as w:
        w.write("operator", {"active": True}, operator, RESET, only_if_new=False)
        ledger.put(_pin(operator), hashed)
        ledger.put(_tries(operator), "")


def sign_in(ledger: Ledger, operator: str, pin: str) -> None:
    """From now on changes bear this operator. Raises BadInput: wrong-pin, too-soon."""
    _verify(ledger, operator, pin)
    ledger.operator = operator


def wait_before(ledger: Ledger, operator: str) -> int:
    """Seconds until her PIN may be tried again; 0 for now. It runs on the clock that nobody sets."""
    misses, now = _read_misses(ledger, operator), ledger.clock.read()
    over = misses.count - FREE_TRIES
    if over < 0 or misses.boot != now.boot:
        return 0
    wait = min(FIRST_WAIT << min(over, 10), LONGEST_WAIT)
    return max(wait - (now.mono - misses.mono) // 1000, 0)


def retire(ledger: Ledger, operator: str) -> None:
    """She no longer stands at the desk; what she recorded keeps her name."""
    with ledger.writing() as w:
        w.write("operator", {"active": False}, operator)
        for key in (_pin(operator), _tries(operator)):
            ledger.put(key, "")
    if ledger.operator == operator:
        ledger.operator = ""


def name_of(ledger: Ledger, operator: str) -> str:
    """Also of one who retired; empty for nobody."""
    row = ledger.conn.execute("SELECT name FROM operators WHERE id = ?", (operator,)).fetchone()
    return str(row[0] or "") if row else ""


def _verify(ledger: Ledger, operator: str, pin: str) -> None:
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    wait = wait_before(ledger, operator)
    if wait:
        raise BadInput(f"错的次数多了，请等 {wait} 秒再试。", "too-soon")
    try:
        PasswordHasher().verify(ledger.get(_pin(operator)), pin)
    except (VerificationError, InvalidHashError) as error:
        _miss(ledger, operator)
        wait = wait_before(ledger, operator)
        more = f"请等 {wait} 秒再试。" if wait else "请再输一次。"
        raise BadInput(f"口令不对，{more}", "wrong-pin") from error
    if ledger.get(_tries(operator)):
        with database.transaction(ledger.conn):
            ledger.put(_tries(operator), "")


def _miss(ledger: Ledger, operator: str) -> None:
    now = ledger.clock.read()
    with database.transaction(ledger.conn):
        # Counted in the file, so that starting the program again buys no further tries.
        count = _read_misses(ledger, operator).count + 1
        ledger.put(_tries(operator), msgspec.json.encode(_Misses(count, now.mono, now.boot)).decode())


def _read_misses(ledger: Ledger, operator: str) -> _Misses:
    kept = ledger.get(_tries(operator))
    return msgspec.json.decode(kept, type=_Misses) if kept else _Misses()


def _pin(operator: str) -> str:
    return f"pin:{operator}"


def _tries(operator: str) -> str:
    return f"pin-misses:{operator}"


def _hash(pin: str) -> str:
    from argon2 import PasswordHasher

    if len(pin) < MIN_PIN or not pin.isascii() or not pin.isdecimal():
        raise BadInput(f"口令要用至少 {MIN_PIN} 位数字。")
    if len(set(pin)) == 1 or pin in "01234567890" or pin in "09876543210":
        raise BadInput("这个口令太容易猜到，请换一个。")
    return PasswordHasher().hash(pin)
