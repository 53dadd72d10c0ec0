"""Photos by HTTP: cut, bent, forged, asked for by others. The county runs here, or where it matters as a process."""

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from starlette.testclient import TestClient

from sync.carry import transfer
from sync.carry.http import HttpSync, sync_http
from sync.carry.line import Line
from sync.carry.outgoing import waiting
from sync.carry.standing import Counts, counts
from sync.county import gate
from sync.county.server import make_app
from sync.errors import CarrierError, NotFound
from sync.jobs.status import status
from sync.ledger import backup, photos
from sync.ledger.ledger import Ledger
from sync.seal import county_kinds, papers
from sync.seal.photo import LARGEST, digest_of, seal
from tests.carry.cameras import SIZE, name, picture, shoot
from tests.county.training_point import enrolled_laptop
from tests.day.proxy import HALF, wire
from tests.day.world import World, enrolled, serving
from tests.nodes import Place, enrol_laptop, note

ASK, PART, GET = "/v1/photos", "/v1/photos/part", "/v1/photos/get"
Bend = Callable[[bytes], bytes]


class Bent(Line):
    """A line on which somebody in between changes what goes to some address, and what comes back."""

    def __init__(self, place: Place, there: dict[str, Bend] | None = None, back: dict[str, Bend] | None = None) -> None:
        super().__init__("http://testserver", TestClient(make_app(place.county.folder, place.clock)), pauses=None)
        self.there, self.back = there or {}, back or {}
        self.asked: list[str] = []

    def post(self, path: str, body: bytes) -> bytes:
        self.asked.append(path)
        answer = super().post(path, self.there.get(path, bytes)(body))
        return self.back.get(path, bytes)(answer)


def sync(place: Place, laptop: Ledger, **bends: dict[str, Bend]) -> HttpSync:
    return sync_http(laptop, "http://testserver", line=Bent(place, **bends))


def same(ledger: Ledger, *digests: str) -> bool:
    return all(digest_of(photos.read(ledger, digest)) == digest for digest in digests)


def partials(ledger: Ledger) -> list[Path]:
    return sorted((ledger.folder / "photos" / "arriving").glob("*"))


# There and back


def test_up_to_the_county_and_down_to_a_colleague(place: Place) -> None:
    enrol_laptop(place.county, place.one)  # by now its grant names the colleague
    digests = [shoot(place.one, seed, size) for seed, size in ((1, 40), (2, SIZE), (3, LARGEST))]
    said: list[tuple[int, int]] = []
    done = sync_http(place.one, "", line=Bent(place), photos=lambda count, of: said.append((count, of)))
    assert (done.photos.sent, done.photos.trouble, done.photos.refused) == (3, "", [])
    assert said == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert same(place.county, *digests)
    assert status(place.one)["photos"] == {"taken": 3, "delivered": 3, "waiting": 0, "missing": 0}
    assert sync(place, place.two).photos.received == 3
    assert same(place.two, *digests)
    assert counts(place.two).taken == 0, "they are not its own"
    assert partials(place.county) == partials(place.two) == []


def test_a_day_with_nothing_new_asks_nothing_and_a_county_that_lost_some_is_noticed_the_next(place: Place) -> None:
    digest = shoot(place.one, 1)
    sync(place, place.one)
    photos.photo_path(place.county, digest).unlink()
    quiet = Bent(place)
    sync_http(place.one, "", line=quiet)
    assert ASK not in quiet.asked
    place.clock.pass_by(86_400)
    assert sync(place, place.one).photos.sent == 1
    assert same(place.county, digest)


def test_a_damaged_file_counts_as_lost_and_comes_again_at_both_ends(place: Place) -> None:
    digest, other = shoot(place.one, 1), shoot(place.one, 2)
    sync(place, place.one)
    photos.photo_path(place.county, digest).write_bytes(b"rust")
    photos.photo_path(place.one, other).unlink()
    photos.photo_path(place.county, other).write_bytes(b"rust")
    done = sync(place, place.one).photos
    assert (done.received, [row["reason"] for row in done.refused]) == (0, ["no-photo"])
    place.clock.pass_by(86_400)
    photos.keep(place.one, picture(2))
    with pytest.raises(NotFound):
        photos.read_to_give(place.county, digest)
    assert sync(place, place.one).photos.sent == 2
    assert same(place.county, digest, other)


def test_a_photo_that_somebody_deleted_stops_nothing_and_is_told(place: Place) -> None:
    gone, damaged, whole = shoot(place.one, 1), shoot(place.one, 2), shoot(place.one, 3)
    photos.photo_path(place.one, gone).unlink()
    photos.photo_path(place.one, damaged).write_bytes(b"rust")
    done = sync(place, place.one)
    assert (done.photos.sent, done.photos.missing, done.photos.trouble) == (1, 2, "")
    assert waiting(place.one) == 0
    assert same(place.county, whole)
    assert counts(place.one) == Counts(taken=3, delivered=1, waiting=0, missing=2)


def test_it_can_be_stopped_between_two_photos(place: Place) -> None:
    digests = [shoot(place.one, seed) for seed in range(3)]

    class Enough(Exception):
        pass

    def stop(count: int, _of: int) -> None:
        if count == 1:
            raise Enough

    with pytest.raises(Enough):
        sync_http(place.one, "", line=Bent(place), photos=stop)
    assert waiting(place.one) == 0
    assert sum(photos.holds(place.county, digest) for digest in digests) == 1
    assert counts(place.one).delivered == 0, "nothing was signed for yet"
    sync(place, place.one)
    assert counts(place.one).delivered == 3


# What is not believed


def test_a_photo_that_was_changed_on_the_way_is_refused_and_sent_anew(place: Place) -> None:
    digest = shoot(place.one, 1)
    done = sync(place, place.one, there={PART: lambda body: body[:-1] + bytes([body[-1] ^ 1])})
    assert [row["reason"] for row in done.photos.refused] == ["changed"]
    assert not photos.holds(place.county, digest)
    assert partials(place.county) == []
    assert (waiting(place.one), counts(place.one).waiting) == (0, 1)
    assert sync(place, place.one).photos.sent == 1


def test_a_photo_that_was_changed_on_its_way_back_is_refused(place: Place) -> None:
    digest = shoot(place.one, 1)
    sync(place, place.one)
    photos.photo_path(place.one, digest).unlink()
    done = sync(place, place.one, back={GET: lambda body: body[:-1] + bytes([body[-1] ^ 1])})
    assert [row["reason"] for row in done.photos.refused] == ["changed"]
    assert not photos.holds(place.one, digest) and partials(place.one) == []
    (copy,) = (place.county.folder / "photos" / "sending").iterdir()
    copy.write_bytes(b"rust")
    assert sync(place, place.one).photos.received == 1


def test_an_answer_that_nobody_signed_delivers_nothing(place: Place) -> None:
    """Somebody in between swallows the photos and says that all is well."""
    shoot(place.one, 1)
    sealed_size = len(transfer.copy_for(place.one, next(iter(all_named(place.one))), place.county.age_recipient))
    lie = b'{"have":%d}' % sealed_size
    done = sync(place, place.one, there={PART: lambda _: b"nothing\n"}, back={PART: lambda _: lie})
    assert done.photos.sent == 0
    assert counts(place.one) == Counts(taken=1, delivered=0, waiting=1, missing=0)


def test_a_statement_of_another_key_or_of_before_is_not_believed(place: Place) -> None:
    shoot(place.one, 1)
    sync(place, place.one)
    seen: list[bytes] = []
    digest = shoot(place.one, 2)
    photos.photo_path(place.one, digest).rename(place.folder / "kept")
    sync(place, place.one, back={ASK: lambda body: seen.append(body) or body})  # type: ignore[func-returns-value]
    (place.folder / "kept").rename(photos.photo_path(place.one, digest))
    done = sync(place, place.one, back={ASK: lambda _: seen[0]})
    assert done.photos.sent == 0 and "以前的回答" in done.photos.trouble
    honest = papers.verify(seen[0], papers.PhotosHeld, place.county.signer.public)
    forged = papers.PhotosHeld(1, honest.county, honest.at, honest.heads, [], nonce=honest.nonce)
    done = sync(place, place.one, back={ASK: lambda _: papers.sign(forged, place.two.signer)})
    assert done.photos.sent == 0 and done.photos.trouble
    assert counts(place.one).waiting == 1


def all_named(ledger: Ledger) -> list[str]:
    return [row[0] for row in ledger.conn.execute("SELECT sha256 FROM photos")]


# What the county refuses


def post_part(place: Place, laptop: Ledger, data: bytes, digest: str, total: int | None = None) -> transfer.PartTaken:
    """One piece, as a laptop would send it that is no friend."""
    part = papers.PhotoPart(1, laptop.signer.public, digest, digest_of(data), total or len(data), 0)
    with Bent(place) as line:
        body = line.post(PART, papers.sign(part, laptop.signer) + b"\n" + data)
    return msgspec.json.decode(body, type=transfer.PartTaken)


def test_what_no_fact_names_is_refused_and_leaves_nothing(place: Place) -> None:
    sync(place, place.one)
    stranger = picture(9)
    answer = post_part(place, place.one, seal(stranger, [place.county.age_recipient]), digest_of(stranger))
    assert (answer.reason, answer.have) == ("no-fact", 0)
    named = shoot(place.one, 1, 1000)
    sync(place, place.one, there={PART: lambda _: b"x\n"})
    answer = post_part(place, place.one, seal(picture(2, 1000), [place.county.age_recipient]), named)
    assert answer.reason == "wrong-photo"
    assert partials(place.county) == [] and not photos.holds(place.county, named)


def test_what_is_too_large_is_refused_before_it_fills_anything(place: Place) -> None:
    big = picture(1, LARGEST + 1)
    digest = digest_of(big)
    name(place.one, digest, len(big))
    small = picture(2, 1000)
    name(place.one, digest_of(small), 500)
    sync(place, place.one)
    assert post_part(place, place.one, b"x" * 1000, digest, LARGEST).reason == "too-large"
    sealed = seal(small, [place.county.age_recipient])
    assert post_part(place, place.one, sealed, digest_of(small)).reason == "wrong-size"
    assert post_part(place, place.one, b"x" * 1000, digest_of(small), 3 * LARGEST).reason == "too-large"
    assert post_part(place, place.one, b"x" * 1001, digest_of(small), 1000).reason == "too-large"
    assert post_part(place, place.one, bytes(transfer.PIECE + 1), digest_of(small), 66_000).reason == "too-large"
    assert sum(path.stat().st_size for path in partials(place.county)) <= 66_000
    with Bent(place) as line, pytest.raises(CarrierError):
        line.post(PART, b"x" * 20_000)
    with Bent(place) as line, pytest.raises(CarrierError):
        line.post(ASK, b"x" * 20_000)


def test_another_institution_gets_nothing_even_if_it_knows_the_name(place: Place, tmp_path: Path) -> None:
    digest = shoot(place.one, 1)
    sync(place, place.one)
    with enrolled_laptop(tmp_path / "other", place.county, "外校", "别的学校", place.clock) as other:  # type: ignore[arg-type]
        name(other, digest)
        done = sync(place, other)
        assert done.photos.received == 0
        assert [row["reason"] for row in done.photos.refused] == ["claimed-twice"]
        assert waiting(other) == 0
        with Bent(place) as line:
            unnamed = shoot(place.one, 2)
            sync(place, place.one)
            wanted = papers.PhotoWanted(1, other.signer.public, unnamed)
            answer = line.post(GET, papers.sign(wanted, other.signer))
            assert msgspec.json.decode(answer, type=transfer.Piece).reason == "no-fact"
    with Ledger.create(tmp_path / "stranger", "生人") as stranger:
        wanted = papers.PhotoWanted(1, stranger.signer.public, digest)
        with Bent(place) as line, pytest.raises(CarrierError, match="登记"):
            line.post(GET, papers.sign(wanted, stranger.signer))


def test_a_revoked_laptop_gets_nothing(place: Place) -> None:

    digest = shoot(place.one, 1)
    sync(place, place.one)
    seq = place.one.position(place.one.feed).seq
    with place.county.writing() as w:
        w.fact("device.revoke", county_kinds.DeviceRevoke(place.one.signer.public.id, place.one.feed, seq, "电脑被盗"))
    photos.photo_path(place.one, digest).unlink()
    done = sync(place, place.one)
    assert [row["reason"] for row in done.photos.refused] == ["revoked"]


def test_strangers_questions_about_photos_are_counted(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each costs a signature to verify, while nobody else is answered."""
    with Ledger.create(tmp_path / "stranger", "生人") as stranger:
        key, digest = stranger.signer.public, "a" * 64
        bodies = {
            ASK: papers.sign(papers.PhotosAsked(1, key, 1, "n"), stranger.signer),
            GET: papers.sign(papers.PhotoWanted(1, key, digest), stranger.signer),
            PART: papers.sign(papers.PhotoPart(1, key, digest, digest, 1, 0), stranger.signer) + b"\nx",
        }
        for path, body in bodies.items():
            monkeypatch.setattr(gate, "MOST_SPENT", 2.5 * gate.REFUSED_PAPER)
            with TestClient(make_app(place.county.folder, place.clock)) as web:
                # A minute may end in between.
                assert 503 in {web.post(path, content=body).status_code for _ in range(8)}, path


def test_many_that_came_in_part_are_bounded(place: Place) -> None:
    for seed in range(transfer.MOST + 5):
        transfer.add(place.county, digest_of(b"%d" % seed), "0" * 64, 0, b"part")
    assert len(partials(place.county)) == transfer.MOST


# A server in its own process


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> World:
    return enrolled(tmp_path_factory.mktemp("world") / "w")


@pytest.fixture
def world(prepared: World, tmp_path: Path) -> World:
    return prepared.copy(tmp_path / "w")


@pytest.fixture
def laptop(world: World) -> Iterator[Ledger]:
    with Ledger.open(world.laptop.folder) as opened:
        yield opened


def test_a_photo_cut_in_the_middle_goes_on_from_its_byte(world: World, laptop: Ledger) -> None:
    digest = shoot(laptop, 1)
    with serving(world.county) as server, Ledger.open(world.county.folder) as county:
        with wire(server.url, HALF, lambda: None, count=2, path=PART) as cut:
            done = sync_http(laptop, cut.url, line=Line(cut.url, pauses=None))
            assert cut.was_cut.is_set() and "照片" not in done.photos.trouble and done.photos.trouble
            assert (waiting(laptop), counts(laptop).waiting) == (0, 1), "the facts arrived all the same"
            before = cut.carried
            have = once_more_than(transfer.PIECE, county)
            assert have < 2 * transfer.PIECE, "half of the second piece is kept too"
            done = sync_http(laptop, cut.url, line=Line(cut.url, pauses=None))
        assert done.photos.sent == 1
        assert same(county, digest)
        assert cut.carried - before < SIZE - have + 4096, "only the rest, and two signed papers"


def once_more_than(size: int, county: Ledger) -> int:
    """Bytes of the one photo that came in part: the server may hear of the cut a little later than the laptop."""
    (part,) = partials(county)
    late = time.monotonic() + 20
    while (have := part.stat().st_size) <= size and time.monotonic() < late:
        time.sleep(0.01)
    assert have > size
    return have


def test_a_photo_cut_on_its_way_back_goes_on_too(world: World, laptop: Ledger) -> None:
    digest = shoot(laptop, 1)
    with serving(world.county) as server:
        sync_http(laptop, server.url)
        photos.photo_path(laptop, digest).unlink()
        with wire(server.url, HALF, lambda: None, count=2, path=GET) as cut:
            assert sync_http(laptop, cut.url, line=Line(cut.url, pauses=None)).photos.received == 0
        (part,) = partials(laptop)
        assert part.stat().st_size == transfer.PIECE
        line = Counting(server.url)
        assert sync_http(laptop, server.url, line=line).photos.received == 1
    assert line.received < SIZE - transfer.PIECE + 4096
    assert same(laptop, digest)


class Counting(Line):
    """Counts the bytes of photos that came."""

    received = 0

    def post(self, path: str, body: bytes) -> bytes:
        answer = super().post(path, body)
        self.received += len(answer) if path == GET else 0
        return answer


def test_a_server_that_dies_over_a_photo_has_the_facts_and_then_the_photo(world: World, laptop: Ledger) -> None:
    digest = shoot(laptop, 1)
    with serving(world.county) as server, wire(server.url, HALF, server.kill, path=PART) as cut:
        said = world.laptop.ask("sync", "--server", cut.url)
        assert (said["waiting"], said["photos"]["sent"]) == (0, 0) and said["photos"]["trouble"]
    assert status(laptop)["photos"] == {"taken": 1, "delivered": 0, "waiting": 1, "missing": 0}
    with serving(world.county) as server:
        assert sync_http(laptop, server.url).photos.sent == 1
    with Ledger.open(world.county.folder) as county:
        assert same(county, digest)


def test_a_restored_laptop_gets_its_own_back(world: World, laptop: Ledger, tmp_path: Path) -> None:
    early = shoot(laptop, 1)
    backup.backup(laptop, tmp_path / "backup")
    late = shoot(laptop, 2)
    note(laptop, "后来的")
    with serving(world.county) as server:
        sync_http(laptop, server.url)
        laptop.close()
        shutil.move(world.laptop.folder, tmp_path / "stolen")
        backup.restore(world.laptop.folder, tmp_path / "backup", tmp_path / "stolen" / "ledger.key")
        with Ledger.open(world.laptop.folder) as again:
            photos.photo_path(again, early).unlink()
            done = sync_http(again, server.url)
            assert (done.photos.received, done.photos.missing) == (2, 0)
            assert same(again, early, late)
            assert counts(again) == Counts(taken=2, delivered=2, waiting=0, missing=0)
