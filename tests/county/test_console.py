"""The console as a browser meets it: the real server over a real ledger, filled by a real laptop's sealed batches."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from html.parser import HTMLParser
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

import sync
from sync.county import county as county_jobs
from sync.county.accounts import IDLE, OFFICER, add_account
from sync.county.console.institutions import overview
from sync.county.console.routes import make_console
from sync.county.console.words import REASONS
from sync.county.server import make_app
from sync.jobs.classes import NewLesson, add_class, add_lesson
from sync.jobs.hours import answer, hours_of
from sync.ledger.intake import take
from sync.ledger.ledger import Ledger
from sync.seal import kinds
from sync.training.identity import mask
from tests.county.training_point import (
    DAY,
    PEOPLE,
    HandClock,
    bring,
    enrolled_laptop,
    hold_class,
    identity_number,
    morning,
)

PASSWORD = "correct horse 47"


@dataclass
class County:
    folder: Path
    clock: HandClock
    app: FastAPI
    ledger: Ledger

    def browser(self, address: str = "10.1.1.1") -> TestClient:
        return TestClient(self.app, client=(address, 4000), follow_redirects=False)

    def signed_in(self) -> TestClient:
        browser = self.browser()
        assert sign_in(browser).status_code == 303
        return browser


def open_county(folder: Path, clock: HandClock) -> County:
    ledger = Ledger.open(folder, clock)
    return County(folder, clock, make_app(folder, clock), ledger)


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    clock = morning()
    with county_jobs.create(tmp_path / "county", "青山县人社局", clock) as ledger:
        add_account(ledger, "admin", OFFICER, PASSWORD)
    made = open_county(tmp_path / "county", clock)
    yield made
    made.ledger.close()


@dataclass
class Filled:
    county: County
    laptop: Ledger
    class_id: str


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """A county that has received a class of sixty. Tests read it; none writes."""
    folder = tmp_path_factory.mktemp("filled")
    clock = morning()
    with county_jobs.create(folder / "county", "青山县人社局", clock) as ledger:
        add_account(ledger, "admin", OFFICER, PASSWORD)
        laptop = enrolled_laptop(folder / "laptop", ledger, "青石村教师机", "青山职业培训学校", clock)
        class_id = hold_class(laptop, clock)
        assert [intake.state for intake in bring(laptop, ledger)] == ["taken"]
    county = open_county(folder / "county", clock)
    yield Filled(county, laptop, class_id)
    laptop.close()
    county.ledger.close()


def sign_in(browser: TestClient, password: str = PASSWORD, name: str = "admin") -> httpx2.Response:
    return browser.post("/console/login", data={"name": name, "password": password})


class Rows(HTMLParser):
    """The cells of the first row for each trainee in the table of hours."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._depth = 0
        self._first = self._cell = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._depth += bool(self._depth) or ("class", "people") in attrs
        elif tag == "tr":
            self._first = self._depth == 1 and not attrs
            if self._first:
                self.rows.append([])
        elif tag == "td" and self._first:
            self._cell = True
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "td":
            self._cell = False
        elif tag == "table":
            self._depth -= bool(self._depth)

    def handle_data(self, data: str) -> None:
        if self._cell:
            self.rows[-1][-1] += data.strip()


class Markup(HTMLParser):
    """Every element and attribute of a page, as a browser would make them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


# Who gets in


def private_routes(county: County) -> list[tuple[str, str]]:
    """Every route of the console but the login, as (method, path)."""
    included = make_console(lambda: county.ledger).routes
    routes = [route for router in included for route in getattr(router, "original_router", router).routes]
    return [
        (method, re.sub(r"\{\w+\}", "x", route.path))
        for route in routes
        if isinstance(route, APIRoute) and route.path != "/login"
        for method in route.methods
    ]


def test_no_page_without_signing_in(county: County) -> None:
    routes = private_routes(county)
    assert {path for _, path in routes} >= {"/", "/class/x", "/feed/x", "/aside", "/aside/x", "/password", "/logout"}
    for method, path in routes:
        # An empty form and not no form, which is refused sooner.
        data = {} if method == "GET" else {"data": {"old": "x"}}
        response = county.browser().request(method, f"/console{path}", **data)
        assert (method, path, response.status_code) == (method, path, 303)
        assert response.headers["location"] == "/console/login"
        assert not response.text


def test_a_made_up_cookie_opens_nothing(county: County) -> None:
    browser = county.signed_in()
    assert browser.get("/console/").status_code == 200
    token = browser.cookies["xiangpei_session"]
    stored = county.ledger.conn.execute("SELECT token_sha256 FROM sessions").fetchone()[0]
    for forged in ("", "x", token[:-1], stored):
        stranger = county.browser()
        stranger.cookies.set("xiangpei_session", forged, path="/console")
        assert stranger.get("/console/").status_code == 303


def test_the_wrong_password(county: County) -> None:
    for name, password in (("admin", "wrong horse 470"), ("nobody", PASSWORD), ("admin", ""), ("", "")):
        response = sign_in(county.browser(), password, name)
        assert response.status_code == 401
        assert "账号或密码不对" in response.text
        assert "set-cookie" not in response.headers


def test_the_session_cookie_is_for_this_site_only_and_not_for_scripts(county: County) -> None:
    cookie = sign_in(county.browser()).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/console" in cookie


def test_guessing_is_slowed(county: County) -> None:
    browser = county.browser("10.1.1.1")
    for _ in range(4):
        assert "请核对后再试" in sign_in(browser, "wrong horse 470").text
    assert "请等 1 分钟再试" in sign_in(browser, "wrong horse 470").text
    # From here on even the right one has to wait, but only from this address.
    refused = sign_in(browser)
    assert refused.status_code == 429
    assert "请等 1 分钟再试" in refused.text
    assert sign_in(county.browser("10.1.1.2")).status_code == 303
    county.clock.at += 61
    assert "请等 2 分钟再试" in sign_in(browser, "wrong horse 470").text
    county.clock.at += 61
    assert sign_in(browser).status_code == 429
    county.clock.at += 60
    assert sign_in(browser).status_code == 303
    # Who got in starts anew.
    assert "请核对后再试" in sign_in(browser, "wrong horse 470").text


def test_a_session_ends_after_twelve_idle_hours_and_not_before(county: County) -> None:
    browser = county.signed_in()
    for _ in range(3):
        county.clock.at += IDLE - 1
        assert browser.get("/console/").status_code == 200
    county.clock.at += IDLE
    assert browser.get("/console/").status_code == 303


def test_a_session_outlives_the_server(county: County) -> None:
    browser = county.signed_in()
    again = TestClient(make_app(county.folder, county.clock), cookies=browser.cookies, follow_redirects=False)
    assert again.get("/console/").status_code == 200


def test_signing_out_ends_the_session_itself(county: County) -> None:
    browser = county.signed_in()
    token = browser.cookies["xiangpei_session"]
    assert browser.post("/console/logout").status_code == 303
    thief = county.browser()
    thief.cookies.set("xiangpei_session", token, path="/console")
    assert thief.get("/console/").status_code == 303


def test_changing_the_password(county: County) -> None:
    browser, elsewhere = county.signed_in(), county.signed_in()

    def change(old: str, new: str, again: str) -> httpx2.Response:
        return browser.post("/console/password", data={"old": old, "new": new, "again": again})

    assert "账号或密码不对" in change("wrong horse 470", "battery staple 9", "battery staple 9").text
    assert "两次输入的新密码不一样" in change(PASSWORD, "battery staple 9", "battery staple 8").text
    assert "密码要有 10 到 128 个字符" in change(PASSWORD, "short", "short").text
    assert elsewhere.get("/console/").status_code == 200
    assert change(PASSWORD, "battery staple 9", "battery staple 9").headers["location"] == "/console/login"
    assert elsewhere.get("/console/").status_code == 303
    assert sign_in(county.browser()).status_code == 401
    assert sign_in(county.browser(), "battery staple 9").status_code == 303


# Requests that are not from our pages

ELSEWHERE = [
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"origin": "http://evil.example"},
    {"origin": "https://testserver"},
    {"origin": "http://testserver:81"},
    {"origin": "null"},
    {"origin": "http://testserver", "sec-fetch-site": "cross-site"},
]


@pytest.mark.parametrize("headers", ELSEWHERE, ids=str)
def test_forms_from_elsewhere_do_nothing(county: County, headers: dict[str, str]) -> None:
    browser = county.signed_in()
    response = browser.post("/console/logout", headers=headers)
    assert response.status_code == 403
    assert "没有执行" in response.text
    assert browser.get("/console/").status_code == 200


@pytest.mark.parametrize("headers", [{"origin": "http://testserver"}, {"sec-fetch-site": "same-origin"}], ids=str)
def test_our_own_forms_work(county: County, headers: dict[str, str]) -> None:
    browser = county.signed_in()
    assert browser.post("/console/logout", headers=headers).status_code == 303
    assert browser.get("/console/").status_code == 303


def test_a_form_too_long_is_not_read(county: County) -> None:
    assert sign_in(county.browser(), "x" * 20_000).status_code == 413


def test_every_answer_bears_the_security_headers(county: County) -> None:
    browser = county.signed_in()
    for path in ("/", "/login", "/aside", "/no-such-page", "/class/none", "/feed/none", "/feed/x?page=y"):
        response = browser.get(f"/console{path}")
        assert "default-src 'self'" in response.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["cache-control"] == "no-store"
        assert not {"script", "style"} & Markup(response.text).tags
        assert "style" not in Markup(response.text).attributes


def test_a_fault_of_ours_is_said_in_words(county: County) -> None:
    browser = TestClient(county.app, raise_server_exceptions=False)
    sign_in(browser)
    county.ledger.conn.execute("DROP TABLE contacts")
    response = browser.get("/console/")
    assert response.status_code == 500
    assert "程序出错了" in response.text
    assert "contacts" not in response.text
    assert "default-src 'self'" in response.headers["content-security-policy"]


def test_the_style_sheet_and_the_font_are_served_here(county: County) -> None:
    browser = county.browser()
    css = browser.get("/console/static/console.css")
    assert css.status_code == 200
    assert not re.search(r"//|@import", re.sub(r"/\*.*?\*/", "", css.text, flags=re.DOTALL))
    for url in re.findall(r'url\("([^"]+)"\)', css.text):
        assert browser.head(url).status_code == 200, url


def test_the_console_is_no_part_of_the_sync_interface(county: County) -> None:
    assert not [path for path in county.app.openapi()["paths"] if "console" in path or path == "/"]


# What the pages say


def test_the_hours_are_the_laptop_s(filled: Filled) -> None:
    """All sixty, and to the hundredth: the page says what the laptop computes from its own ledger."""
    html = filled.county.signed_in().get(f"/console/class/{filled.class_id}").text
    expected = answer(hours_of(filled.laptop, filled.class_id))
    rows = Rows(html).rows[-PEOPLE:]
    assert len(expected) == len(rows) == PEOPLE
    for n, (row, person) in enumerate(zip(rows, expected, strict=True)):
        measured = "不明" if person["measured"] is None else f"{person['measured']}"
        assert row[1:6] == [
            person["name"],
            mask(identity_number(n)),
            f"{person['planned']}",
            measured,
            f"{person['credited']}",
        ]
        assert row[6].removeprefix("不足") == f"{int(person['rate'] * 1000 + 1e-6) / 10:.1f}%"
        for lesson in person["lessons"]:
            for sentence in lesson["why"]:
                assert sentence in html
    assert len({row[5] for row in rows}) > 3, "a class in which everybody earned the same shows little"


def test_what_was_put_right_by_hand_stands_apart(filled: Filled) -> None:
    html = filled.county.signed_in().get(f"/console/class/{filled.class_id}").text
    for words in (
        "更正补签（1）", "漏刷", "村支书王建国", "作废的签到签退（1）", "替人刷卡", "课次改动（2）", "提前结束",
        "村里停电", "请假（1）", "家里有事", "手工签到（2）", "忘带卡", "提前到 16:45", "已取消", "未签退",
    ):  # fmt: skip
        assert words in html, words


def test_no_whole_identity_number_on_any_page(filled: Filled) -> None:
    browser = filled.county.signed_in()
    for path in ("", f"class/{filled.class_id}", f"feed/{filled.laptop.feed}", "aside"):
        html = browser.get(f"/console/{path}").text
        assert not [n for n in range(PEOPLE) if identity_number(n) in html]


def test_the_overview_shows_where_each_feed_stands(filled: Filled) -> None:
    html = filled.county.signed_in().get("/console/").text
    head = filled.laptop.position(filled.laptop.feed)
    code = filled.laptop.conn.execute("SELECT id FROM changes WHERE hash = ?", (head.hash,)).fetchone()[0]
    for words in (
        "青山职业培训学校", "2026-ZS-01", "青石村村部", "青石村教师机", filled.laptop.signer.public.fingerprint,
        f"第 {head.seq} 条", "-".join(re.findall("....", code)), head.hash, "2026-11-21 18:00", "经U盘或文件",
    ):  # fmt: skip
        assert words in html, words


def test_a_class_stands_under_the_institution_whose_device_made_it(tmp_path: Path) -> None:
    clock = morning()
    with county_jobs.create(tmp_path / "county", "青山县人社局", clock) as county:
        for n, institution in enumerate(("甲学校", "乙学校")):
            with enrolled_laptop(tmp_path / f"{n}", county, f"电脑{n}", institution, clock) as laptop:
                add_class(laptop, f"B{n}", "HG-5", "焊工班", "2026-11-21", "2026-11-30", f"{n}村")
                bring(laptop, county)
        found = {part.name: [row["code"] for row in part.classes] for part in overview(county).institutions}
        assert found == {"甲学校": ["B0"], "乙学校": ["B1"]}


def test_a_feed_is_shown_page_by_page_and_whole(filled: Filled) -> None:
    browser = filled.county.signed_in()
    last = filled.laptop.position(filled.laptop.feed).seq
    shown: list[int] = []
    for number in range(1, -(-last // 100) + 1):
        html = browser.get(f"/console/feed/{filled.laptop.feed}?page={number}").text
        shown += [int(seq) for seq in re.findall(r'<tr>\s*<td class="number">(\d+)</td>', html)]
    assert last > 200
    assert shown == list(range(last, 0, -1))
    for page in ("0", "-3", "9999", "99999999999999999999999"):
        assert browser.get(f"/console/feed/{filled.laptop.feed}?page={page}").status_code == 200


def test_what_was_refused_or_is_held_is_listed_and_can_be_had(county: County, tmp_path: Path) -> None:
    laptop = enrolled_laptop(tmp_path / "laptop", county.ledger, "电脑", "甲学校", county.clock)
    flipped = b"age-encryption.org/v1\nnot really"
    assert take(county.ledger, flipped, "坏的.xpb", "usb").state == "refused"
    add_class(laptop, "B1", "HG-5", "焊工班", "2026-11-21", "2026-11-30")
    assert [intake.state for intake in bring(laptop, county.ledger, {laptop.feed: 2})] == ["held"]
    laptop.close()
    browser = county.signed_in()
    overview_page, html = browser.get("/console/").text, browser.get("/console/aside").text
    for words in ("已拒收 1 件", "暂存待接 1 件", REASONS["gap"], REASONS["not-for-us-or-damaged"]):
        assert words in overview_page, words
    for words in ("坏的.xpb", f"{len(flipped)} 字节", "2026-11-21 07:00", "第 3 至 3 条"):
        assert words in html, words
    kept = {browser.get(path).content for path in re.findall(r'href="(/console/aside/[0-9a-f]+)"', html)}
    assert len(kept) == 2
    assert flipped in kept
    assert browser.get(f"/console/aside?feed={laptop.feed}").text.count("下载") == 1
    download = browser.get(re.findall(r'href="(/console/aside/[0-9a-f]+)"', html)[0])
    assert re.fullmatch(r'attachment; filename="[0-9a-f]{16}\.xpb"', download.headers["content-disposition"])


HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7 * 7 }}'


def test_what_people_typed_stays_text(county: County, tmp_path: Path) -> None:
    laptop = enrolled_laptop(tmp_path / "laptop", county.ledger, HOSTILE, HOSTILE, county.clock)
    laptop.operator = HOSTILE
    class_id = add_class(laptop, HOSTILE, "HG-5", HOSTILE, "2026-11-21", "2026-11-30", HOSTILE)
    add_lesson(laptop, class_id, NewLesson(DAY, time(8), time(9), 100, "theory", teacher=HOSTILE, topic=HOSTILE))
    with laptop.writing() as w:
        trainee = w.write("trainee", dict.fromkeys(("name", "id_number", "sex", "hukou", "category"), HOSTILE))
        w.write("enrollment", {"training_class": class_id, "trainee": trainee, "status": "enrolled"})
    bring(laptop, county.ledger)
    take(county.ledger, b"nonsense", HOSTILE, HOSTILE)
    browser = county.signed_in()
    pages = ["", f"class/{class_id}", f"feed/{laptop.feed}", "aside"]
    laptop.close()
    for path in pages:
        html = browser.get(f"/console/{path}").text
        assert "&lt;script&gt;alert(1)" in html, path
        assert "{{ 7 * 7 }}" in html, path
        assert not {"script", "img"} & Markup(html).tags, path
        assert not {name for name in Markup(html).attributes if name.startswith("on")}, path
    again = sign_in(county.browser(), "x", HOSTILE[:40]).text
    assert not {"script", "img"} & Markup(again).tags


def test_the_strangest_numbers_that_are_taken_can_be_shown(county: County, tmp_path: Path) -> None:
    """A certified device may sign any instant within bounds, and any text for a date; the officer must see the rest."""
    laptop = enrolled_laptop(tmp_path / "laptop", county.ledger, "电脑", "甲学校", county.clock)
    class_id = add_class(laptop, "B1", "HG-5", "焊工班", "2026-11-21", "2026-11-30")
    first, last = kinds.Instant.__metadata__[0].ge, kinds.Instant.__metadata__[0].le
    with laptop.writing() as w:
        for start, end in ((last - 1, last), (first, last), (5, 5), (last, first)):
            w.write("lesson", {"training_class": class_id, "start": start, "end": end, "hours": 2**53 - 1})
        w.write("class", {"date_from": "someday", "date_to": ""}, class_id)
        trainee = w.write("trainee", {"name": "赵秀英"})
        w.write("enrollment", {"training_class": class_id, "trainee": trainee})
    bring(laptop, county.ledger)
    laptop.close()
    browser = county.signed_in()
    html = browser.get(f"/console/class/{class_id}").text
    assert "9999-01-01" in html
    assert "0002-01-01" in html
    assert "someday" in browser.get("/console/").text


def test_every_reason_to_refuse_a_batch_has_words() -> None:
    """Reads the sources: each literal reason of Refused and Held on a batch's way in."""
    folder = Path(sync.__file__).parent
    ways_in = [folder / "ledger" / "intake.py", *(folder / "seal").glob("*.py")]
    reasons = set()
    for path in ways_in:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("Refused", "Held"):
                reasons |= {arg.value for arg in node.args[1:] if isinstance(arg, ast.Constant)}
    papers_only = {"bad-paper"}
    assert len(reasons) > 15
    assert reasons - papers_only <= REASONS.keys()
