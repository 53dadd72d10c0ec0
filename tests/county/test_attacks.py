"""The attack table, one test a row: what somebody sends to the county's real server, or puts before a laptop.

After each row the victim's tables are what they were, the server answers an honest laptop's sync, and its memory has
not grown beyond a bound that an honest large sync of the same run sets. No two rows are refused for one reason, but
where the rows are one attack in two shapes.
"""

import gzip
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import msgspec
import pytest

from sync.carry.folder import MAX_FILE
from sync.carry.http import sync_http
from sync.carry.outgoing import Answer, parcels
from sync.county import county as county_side
from sync.county.accounts import OFFICER, add_account
from sync.county.county import receipt_for
from sync.county.findings import ASIDE, findings
from sync.errors import Refused
from sync.ledger.check import digests
from sync.seal import batch, kinds, papers
from tests.county.attacks import (
    FAR,
    THEIRS,
    Ring,
    after,
    bent,
    cross_institution,
    expired,
    forged_author,
    fork,
    gap,
    himself,
    in_anothers_feed,
    line,
    own,
    revoked,
    somebody,
    swapped_signature,
    to,
    truncated_chain,
    unknown_algorithm,
    with_line,
    zip_bomb,
)  # fmt: skip
from tests.day.world import Node, serving
from tests.nodes import run_of, signed


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ring]:
    if not Path("/proc/self/status").exists():
        pytest.skip("memory is read from /proc")
    folder = tmp_path_factory.mktemp("ring")
    with county_side.create(folder / "county", "云岭县人社局") as county, serving(Node(folder / "county")) as server:
        made = Ring(folder, server, county, None, None)  # type: ignore[arg-type]
        made.honest, made.attacker = made.laptop("honest"), made.laptop("attacker", THEIRS)
        with made.honest.writing() as w:
            trainee = w.write("trainee", {"name": "王芳", "phone": "1"})
            for number in range(2000):
                w.fact("leave", kinds.Leave("lesson", trainee, str(number)))
        sync_http(made.honest, server.url)
        sync_http(made.attacker, server.url)
        made.bound = made.memory() + 96 * 1024 * 1024
        yield made
        made.honest.close()
        made.attacker.close()


ROWS: dict[str, tuple[str, str, Callable[[Ring], bytes]]] = {
    "forged author": ("refused", "unknown-device", forged_author),
    "a certified device for another's feed": ("refused", "wrong-feed", in_anothers_feed),
    "swapped signature": ("refused", "bad-signature", swapped_signature),
    "forged county: a course by a laptop": (
        "refused", "not-allowed", lambda ring: own(ring, "course", kinds.Write({"code": "X"}))),
    "a certificate for oneself": ("refused", "usurped", himself),
    "gap": ("held", "gap", gap),
    "fork": ("refused", "fork", fork),
    "truncated chain": ("refused", "wrong-count", truncated_chain),
    "a header that lies about its range": ("refused", "bad-chain", bent(bytes, first=2)),
    "a header that names a path": ("refused", "bad-header", bent(bytes, feed="../../../etc")),
    "cross-institution write": ("refused", "cross-institution", cross_institution),
    "revoked device beyond its last number": ("held", "revoked", revoked),
    "expired device": ("held", "certificate-expired", expired),
    "unknown algorithm": ("refused", "unknown-algorithm", unknown_algorithm),
    "zip bomb": ("refused", "too-large", zip_bomb),
    "10 MB field": ("refused", "line-too-long", with_line(line(b'{"x":"' + b"x" * 10_000_000 + b'"}'))),
    "age to the wrong recipient": ("refused", "not-for-us-or-damaged", lambda ring: to(somebody())(ring)),
    "age to ten thousand": ("refused", "too-many-recipients",
        lambda ring: to(ring.county.age_recipient, *[somebody()] * 10_000)(ring)),
    "something after the gzip": ("refused", "bad-gzip", bent(lambda packed: packed + b"more")),
    "gzip of two members": ("refused", "bad-gzip", bent(lambda packed: packed + gzip.compress(b"x"))),
    "a key twice": ("refused", "double-key", with_line(line(more=b',"wall":2'))),
    "deep nesting": ("refused", "bad-change", with_line(line(b"[" * 60_000))),
    "not a number": ("refused", "bad-change", with_line(line(b'{"at":NaN}'))),
    "a number beyond any table": (
        "refused", "bad-body", lambda ring: own(ring, "lesson", kinds.Write({"hours": 10**30}))),
    "a photo that names a path": (
        "refused", "bad-body",
        lambda ring: own(ring, "photo", {"sha256": "../../x", "lesson": "l", "what": "start", "size": 1})),
    "a clock of the year 9998": (
        "held", "clock-ahead", lambda ring: own(ring, "leave", kinds.Leave("l", "p", "r"), hlc=(FAR, 2**53 - 1))),
    "a receipt for a batch": ("refused", "wrong-type", lambda ring: receipt_for(ring.county, [])),
    "of a newer program": ("refused", "newer-version", bent(bytes, v=2)),
    "no batch at all": ("refused", "bad-envelope", lambda _: b'{"payload":' + b"[{},{}]" * 1_000_000),
}  # fmt: skip
SHARED = {"bad-gzip", "bad-change", "bad-body"}
"""Reasons of one attack in two shapes: packed twice, no JSON, values out of any range."""


@pytest.mark.parametrize("name", ROWS)
def test_it_is_answered_with_its_reason_and_nothing_changes(ring: Ring, name: str) -> None:
    state, reason, build = ROWS[name]
    data = build(ring)
    before = digests(ring.county.conn), ring.county.get("seen_hlc_ms")
    receipt = ring.post(data)
    told = receipt.held if state == "held" else receipt.refused
    assert [trouble.reason for trouble in (*receipt.refused, *receipt.held)] == [reason]
    assert [trouble.reason for trouble in told] == [reason]
    assert (digests(ring.county.conn), ring.county.get("seen_hlc_ms")) == before
    ring.lives_on()


def test_every_row_has_its_own_reason_and_words_for_the_officer() -> None:
    reasons = [reason for _, reason, _ in ROWS.values()]
    assert {one for one in reasons if reasons.count(one) > 1} == SHARED
    assert set(reasons) - {"fork"} <= ASIDE.keys()


def test_the_officer_sees_what_was_signed_and_how_much_was_not(ring: Ring) -> None:
    for name in ("fork", "cross-institution write", "a certificate for oneself", "no batch at all", "forged author"):
        if name != "forged author" or not (ring.folder / "stranger").exists():
            ring.post(ROWS[name][2](ring))
    found = {one["kind"]: one for one in findings(ring.county)}
    assert {"fork", "cross-institution", "usurped", "turned-away"} <= found.keys()
    # What nobody known signed is told and counted, and not kept.
    (unsigned,) = ring.county.conn.execute("SELECT count(*) FROM aside WHERE signer = ''").fetchone()
    assert unsigned == 0
    assert ring.county.conn.execute("SELECT sum(count) FROM turned_away").fetchone()[0] >= 1


def test_replay_has_no_effect(ring: Ring) -> None:
    old = [parcel.data for parcel in parcels(ring.honest, {})][-1]
    before = digests(ring.county.conn), ring.county.position(ring.honest.feed)
    for data in (old, signed(ring.honest), old):
        receipt = ring.post(data)
        assert receipt.refused == receipt.held == []
    assert (digests(ring.county.conn), ring.county.position(ring.honest.feed)) == before
    ring.lives_on()


def test_a_stolen_hello_gives_the_thief_nothing_to_read(ring: Ring) -> None:
    hello = papers.Hello(1, ring.honest.signer.public, 1, "gestohlen", [])
    text = papers.sign(hello, ring.honest.signer)
    answer = msgspec.json.decode(httpx2.post(f"{ring.server.url}/v1/hello", content=text).content, type=Answer)
    assert answer.batches
    for sealed_one in answer.batches:
        with pytest.raises(Refused, match="打不开"):
            batch.unseal(sealed_one, ring.attacker.age_identity)
    ring.lives_on()


def test_a_file_beyond_any_size_is_refused_before_it_fills_the_memory(ring: Ring) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(MAX_FILE // 65536 + 100):
            yield b"age-encryption.org/v1\n".ljust(65536, b"x")

    answer = httpx2.post(f"{ring.server.url}/v1/batches", content=endless(), timeout=60)
    assert (answer.status_code, answer.json()["error"]) == (400, "too-large")
    ring.lives_on()


def test_a_nonsense_wall_clock_is_shown_and_harms_nothing(ring: Ring) -> None:
    with ring.laptop("nonsense", THEIRS) as laptop, signed_in(ring) as browser:
        run = [*run_of(laptop), after(laptop, "leave", kinds.Leave("l", "p", "r"), wall=FAR)]
        assert ring.post(batch.build(run, laptop.signer)).refused == []
        page = browser.get(f"{ring.server.url}/console/feed/{laptop.feed}")
        assert page.status_code == 200
        assert "9999-01-01" in page.text
    ring.lives_on()


def test_a_name_can_t_hide_or_act_in_the_console(ring: Ring) -> None:
    name = "甲\u202egpj.exe\x07\u200b<script>alert(1)</script>"
    with ring.laptop("names", THEIRS) as laptop:
        with laptop.writing() as w:
            class_id = w.write("class", {"code": name, "name": name, "date_from": "2026-11-21"})
        sync_http(laptop, ring.server.url)
    with signed_in(ring) as browser:
        for path in ("", f"class/{class_id}"):
            text = browser.get(f"{ring.server.url}/console/{path}").text
            assert "⟨U+202E⟩gpj.exe⟨U+0007⟩⟨U+200B⟩&lt;script&gt;" in text
            assert not set("\u202e\x07\u200b") & set(text)
            assert "<script>alert" not in text
    ring.lives_on()


@contextmanager
def signed_in(ring: Ring) -> Iterator[httpx2.Client]:
    if not ring.county.conn.execute("SELECT 1 FROM accounts WHERE name = 'officer'").fetchone():
        add_account(ring.county, "officer", OFFICER, "correct horse 47")
    with httpx2.Client(timeout=30) as browser:
        form = {"name": "officer", "password": "correct horse 47"}
        answer = browser.post(f"{ring.server.url}/console/login", data=form, headers={"origin": ring.server.url})
        assert answer.status_code == 303, answer.text
        yield browser
