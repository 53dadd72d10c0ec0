"""An officer phones a class's trainees at the console: drawn, dialled and recorded in the account's name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sync.county.callbacks import Callbacks, callbacks_of
from sync.county.findings import findings
from sync.ledger.ledger import Ledger
from tests.county.conftest import County
from tests.county.test_review_pages import ORIGIN, post
from tests.county.training_point import bring, enrolled_laptop, hold_class


@dataclass
class Over:
    county: County
    laptop: Ledger
    class_id: str

    @property
    def path(self) -> str:
        return f"/console/class/{self.class_id}/callbacks"

    @property
    def found(self) -> Callbacks:
        return callbacks_of(self.county.ledger, self.class_id)


@pytest.fixture
def over(county: County, tmp_path: Path) -> Iterator[Over]:
    """A class of sixty, ten days after its end."""
    laptop = enrolled_laptop(tmp_path / "laptop", county.ledger, "青石村教师机", "青山职业培训学校", county.clock)
    class_id = hold_class(laptop, county.clock)
    people = laptop.conn.execute("SELECT id FROM trainees ORDER BY id").fetchall()
    with laptop.writing() as w:
        for n, (person,) in enumerate(people):
            w.write("trainee", {"phone": f"138{n:08d}", "address": "青石村"}, person)
    bring(laptop, county.ledger)
    county.clock.at += 20 * 86400
    yield Over(county, laptop, class_id)
    laptop.close()


def test_from_the_draw_to_a_denial(over: Over) -> None:
    browser = over.county.signed_in()
    assert "应 6 人，还没有抽" in browser.get(f"/console/class/{over.class_id}").text
    before = browser.get(over.path).text
    assert "抽取名单" in before and "tel:" not in before
    assert post(browser, over.path, what="draw")[0] == 303
    people = over.found.people
    shown = browser.get(over.path).text
    assert re.findall(r'href="tel:(\d+)"', shown) == [one.phone for one in people] and len(people) == 6
    assert "接着抽" not in shown and "抽取名单" not in shown, "they are still to be phoned"
    came = next(one for one in people if one.days)
    assert "这 1 天来上课没有：2026-11-21" in shown and came.id_number in shown
    status, text = post(browser, over.path, person=came.person, outcome="denied")
    assert status == 400 and "请写明本人怎么说的" in text
    answer = browser.post(
        over.path, data={"person": came.person, "outcome": "denied", "note": "<b>没去过"}, headers=ORIGIN
    )
    assert (answer.status_code, answer.headers["location"]) == (303, f"{over.path}#{came.person}")
    (call,) = next(one for one in over.found.people if one.person == came.person).results
    assert (call.outcome, call.note, call.by) == ("denied", "<b>没去过", "admin")
    shown = browser.get(over.path).text
    assert "不属实：&lt;b&gt;没去过" in shown and "<b>" not in shown and "（admin）" in shown
    assert "应 6 人，已接通 1 人" in browser.get(f"/console/class/{over.class_id}").text
    inbox = browser.get("/console/findings").text
    assert "回访说的与记录不符" in inbox and f'href="{over.path}"' in inbox


def test_enter_in_the_note_presses_no_button(over: Over) -> None:
    """The first button of a form is the one that Enter presses, and a disabled one does nothing."""
    browser = over.county.signed_in()
    post(browser, over.path, what="draw")
    forms = re.findall(r"<form class=.*?</form>", browser.get(over.path).text, re.DOTALL)
    assert len(forms) == 6
    for form in forms:
        first, *others = re.findall(r"<button[^>]*>", form)
        assert "disabled" in first
        assert [re.findall('value="(.*?)"', one) for one in others] == [
            ["confirmed"], ["denied"], ["unreached"], ["wrong-number"],
        ]  # fmt: skip


def test_what_was_typed_stays_and_a_wrong_form_is_told(over: Over) -> None:
    browser = over.county.signed_in()
    post(browser, over.path, what="draw")
    person = over.found.people[0].person
    status, text = post(browser, over.path, person=person, outcome="perhaps", note='"说<不清')
    assert status == 400 and 'value="&#34;说&lt;不清" autofocus' in text
    card = text[text.index(f'id="{person}"') :].partition("</section>")[0]
    assert "回访结果只能是" in card and text.count("回访结果只能是") == 1, "beside what is to be mended"
    status, text = post(browser, over.path, outcome="confirmed")
    assert status == 404 and "没有这个人" in text
    assert over.found.answered == 0


def test_a_change_that_is_refused_stays_open(over: Over) -> None:
    browser = over.county.signed_in()
    post(browser, over.path, what="draw")
    person = over.found.people[2].person
    assert post(browser, over.path, person=person, outcome="confirmed")[0] == 303
    assert browser.get(over.path).text.count('<details class="words call" open>') == 5
    status, text = post(browser, over.path, person=person, outcome="unreached")
    assert status == 400 and text.count('<details class="words call" open>') == 6 and "请写明为什么" in text


def test_who_has_no_number_is_told_of(over: Over) -> None:
    post(over.county.signed_in(), over.path, what="draw")
    with over.laptop.writing() as w:
        w.write("trainee", {"phone": ""}, over.found.people[0].person)
    bring(over.laptop, over.county.ledger)
    assert "名单里没有电话，请记“号码不对”" in over.county.signed_in().get(over.path).text


def test_before_the_end_there_is_nothing_to_press(over: Over) -> None:
    over.county.clock.at -= 20 * 86400
    browser = over.county.signed_in()
    assert "到 2026-11-30 才结束" in browser.get(over.path).text
    status, text = post(browser, over.path, what="draw")
    assert status == 400 and "到 2026-11-30 才结束" in text
    assert over.found.people == [] and "callback-due" not in {row["kind"] for row in findings(over.county.ledger)}


def test_nobody_else_sees_or_records_it(over: Over) -> None:
    post(over.county.signed_in(), over.path, what="draw")
    phone = over.found.people[0].phone
    stranger = over.county.browser()
    for answer in (stranger.get(over.path), stranger.post(over.path, data={"what": "draw"}, headers=ORIGIN)):
        assert (answer.status_code, answer.headers["location"]) == (303, "/console/login")
    foreign = over.county.signed_in().post(over.path, data={"what": "draw"}, headers={"sec-fetch-site": "cross-site"})
    assert foreign.status_code == 403
    browser = over.county.signed_in()
    for path in (f"/console/class/{over.class_id}", "/console/findings", "/console/", "/console/changes"):
        assert phone not in browser.get(path).text, "on its own page only"
    assert browser.get("/console/class/NOSUCHCLASS/callbacks").status_code == 404
