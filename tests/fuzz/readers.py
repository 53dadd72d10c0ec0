"""Every reader of what comes from outside, as a function of bytes: it refuses in words, or takes what is honest.

`Accepted` is raised for anything else that was taken; any exception but the program's own words is a crash.
"""

import gzip
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import msgspec

from sync.carry.outgoing import Answer, read_receipt
from sync.county.county import answer_hello, receipt_for
from sync.errors import UserError
from sync.jobs import enrol
from sync.ledger import backup
from sync.ledger.check import digests
from sync.ledger.intake import take
from sync.seal import batch, envelope, kinds, papers
from sync.seal.change import GENESIS, UNREADABLE, chain
from tests.fuzz.accepted import Accepted
from tests.fuzz.inside import Inside
from tests.nodes import enrol_laptop, note, open_place, sealed, signed
from tests.seal.forge import forged


class Readers:
    """A county and a laptop to read for, and honest files to start from."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self.folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="fuzz-", dir=_memory())))
        self.place = self._stack.enter_context(open_place(self.folder))
        one, county = self.place.one, self.place.county
        for text in ("请假", "看病", "农忙"):
            note(one, text)
        with one.writing() as w:
            made = w.write("class", {"code": "A1", "name": "焊工班"})
            w.write("class", {"name": "电焊班"}, made)
            w.fact("stamp", kinds.Stamp("L", "P", "in", "camera"))
        self.key, self.feed = one.signer.public, one.feed
        self.batch = signed(one)
        self.header = batch.claim(self.batch).header
        self.lines = [change.line for change in one.changes(one.feed)]
        self.receipt = receipt_for(county, [one.feed])
        hello = papers.Hello(1, self.key, 1, "n", [papers.Head(one.feed, 1, "0" * 64)])
        self.hello = papers.sign(hello, one.signer)
        self.request = enrol.request(one)
        self.grant = enrol_laptop(county, one)
        self.sealed = sealed(one)
        path = self.folder / "b.xpk"
        backup.backup(one, path)
        self.backup = path.read_bytes()
        self.tables = digests(county.conn)
        self.number = 0
        self.papers = {self.batch, self.receipt, self.hello, self.request, self.grant}
        self.all: dict[str, tuple[Callable[[bytes], None], list[bytes]]] = {
            "envelope": (self.read_envelope, [self.batch, self.receipt, self.hello]),
            "batch": (self.read_batch, [self.batch]),
            "payload": (self.read_payload, [gzip.decompress(envelope.read(self.batch).payload)]),
            "packed": (self.read_packed, [envelope.read(self.batch).payload]),
            "lines": (self.read_lines, [b"\n".join(self.lines)]),
            "body": (self.read_body, [b'stamp {"lesson":"L","person":"P","kind":"in","via":"camera","at":7}']),
            "papers": (self.read_papers, [self.receipt, self.hello, self.request, self.grant]),
            "paper inside": (self.read_inside, [envelope.read(text).payload for text in (self.receipt, self.grant)]),
            "receipt": (self.take_receipt, [self.receipt]),
            "answer": (self.read_answer, [msgspec.json.encode(Answer(self.receipt, [self.sealed]))]),
            "age": (self.unseal, [self.sealed]),
            "county": (self.take_at_county, [self.sealed, self.batch]),
            "hello": (self.say_hello, [self.hello]),
            "restore": (self.restore, [self.backup]),
        }
        self.inside = Inside(self.place)
        self._stack.callback(self.inside.close)
        self.all |= self.inside.all

    def close(self) -> None:
        self._stack.close()

    def _honest(self, text: bytes) -> None:
        if text not in self.papers:
            raise Accepted(text[:200])

    def read_envelope(self, data: bytes) -> None:
        opened = envelope.read(data)
        opened.verify(self.place.county.signer.public if opened.payload_type == envelope.RECEIPT else self.key)
        self._honest(data)

    def read_batch(self, data: bytes) -> None:
        batch.verify(batch.claim(data), self.key)
        self._honest(data)

    def read_payload(self, data: bytes) -> None:
        """A dishonest device signs anything, in whatever header it likes."""
        packed = gzip.compress(data, 1, mtime=0)
        self.read_packed(packed)

    def read_packed(self, data: bytes) -> None:
        text = envelope.sign(data, envelope.BATCH, self.place.one.signer)
        found = batch.verify(batch.claim(text), self.key)
        header = batch.claim(text).header
        if (len(found), found[-1].hash, found[0].change.prev) != (header.count, header.head, header.prev):
            raise Accepted(data[:200])

    def read_lines(self, data: bytes) -> None:
        lines = data.split(b"\n")
        for number, made in enumerate(chain(self.feed, 1, GENESIS, lines), start=1):
            if (made.change.feed, made.change.seq, made.line) != (self.feed, number, lines[number - 1]):
                raise Accepted(data[:200])
        text = forged(self.header, lines, self.place.one.signer, count=len(lines))
        batch.verify(batch.claim(text), self.key)
        if lines != self.lines:
            raise Accepted(data[:200])

    def read_body(self, data: bytes) -> None:
        kind, _, body = data.partition(b" ")
        name = kind.decode("ascii", "replace")
        try:
            msgspec.json.decode(body)
        except UNREADABLE:
            return  # a change with such a body is refused before
        kinds.decode(name, msgspec.Raw(body))

    def read_papers(self, data: bytes) -> None:
        for kind in papers.TYPES:
            if "key" in kind.__struct_fields__:
                _refused(partial(papers.verify_own, data, kind), self._honest, data)
            else:
                _refused(partial(papers.verify, data, kind, self.place.county.signer.public), self._honest, data)
        # A paper is of one kind only.
        papers.verify(data, papers.Receipt, self.place.county.signer.public)

    def read_inside(self, data: bytes) -> None:
        """The county itself, or who holds its key, writes any paper."""
        signer = self.place.county.signer
        text = envelope.sign(data, envelope.RECEIPT, signer)
        _refused(lambda: read_receipt(self.place.one, text), lambda _: None, data)
        text = envelope.sign(data, envelope.GRANT, signer)
        papers.verify_own(text, papers.Grant)

    def take_receipt(self, data: bytes) -> None:
        read_receipt(self.place.one, data)
        self._honest(data)

    def read_answer(self, data: bytes) -> None:
        try:
            answer = msgspec.json.decode(data, type=Answer)
        except UNREADABLE:
            return
        read_receipt(self.place.one, answer.receipt)
        self._honest(answer.receipt)

    def unseal(self, data: bytes) -> None:
        if batch.unseal(data, self.place.county.age_identity) != batch.unseal(
            self.sealed, self.place.county.age_identity
        ):
            raise Accepted(data[:200])

    def take_at_county(self, data: bytes) -> None:
        if data in (self.sealed, self.batch):
            return
        found = take(self.place.two, data, "", "usb", keep="opened")
        if found.new or found.state == "taken":
            raise Accepted(data[:200])
        self.number += 1
        if self.number % 500 == 0 and self.place.two.position(self.feed).seq:
            raise Accepted("laptop two believed something of laptop one")

    def say_hello(self, data: bytes) -> None:
        answer_hello(self.place.county, data)
        self._honest(data)

    def restore(self, data: bytes) -> None:
        path, folder = self.folder / "fuzzed.xpk", self.folder / "restored"
        path.write_bytes(data)
        try:
            backup.restore(folder, path, self.folder / "one" / "ledger.key", self.place.clock)
        finally:
            for made in sorted(folder.rglob("*"), reverse=True):
                made.unlink() if made.is_file() else made.rmdir()

    def read(self, name: str, data: bytes) -> bool:
        """Answers whether it was refused."""
        try:
            self.all[name][0](data)
        except UserError:
            return True
        return False


def _refused(act: Callable[[], object], taken: Callable[[bytes], None], data: bytes) -> None:
    try:
        act()
    except UserError:
        return
    taken(data)


def _memory() -> str | None:
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


__all__ = ["Accepted", "Readers"]
