"""Every form, printed and read again: what it says, that it is whole, and that nothing can break it."""

import hashlib
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.errors import BadInput
from sync.paper import print as paper
from sync.paper.forms import Card, Cards, Part, Roster, RosterRow
from sync.reading.reader import read_cards
from tests.paper import samples
from tests.reading.frames import CARD_MM, card_images

FORMS: dict[str, Callable[[], bytes]] = {
    "cards": lambda: paper.cards(samples.cards(23)),
    "roster": lambda: paper.roster(samples.roster(60)),
    "sign-in": lambda: paper.sign_in(samples.sign_in(45, anchor="ABCDEFGH23456789")),
    "timetable": lambda: paper.timetable(samples.timetable(40)),
    "hours": lambda: paper.hours(samples.hours(40, 20)),
    "notice": lambda: paper.notice(samples.notice(60)),
}


def pages(pdf: bytes) -> list[str]:
    """The text of each page, as a reader of the PDF extracts it."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_range() for page in document]


def flat(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.fixture(params=FORMS)
def printed(request: pytest.FixtureRequest) -> bytes:
    return FORMS[request.param]()


def test_every_page_says_where_it_belongs(printed: bytes) -> None:
    texts = pages(printed)
    assert len(texts) > 1
    codes = set()
    for number, text in enumerate(texts, 1):
        footer = flat(text)
        assert f"第{number}页/共{len(texts)}页" in footer
        assert "清溪镇中式烹调师初级班（QS2026-017）" in footer
        assert "打印于2026-11-2208:29" in footer
        codes.update(re.findall(r"校验码([A-Z2-7]{4}-[A-Z2-7]{4})", footer))
    assert len(codes) == 1


def test_every_page_is_upright_or_lying_a4(printed: bytes) -> None:
    with pypdfium2.PdfDocument(printed) as document:
        for page in document:
            width, height = sorted(page.get_size())
            assert (width, height) == pytest.approx((210 * 72 / 25.4, 297 * 72 / 25.4), abs=0.1)


@pytest.mark.parametrize("form", ["cards", "roster", "sign-in", "hours", "notice"])
def test_rare_and_long_names_survive_to_the_text_of_the_pdf(form: str) -> None:
    text = flat("".join(pages(FORMS[form]())))
    for name in samples.NAMES:
        assert flat(name) in text
    assert "\u9a6c" in text, "马 as itself, not as the radical U+2EE2"
    assert not re.search("[\u2e80-\u2fdf]", text)


def test_fonts_are_ours_alone_and_only_their_used_parts(printed: bytes) -> None:
    assert fonts(printed) == {b"NotoSansSC", b"HanaMinB"}
    assert len(printed) < 300_000, "HanaMinB alone has 30 MB"


def fonts(pdf: bytes) -> set[bytes]:
    """The fonts in a PDF, all of them subsets: a whole one would have no tag of six letters."""
    names = re.findall(rb"/BaseFont ?/([A-Za-z0-9+]+)", pdf)
    assert all(re.match(rb"[A-Z]{6}[+]", name) for name in names)
    return {name[7:] for name in names}


def test_the_fallback_font_is_for_rare_characters_alone() -> None:
    assert fonts(paper.roster(Roster(samples.HEADING, (RosterRow("王芳", samples.id_number(1)),)))) == {b"NotoSansSC"}


def test_what_neither_font_has_is_not_borrowed_from_the_machine() -> None:
    """The page would look different on the next machine."""
    uyghur = RosterRow("ئابدۇللا", samples.id_number(1))
    assert fonts(paper.roster(Roster(samples.HEADING, (uyghur,)))) <= {b"NotoSansSC", b"HanaMinB"}


@pytest.mark.parametrize(
    ("form", "heading", "row", "signed"),
    [
        (lambda n: paper.roster(samples.roster(n)), "身份证号", "农业户口", "填表人"),
        (lambda n: paper.timetable(samples.timetable(n)), "教材", "周", "制表人"),
        (lambda n: paper.sign_in(samples.sign_in(n)), "本人签字/按手印", "迟到", "教师签字"),
        (lambda n: paper.hours(samples.hours(n, 0)), "本人确认签字", "79.9%", "教师"),
    ],
    ids=["roster", "timetable", "sign-in", "hours"],
)
@pytest.mark.parametrize("count", [1, 15, 16, 17, 18, 40])
def test_every_page_has_headings_rows_and_a_place_to_sign(
    form: Callable[[int], bytes], heading: str, row: str, signed: str, count: int
) -> None:
    """Signatures on a page of their own would sign anything."""
    for text in pages(form(count)):
        assert heading in flat(text)
        assert row in flat(text)
        assert signed in flat(text)


def test_it_prints_the_same_bytes_again() -> None:
    assert paper.roster(samples.roster(5)) == paper.roster(samples.roster(5))


def test_the_check_code_depends_on_what_is_printed_alone() -> None:
    def code(form: Roster) -> str:
        found = re.search(r"校验码 ?([A-Z2-7]{4}-[A-Z2-7]{4})", pages(paper.roster(form))[0])
        assert found
        return found[1]

    form = samples.roster(2)
    later = replace(form, heading=replace(form.heading, printed_at=form.heading.printed_at + 3600))
    assert code(later) == code(form)
    assert code(replace(form, rows=form.rows[:1])) != code(form)
    born_another_day = replace(form.rows[0], id_number="99999919700101000X")
    assert code(replace(form, rows=(born_another_day, form.rows[1]))) == code(form), "says nothing of hidden digits"


def test_a_paper_says_until_when_it_is_kept_and_its_code_does_not() -> None:
    """A paper that was printed before there was such a line, and its print today, bear one code."""
    form = samples.roster(2)
    kept = replace(form, heading=replace(form.heading, archive_until="2036-11-27"))
    with_line, without = flat(pages(paper.roster(kept))[0]), flat(pages(paper.roster(form))[0])
    assert "档案保存至2036-11-27" in with_line and "档案保存" not in without
    assert with_line.replace("·档案保存至2036-11-27", "") == without


def test_every_page_of_a_notice_says_until_when_it_hangs_whom_to_turn_to_and_no_number() -> None:
    texts = [flat(text) for text in pages(paper.notice(samples.notice(60)))]
    for text in texts:
        assert "受理部门：青山县人社局职业能力建设股电话：0800-654321" in text
        assert "共60人，补贴合计62426元（8人待定，不在内）" in text
        assert "证件号" in text and "999999************" in text
    assert "公示时间：2026年11月23日至2026年11月27日（5个工作日）" in texts[0]
    assert "小河村中式烹调师五级青山县职业技能培训中心QS2026-017801200.50" in texts[0]
    assert not re.search(r"99999919|\d{4}X", "".join(texts))


def test_sixty_people_with_short_names_are_announced_on_two_pages() -> None:
    form = samples.notice(60)
    assert len(pages(paper.notice(replace(form, rows=tuple(replace(row, name="王芳") for row in form.rows))))) == 2


def test_identity_numbers_are_masked_unless_asked_for() -> None:
    masked = flat("".join(pages(paper.roster(samples.roster(3)))))
    assert "999999********002X" in masked
    assert samples.id_number(2) not in masked
    assert samples.id_number(2) in flat("".join(pages(paper.roster(samples.roster(3, show_identity=True)))))


@pytest.mark.parametrize("form", ["cards", "sign-in", "timetable", "hours", "notice"])
def test_other_forms_hold_no_identity_number(form: str) -> None:
    text = flat("".join(pages(FORMS[form]())))
    assert not re.search(r"999999196503", text)
    assert form not in ("sign-in", "hours") or "001X" in text


def test_ten_cards_to_a_sheet_each_read_back_as_its_own_number() -> None:
    form = samples.cards(12)
    images = card_images(paper.cards(form))
    assert len(images) == 20
    for card, image in zip(form.cards, images[:12], strict=True):
        assert read_cards(image.tobytes(), image.shape[1], image.shape[0], image.shape[1]) == [card.number]
        assert zxingcpp.read_barcodes(image)[0].ec_level == "H"


def test_the_code_on_a_card_is_30_mm_wide_and_stands_in_a_quiet_zone() -> None:
    dpi = 600
    px = dpi / 25.4
    form = Cards(samples.HEADING, (Card("0" * 17, "巴音才次克·那木吉拉道尔吉·乌云其其格斯琴塔娜高娃"),))
    dark = card_images(paper.cards(form), dpi)[0] < 128
    quiet = 4 * 30 / 21
    left, top = CARD_MM[0] - quiet - 30, quiet

    def part(x: float, y: float, width: float, height: float) -> np.ndarray:
        """Millimetres on the card, less a pixel or two at each edge."""
        return dark[round(y * px) + 2 : round((y + height) * px) - 2, round(x * px) + 2 : round((x + width) * px) - 2]

    module = 30 / 21
    for corner in ((left, top), (left + 14 * module, top), (left, top + 14 * module)):
        assert part(*corner, 7 * module, module).all(), "a finder pattern's upper edge"
        assert part(*corner, module, 7 * module).all()
    assert not part(left - quiet, 1, quiet, 30 + 2 * quiet - 1).any()
    assert not part(left + 30, 1, quiet - 0.3, 30 + 2 * quiet - 1).any()
    assert not part(left - quiet, 1, 30 + 2 * quiet - 0.3, quiet - 1).any()
    assert not part(left - quiet, top + 30, 30 + 2 * quiet - 0.3, quiet).any()


def test_nothing_on_a_card_leaves_it_or_is_clipped() -> None:
    """Between the cards, where the cuts go, there is no ink but the faint dots of the cutting line."""
    longest = "巴音才次克·那木吉拉道尔吉·乌云其其格斯琴塔娜高娃"
    wide = replace(
        samples.HEADING,
        institution="青山县清溪镇农村劳动力转移就业职业技能综合培训服务中心",
        class_name="清溪镇二〇二六年度乡村振兴中式烹调师初级技能提升培训班第三期",
    )
    image = card_images(paper.cards(Cards(wide, (Card("0" * 17, longest),))), 300)[0]
    edge = round(1.5 * 300 / 25.4)
    dark = image < 128
    inner = np.zeros_like(dark)
    inner[edge:-edge, edge:-edge] = True
    assert not (dark & ~inner).any()


def test_a_card_number_must_have_17_digits() -> None:
    for number in ("1" * 16, "1" * 18, "1" * 16 + "X", "１" * 17):
        with pytest.raises(ValueError, match="17 digits"):
            paper.cards(Cards(samples.HEADING, (Card(number, "王芳"),)))


def test_the_sign_in_sheet_carries_its_anchor_in_letters_and_as_a_code() -> None:
    pdf = paper.sign_in(samples.sign_in(3, anchor="ABCDEFGH23456789"))
    assert "存证码ABCDEFGH23456789" in flat(pages(pdf)[0])
    with pypdfium2.PdfDocument(pdf) as document:
        picture = document[0].render(scale=3, grayscale=True).to_pil()
    assert read_cards(picture.tobytes(), picture.width, picture.height, picture.width) == ["ABCDEFGH23456789"]
    assert "存证码" not in flat(pages(paper.sign_in(samples.sign_in(3)))[0])


def test_the_sign_in_sheet_has_its_times_and_totals_on_every_page() -> None:
    texts = pages(paper.sign_in(samples.sign_in(45)))
    assert "08:20" in texts[0]
    assert "11:31" in texts[0]
    for text in texts:
        assert "应到45人实到45人请假0人缺勤0人" in flat(text)
        assert "教师签字" in text
        assert "0800-123456" in text


def test_the_timetable_adds_up_without_what_was_cancelled() -> None:
    text = flat("".join(pages(paper.timetable(samples.timetable(4)))))
    assert "11-21周六08:30–11:30" in text
    assert "共3课次，11课时（理论7，实操4）" in text
    assert "已取消" in text


def test_hours_are_said_with_their_reasons() -> None:
    text = flat("".join(pages(paper.hours(samples.hours(2, 3)))))
    assert "1马䶮000X1211.25979.9%" in text, "planned, measured, credited, and the rate rounded down"
    assert "2㛃𬱖𠮷𰻝001X12—979.9%" in text
    assert "未足额计入的原因" in text
    assert "马䶮111-21迟到、早退43.06308:42才到，比开始晚12分钟" in text


def test_hours_are_kept_apart_by_theory_practice_and_online_where_a_class_has_both() -> None:
    form = samples.hours(2, 0)
    theory, online = Part("theory", "onsite", 800, 700, 650), Part("theory", "online", 400, 375, 350)
    practice = Part("practice", "onsite", 1200, None, 1000)

    def text(*parts: Part) -> str:
        rows = tuple(replace(row, parts=parts) for row in form.rows)
        return flat("".join(pages(paper.hours(replace(form, rows=rows)))))

    both = text(theory, online, practice)
    assert "理论线下计入/计划理论线上计入/计划实操线下计入/计划" in both
    assert "6.5/83.5/410/12" in both
    assert "理论计入/计划实操计入/计划" in text(theory, practice)
    assert "计入/计划" not in text(theory)


@pytest.mark.parametrize(
    "form",
    [
        lambda: paper.cards(samples.cards(0)),
        lambda: paper.roster(samples.roster(0)),
        lambda: paper.sign_in(samples.sign_in(0)),
        lambda: paper.sign_in(replace(samples.sign_in(1), lessons=())),
        lambda: paper.timetable(samples.timetable(0)),
        lambda: paper.hours(samples.hours(0, 2)),
        lambda: paper.notice(samples.notice(0)),
    ],
)
def test_nothing_to_print_is_said_in_words(form: Callable[[], bytes]) -> None:
    with pytest.raises(BadInput, match=r"先|后再"):
        form()


def test_hours_of_a_class_without_lessons_still_print() -> None:
    assert "学员课时" in flat(pages(paper.hours(samples.hours(2, 0)))[0])


def test_it_is_pdf_a_unless_a_character_has_no_glyph() -> None:
    assert b"pdfaid:part>2<" in paper.roster(samples.roster(1))
    row = RosterRow("王\ue81e芳", samples.id_number(1))
    pdf = paper.roster(Roster(samples.HEADING, (row,)))
    assert b"pdfaid" not in pdf
    assert len(pages(pdf)) == 1


@settings(max_examples=40, deadline=None)
@given(name=st.text(max_size=60), note=st.text(max_size=60))
def test_no_text_can_break_a_page(name: str, note: str) -> None:
    """Names are data to the template, never code, whatever they hold."""
    form = samples.sign_in(1)
    row = replace(form.rows[0], name=name, note=note)
    assert len(pages(paper.sign_in(replace(form, rows=(row,))))) == 1


def test_a_machine_without_any_font_prints_the_same_bytes() -> None:
    """No fontconfig, no home, no system font folder that could be found by a variable."""
    program = (
        "import hashlib; from sync.paper import print as paper; from tests.paper import samples; "
        "print(hashlib.sha256(paper.roster(samples.roster(20))).hexdigest())"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], env={"PYTHONPATH": "."}, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == hashlib.sha256(paper.roster(samples.roster(20))).hexdigest()
