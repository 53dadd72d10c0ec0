"""教师: who teaches for whom, employed how, and for how many institutions."""

from fastapi import APIRouter, Depends
from starlette.responses import Response

from sync.county.console.asking import Open, SignedIn, frame, signed_in
from sync.county.console.pages import page
from sync.jobs import teachers

router = APIRouter(dependencies=[Depends(signed_in)])


@router.get("/teachers")
def show_teachers(ledger: Open, account: SignedIn, year: int = 0, institution: str = "") -> Response:
    """Of one institution where it is named."""
    this_year = teachers.this_year(ledger)
    year = year if 1 <= year <= 9999 else this_year
    found = [one for one in teachers.list_teachers(ledger, year) if institution in ("", one.institution)]
    years = sorted({this_year, year, *teachers.years(ledger)}, reverse=True)
    values = {"found": found, "year": year, "years": years, "institution": institution}
    return page("teachers.html", frame(ledger, account) | values)
