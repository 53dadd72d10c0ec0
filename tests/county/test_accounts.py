"""Officers' accounts, made and mended on the server by the verbs, while the console goes on."""

from starlette.testclient import TestClient

from tests.cli.conftest import Tell, tell
from tests.county.conftest import PASSWORD, County, sign_in

__all__ = ["tell"]


def is_in(browser: TestClient) -> bool:
    return browser.get("/console/").status_code == 200


def entered(county: County, password: str, name: str) -> TestClient:
    browser = county.browser()
    assert sign_in(browser, password, name).status_code == 303
    return browser


def test_a_second_officer_gets_in_with_the_password_that_was_shown(county: County, tell: Tell) -> None:
    said = tell(county.folder, "county", "account", "add", " 李梅 ").answer
    assert said.keys() == {"account", "password"} and said["account"] == "李梅"
    assert is_in(entered(county, said["password"], "李梅"))
    assert tell(county.folder, "county", "account", "add", "李梅").answer["error"] == "account-taken"
    assert tell(county.folder, "county", "account", "list").answer == [{"account": "admin"}, {"account": "李梅"}]


def test_a_reset_ends_the_sessions_and_the_old_password(county: County, tell: Tell) -> None:
    tell(county.folder, "county", "account", "add", "李梅")
    forgetful = county.signed_in()
    password = tell(county.folder, "county", "account", "reset", "admin").answer["password"]
    assert not is_in(forgetful)
    assert sign_in(county.browser(), PASSWORD).status_code == 401
    other = entered(county, password, "admin")
    assert tell(county.folder, "county", "account", "reset", "李梅").code == 0
    assert is_in(other), "another's reset ends nobody else's"
    assert tell(county.folder, "county", "account", "reset", "没有的人").answer["error"] == "not-found"


def test_who_was_removed_is_out_at_once_and_somebody_always_stays(county: County, tell: Tell) -> None:
    password = tell(county.folder, "county", "account", "add", "李梅").answer["password"]
    left, stays = entered(county, password, "李梅"), county.signed_in()
    assert tell(county.folder, "county", "account", "remove", "没有的人").answer["error"] == "not-found"
    assert tell(county.folder, "county", "account", "remove", "李梅").code == 0
    assert not is_in(left) and is_in(stays)
    assert sign_in(county.browser(), password, "李梅").status_code == 401
    assert tell(county.folder, "county", "account", "remove", "admin").answer["error"] == "last-account"
    assert is_in(stays)
