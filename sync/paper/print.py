"""Forms to PDF, by typst and the templates in resources/paper.

Data reaches a template as JSON through sys.inputs and never as template code, so no name can break a page. Only the
fonts of resources/fonts are used: a machine without a Chinese font prints the same page, to the byte.
"""

import hashlib
from base64 import b32encode
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import typst

import resources
from sync.errors import BadInput
from sync.paper.forms import Cards, Hours, Notice, Roster, SignIn, Timetable
from sync.paper.qr import card_runs, text_runs
from sync.training.identity import mask, mask_public

RESOURCES = Path(resources.__file__).parent
TEMPLATES = RESOURCES / "paper"

AnyForm = Cards | Hours | Notice | Roster | SignIn | Timetable


def cards(form: Cards) -> bytes:
    """学员证: business-card size, ten to an A4, with cut marks. Raises BadInput when there are none."""
    _need(form.cards, "班里还没有学员，导入花名册后再打印学员证。")
    return _pdf("cards.typ", form, {"qr": [card_runs(card.number) for card in form.cards]})


def roster(form: Roster) -> bytes:
    """花名册. Raises BadInput when it is empty."""
    _need(form.rows, "班里还没有学员，导入花名册后再打印。")
    if not form.show_identity:
        form = replace(form, rows=tuple(replace(row, id_number=mask(row.id_number)) for row in form.rows))
    return _pdf("roster.typ", form)


def sign_in(form: SignIn) -> bytes:
    """签到表. Raises BadInput when the class has no trainees or no lesson is given."""
    _need(form.rows, "班里还没有学员，导入花名册后再打印签到表。")
    _need(form.lessons, "还没有排课，先添加课次再打印签到表。")
    form = replace(form, rows=tuple(replace(row, id_number=row.id_number[-4:]) for row in form.rows))
    side, runs = text_runs(form.anchor_qr or form.anchor) if form.anchor else (0, [])
    return _pdf("sign-in.typ", form, {"anchor_side": side, "anchor_runs": runs})


def timetable(form: Timetable) -> bytes:
    """课程表. Raises BadInput when there are no lessons."""
    _need(form.lessons, "还没有排课，先添加课次再打印课程表。")
    return _pdf("timetable.typ", form)


def hours(form: Hours) -> bytes:
    """课时统计. Raises BadInput when the class has no trainees."""
    _need(form.rows, "班里还没有学员，导入花名册后再打印课时统计。")
    form = replace(form, rows=tuple(replace(row, id_number=row.id_number[-4:]) for row in form.rows))
    return _pdf("hours.typ", form)


def notice(form: Notice) -> bytes:
    """公示名单. Raises BadInput when nobody is on it."""
    _need(form.rows, "按审核结论，这个班没有要公示的人，请先核对名册和审核结论。")
    form = replace(form, rows=tuple(replace(row, id_number=mask_public(row.id_number)) for row in form.rows))
    return _pdf("notice.typ", form)


def _check_code(form: AnyForm) -> str:
    """Eight letters that two prints of the same facts share, whenever they were printed.

    It is taken of what is printed, after masking: a digest of a hidden number could be searched for the number.
    """
    timeless = msgspec.to_builtins(replace(form, heading=replace(form.heading, printed_at=0)))
    # Papers of the time before it was printed keep their code.
    del timeless["heading"]["archive_until"]
    digest = hashlib.sha256(msgspec.json.encode([type(form).__name__, timeless])).digest()
    letters = b32encode(digest[:5]).decode()
    return f"{letters[:4]}-{letters[4:]}"


def _need(rows: tuple[object, ...], otherwise: str) -> None:
    if not rows:
        raise BadInput(otherwise)


def _pdf(template: str, form: AnyForm, drawn: dict[str, Any] | None = None) -> bytes:
    data = {"form": form, "drawn": drawn or {}, "check_code": _check_code(form)}
    inputs = {"data": msgspec.json.encode(data).decode()}
    compiler = typst.Compiler(TEMPLATES / template, root=TEMPLATES, font_paths=_fonts(), sys_inputs=inputs)
    try:
        return _compile(compiler, form, archival=True)
    except typst.TypstError as error:
        if "could not be displayed" not in error.message:
            raise
        # PDF/A refuses a character that no font here has (an emoji, a private-use code); a page with an empty box
        # in one name still beats no page.
        return _compile(compiler, form, archival=False)


def _compile(compiler: typst.Compiler, form: AnyForm, *, archival: bool) -> bytes:
    # Tags would make a long roster fifteen times larger.
    pdf = compiler.compile(
        format="pdf",
        pdf_standards=["a-2u"] if archival else [],
        pdf_tags=False,
        timestamp=form.heading.printed_at,
    )
    assert isinstance(pdf, bytes)
    return pdf


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(RESOURCES / "fonts")])
