"""An officer decides at the console: forms, whose name is kept, what is said when a form is wrong."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sync.jobs import decisions
from sync.jobs.calendar import calendar
from sync.jobs.classes import add_class
from tests.county.conftest import County
from tests.county.training_point import bring, enrolled_laptop

ORIGIN = {"sec-fetch-site": "same-origin"}


@pytest.fixture
def class_id(county: County, tmp_path: Path) -> Iterator[str]:
    laptop = enrolled_laptop(tmp_path / "laptop", county.ledger, "青石村教师机", "青山职业培训学校", county.clock)
    made = add_class(laptop, "QS-01", "YYS-5", "育婴员班", "2026-11-21", "2026-11-30", "青石村")
    bring(laptop, county.ledger)
    yield made
    laptop.close()


def post(browser: TestClient, path: str, **form: str) -> tuple[int, str]:
    answer = browser.post(path, data=form, headers=ORIGIN)
    return answer.status_code, answer.text


def test_a_class_goes_from_return_to_verdict(county: County, class_id: str) -> None:
    browser, path = county.signed_in(), f"/console/class/{class_id}/decide"
    assert "○ 未报批" in browser.get(f"/console/class/{class_id}").text
    form = {"what": "return", "stage": "opening", "reasons": "缺教学计划\n\n缺教师证", "until": "2026-12-01"}
    assert post(browser, path, **form)[0] == 303
    (notice,) = decisions.decisions_of(county.ledger, class_id).notices
    assert (notice.reasons, notice.until, notice.by) == (["缺教学计划", "缺教师证"], "2026-12-01", "admin")
    shown = browser.get(f"/console/class/{class_id}").text
    assert "▲ 已退回" in shown and "还没有看到" in shown
    county.clock.at += 60
    assert post(browser, path, what="approve", paper="青人社〔2026〕3号", hours="96", people="40")[0] == 303
    county.clock.at += 60
    form = {"what": "verdict", "outcome": "cut", "hours": "88.5", "amount": "1200", "rule": "出勤率不足"}
    assert post(browser, path, **form)[0] == 303
    shown = browser.get(f"/console/class/{class_id}").text
    assert "■ 已审核" in shown
    assert "同意开班，文号 青人社〔2026〕3号，96 课时，40 人。" in shown
    assert "审核核减，认定 88.5 课时，认定金额 1200 元，依据 出勤率不足。" in shown
    assert "缺教学计划；缺教师证" in shown, "what was said remains"


WRONG = [
    ({"what": "return", "stage": "opening", "reasons": " \n"}, "写明理由"),
    ({"what": "return", "stage": "opening", "reasons": "缺", "until": "明天"}, "2026-11-21 这样"),
    ({"what": "approve", "hours": "九十六"}, "课时“九十六”看不懂"),
    ({"what": "approve", "people": "-3"}, "人数请写整数"),
    ({"what": "verdict", "outcome": "cut"}, "依据哪条规则"),
    ({"what": "verdict", "outcome": "<b>"}, "审核结论只能是"),
    ({}, "表单不完整"),
]


def test_a_wrong_form_is_told(county: County, class_id: str) -> None:
    browser = county.signed_in()
    for form, said in WRONG:
        status, text = post(browser, f"/console/class/{class_id}/decide", **form)
        assert status == 400 and said in text
    assert decisions.decisions_of(county.ledger, class_id) == decisions.Decisions(class_id)


def test_what_was_typed_stays_in_the_form(county: County, class_id: str) -> None:
    _, text = post(
        county.signed_in(), f"/console/class/{class_id}/decide", what="approve", paper="青人社<3>号", hours="x"
    )
    assert 'value="青人社&lt;3&gt;号"' in text and "<3>" not in text


def test_nobody_else_decides(county: County, class_id: str) -> None:
    path = f"/console/class/{class_id}/decide"
    answer = county.browser().post(path, data={"what": "approve"}, headers=ORIGIN)
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/login")
    foreign = county.signed_in().post(path, data={"what": "approve"}, headers={"sec-fetch-site": "cross-site"})
    assert foreign.status_code == 403
    assert decisions.decisions_of(county.ledger, class_id).state == "none"


def test_classes_by_state(county: County, class_id: str) -> None:
    browser = county.signed_in()
    assert "QS-01" in browser.get("/console/classes?state=none").text
    post(browser, f"/console/class/{class_id}/decide", what="approve")
    assert "QS-01" not in browser.get("/console/classes?state=none").text
    shown = browser.get("/console/classes?state=approved").text
    assert "QS-01" in shown and "● 已批复" in shown and "已批复 1" in shown


def test_the_calendar(county: County) -> None:
    browser = county.signed_in()
    form = {"date": "2026-10-01", "to": "2026-10-03", "kind": "off", "name": "国庆节", "clause": "国办发〔2025〕1号"}
    assert post(browser, "/console/calendar", **form)[0] == 303
    county.clock.at += 1
    assert post(browser, "/console/calendar", date="2026-10-02", kind="none")[0] == 303
    assert [one.day for one in calendar(county.ledger)] == ["2026-10-01", "2026-10-03"]
    assert "国庆节" in browser.get("/console/calendar").text
    status, text = post(browser, "/console/calendar", date="2026-10-09", to="2026-10-01", kind="off", name="x")
    assert status == 400 and "不能早于" in text and 'value="2026-10-09"' in text
