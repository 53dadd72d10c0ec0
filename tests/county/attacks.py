"""The attacker's hand: a county under attack, and what he makes to send to it."""

import gzip
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx2
import msgspec
import pyrage

from sync.carry.http import sync_http
from sync.carry.outgoing import waiting
from sync.county import devices
from sync.jobs import enrol
from sync.ledger.ledger import Ledger
from sync.seal import batch, county_kinds, envelope, kinds, papers
from sync.seal.change import Sealed, encode_body, make
from sync.seal.keys import Ed25519Signer, PublicKey
from tests.day.world import Server
from tests.nodes import note, run_of, signed
from tests.seal.forge import forged

OURS, THEIRS = "春风职业培训学校", "别家职业学校"
FAR = 253_370_764_800_000
"""The last millisecond that a change may name, where the year 9998 ends."""


@dataclass
class Ring:
    """A county whose server runs in its own process, an honest laptop, and an attacker's certified one."""

    folder: Path
    server: Server
    county: Ledger
    honest: Ledger
    attacker: Ledger
    bound: int = 0
    """Bytes that the server may have in the memory."""

    def laptop(self, name: str, school: str = OURS) -> Ledger:
        made = Ledger.create(self.folder / name, name)
        grant, _ = devices.enrol(self.county, enrol.request(made), school)
        enrol.accept(made, grant)
        return made

    def post(self, data: bytes) -> papers.Receipt:
        answer = httpx2.post(f"{self.server.url}/v1/batches", content=data, timeout=60)
        assert answer.status_code == 200, answer.text
        return papers.verify(answer.content, papers.Receipt, self.county.signer.public)

    def memory(self) -> int:
        """Resident bytes of the server."""
        status = Path(f"/proc/{self.server.process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert found
        return int(found[1]) * 1024

    def lives_on(self) -> None:
        note(self.honest, "照常")
        assert sync_http(self.honest, self.server.url).sent > 0
        assert waiting(self.honest) == 0
        assert self.memory() < self.bound, f"{self.memory():,} bytes"


class Impostor:
    """Says another's key and signs with his own."""

    def __init__(self, claimed: PublicKey) -> None:
        self.public = claimed

    def sign(self, data: bytes) -> bytes:
        return Ed25519Signer(b"9" * 32).sign(data)


def after(ledger: Ledger, kind: str, body: object, wall: int = 0, hlc: tuple[int, int] | None = None) -> Sealed:
    """The change that would come next in a laptop's feed, past its own program's checks."""
    last, now = run_of(ledger)[-1], ledger.clock.read()
    raw = body if isinstance(body, bytes) else encode_body(body)
    return make(
        feed=ledger.feed, seq=last.change.seq + 1, prev=last.hash, hlc=hlc or (now.wall, 0), wall=wall or now.wall,
        mono=now.mono, boot=now.boot, op="", kind=kind, body=raw,
    )  # fmt: skip


def own(ring: Ring, kind: str, body: object, **more: object) -> bytes:
    """The attacker's laptop signs this."""
    return batch.build([after(ring.attacker, kind, body, **more)], ring.attacker.signer)  # type: ignore[arg-type]


def with_line(line: bytes) -> Callable[[Ring], bytes]:
    """The attacker's laptop signs a line that no program of ours would write."""

    def build(ring: Ring) -> bytes:
        made = after(ring.attacker, "leave", kinds.Leave("l", "p", "r"))
        header = batch.claim(batch.build([made], ring.attacker.signer)).header
        return forged(header, [line], ring.attacker.signer)

    return build


def line(body: bytes = b"{}", kind: bytes = b"leave", more: bytes = b"", hlc: bytes = b"[1,0]") -> bytes:
    return b'{"hlc":%s,"wall":1,"mono":1,"boot":"b","op":"","kind":"%s","body":%s%s}' % (hlc, kind, body, more)


def bent(bend: Callable[[bytes], bytes], **header: object) -> Callable[[Ring], bytes]:
    """The attacker's laptop signs another packing, or another header, of an honest run."""

    def build(ring: Ring) -> bytes:
        honest = batch.claim(signed(ring.attacker)).header
        return forged(honest, [one.line for one in run_of(ring.attacker)], ring.attacker.signer, bend, **header)

    return build


def to(*others: str) -> Callable[[Ring], bytes]:
    return lambda ring: batch.seal(signed(ring.attacker), others)


def somebody() -> str:
    return str(pyrage.x25519.Identity.generate().to_public())


def forged_author(ring: Ring) -> bytes:
    with Ledger.create(ring.folder / "stranger", "冒名") as stranger:
        return signed(stranger)


def in_anothers_feed(ring: Ring) -> bytes:
    more = after(ring.honest, "leave", kinds.Leave("l", "p", "r"))
    return batch.build([more], ring.attacker.signer)


def swapped_signature(ring: Ring) -> bytes:
    """An honest signature over another payload."""
    more = after(ring.honest, "leave", kinds.Leave("l", "p", "假的"))
    other = msgspec.json.decode(batch.build([more], Impostor(ring.honest.signer.public)))
    other["signatures"] = msgspec.json.decode(signed(ring.honest))["signatures"]
    return msgspec.json.encode(other, order="deterministic")


def gap(ring: Ring) -> bytes:
    with ring.laptop("gap") as laptop:
        note(laptop, "一")
        return signed(laptop, 3)


def fork(ring: Ring) -> bytes:
    last = run_of(ring.honest)[-1].change
    other = make(
        feed=last.feed, seq=last.seq, prev=last.prev, hlc=last.hlc, wall=last.wall, mono=last.mono, boot=last.boot,
        op="", kind="leave", body=encode_body(kinds.Leave("l", "p", "另一个说法")),
    )  # fmt: skip
    return batch.build([other], ring.honest.signer)


def truncated_chain(ring: Ring) -> bytes:
    run = run_of(ring.attacker)
    header = batch.claim(batch.build(run, ring.attacker.signer)).header
    return forged(header, [one.line for one in run[:-1]], ring.attacker.signer)


def cross_institution(ring: Ring) -> bytes:
    (trainee,) = ring.county.conn.execute("SELECT id FROM trainees WHERE name = '王芳'").fetchone()
    return own(ring, "trainee", kinds.Write({"phone": "666"}, trainee))


def revoked(ring: Ring) -> bytes:
    with ring.laptop("revoked") as laptop:
        sync_http(laptop, ring.server.url)
        devices.revoke(ring.county, laptop.feed, laptop.position(laptop.feed).seq, "电脑被盗")
        note(laptop, "注销以后记的")
        return signed(laptop)


def expired(ring: Ring) -> bytes:
    with Ledger.create(ring.folder / "expired", "过期") as laptop, ring.county.writing() as w:
        yesterday = laptop.clock.read().wall // 1000 - 86400
        key, age = laptop.signer.public, laptop.age_recipient
        w.fact("device.certify", county_kinds.DeviceCertify(key, age, "过期", "甲校", "trainer", 0, yesterday))
        return signed(laptop)


def unknown_algorithm(ring: Ring) -> bytes:
    class Newer:
        public = PublicKey("sm9", "04" * 33)

        def sign(self, data: bytes) -> bytes:
            return b"x" * 64

    with ring.county.writing() as w:
        w.fact(
            "device.certify",
            county_kinds.DeviceCertify(Newer.public, somebody(), "新", "", "trainer", 0, 4_000_000_000),
        )
    return batch.build(run_of(ring.attacker), Newer())


def zip_bomb(ring: Ring) -> bytes:
    header = batch.claim(signed(ring.attacker)).header
    payload = gzip.compress(msgspec.json.encode(header) + b"\n" + bytes(1024 * 1024 * 1024 // 8), 9)
    return envelope.sign(payload, envelope.BATCH, ring.attacker.signer)


def himself(ring: Ring) -> bytes:
    key = ring.attacker.signer.public
    body = county_kinds.DeviceCertify(key, ring.attacker.age_recipient, "我", "", "county", 0, 9_000_000_000)
    return own(ring, "device.certify", body)
