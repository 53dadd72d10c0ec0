"""Enrolment in the console: who asks is seen before anything is certified; the grant is there as codes and a file."""

import base64
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import httpx2
import numpy as np
import pytest
from PIL import Image, ImageDraw
from starlette.testclient import TestClient

from sync.jobs import enrol
from sync.jobs.codes import paper_of
from sync.ledger.ledger import Ledger
from sync.paper.codes import sheet
from sync.seal import parts
from tests.county.browsing import Markup
from tests.county.conftest import County
from tests.reading.photos import phone_photo, pixels

SCHOOL = "春风职业培训学校"


@pytest.fixture
def laptop(tmp_path: Path, county: County) -> Iterator[Ledger]:
    with Ledger.create(tmp_path / "laptop", "清水乡培训点", clock=county.clock) as made:
        yield made


def upload(browser: TestClient, *files: bytes) -> httpx2.Response:
    named = [("files", (f"图{n}.jpg", data, "application/octet-stream")) for n, data in enumerate(files)]
    return browser.post("/console/enrol", files=named)


def filled(html: str, **typed: str) -> dict[str, str]:
    """The form of the second page as a person sends it."""
    (request,) = re.findall(r'name="request" value="([^"]+)"', html)
    return {"request": request, "compared": "yes", "institution": "", "new": SCHOOL, "days": "400"} | typed


def certified(county: County) -> int:
    (count,) = county.ledger.conn.execute("SELECT count(*) FROM devices WHERE role <> 'county'").fetchone()
    return int(count)


def photo(laptop: Ledger) -> bytes:
    """The request's code, photographed from the laptop's screen."""
    return phone_photo(pixels(sheet(parts.split(enrol.request(laptop)))), np.random.default_rng(1), 1200)


def drawn_codes(html: str) -> bytes:
    """The codes of the page as its SVG paths draw them, as one picture."""
    found = re.findall(r'<figure><svg viewBox="0 0 (\d+) \d+"[^>]*><path id="code-\d+" d="([^"]+)"', html)
    side, pixel = int(found[0][0]), 4
    whole = Image.new("L", (side * pixel, side * pixel * len(found)), 255)
    draw = ImageDraw.Draw(whole)
    for n, (_, path) in enumerate(found):
        for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", path):
            left, top = int(x) * pixel, (int(y) + n * side) * pixel
            draw.rectangle((left, top, left + int(length) * pixel - 1, top + pixel - 1), fill=0)
    file = BytesIO()
    whole.save(file, "PNG")
    return file.getvalue()


def test_from_a_photo_of_the_request_to_codes_that_the_laptop_takes(county: County, laptop: Ledger) -> None:
    browser = county.signed_in()
    html = upload(browser, photo(laptop)).text
    assert "清水乡培训点" in html
    assert laptop.signer.public.fingerprint in html
    assert certified(county) == 0, "seen, and not certified yet"
    answer = browser.post("/console/enrol/certify", data=filled(html))
    assert (answer.status_code, certified(county)) == (303, 1)
    page = browser.get(answer.headers["location"])
    assert county.ledger.signer.public.fingerprint in page.text
    assert "由“admin”签发" in page.text
    assert "script" not in Markup(page.text).tags
    said = enrol.accept(laptop, paper_of([("屏幕.png", drawn_codes(page.text))]))
    assert (said["institution"], said["certificate"]) == (SCHOOL, True)


def test_the_cycle_shows_each_code_once_and_one_at_a_time(county: County, laptop: Ledger) -> None:
    browser = county.signed_in()
    html = upload(browser, enrol.request(laptop)).text
    page = browser.get(browser.post("/console/enrol/certify", data=filled(html)).headers["location"]).text
    cycle = page[page.index('class="cycle"') : page.index('class="codes"')]
    shown = re.findall(r'keyTimes="([^"]+)" values="([^"]+)"', cycle)
    assert len(shown) > 5
    assert re.findall(r'href="#code-(\d+)"', cycle) == [str(n + 1) for n in range(len(shown))]
    visible = []
    for times, values in shown:
        steps = list(zip(map(float, times.split(";")), values.split(";"), strict=True))
        (start,) = [at for at, value in steps if value == "visible"]
        visible.append((start, max(at for at, value in steps if value == "hidden")))
    assert visible[0][0] == 0
    assert visible[-1][1] == 1
    assert [end for _, end in visible[:-1]] == [start for start, _ in visible[1:]]


def test_the_downloads_are_the_grant(county: County, laptop: Ledger) -> None:
    browser = county.signed_in()
    html = upload(browser, enrol.request(laptop)).text
    place = browser.post("/console/enrol/certify", data=filled(html)).headers["location"]
    file, picture = browser.get(f"{place}/grant"), browser.get(f"{place}/codes")
    assert re.fullmatch(r'attachment; filename="grant-[0-9a-f]{16}\.xpg"', file.headers["content-disposition"])
    assert picture.headers["content-type"] == "image/png"
    assert enrol.look(laptop, paper_of([("图.png", picture.content)]))["county"] == "青山县人社局"
    assert enrol.accept(laptop, file.content)["certificate"]
    assert browser.get("/console/device/ed25519:none").status_code == 404
    assert browser.get("/console/device/ed25519:none/grant").status_code == 404
    own = county.ledger.signer.public.id
    assert browser.get(f"/console/device/{own}").status_code == 404


def test_an_institution_that_is_there_is_chosen_and_not_made_again(county: County, laptop: Ledger) -> None:
    browser = county.signed_in()
    html = upload(browser, enrol.request(laptop)).text
    browser.post("/console/enrol/certify", data=filled(html))
    again = upload(browser, enrol.request(laptop)).text
    assert f"<option selected>{SCHOOL}</option>" in again
    assert "就是续期" in again
    answer = browser.post("/console/enrol/certify", data=filled(again, new="", institution=SCHOOL, days="30"))
    assert answer.status_code == 303
    assert county.ledger.conn.execute("SELECT count(*) FROM institutions").fetchone() == (1,)
    assert certified(county) == 2


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"compared": ""}, "先打电话核对指纹"),
        ({"new": ""}, "培训机构的名称"),
        ({"days": "0"}, "有效期"),
        ({"days": "99999999999"}, "有效期"),
        ({"days": "很久"}, "有效期"),
        ({"request": "AAAA"}, "不是乡培通的签名文件"),
        ({"request": "好"}, "表单不完整"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_certified(
    county: County, laptop: Ledger, typed: dict[str, str], words: str
) -> None:
    browser = county.signed_in()
    html = upload(browser, enrol.request(laptop)).text
    answer = browser.post("/console/enrol/certify", data=filled(html, **typed))
    assert answer.status_code == 400
    assert words in answer.text
    assert certified(county) == 0
    if "request" not in typed:
        assert laptop.signer.public.fingerprint in answer.text, "what was typed is not lost"


def test_a_request_that_was_bent_on_its_way_is_not_certified(county: County, laptop: Ledger) -> None:
    browser = county.signed_in()
    html = upload(browser, enrol.request(laptop)).text
    bent = base64.b64encode(enrol.request(laptop).replace(b'"sig":"', b'"sig":"00')).decode()
    assert browser.post("/console/enrol/certify", data=filled(html, request=bent)).status_code == 400
    assert certified(county) == 0


def test_uploads_that_hold_no_request(county: County, laptop: Ledger) -> None:
    browser = county.signed_in()
    for files, words in (
        ([b"hello"], "不是乡培通的签名文件"),
        ([sheet(["12345678901234567"])], "不是登记用的"),
        ([b"\x89PNG broken"], "图0.jpg"),
        ([], "请先选"),
    ):
        answer = upload(browser, *files) if files else browser.post("/console/enrol", data={"x": "y"})
        assert (answer.status_code, words in answer.text) == (400, True), words
    assert certified(county) == 0


def test_files_are_read_only_from_who_is_signed_in(county: County) -> None:
    large = bytes(200_000)
    assert upload(county.browser(), large).headers["location"] == "/console/login"
    assert upload(county.signed_in(), large).status_code == 400
    assert county.signed_in().post("/console/enrol/certify", data={"request": "A" * 20_000}).status_code == 413
    elsewhere = {"origin": "http://evil.example"}
    named = [("files", ("a", large))]
    assert county.signed_in().post("/console/enrol", files=named, headers=elsewhere).status_code == 403


def test_names_that_people_chose_stay_text(county: County, tmp_path: Path) -> None:
    hostile = '"><script>alert(1)</script>'
    with Ledger.create(tmp_path / "odd", hostile, clock=county.clock) as odd:
        browser = county.signed_in()
        html = upload(browser, enrol.request(odd)).text
        assert "script" not in Markup(html).tags
        place = browser.post("/console/enrol/certify", data=filled(html, new=hostile)).headers["location"]
        assert "script" not in Markup(browser.get(place).text).tags
        assert "script" not in Markup(upload(browser, enrol.request(odd)).text).tags
