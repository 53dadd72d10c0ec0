"""Photos at the county: in the console, lesson by lesson, and in the inbox where they are missing or used twice."""

import io
import random

import pytest
from PIL import Image
from starlette.testclient import TestClient

from sync.carry.folder import sync_folder
from sync.carry.outgoing import parcels
from sync.county.accounts import OFFICER, add_account
from sync.county.console.findings_page import Inbox
from sync.county.findings import LEVELS, findings
from sync.county.photo_findings import PATIENCE_DAYS
from sync.county.photos import import_photos
from sync.county.server import make_app
from sync.jobs.photos import add_photo
from sync.ledger import photos
from sync.ledger.intake import take
from sync.ledger.ledger import Ledger
from tests.carry.cameras import name, picture
from tests.county.browsing import Markup
from tests.county.conftest import PASSWORD, sign_in
from tests.county.training_point import enrolled_laptop
from tests.jobs.school import School, open_school
from tests.nodes import Place

DAY = 86_400


@pytest.fixture
def school(place: Place) -> School:
    return open_school(place.one, place.clock)


def snapshot(seed: int) -> bytes:
    """A real JPEG."""
    image = Image.effect_noise((320, 240), 40 + seed).convert("RGB")
    out = io.BytesIO()
    image.save(out, "JPEG")
    return out.getvalue() + random.Random(seed).randbytes(4)


def bring_facts(place: Place, laptop: Ledger) -> None:
    for parcel in parcels(laptop):
        assert take(place.county, parcel.data, parcel.file_name, "usb").state == "taken"


def bring_photos(place: Place, laptop: Ledger) -> None:
    stick = place.folder / "stick"
    stick.mkdir(exist_ok=True)
    sync_folder(laptop, stick)
    assert import_photos(place.county, [stick], stick).refused == []


def browser(place: Place) -> TestClient:
    add_account(place.county, "admin", OFFICER, PASSWORD)
    made = TestClient(make_app(place.county.folder, place.clock), follow_redirects=False)
    assert sign_in(made).status_code == 303
    return made


def of_photos(place: Place) -> list[dict[str, object]]:
    return [row for row in findings(place.county) if row["kind"].startswith("photo-")]


def test_the_photos_of_a_lesson_are_shown_and_opened(place: Place, school: School) -> None:
    lesson, other = school.lesson("1 10:00-13:00", "刀工"), school.lesson("2 10:00-13:00", "面点")
    start = add_photo(place.one, snapshot(1), lesson, "start")
    face = add_photo(place.one, snapshot(2), lesson, "person", school.people[0], from_file=True)
    bring_facts(place, place.one)
    bring_photos(place, place.one)
    late = add_photo(place.one, snapshot(3), other, "end")
    bring_facts(place, place.one)
    web = browser(place)
    assert "3 张，县里已收 2 张" in web.get(f"/console/class/{school.class_id}").text
    html = web.get(f"/console/class/{school.class_id}/photos").text
    shown = {digest: html.count(f'src="/console/photo/{digest}"') for digest in (start, face, late)}
    assert shown == {start: 1, face: 1, late: 0}
    for words in ("刀工", "面点", "开课", "马小兰", "来自文件", "还没有送到", "未到", "2026-11-21 17:00", "未登录"):
        assert words in html, words
    assert (html.count("来自文件"), html.count("还没有送到")) == (1, 1)
    opened = web.get(f"/console/photo/{start}")
    assert (opened.status_code, opened.headers["content-type"]) == (200, "image/jpeg")
    assert opened.content == photos.read(place.one, start)
    assert opened.headers["cache-control"] == "no-store" and opened.headers["x-content-type-options"] == "nosniff"
    assert web.get(f"/console/photo/{late}").status_code == 404
    assert browserless(place).get(f"/console/photo/{start}").status_code == 303


def browserless(place: Place) -> TestClient:
    """Somebody who has not signed in."""
    return TestClient(make_app(place.county.folder, place.clock), follow_redirects=False)


def test_nothing_but_a_picture_that_a_fact_names_is_opened(place: Place, school: School) -> None:
    lesson = school.lesson("1 10:00-13:00")
    page = b"<html><script>alert(1)</script></html>"
    script = photos.keep(place.one, page)
    name(place.one, script, len(page))
    stranger = photos.keep(place.county, picture(9))
    damaged = add_photo(place.one, snapshot(1), lesson, "start")
    bring_facts(place, place.one)
    bring_photos(place, place.one)
    photos.photo_path(place.county, damaged).write_bytes(b"rust")
    web = browser(place)
    for digest in (script, stranger, damaged, "..%2f..%2fledger", "A" * 64, "x"):
        answer = web.get(f"/console/photo/{digest}")
        assert (answer.status_code, "script" in Markup(answer.text).tags) == (404, False)
    assert not photos.holds(place.county, damaged), "so that the laptop is asked for it again"


def test_a_photo_that_never_came_is_a_finding_after_a_week_until_it_comes(place: Place, school: School) -> None:
    lesson = school.lesson("1 10:00-13:00")
    facts = []
    for seed in range(2):
        add_photo(place.one, snapshot(seed), lesson, "start")
        facts.append(place.one.conn.execute("SELECT id FROM photos ORDER BY rowid DESC LIMIT 1").fetchone()[0])
    # However old the laptop's clock says that it is: what counts is when its fact came.
    place.clock.pass_by(30 * DAY)
    bring_facts(place, place.one)
    place.clock.pass_by(PATIENCE_DAYS * DAY - 1)
    assert of_photos(place) == []
    place.clock.pass_by(1)
    inbox = Inbox()
    assert [row["kind"] for row in inbox.of(place.county)].count("photo-missing") == 1
    (found,) = of_photos(place)
    assert (found["kind"], found["class"], found["level"]) == (
        "photo-missing",
        school.class_id,
        LEVELS["photo-missing"],
    )
    assert found["evidence"] == [*sorted(facts), lesson], "of one moment, so by id"
    assert "C1 班 2026-11-21 10:00 的课次" in str(found["sentence"]) and "2 张照片" in str(found["sentence"])
    bring_photos(place, place.one)
    assert of_photos(place) == []
    assert "photo-missing" not in [row["kind"] for row in inbox.of(place.county)], "though no change came"


def test_one_picture_for_two_lessons_is_a_finding_and_for_two_schools_a_grave_one(place: Place, school: School) -> None:
    first, second = school.lesson("1 10:00-13:00"), school.lesson("2 10:00-13:00")
    shot = snapshot(1)
    digest = add_photo(place.one, shot, first, "start")
    bring_facts(place, place.one)
    assert of_photos(place) == []
    add_photo(place.one, shot, second, "start")
    bring_facts(place, place.one)
    (found,) = of_photos(place)
    assert (found["kind"], found["level"], found["class"]) == ("photo-reused", 2, school.class_id)
    assert set(found["evidence"]) > {first, second}  # type: ignore[call-overload]
    with enrolled_laptop(place.folder / "other", place.county, "外校", "别的学校", place.clock) as other:  # type: ignore[arg-type]
        name(other, digest)
        bring_facts(place, other)
    (found,) = of_photos(place)
    assert (found["kind"], found["level"]) == ("photo-claimed-twice", 3)
