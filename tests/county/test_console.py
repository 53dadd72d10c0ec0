"""What the console's pages say, over a real ledger that a real laptop's sealed batches filled."""

import ast
import re
from datetime import time
from pathlib import Path

import sync
from sync.county import county as county_jobs
from sync.county.console.institutions import overview
from sync.county.console.words import REASONS
from sync.jobs.classes import NewLesson, add_class, add_lesson
from sync.jobs.hours import answer, hours_of
from sync.ledger.intake import take
from sync.seal import kinds
from sync.training.identity import mask
from tests.county.browsing import Markup, Rows
from tests.county.conftest import County, Filled, sign_in
from tests.county.training_point import (
    DAY,
    PEOPLE,
    bring,
    enrolled_laptop,
    identity_number,
    morning,
)


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
    assert html.count("<td>罗老师</td>") == 3, "correction, void and leave, each by name"
    assert html.count("<td>未登录</td>") == 2, "stamps by hand, before anybody had signed in"


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
    operators: set[str] = set()
    for number in range(1, -(-last // 100) + 1):
        html = browser.get(f"/console/feed/{filled.laptop.feed}?page={number}").text
        shown += [int(seq) for seq in re.findall(r'<tr>\s*<td class="number">(\d+)</td>', html)]
        operators |= set(re.findall(r"<td>(罗老师|未登录)</td>", html))
        assert filled.laptop.operator not in html, "a name, not an id"
    assert operators == {"罗老师", "未登录"}
    assert last > 200
    assert shown == list(range(last, 0, -1))
    for page in ("0", "-3", "9999", "99999999999999999999999"):
        assert browser.get(f"/console/feed/{filled.laptop.feed}?page={page}").status_code == 200


def test_what_was_refused_or_is_held_is_listed_and_can_be_had(county: County, tmp_path: Path) -> None:
    laptop = enrolled_laptop(tmp_path / "laptop", county.ledger, "电脑", "甲学校", county.clock)
    flipped = b"age-encryption.org/v1\nnot really"
    assert take(county.ledger, flipped, "坏的.xpb", "usb").state == "refused"
    add_class(laptop, "B1", "HG-5", "焊工班", "2026-11-21", "2026-11-30")
    assert [intake.state for intake in bring(laptop, county.ledger, after=2)] == ["held"]
    feed = laptop.feed
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
    assert browser.get(f"/console/aside?feed={feed}").text.count("下载") == 1
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
    papers_only = {"bad-paper", "bad-part", "bad-parts", "not-a-part", "other-paper"}
    assert len(reasons) > 15
    assert reasons - papers_only <= REASONS.keys()
