"""The fold: same set of changes, same tables, whatever the order of arrival and however it is cut into pieces."""

import shutil
import sqlite3
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pyrage
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.county import county as county_side
from sync.county import devices
from sync.ledger import database
from sync.ledger.check import check, digests
from sync.ledger.fold import fold
from sync.ledger.intake import aside, take
from sync.ledger.ledger import Ledger
from sync.seal import batch, kinds, papers
from sync.seal.change import Sealed
from tests.ledger.changes import FEEDS, SIGNERS, feeds
from tests.nodes import HandClock


def folded(*pieces: list[Sealed]) -> dict[str, str]:
    conn = sqlite3.connect(":memory:", isolation_level=None)
    database.run_script(conn, database.script("folded.sql"))
    for piece in pieces:
        fold(conn, piece)
    found = digests(conn)
    conn.close()
    return found


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_order_and_grouping_of_arrival_do_not_matter(data: st.DataObject) -> None:
    changes = [sealed for feed in data.draw(feeds()) for sealed in feed]
    arrived = data.draw(st.permutations(changes))
    cuts = sorted(data.draw(st.sets(st.integers(0, len(arrived)))))
    pieces = [arrived[a:b] for a, b in zip([0, *cuts], [*cuts, len(arrived)], strict=True)]
    assert folded(*pieces) == folded(changes)


@pytest.fixture(scope="module")
def county_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed county that has certified the SIGNERS."""
    folder = tmp_path_factory.mktemp("county")
    with county_side.create(folder, "云岭县人社局", HandClock()) as county:
        for signer, feed in zip(SIGNERS, FEEDS, strict=True):
            age = str(pyrage.x25519.Identity.generate().to_public())
            asked = papers.Request(1, "红旗村", signer.public, age, feed)
            devices.enrol(county, papers.sign(asked, signer), "春风职业培训学校")
    return folder


@st.composite
def arrivals(draw: st.DrawFn, made: list[list[Sealed]]) -> list[bytes]:
    """The feeds as batches in any order, cut anywhere, some of them overlapping, some twice; nothing is missing."""
    found: list[bytes] = []
    for signer, feed in zip(SIGNERS, made, strict=False):
        cuts = sorted({0, len(feed), *draw(st.sets(st.integers(0, len(feed)), max_size=4))})
        for start, end in pairwise(cuts):
            found.append(batch.build(feed[max(0, start - draw(st.integers(0, 2))) : end], signer))
    return draw(st.permutations(found + draw(st.lists(st.sampled_from(found), max_size=3))))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_counties_that_got_the_same_facts_in_any_order_hold_the_same_tables(
    county_folder: Path, data: st.DataObject
) -> None:
    made = data.draw(feeds(county=False))
    with copied(county_folder) as straight, copied(county_folder) as crooked:
        for signer, feed in zip(SIGNERS, made, strict=False):
            assert take(straight, batch.build(feed, signer), "", "usb").new == len(feed)
        for signed in data.draw(arrivals(made)):
            assert take(crooked, signed, "", "usb").state in ("taken", "held")
        assert digests(crooked.conn) == digests(straight.conn)
        assert [crooked.position(feed) for feed in FEEDS] == [straight.position(feed) for feed in FEEDS]
        assert aside(crooked, "held") == []
        # And both are what a rebuild from the feeds gives.
        report = check(crooked)
        assert report.problems == []
        assert report.changes == sum(map(len, made)) + crooked.position(crooked.feed).seq


class copied:
    """A copy of a ledger's folder, open; a context manager."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> Ledger:
        self._place = TemporaryDirectory()
        copy = Path(self._place.name) / "node"
        shutil.copytree(self._folder, copy)
        self._ledger = Ledger.open(copy, HandClock())
        return self._ledger

    def __exit__(self, *_: object) -> None:
        self._ledger.close()
        self._place.cleanup()


def numbers(info: msgspec.inspect.Type, path: str) -> Iterator[tuple[str, msgspec.inspect.IntType]]:
    """Every whole number within a type, and where it stands."""
    match info:
        case msgspec.inspect.IntType():
            yield path, info
        case msgspec.inspect.StructType(fields=fields):
            for field in fields:
                yield from numbers(field.type, f"{path}.{field.name}")
        case msgspec.inspect.UnionType(types=types):
            for one in types:
                yield from numbers(one, path)
        case msgspec.inspect.ListType(item_type=item):
            yield from numbers(item, path)


@pytest.mark.parametrize("kind", [*kinds.FACTS, *kinds.ENTITIES])
def test_no_number_on_the_wire_is_larger_than_a_table_can_hold(kind: str) -> None:
    shape = {**kinds.FACTS, **kinds.ENTITIES}[kind]
    unbounded = [path for path, number in numbers(msgspec.inspect.type_info(shape), kind) if number.le is None]
    assert unbounded == []
