"""Sync by HTTP: hello, then a batch at a time, each answered with a receipt.

A cut anywhere is repaired by the next sync: the county says what it holds, and the rest is sent. Nothing on this
side believes an answer whose receipt does not verify.
"""

import secrets
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import httpx2
import msgspec

from sync.carry.outgoing import (
    Answer,
    Parcel,
    covers,
    enrolled_county,
    go_on_apart,
    held_by,
    is_apart,
    keep_receipt,
    note_sent,
    own_feeds,
    parcels,
    read_receipt,
    set_apart,
    waiting,
)
from sync.errors import CarrierError, Refused
from sync.ledger import instant
from sync.ledger.intake import take
from sync.ledger.ledger import Ledger
from sync.seal import papers
from sync.seal.change import UNREADABLE

TIMEOUT = httpx2.Timeout(30, connect=10)


@dataclass
class HttpSync:
    """Counts of changes that the county confirmed, and that came from it."""

    sent: int = 0
    received: int = 0


def sync_http(
    ledger: Ledger, url: str, progress: Callable[[int], None] | None = None, client: httpx2.Client | None = None
) -> HttpSync:
    """Sends what the county lacks and takes what it has for us; `progress` is told how many changes still wait.

    Raises CarrierError when the county can't be reached or does not do its part, Refused when its receipt does not
    verify, NotEnrolled.
    """
    enrolled_county(ledger)
    with client or httpx2.Client(timeout=TIMEOUT, verify=_tls()) as http:
        done = HttpSync()
        held = _greet(ledger, http, url, done)
        for parcel in parcels(ledger, held):
            if is_apart(ledger, parcel.feed):
                continue
            note_sent(ledger, parcel, "http")
            text = _post(http, f"{url}/v1/batches", parcel.data)
            receipt = read_receipt(ledger, text)
            keep_receipt(ledger, text, receipt)
            instant.note(ledger, receipt.at)
            if _held(ledger, receipt, parcel):
                done.sent += parcel.last - parcel.first + 1
            if progress:
                progress(waiting(ledger))
    return done


@cache
def _tls() -> ssl.SSLContext:
    # Reading the system's certificates takes longer than a sync with nothing to do.
    return httpx2.create_ssl_context()


def _greet(ledger: Ledger, http: httpx2.Client, url: str, done: HttpSync) -> dict[str, int]:
    """Says what we have, takes what is new here, and answers feed → number that the county holds."""
    mine = ledger.feed
    before = ledger.position(mine)
    while True:
        answer, nonce = _ask(ledger, http, url)
        taken = sum(_take(ledger, data, url) for data in answer.batches)
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
    instant.note(ledger, receipt.at)
    if not go_on_apart(ledger, found) and ledger.position(mine) != before:
        # The county gave us back changes of the very feed that we write: this is an older copy of the ledger.
        ledger.new_epoch()
    return held_by(ledger, receipt)


def _ask(ledger: Ledger, http: httpx2.Client, url: str) -> tuple[Answer, str]:
    """The county's answer, and the nonce that its receipt must bear."""
    heads = [papers.Head(feed, *_pair(ledger, feed)) for feed in ledger.feeds()]
    nonce = secrets.token_hex(16)
    hello = papers.Hello(1, ledger.signer.public, ledger.clock.read().wall // 1000, nonce, heads)
    body = _post(http, f"{url}/v1/hello", papers.sign(hello, ledger.signer))
    try:
        return msgspec.json.decode(body, type=Answer), nonce
    except UNREADABLE as error:
        raise CarrierError("这个地址的回答不是乡培通县级服务。请检查地址。", "not-a-county") from error


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
    reason = trouble[0].reason if trouble else "not-held"
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
    raise Refused(f"县里没有收下这一批（原因：{reason}）。记录都在本机，没有丢；请联系县局。", reason)


def _post(http: httpx2.Client, url: str, body: bytes) -> bytes:
    try:
        response = http.post(url, content=body, headers={"content-type": "application/octet-stream"})
    except (httpx2.InvalidURL, httpx2.UnsupportedProtocol, UnicodeError) as error:
        raise CarrierError(
            f"县里服务器的地址写得不对：{url.rpartition('/v1/')[0]}。请写成 http://主机:端口。", "bad-url"
        ) from error
    except httpx2.HTTPError as error:
        raise CarrierError(
            "连不上县里的服务器，记录都在本机，没有丢。请稍后再试，或改用U盘。", "unreachable"
        ) from error
    if response.status_code != 200:
        raise CarrierError(_said(response), "server-refused")
    return response.content


def _said(response: httpx2.Response) -> str:
    try:
        message = response.json()["message"]
    except (ValueError, KeyError, TypeError):
        return f"县里的服务器没有办成（代码 {response.status_code}）。记录都在本机，没有丢；请稍后再试。"
    return str(message)
