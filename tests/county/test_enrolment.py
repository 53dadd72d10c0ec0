"""Enrolment and greetings: false requests, grants and hellos are refused, and leave nothing behind."""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.county.county import answer_hello
from sync.county.devices import enrol
from sync.errors import Refused, UserError
from sync.jobs import enrol as enrolling
from sync.ledger.check import digests
from sync.ledger.ledger import Ledger
from sync.seal import batch, envelope, papers
from sync.seal.keys import Ed25519Signer
from tests.nodes import SCHOOL, Place, enrol_laptop
from tests.seal.mutate import mutations

STRANGER = Ed25519Signer(b"9" * 32)


def refused(build: Callable[[], object]) -> str:
    with pytest.raises(UserError) as caught:
        build()
    return caught.value.reason


@pytest.mark.parametrize(
    ("age", "reason"), [("age1", "bad-request"), ("", "bad-request"), ("age1qqqqqq", "bad-request")]
)
def test_a_request_that_nothing_can_be_sealed_to_is_refused(place: Place, age: str, reason: str) -> None:
    asked = papers.Request(1, "n", STRANGER.public, age, "F")
    assert refused(lambda: enrol(place.county, papers.sign(asked, STRANGER), SCHOOL)) == reason


def test_a_request_under_another_key_is_refused(place: Place) -> None:
    asked = papers.Request(1, "n", place.one.signer.public, place.one.age_recipient, "F")
    assert refused(lambda: enrol(place.county, papers.sign(asked, STRANGER), SCHOOL)) == "wrong-key"
    assert refused(lambda: enrol(place.county, enrolling.request(place.county), SCHOOL)) == "bad-request"
    assert refused(lambda: enrol(place.county, enrolling.request(place.one), "  ")) == "bad-input"
    assert refused(lambda: enrol(place.one, enrolling.request(place.two), SCHOOL)) == "not-a-county"


def grant_of(place: Place, signer: Ed25519Signer | None = None, **other: object) -> bytes:
    """The grant of laptop two, some of it replaced and signed again."""
    grant = papers.verify_own(place.grant, papers.Grant)
    return papers.sign(msgspec.structs.replace(grant, **other), signer or place.county.signer)  # type: ignore[arg-type]


@pytest.fixture
def newcomer(place: Place, tmp_path: Path) -> Iterator[Ledger]:
    """A laptop that is not enrolled yet."""
    with Ledger.create(tmp_path / "newcomer", "新来的", clock=place.clock) as made:
        yield made


def for_another(place: Place, newcomer: Ledger) -> tuple[bytes, str]:
    return place.grant, "other-device"


def without_certificate(place: Place, newcomer: Ledger) -> tuple[bytes, str]:
    return grant_of(place, device=newcomer.signer.public.id), "no-certificate"


def by_a_false_county(place: Place, newcomer: Ledger) -> tuple[bytes, str]:
    """It signs itself, with the true county's batches inside."""
    return grant_of(place, STRANGER, device=newcomer.signer.public.id, key=STRANGER.public), "unknown-device"


def with_a_key_that_nothing_can_be_sealed_to(place: Place, newcomer: Ledger) -> tuple[bytes, str]:
    return grant_of(place, device=newcomer.signer.public.id, age="age1x"), "bad-grant"


def with_a_damaged_batch(place: Place, newcomer: Ledger) -> tuple[bytes, str]:
    batches = papers.verify_own(place.grant, papers.Grant).batches
    return grant_of(place, device=newcomer.signer.public.id, batches=[*batches, b"{}"]), "bad-envelope"


def from_its_middle(place: Place, newcomer: Ledger) -> tuple[bytes, str]:
    tail = batch.build(list(place.county.changes(place.county.feed, 3)), place.county.signer)
    return grant_of(place, device=newcomer.signer.public.id, batches=[tail]), "gap"


def nothing_like_it(place: Place, newcomer: Ledger) -> tuple[bytes, str]:
    return enrolling.request(newcomer), "wrong-type"


GRANTS = (
    for_another, without_certificate, by_a_false_county, with_a_key_that_nothing_can_be_sealed_to,
    with_a_damaged_batch, from_its_middle, nothing_like_it,
)  # fmt: skip


@pytest.mark.parametrize("attack", GRANTS)
def test_a_false_grant_is_refused_and_leaves_nothing_behind(
    place: Place, newcomer: Ledger, attack: Callable[[Place, Ledger], tuple[bytes, str]]
) -> None:
    text, reason = attack(place, newcomer)
    before = digests(newcomer.conn), newcomer.feeds()
    assert refused(lambda: enrolling.accept(newcomer, text)) == reason
    assert newcomer.county is None
    assert (digests(newcomer.conn), newcomer.feeds()) == before
    # And the true one is taken afterwards.
    enrol_laptop(place.county, newcomer)
    assert newcomer.county is not None and newcomer.county.key == place.county.signer.public


def test_a_grant_of_another_county_is_refused_by_an_enrolled_laptop(place: Place, tmp_path: Path) -> None:
    with Ledger.create(tmp_path / "other", "别的县", "county", place.clock) as other:
        grant, _ = enrol(other, enrolling.request(place.one), SCHOOL)
        before = digests(place.one.conn)
        assert refused(lambda: enrolling.accept(place.one, grant)) == "other-county"
        assert digests(place.one.conn) == before
        assert place.one.county is not None and place.one.county.key == place.county.signer.public


def test_a_grant_taken_twice_changes_nothing(place: Place) -> None:
    before = digests(place.two.conn)
    enrolling.accept(place.two, place.grant)
    assert digests(place.two.conn) == before


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_no_mutation_of_a_grant_is_taken(lasting_place: Place, data: st.DataObject) -> None:
    place = lasting_place
    before = digests(place.two.conn)
    with pytest.raises(Refused):
        enrolling.accept(place.two, data.draw(mutations(place.grant, place.grant[::-1])))
    assert digests(place.two.conn) == before


# Greetings


def test_a_hello_of_a_stranger_or_under_a_false_key_is_refused(place: Place) -> None:
    hello = papers.Hello(1, STRANGER.public, 0, "n", [])
    assert refused(lambda: answer_hello(place.county, papers.sign(hello, STRANGER))) == "unknown-device"
    stolen = papers.Hello(1, place.one.signer.public, 0, "n", [])
    assert refused(lambda: answer_hello(place.county, papers.sign(stolen, STRANGER))) == "wrong-key"
    assert refused(lambda: answer_hello(place.county, b"[" * 100_000)) == "bad-envelope"
    odd = envelope.sign(
        b'{"v":1,"key":{"alg":"ed25519","raw":"zz"},"at":0,"nonce":"","heads":[]}', envelope.HELLO, STRANGER
    )
    assert refused(lambda: answer_hello(place.county, odd)) == "bad-paper"
