"""Who gets into the console, and what is refused: through the real server, over a real ledger."""

import re

import httpx2
import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from sync.county.accounts import IDLE
from sync.county.console.routes import make_console
from sync.county.server import make_app
from tests.county.browsing import Markup
from tests.county.conftest import PASSWORD, County, sign_in


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
