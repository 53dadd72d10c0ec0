"""Who asks for a page, of which ledger: what the console's routes depend on, and what stands on every page."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Annotated, Any

from fastapi import Depends, Form, Query, Request

from sync.county import accounts
from sync.county.accounts import Account
from sync.ledger.ledger import Ledger

OpenLedger = Callable[[], AbstractContextManager[Ledger]]
COOKIE = "xiangpei_session"
ROOT = "/console"


class NotSignedIn(Exception):
    pass


def _ledger(request: Request) -> Iterator[Ledger]:
    with request.app.state.open_ledger() as ledger:
        yield ledger


Open = Annotated[Ledger, Depends(_ledger)]


def signed_in(request: Request, ledger: Open) -> Account:
    account = accounts.session_account(ledger, request.cookies.get(COOKIE, ""))
    if account is None:
        raise NotSignedIn
    return account


SignedIn = Annotated[Account, Depends(signed_in)]
Text = Annotated[str, Form()]
PageNumber = Annotated[int, Query(alias="page")]


async def _filled_in(request: Request, _: SignedIn) -> dict[str, str]:
    """A form's fields. They are read only here, when it is known who sends them."""
    async with request.form(max_files=0) as form:
        return {name: value for name, value in form.items() if isinstance(value, str)}


FilledIn = Annotated[dict[str, str], Depends(_filled_in)]


def who(ledger: Ledger, account: Account) -> dict[str, Any]:
    """What stands on every page."""
    return {"county": ledger.name, "account": account}


def frame(ledger: Ledger, account: Account) -> dict[str, Any]:
    """And on those with figures, when they were computed."""
    return who(ledger, account) | {"now": ledger.clock.read().wall // 1000}
