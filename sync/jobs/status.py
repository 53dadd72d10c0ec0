"""Where this node stands: its feed's head, what the county has confirmed, and the 存证码 that pins it."""

from dataclasses import asdict, dataclass
from typing import Any

import msgspec

from sync.carry import backward
from sync.carry.outgoing import apart, delivered, own_feeds, waiting
from sync.carry.standing import Counts
from sync.carry.standing import counts as photo_counts
from sync.jobs import moment
from sync.jobs.doubt import clock_state
from sync.jobs.find import find_lesson
from sync.ledger.ledger import Ledger
from sync.seal import kinds
from sync.seal.change import short


def status(ledger: Ledger) -> dict[str, Any]:
    """As `status --json` says it."""
    position = ledger.position(ledger.feed)
    held = delivered(ledger, ledger.feed)
    at = ledger.conn.execute("SELECT max(at) FROM receipts WHERE feed = ?", (ledger.feed,)).fetchone()[0]
    county = {"seq": held.seq, "head": held.hash, "at": moment.iso(at)} if held.seq else None
    return {
        "feed": ledger.feed,
        "seq": position.seq,
        "head": position.hash,
        "county": county,
        "waiting": waiting(ledger),
        "apart": apart(ledger),
        "photos": asdict(photo_counts(ledger)),
        "clock": clock_state(ledger),
        "county_backward": county_backward(ledger),
    }


def county_backward(ledger: Ledger) -> list[str]:
    """What to say of feeds of the county's that went back, as the last sync found them."""
    return [one.sentence for one in backward.told(ledger)]


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts over all feeds of this node, those of earlier epochs among them."""

    recorded: int
    received: int
    """By verified receipts only."""
    waiting: int
    apart: int
    """On a branch that the county keeps aside until it has decided."""
    receipt: str
    """ISO time of the last receipt that moved `received`, or empty."""
    photos: Counts


def figures(ledger: Ledger) -> Figures:
    """本机已记, 县里已收, 待报, as a window shows them."""
    mine = own_feeds(ledger)
    recorded = sum(ledger.position(feed).seq for feed in mine)
    left, aside = waiting(ledger), apart(ledger)
    (last,) = ledger.conn.execute(
        "SELECT max(at) FROM receipts WHERE feed IN (SELECT value FROM json_each(?))",
        (msgspec.json.encode(mine).decode(),),
    ).fetchone()
    return Figures(
        recorded, recorded - left - aside, left, aside, moment.iso(last) if last else "", photo_counts(ledger)
    )


def anchor(ledger: Ledger, lesson: str = "") -> dict[str, Any]:
    """存证码: the head of this node's feed as 16 letters (80 bits), to be sent by any phone.

    Of a lesson that was closed, the head at its closing, whenever it is asked for.
    """
    position = ledger.position(ledger.feed)
    feed, seq, head = ledger.feed, position.seq, position.hash
    if lesson:
        row = ledger.conn.execute(
            "SELECT c.feed, c.seq, c.hash FROM lesson_closings l JOIN changes c ON c.id = l.id WHERE l.lesson = ?"
            " ORDER BY l.wall, l.id LIMIT 1",
            (lesson,),
        ).fetchone()
        feed, seq, head = row or (feed, seq, head)
    code = short(head)
    shown = "-".join(code[i : i + 4] for i in range(0, 16, 4))
    return {"anchor": code, "shown": shown, "feed": feed, "seq": seq, "head": head}


def close_lesson(ledger: Ledger, lesson: str) -> dict[str, Any]:
    """Ends a lesson, once, and answers its 存证码."""
    find_lesson(ledger, lesson)
    with ledger.writing() as w:
        if ledger.conn.execute("SELECT 1 FROM lesson_closings WHERE lesson = ?", (lesson,)).fetchone() is None:
            w.fact("lesson.close", kinds.LessonClose(lesson))
    return anchor(ledger, lesson)
