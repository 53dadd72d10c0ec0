"""电话回访 of a class: whom to phone and what to ask, and what each said. Phone numbers are shown on this page only."""

from urllib.parse import quote

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response

from sync.county.accounts import Account
from sync.county.callbacks import callbacks_of, draw, record
from sync.county.console.asking import ROOT, FilledIn, Open, SignedIn, frame, signed_in
from sync.county.console.pages import page
from sync.errors import BadInput, KeyProblem, NotFound
from sync.ledger.ledger import Ledger
from sync.training.callbacks import ANSWERED, OUTCOMES

router = APIRouter(dependencies=[Depends(signed_in)])


@router.get("/class/{class_id}/callbacks")
def show_callbacks(ledger: Open, account: SignedIn, class_id: str) -> Response:
    return _shown(ledger, account, class_id)


def _shown(
    ledger: Ledger, account: Account, class_id: str, message: str = "", typed: dict[str, str] | None = None
) -> Response:
    found = callbacks_of(ledger, class_id)
    values = {"found": found, "message": message, "typed": typed or {}, "outcomes": OUTCOMES, "answered": ANSWERED}
    return page("callbacks.html", frame(ledger, account) | values, 400 if message else 200)


@router.post("/class/{class_id}/callbacks")
def act(ledger: Open, account: SignedIn, class_id: str, form: FilledIn) -> Response:
    """Draws, or records one call, in the account's name."""
    ledger.operator = account.name
    person = form.get("person", "")
    try:
        if form.get("what") == "draw":
            draw(ledger, class_id)
        else:
            record(ledger, class_id, person, form.get("outcome", ""), form.get("note", ""))
    except NotFound:
        raise
    except (BadInput, KeyProblem) as error:
        return _shown(ledger, account, class_id, error.message, form)
    place = f"#{quote(person, safe='')}" if person else ""
    return RedirectResponse(f"{ROOT}/class/{quote(class_id, safe='')}/callbacks{place}", 303)
