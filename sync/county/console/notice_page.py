"""公示 on a class's page: what hangs, the form that posts it, and the paper for the wall."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Depends
from starlette.responses import Response

from sync.county import notices as county_notices
from sync.county.console.asking import Open, signed_in
from sync.county.notices import Posting
from sync.errors import NotFound
from sync.jobs import notices
from sync.jobs.find import ClassRow
from sync.jobs.notices import STATES, UP, PublicNotice
from sync.ledger.ledger import Ledger

router = APIRouter(dependencies=[Depends(signed_in)])
_FIELDS = ("office", "address", "postcode", "phone")


@dataclass(frozen=True, slots=True)
class NoticeCard:
    """`why_not` says why the class can't be announced yet; `fields` are what the form begins with."""

    class_id: str
    notice: PublicNotice | None
    state: str
    why_not: str
    remarks: list[str]
    fields: Mapping[str, str]
    today: str
    open: bool
    """The form, since what was typed into it was refused."""

    @property
    def badge(self) -> str:
        """Shape and word: a page is read in grey, too."""
        return f"{'●' if self.state == UP else '○'} {STATES[self.state]}"


def notice_card(ledger: Ledger, row: ClassRow, typed: Mapping[str, str] | None) -> NoticeCard:
    posted, today = notices.standing(ledger, row.id).get(row.id), notices.today(ledger)
    last, why_not = county_notices.last_whom(ledger), county_notices.why_not(ledger, row)
    refused = typed is not None and typed.get("what") == "notice"
    fields = {"from": "", **{name: getattr(last, name) for name in _FIELDS}}
    return NoticeCard(
        class_id=row.id,
        notice=posted,
        state=posted.state(today) if posted else "",
        why_not=why_not,
        remarks=([posted.doubt] if posted and posted.doubt else [])
        + ([] if why_not else county_notices.remarks(ledger, row)),
        fields=fields | (dict(typed) if refused and typed else {}),
        today=today,
        open=refused,
    )


def post(ledger: Ledger, class_id: str, form: Mapping[str, str]) -> None:
    """Posts what the form says. Raises BadInput, NotFound."""
    said = Posting(form.get("from", ""), *(form.get(name, "") for name in _FIELDS))
    county_notices.post(ledger, class_id, said)


@router.get("/class/{class_id}/notice.pdf")
def paper(ledger: Open, class_id: str) -> Response:
    if class_id not in notices.standing(ledger, class_id):
        raise NotFound("这个班还没有公示。请从班次页进入。")
    # What makes pages is large, and the server needs it for this alone.
    from sync.jobs.papers import print_form

    # A page of its own in the browser, which prints it or keeps it.
    headers = {"content-disposition": "inline; filename=notice.pdf"}
    return Response(print_form(ledger, "notice", class_id), media_type="application/pdf", headers=headers)
