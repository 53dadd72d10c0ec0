"""An officer decides at the console: forms, whose name is kept, what is said when a form is wrong."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sync.jobs import decisions
from sync.jobs.calendar import calendar
from sync.jobs.classes import add_class
from tests.county.conftest import County
from tests.county.training_point import bring, enrolled_laptop, identity_number

ORIGIN = {"sec-fetch-site": "same-origin"}


@pytest.fixture
def class_id(county: County, tmp_path: Path) -> Iterator[str]:
    laptop = enrolled_laptop(tmp_path / "laptop", county.ledger, "青石村教师机", "青山职业培训学校", county.clock)
    made = add_class(laptop, "QS-01", "YYS-5", "育婴员班", "2026-11-21", "2026-11-30", "青石村")
    with laptop.writing() as w:
        trainee = w.write("trainee", {"name": "王芳", "id_number": identity_number(1)})
        w.write("enrollment", {"training_class": made, "trainee": trainee, "status": "enrolled"})
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


def test_a_class_is_announced_and_its_paper_comes_out(county: County, class_id: str) -> None:
    browser, path = county.signed_in(), f"/console/class/{class_id}"
    shown = browser.get(path).text
    assert "还没有公示" in shown and "请先写整个班次的审核结论" in shown and 'value="notice"' not in shown
    assert "档案保存至 2036-11-30：档案保存年限 10 年" in shown
    assert browser.get(f"{path}/notice.pdf").status_code == 404
    assert post(browser, f"{path}/decide", what="verdict", outcome="passed")[0] == 303
    trainee = county.ledger.conn.execute("SELECT id FROM trainees WHERE name = '王芳'").fetchone()[0]
    assert "王芳的补贴还没有认定" in browser.get(path).text, "before it is posted"
    form = {"outcome": "cut", "subject": trainee, "amount": "600", "note": "只上了一半"}
    assert post(browser, f"{path}/decide", what="verdict", **form)[0] == 303
    assert "还没有认定" not in browser.get(path).text
    whom = {"office": "人社局能力建设股", "phone": "0579-82345678", "address": "人民路", "postcode": "321000"}
    status, text = post(browser, f"{path}/decide", what="notice", **{**whom, "from": "2026-11-20"})
    assert status == 400 and "不能早于今天（2026-11-21）" in text and 'value="人社局能力建设股"' in text
    assert post(browser, f"{path}/decide", what="notice", **{**whom, "from": "2026-11-23"})[0] == 303
    said = "2026-11-23 至 2026-11-27（5 个工作日），受理部门 人社局能力建设股，电话 0579-82345678。"
    shown = browser.get(path).text
    assert f"○ 待公示</span>{said}" in shown and "重新公示" in shown and 'value="人社局能力建设股"' in shown
    county.clock.at += 2 * 86400
    browser = county.signed_in()
    assert "● 公示中" in browser.get(path).text
    assert f"公示中：{said}" in browser.get("/console/classes").text
    paper = browser.get(f"{path}/notice.pdf")
    assert (paper.status_code, paper.headers["content-type"]) == (200, "application/pdf")
    assert paper.content.startswith(b"%PDF")
    assert county.browser().get(f"{path}/notice.pdf").headers["location"] == "/console/login"
    county.clock.at += 1
    assert post(browser, f"{path}/decide", what="notice", **{**whom, "from": "2026-12-30"})[0] == 303
    assert "2027 年的放假安排本程序还不知道" in browser.get(path).text
