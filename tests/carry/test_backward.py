"""The county's own feeds go back, or become another chain: the laptop says so, gives back what it has, and goes on."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sync.carry import backward
from sync.carry.folder import sync_folder
from sync.carry.http import sync_http
from sync.carry.line import Line
from sync.county import review
from sync.county.county import accept_branch, import_files
from sync.county.server import make_app
from sync.jobs.classes import add_class
from sync.jobs.status import status
from sync.ledger.ledger import Ledger
from sync.ledger.trust import county_feeds
from tests.nodes import Place, note

HOUR = 3600


def sync(place: Place, county: Path, laptop: Ledger) -> None:
    place.clock.pass_by(HOUR)
    with TestClient(make_app(county, place.clock)) as http:
        sync_http(laptop, "http://testserver", line=Line("http://testserver", client=http))


@pytest.fixture
def old(place: Place, tmp_path: Path) -> Path:
    """A copy of the county's folder, and since then one more decision, which laptop one has heard of."""
    add_class(place.one, "A1", "YYS-5", "育婴员班", "2026-12-01", "2026-12-20")
    sync(place, place.county.folder, place.one)
    review.approve(place.county, "A1", review.Approval())
    shutil.copytree(place.county.folder, tmp_path / "old")
    review.send_back(place.county, "A1", review.Return(["缺教学计划"]))
    sync(place, place.county.folder, place.one)
    assert backward.told(place.one) == []
    return tmp_path / "old"


@contextmanager
def opened(place: Place, folder: Path) -> Iterator[Ledger]:
    with Ledger.open(folder, place.clock) as county:
        yield county


def the_feed(place: Place) -> str:
    (feed,) = county_feeds(place.county, {row[0] for row in place.county.conn.execute("SELECT id FROM institutions")})
    return feed


def test_a_county_put_back_is_told_and_gets_it_again(place: Place, old: Path) -> None:
    sync(place, old, place.one)
    feed = the_feed(place)
    assert backward.told(place.one) == [backward.Backward(feed, 3, 2, healed=True)]
    assert status(place.one)["county_backward"] == [
        "县里的发布流倒退了：本机收到过第 3 条，县里说只有 2 条（可能从备份恢复过）。本机已把缺的送还县里。"
    ]
    with opened(place, old) as county:
        assert county.position(feed) == place.county.position(feed)
    sync(place, old, place.one)
    assert backward.told(place.one) == [], "and is no news any more"


def test_another_chain_is_told_and_not_taken(place: Place, old: Path) -> None:
    with opened(place, old) as county:
        review.send_back(county, "A1", review.Return(["另一个理由"]))
    before = place.one.position(the_feed(place))
    sync(place, old, place.one)
    (one,) = backward.told(place.one)
    assert (one.feed, one.fork, one.healed) == (the_feed(place), True, False)
    assert place.one.position(the_feed(place)) == before
    with opened(place, old) as county:
        review.send_back(county, "A1", review.Return(["第三个理由"]))
    sync(place, old, place.one)
    assert [one.fork for one in backward.told(place.one)] == [True], "though it is longer than ours"


def test_by_a_stick(place: Place, old: Path, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    note(place.one, "请假")
    sync_folder(place.one, stick)
    place.clock.pass_by(HOUR)
    with opened(place, old) as county:
        for path in stick.glob(f"{the_feed(place)}-*"):
            path.unlink()
        import_files(county, [stick], stick)
    sync_folder(place.one, stick)
    assert [(one.feed, one.ours, one.theirs) for one in backward.told(place.one)] == [(the_feed(place), 3, 2)]


def test_an_old_stick_is_no_alarm(place: Place, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    add_class(place.one, "A1", "YYS-5", "育婴员班", "2026-12-01", "2026-12-20")
    sync_folder(place.one, stick)
    import_files(place.county, [stick], stick)
    place.clock.pass_by(HOUR)
    review.approve(place.county, "A1", review.Approval())
    sync(place, place.county.folder, place.one)
    sync_folder(place.one, stick)
    assert backward.told(place.one) == []


def test_what_it_had_confirmed_is_not_lost_where_a_clone_was_there_first(place: Place, tmp_path: Path) -> None:
    clone, old = tmp_path / "clone", tmp_path / "old"
    note(place.one, "请假")
    sync(place, place.county.folder, place.one)
    shutil.copytree(place.county.folder, old)
    shutil.copytree(place.one.folder, clone)
    confirmed = note(place.one, "看病")
    sync(place, place.county.folder, place.one)
    with Ledger.open(clone, place.clock) as other:
        note(other, "农忙")
        sync(place, old, other)
    sync(place, old, place.one)
    with opened(place, old) as county:
        ((digest,),) = county.conn.execute("SELECT sha256 FROM aside WHERE reason = 'fork'").fetchall()
        accept_branch(county, digest, "核实")
        assert county.conn.execute("SELECT 1 FROM changes WHERE id = ?", (confirmed,)).fetchone()


def test_a_branch_that_it_kept_apart_and_lost_is_sent_again(place: Place, tmp_path: Path) -> None:
    clone, old = tmp_path / "clone", tmp_path / "old"
    note(place.one, "请假")
    sync(place, place.county.folder, place.one)
    shutil.copytree(place.one.folder, clone)
    with Ledger.open(clone, place.clock) as other:
        note(other, "农忙")
        sync(place, place.county.folder, other)
    shutil.copytree(place.county.folder, old)
    note(place.one, "看病")
    for county in (place.county.folder, place.county.folder, old):
        sync(place, county, place.one)
        with opened(place, county) as there:
            assert there.conn.execute("SELECT count(*) FROM aside WHERE reason = 'fork'").fetchone() == (1,)
