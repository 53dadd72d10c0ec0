"""Sync by HTTP: hello, then a batch at a time, each answered with a receipt.

A cut anywhere is repaired by the next sync: the county says what it holds, and the rest is sent. Nothing on this
side believes an answer whose receipt does not verify.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from sync.carry import address, proxy
from sync.carry.line import Line, not_a_county
from sync.carry.outgoing import (
    Answer,
    Parcel,
    covers,
    enrolled_county,
    go_on_apart,
    is_apart,
    keep_receipt,
    note_sent,
    own_feeds,
    parcels,
    read_receipt,
    send_from,
    set_apart,
    together_again,
    waiting,
)
from sync.carry.photos import PhotoSync, Progress, carry_photos
from sync.carry.stop import Stop
from sync.errors import BadInput, CarrierError, Refused
from sync.ledger import instant
from sync.ledger.intake import retry_filled, take
from sync.ledger.ledger import Ledger
from sync.ledger.reasons import reason_words
from sync.seal import papers
from sync.seal.change import UNREADABLE

AHEAD = "county-ahead"
ELSEWHERE = frozenset({"unreachable", "bad-url", "not-a-county", "not-tls"})
"""Reasons after which the county may be at another of its addresses; a wrong certificate is something to be told."""


@dataclass
class HttpSync:
    """Counts of changes that the county confirmed, and that came from it."""

    sent: int = 0
    received: int = 0
    photos: PhotoSync = field(default_factory=PhotoSync)


def sync_county(
    ledger: Ledger,
    progress: Callable[[int], None] | None = None,
    *,
    via: str | None = None,
    stop: Stop | None = None,
    photos: Progress | None = None,
) -> HttpSync:
    """Syncs with the county at the first of its known addresses where it answers.

    Raises BadInput when none is known, and what `sync_http` raises, of the best address.
    """
    urls = address.known(ledger)
    if not urls:
        raise BadInput("还不知道县里服务器的地址。请填写地址（可以问县局要），或改用U盘。")
    first: CarrierError | None = None
    for url in urls:
        try:
            return sync_http(ledger, url, progress, via=via, stop=stop, photos=photos)
        except CarrierError as error:
            if error.reason not in ELSEWHERE:
                raise
            first = first or error
    assert first is not None
    raise first


def sync_http(
    ledger: Ledger,
    url: str,
    progress: Callable[[int], None] | None = None,
    *,
    via: str | None = None,
    stop: Stop | None = None,
    line: Line | None = None,
    photos: Progress | None = None,
) -> HttpSync:
    """Sends what the county lacks and takes what it has for us; `progress` is told how many changes still wait.

    Photos go last, and none of them makes the sync fail; `photos` is told how many are done, of how many.
    Goes through the proxy `via`, else as the ledger's setting says. An address that worked is remembered.
    Raises CarrierError when the county can't be reached or does not do its part, Refused when its receipt does not
    verify or says at the end that something of ours was not taken, NotEnrolled, Stopped.
    """
    enrolled_county(ledger)
    retry_filled(ledger)
    if line is None:
        through = proxy.setting(ledger) if via is None else via
        line = Line(url, pins=address.published(ledger).pins, via=through, stop=stop)
    with line:
        done = HttpSync()
        stuck = _send(ledger, line, _greet(ledger, line, done), done, progress)
        if any(error.reason == AHEAD for error in stuck):
            # What we sent filled a gap: the county had more of a feed of ours aside than this older copy knows.
            stuck = _send(ledger, line, _greet(ledger, line, done), done, progress)
        done.photos = carry_photos(ledger, line, photos)
    address.worked(ledger, url)
    if stuck:
        raise stuck[0]
    return done


def _send(
    ledger: Ledger, line: Line, held: dict[str, int], done: HttpSync, progress: Callable[[int], None] | None
) -> list[Refused]:
    """Answers why feeds of ours got stuck: what this node carries for colleagues, and photos, need not wait for it."""
    stuck: dict[str, Refused] = {}
    for parcel in parcels(ledger, held):
        if parcel.feed in stuck or is_apart(ledger, parcel.feed):
            continue
        note_sent(ledger, parcel, "http")
        text = line.post("/v1/batches", parcel.data)
        receipt = read_receipt(ledger, text)
        keep_receipt(ledger, text, receipt)
        instant.note(ledger, receipt.at)
        try:
            if _held(ledger, receipt, parcel):
                done.sent += parcel.last - parcel.first + 1
        except Refused as error:
            stuck[parcel.feed] = error
        if progress:
            progress(waiting(ledger))
    return list(stuck.values())


def _greet(ledger: Ledger, line: Line, done: HttpSync) -> dict[str, int]:
    """Says what we have, takes what is new here, and answers feed → number that the county holds."""
    mine = ledger.feed
    before = ledger.position(mine)
    while True:
        answer, nonce = _ask(ledger, line)
        taken = sum(_take(ledger, data, line.url) for data in answer.batches)
        done.received += taken
        if not (answer.more and taken):
            break
    # After the batches: the county may have changed its key, and says so in its feed.
    receipt = read_receipt(ledger, answer.receipt)
    if receipt.nonce != nonce:
        raise Refused(
            "收到的是以前的回答，不是这一次的。记录都在本机，没有丢；请换个网络再试，或改用U盘。", "old-answer"
        )
    found = keep_receipt(ledger, answer.receipt, receipt)
    together_again(ledger, receipt)
    instant.note(ledger, receipt.at)
    if not go_on_apart(ledger, found) and ledger.position(mine) != before:
        # The county gave us back changes of the very feed that we write: this is an older copy of the ledger.
        ledger.new_epoch()
    return send_from(ledger, receipt)


def _ask(ledger: Ledger, line: Line) -> tuple[Answer, str]:
    """The county's answer, and the nonce that its receipt must bear."""
    heads = [papers.Head(feed, *_pair(ledger, feed)) for feed in ledger.feeds()]
    nonce = secrets.token_hex(16)
    hello = papers.Hello(1, ledger.signer.public, ledger.clock.read().wall // 1000, nonce, heads)
    body = line.post("/v1/hello", papers.sign(hello, ledger.signer))
    try:
        return msgspec.json.decode(body, type=Answer), nonce
    except UNREADABLE as error:
        raise not_a_county() from error


def _take(ledger: Ledger, data: bytes, url: str) -> int:
    """How many changes of a batch from the county were new. What is refused here is kept aside, like any other."""
    intake = take(ledger, data, url, "http")
    return intake.new + sum(later.new for later in intake.followed)


def _pair(ledger: Ledger, feed: str) -> tuple[int, str]:
    position = ledger.position(feed)
    return position.seq, position.hash


def _held(ledger: Ledger, receipt: papers.Receipt, parcel: Parcel) -> bool:
    """Whether the county holds the parcel now. Raises Refused with its reason where nothing but a person can help."""
    trouble = [t for t in (*receipt.refused, *receipt.held) if t.feed in (parcel.feed, "")]
    if not trouble and covers(ledger, receipt, parcel.feed, parcel.last):
        return True
    ahead = any(head.feed == parcel.feed and head.seq > parcel.last for head in receipt.heads)
    reason = trouble[0].reason if trouble else AHEAD if ahead else "not-held"
    if reason == "fork":
        # The county keeps our branch as evidence and decides; we go on in another feed.
        set_apart(ledger, parcel.feed)
    if parcel.feed not in own_feeds(ledger):
        # What we carry for others is theirs to settle.
        return False
    if reason == "fork":
        if parcel.feed == ledger.feed:
            ledger.new_epoch()
        return False
    words = "先留着这一批，还没有计入" if trouble and trouble[0] in receipt.held else "没有收下这一批"
    raise Refused(f"县里{words}：{reason_words(reason)}记录都在本机，没有丢。", reason)
