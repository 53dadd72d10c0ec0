"""What the county says to one institution: it reaches every laptop of it by every carrier, and no other laptop."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sync.carry.folder import sync_folder
from sync.carry.http import sync_http
from sync.carry.line import Line
from sync.county import devices, review
from sync.county.county import import_files
from sync.county.public import rotate, signed_batches
from sync.county.server import make_app
from sync.errors import BadInput
from sync.jobs import decisions, enrol
from sync.jobs.classes import add_class
from sync.ledger import backup
from sync.ledger.check import check, digests
from sync.ledger.intake import aside, take
from sync.ledger.ledger import Ledger
from sync.ledger.trust import county_feeds
from sync.seal import batch, county_kinds
from tests.nodes import Place, enrol_laptop, sealed


@pytest.fixture
def class_id(place: Place) -> str:
    """A class of laptop one that the county knows."""
    made = add_class(place.one, "A1", "YYS-5", "育婴员班", "2026-12-01", "2026-12-20")
    assert take(place.county, sealed(place.one), "one.xpb", "usb").state == "taken"
    return made


def sync(place: Place, laptop: Ledger) -> None:
    """By HTTP, with the county's real server in this process."""
    with TestClient(make_app(place.county.folder, place.clock)) as http:
        sync_http(laptop, "http://testserver", line=Line("http://testserver", client=http))


def private(ledger: Ledger) -> list[str]:
    """Ids of what the county said to institutions, as far as a node holds it."""
    rows = ledger.conn.execute(
        "SELECT c.id FROM changes c JOIN feeds f ON f.id = c.feed WHERE f.scope NOT IN ('device', 'public') ORDER BY 1"
    )
    return [row[0] for row in rows]


def test_every_laptop_of_the_institution_hears_it_and_no_other(place: Place, stranger: Ledger, class_id: str) -> None:
    made = review.approve(place.county, "A1", review.Approval(paper="云人社培〔2026〕7号", hours=9600, people=40))
    for laptop in (place.one, place.two, stranger):
        sync(place, laptop)
    assert private(place.one) == private(place.two) == private(place.county)
    assert made in private(place.one)
    assert private(stranger) == []
    said = decisions.decisions_of(place.two, class_id)
    assert (said.state, said.words) == ("approved", "同意开班，文号 云人社培〔2026〕7号，96 课时，40 人。")
    assert (
        place.one.conn.execute("SELECT * FROM approvals").fetchall()
        == place.county.conn.execute("SELECT * FROM approvals").fetchall()
    )


def test_a_stick_carries_it_to_the_institution_alone(
    place: Place, stranger: Ledger, class_id: str, tmp_path: Path
) -> None:
    review.send_back(place.county, class_id, review.Return(["缺教师签字"], until="2026-12-10"))
    stick = tmp_path / "stick"
    stick.mkdir()
    for laptop in (place.one, stranger):
        sync_folder(laptop, stick)
    assert not import_files(place.county, [stick], stick).refused
    for laptop in (stranger, place.two):
        sync_folder(laptop, stick)
    assert private(place.two) == private(place.county) != []
    assert private(stranger) == []
    assert aside(stranger, "refused") == aside(stranger, "held") == [], "what it can't open is none of its business"


def test_a_clerks_machine_hands_it_to_a_trainers(place: Place, stranger: Ledger, class_id: str, tmp_path: Path) -> None:
    review.approve(place.county, class_id, review.Approval())
    sync(place, place.one)
    stick = tmp_path / "stick"
    stick.mkdir()
    sync_folder(place.one, stick)
    for laptop in (place.two, stranger):
        sync_folder(laptop, stick)
    assert private(place.two) == private(place.county)
    assert private(stranger) == []


def test_the_grant_brings_it_encrypted(place: Place, class_id: str, tmp_path: Path) -> None:
    review.approve(place.county, class_id, review.Approval(paper="秘密文号"))
    with Ledger.create(tmp_path / "three", "第三台", clock=place.clock) as three:
        grant = enrol_laptop(place.county, three)
        assert private(three) == private(place.county)
        assert decisions.decisions_of(three, class_id).state == "approved"
    assert len(enrol.papers.verify_own(grant, enrol.papers.Grant).sealed) == 1
    for signed in enrol.papers.verify_own(grant, enrol.papers.Grant).batches:
        changes = batch.verify(batch.claim(signed), place.county.signer.public)
        assert all(change.change.kind != "class.approve" for change in changes)


def test_another_school_refuses_it_even_opened(place: Place, stranger: Ledger, class_id: str) -> None:
    review.approve(place.county, class_id, review.Approval())
    feeds = county_feeds(place.county, set(_institutions(place.county)))
    (signed,) = signed_batches(place.county, feeds, [])
    before = digests(stranger.conn)
    intake = take(stranger, batch.seal(signed, [stranger.age_recipient]), "捡到的.xpb", "usb")
    assert (intake.state, intake.reason, intake.new) == ("refused", "other-institution", 0)
    assert digests(stranger.conn) == before
    # The school takes the laptop over: what was refused for want of a certificate is taken now.
    enrol_laptop(place.county, stranger)
    assert private(stranger) == private(place.county)


def _institutions(ledger: Ledger) -> list[str]:
    return [row[0] for row in ledger.conn.execute("SELECT id FROM institutions")]


def test_a_laptop_may_not_decide(place: Place, class_id: str) -> None:
    with place.one.writing() as w:
        w.fact("class.approve", county_kinds.ClassApprove(class_id, "approved"))
    intake = take(place.county, sealed(place.one), "one.xpb", "usb")
    assert (intake.state, intake.reason) == ("refused", "not-allowed")
    assert decisions.decisions_of(place.county, class_id).state == "none"


def test_any_order_of_arrival_and_a_gap_is_held(place: Place, class_id: str) -> None:
    review.approve(place.county, class_id, review.Approval())
    (feed,) = county_feeds(place.county, set(_institutions(place.county)))
    place.clock.pass_by(1)
    review.send_back(place.county, class_id, review.Return(["缺一张照片"]))
    runs = [list(place.county.changes(feed, first, count)) for first, count in ((1, 1), (2, 1), (3, 1))]
    files = [batch.seal(batch.build(run, place.county.signer), [place.one.age_recipient]) for run in runs]
    assert take(place.one, files[2], "c", "usb").reason == "gap"
    assert [row["feed"] for row in aside(place.one, "held")] == [feed]
    assert take(place.one, files[0], "a", "usb").state == "taken"
    intake = take(place.one, files[1], "b", "usb")
    assert (intake.state, [later.state for later in intake.followed]) == ("taken", ["taken"])
    assert aside(place.one, "held") == []
    assert decisions.decisions_of(place.one, class_id).state == "returned"
    assert check(place.one).ok


def test_it_goes_on_under_a_new_key(place: Place, class_id: str) -> None:
    first = review.approve(place.county, class_id, review.Approval())
    sync(place, place.one)
    place.clock.wall -= 3_600_000
    rotate(place.county)
    back = review.send_back(place.county, class_id, review.Return(["材料不全"]))
    for laptop in (place.one, place.two):
        sync(place, laptop)
        assert {first, back} < set(private(laptop))
        assert private(laptop) == private(place.county)
        assert decisions.decisions_of(laptop, class_id).state == "returned", "what was said later is later"
    assert len(county_feeds(place.county, set(_institutions(place.county)))) == 2


def test_a_county_put_back_from_a_backup_gets_it_again(place: Place, class_id: str, tmp_path: Path) -> None:
    review.approve(place.county, class_id, review.Approval())
    backup.backup(place.county, tmp_path / "county.xpk")
    lost = review.send_back(place.county, class_id, review.Return(["材料不全"]))
    sync(place, place.one)
    place.county.close()
    backup.restore(tmp_path / "again", tmp_path / "county.xpk", clock=place.clock)
    with Ledger.open(tmp_path / "again", place.clock) as county:
        assert lost not in private(county)
        verdict = review.conclude(county, class_id, [review.Verdict("passed")])
        again = Place(tmp_path, place.clock, county, place.one, place.two, place.grant)
        for laptop in (place.one, place.two, place.one):
            sync(again, laptop)
        assert {lost, *verdict} < set(private(county))
        assert private(place.one) == private(place.two) == private(county)
        assert check(county).ok


def test_what_an_officer_may_not_say(place: Place, stranger: Ledger, class_id: str) -> None:
    with pytest.raises(BadInput, match="写明理由"):
        review.send_back(place.county, class_id, review.Return([" "]))
    with pytest.raises(BadInput, match="2026-13-01"):
        review.send_back(place.county, class_id, review.Return(["缺"], until="2026-13-01"))
    with pytest.raises(BadInput, match="依据哪条规则"):
        review.conclude(place.county, class_id, [review.Verdict("cut", hours=100)])
    theirs = place.county.conn.execute("SELECT count(*) FROM changes").fetchone()
    with pytest.raises(BadInput, match="依据哪条规则"):
        review.conclude(place.county, class_id, [review.Verdict("passed"), review.Verdict("failed")])
    assert place.county.conn.execute("SELECT count(*) FROM changes").fetchone() == theirs, "all or nothing"


def test_states(place: Place, class_id: str) -> None:
    def state() -> tuple[str, str]:
        place.clock.pass_by(1)
        sync(place, place.one)
        said = decisions.decisions_of(place.one, class_id)
        assert said.state == decisions.decisions_of(place.county, class_id).state
        return said.state, said.words

    assert state() == ("none", "")
    first = review.send_back(place.county, class_id, review.Return(["缺教学计划"], "opening", until="2026-11-30"))
    assert state() == ("returned", "县里退回：缺教学计划，请于 2026-11-30 前补正。")
    assert [one.id for one in decisions.unseen(place.one)] == [first]
    decisions.answer(place.one, first)
    assert decisions.answer(place.one, first) == "", "once is enough"
    assert decisions.unseen(place.one) == []
    assert state()[0] == "returned"
    decisions.answer(place.one, first, mended=True, note="已补教学计划")
    assert state()[0] == "mended"
    (notice,) = decisions.decisions_of(place.county, class_id).notices
    assert (notice.seen, notice.mended, notice.note) == (True, True, "已补教学计划")
    review.approve(place.county, class_id, review.Approval(conditions="补一名实操教师"))
    assert state() == ("approved", "有条件同意开班，条件：补一名实操教师。")
    review.send_back(place.county, class_id, review.Return(["照片不清"], "closing"))
    assert state()[0] == "returned"
    review.conclude(place.county, class_id, [review.Verdict("cut", hours=8800, rule="出勤率", clause="第九条")])
    assert state() == ("concluded", "审核核减，认定 88 课时，依据 出勤率，第九条。")
    assert len(decisions.decisions_of(place.one, class_id).notices) == 2, "nothing said goes away"


def test_a_revoked_laptop_is_told_nothing_more(place: Place, class_id: str, tmp_path: Path) -> None:
    sync(place, place.two)
    devices.revoke(place.county, place.two.feed, 99, "丢了")
    review.approve(place.county, class_id, review.Approval())
    sync(place, place.two)
    stick = tmp_path / "stick"
    stick.mkdir()
    import_files(place.county, [], stick)
    sync_folder(place.two, stick)
    sync_folder(place.one, stick)
    assert private(place.two) == []
    assert private(place.one) == private(place.county)
