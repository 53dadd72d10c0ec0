"""The county's web console: which page is where. Works without JavaScript; every page but the first asks for a login.

It is an application of its own under /console, so that its rules bind nothing else and nothing else loosens them.
"""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from sync.county import accounts, grants
from sync.county.accounts import Account, SignInRefused
from sync.county.callbacks import callbacks_of
from sync.county.console import callbacks_page, notice_page, teachers_page
from sync.county.console.address_page import address_page, publish_address
from sync.county.console.asking import (
    COOKIE,
    ROOT,
    FilledIn,
    NotSignedIn,
    Open,
    OpenLedger,
    PageNumber,
    SignedIn,
    Text,
    frame,
    signed_in,
    who,
)
from sync.county.console.class_page import class_page
from sync.county.console.enrolment import MOST_FILES, asked, asked_again, certify, granted
from sync.county.console.feeds import aside_page, changes_page, feed_page, kind_counts, operator_names, sealed_file
from sync.county.console.findings_page import Inbox, findings_page
from sync.county.console.guard import Guard
from sync.county.console.institutions import device_list, feed_lines, institution_of, overview, totals
from sync.county.console.kept_files import accept, decision
from sync.county.console.pages import ASSETS, FONTS, page
from sync.county.console.photos_page import photos_page, picture
from sync.county.console.review import card, listed, say, write_days
from sync.county.throttle import Throttle
from sync.errors import BadInput, NotFound, Refused, UserError
from sync.jobs.calendar import calendar
from sync.ledger.ledger import Ledger
from sync.paper.codes import sheet
from sync.seal.parts import split
from sync.training.archive import kept_words


def add_console(app: FastAPI, open_ledger: OpenLedger) -> None:
    """Puts the console under /console of the county's server; `open_ledger` opens its ledger for one request."""
    app.mount(ROOT, Guard(make_console(open_ledger), uploads=frozenset({f"{ROOT}/enrol"})))

    @app.get("/", include_in_schema=False)
    def home() -> Response:
        return RedirectResponse(f"{ROOT}/", 303)


def make_console(open_ledger: OpenLedger) -> FastAPI:
    console = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    console.state.open_ledger = open_ledger
    console.state.throttle = Throttle()
    console.state.inbox = Inbox()
    console.include_router(_open)
    console.include_router(_private)
    console.include_router(teachers_page.router)
    console.include_router(notice_page.router)
    console.include_router(callbacks_page.router)
    console.mount("/static", _Static(directory=ASSETS / "static"))
    console.mount("/fonts", _Static(directory=FONTS))
    console.add_exception_handler(NotSignedIn, lambda *_: RedirectResponse(f"{ROOT}/login", 303))
    console.add_exception_handler(UserError, _explain)
    console.add_exception_handler(HTTPException, _no_such_page)
    console.add_exception_handler(RequestValidationError, _no_such_page)
    console.add_exception_handler(Exception, _our_fault)
    return console


class _Static(StaticFiles):
    """Asked for again by ETag, so that an update shows at once and nothing is fetched twice."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["cache-control"] = "no-cache"
        return response


_open = APIRouter()
_private = APIRouter(dependencies=[Depends(signed_in)])


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


# In and out


@_open.get("/login")
def login_form(ledger: Open) -> Response:
    return page("login.html", {"county": ledger.name, "message": "", "name": ""})


@_open.post("/login")
def login(request: Request, ledger: Open, name: Text = "", password: Text = "") -> Response:
    try:
        token = accounts.sign_in(ledger, request.app.state.throttle, name, password, _address(request))
    except SignInRefused as error:
        status = 429 if error.reason == "wait" else 401
        return page("login.html", {"county": ledger.name, "message": error.message, "name": name}, status)
    response = RedirectResponse(f"{ROOT}/", 303)
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, token, path=ROOT, httponly=True, samesite="strict", secure=secure)
    return response


@_private.post("/logout")
def logout(request: Request, ledger: Open) -> Response:
    accounts.sign_out(ledger, request.cookies.get(COOKIE, ""))
    return _to_login()


def _to_login() -> Response:
    response = RedirectResponse(f"{ROOT}/login", 303)
    response.delete_cookie(COOKIE, path=ROOT, httponly=True, samesite="strict")
    return response


@_private.get("/password")
def password_form(ledger: Open, account: SignedIn) -> Response:
    return page("password.html", {"county": ledger.name, "account": account, "message": ""})


@_private.post("/password")
def change_password(
    request: Request, ledger: Open, account: SignedIn, old: Text = "", new: Text = "", again: Text = ""
) -> Response:
    try:
        accounts.prove(ledger, request.app.state.throttle, account.name, old, _address(request))
        if new != again:
            raise BadInput("两次输入的新密码不一样，请重新输入。")
        accounts.change_password(ledger, account.name, new)
    except (SignInRefused, BadInput) as error:
        values = {"county": ledger.name, "account": account, "message": error.message}
        return page("password.html", values, 400)
    return _to_login()


# Enrolment


async def _uploaded(request: Request, _: SignedIn) -> list[tuple[str, bytes]]:
    """The files of a form. They are read only here, when it is known who sends them."""
    async with request.form(max_files=MOST_FILES, max_fields=1) as form:
        files = [file for file in form.getlist("files") if isinstance(file, UploadFile)]
        return [(file.filename or "", await file.read()) for file in files if file.size]


Uploaded = Annotated[list[tuple[str, bytes]], Depends(_uploaded)]


@_private.get("/enrol")
def enrol_form(ledger: Open, account: SignedIn) -> Response:
    return page("enrol.html", who(ledger, account) | {"message": ""})


@_private.post("/enrol")
def enrol_look(ledger: Open, account: SignedIn, files: Uploaded) -> Response:
    try:
        found = asked(ledger, files)
    except (BadInput, Refused) as error:
        return page("enrol.html", who(ledger, account) | {"message": error.message}, 400)
    return page("enrol-check.html", who(ledger, account) | {"found": found, "message": "", **_typed({})})


@_private.post("/enrol/certify")
def enrol_certify(ledger: Open, account: SignedIn, form: FilledIn) -> Response:
    try:
        key_id = certify(ledger, form, account.name)
    except (BadInput, Refused) as error:
        try:
            found = asked_again(ledger, form)
        except (BadInput, Refused):
            return page("enrol.html", who(ledger, account) | {"message": error.message}, 400)
        values = {"found": found, "message": error.message, **_typed(form)}
        return page("enrol-check.html", who(ledger, account) | values, 400)
    return RedirectResponse(f"{ROOT}/device/{key_id}", 303)


def _typed(form: dict[str, str]) -> dict[str, str]:
    return {"chosen": form.get("institution", ""), "new": form.get("new", ""), "days": form.get("days", "")}


@_private.get("/device/{key_id}")
def show_device(ledger: Open, account: SignedIn, key_id: str) -> Response:
    return page("device.html", who(ledger, account) | {"found": granted(ledger, key_id)})


@_private.get("/device/{key_id}/grant")
def download_grant(ledger: Open, key_id: str) -> Response:
    found = grants.whole(ledger, key_id)
    headers = {"content-disposition": f'attachment; filename="{_short_name(key_id)}.xpg"'}
    return Response(found, media_type="application/octet-stream", headers=headers)


@_private.get("/device/{key_id}/codes")
def download_codes(ledger: Open, key_id: str) -> Response:
    found = sheet(split(grants.for_codes(ledger, key_id)))
    headers = {"content-disposition": f'attachment; filename="{_short_name(key_id)}.png"'}
    return Response(found, media_type="image/png", headers=headers)


def _short_name(key_id: str) -> str:
    """A file name: names that people chose may be anything."""
    return f"grant-{key_id.rpartition(':')[2][:16]}"


# Pages


@_private.get("/")
def show_overview(request: Request, ledger: Open, account: SignedIn) -> Response:
    found = overview(ledger)
    inbox = request.app.state.inbox.of(ledger)
    grave = sum(row["level"] == 3 for row in inbox)
    values = {"overview": found, "totals": totals(found), "inbox": inbox, "grave": grave}
    return page("overview.html", frame(ledger, account) | values)


@_private.get("/findings")
def show_findings(
    request: Request,
    ledger: Open,
    account: SignedIn,
    class_id: Annotated[str, Query(alias="class")] = "",
    page_number: PageNumber = 1,
) -> Response:
    found = findings_page(ledger, request.app.state.inbox.of(ledger), class_id, page_number)
    return page("findings.html", frame(ledger, account) | {"found": found})


@_private.get("/class/{class_id}")
def show_class(ledger: Open, account: SignedIn, class_id: str) -> Response:
    return _class(ledger, account, class_id)


def _class(
    ledger: Ledger, account: Account, class_id: str, message: str = "", typed: dict[str, str] | None = None
) -> Response:
    found = class_page(ledger, class_id)
    labels = {line.row.id: line.row for line in found.lessons}
    values = {
        "page": found,
        "lesson_rows": labels,
        "photos": photos_page(ledger, class_id),
        "decided": card(ledger, found, message, typed),
        "posted": notice_page.notice_card(ledger, found.hours.class_row, typed),
        "kept": kept_words(found.hours.class_row.date_to, found.hours.pack),
        "callbacks": callbacks_of(ledger, class_id, found.hours),
    }
    return page("class.html", frame(ledger, account) | values, 400 if message else 200)


@_private.post("/class/{class_id}/decide")
def decide_on_class(ledger: Open, account: SignedIn, class_id: str, form: FilledIn) -> Response:
    try:
        say(ledger, class_id, form, account.name)
    except BadInput as error:
        return _class(ledger, account, class_id, error.message, form)
    return RedirectResponse(f"{ROOT}/class/{quote(class_id, safe='')}#review", 303)


@_private.get("/classes")
def show_classes(ledger: Open, account: SignedIn, state: str = "") -> Response:
    return page("classes.html", frame(ledger, account) | {"listed": listed(ledger, state)})


@_private.get("/calendar")
def show_calendar(ledger: Open, account: SignedIn) -> Response:
    return page("calendar.html", frame(ledger, account) | {"days": calendar(ledger), "message": "", "typed": {}})


@_private.post("/calendar")
def write_calendar(ledger: Open, account: SignedIn, form: FilledIn) -> Response:
    try:
        write_days(ledger, form, account.name)
    except BadInput as error:
        values = {"days": calendar(ledger), "message": error.message, "typed": form}
        return page("calendar.html", frame(ledger, account) | values, 400)
    return RedirectResponse(f"{ROOT}/calendar", 303)


@_private.get("/address")
def show_address(ledger: Open, account: SignedIn) -> Response:
    values = {"found": address_page(ledger), "message": "", "typed": {}}
    return page("address.html", frame(ledger, account) | values)


@_private.post("/address")
def write_address(ledger: Open, account: SignedIn, form: FilledIn) -> Response:
    try:
        publish_address(ledger, form, account.name)
    except BadInput as error:
        values = {"found": address_page(ledger), "message": error.message, "typed": form}
        return page("address.html", frame(ledger, account) | values, 400)
    return RedirectResponse(f"{ROOT}/address", 303)


@_private.get("/class/{class_id}/photos")
def show_photos(ledger: Open, account: SignedIn, class_id: str) -> Response:
    return page("photos.html", frame(ledger, account) | {"found": photos_page(ledger, class_id)})


@_private.get("/photo/{sha256}")
def show_photo(ledger: Open, sha256: str) -> Response:
    return Response(picture(ledger, sha256), media_type="image/jpeg")


@_private.get("/feed/{feed}")
def show_feed(ledger: Open, account: SignedIn, feed: str, page_number: PageNumber = 1) -> Response:
    line = next(iter(feed_lines(ledger, feed)), None)
    if line is None:
        raise NotFound("没有这个变更流。请从总览进入。")
    values = {
        "feed": line,
        "institution": institution_of(ledger, feed),
        "device": next((device for device in device_list(ledger) if device.key_id == line.key_id), None),
        "kinds": kind_counts(ledger, feed),
        "page": feed_page(ledger, feed, page_number),
        "operators": operator_names(ledger),
    }
    return page("feed.html", frame(ledger, account) | values)


@_private.get("/aside")
def show_aside(ledger: Open, account: SignedIn, feed: str = "", page_number: PageNumber = 1) -> Response:
    values = {"page": aside_page(ledger, page_number, feed), "feed": feed}
    return page("aside.html", frame(ledger, account) | values)


@_private.get("/aside/{sha256}")
def download(ledger: Open, sha256: str) -> Response:
    data = sealed_file(ledger, sha256)
    # Named by its hash: the name that it came with may be anything.
    headers = {"content-disposition": f'attachment; filename="{sha256[:16]}.xpb"'}
    return Response(data, media_type="application/octet-stream", headers=headers)


@_private.get("/changes")
def show_changes(ledger: Open, account: SignedIn, state: str = "", page_number: PageNumber = 1) -> Response:
    return page("changes.html", frame(ledger, account) | changes_page(ledger, state, page_number))


@_private.get("/decide/{sha256}")
def decide_form(ledger: Open, account: SignedIn, sha256: str) -> Response:
    values = {"found": decision(ledger, sha256), "message": "", "typed": ""}
    return page("decide.html", who(ledger, account) | values)


@_private.post("/decide/{sha256}")
def decide(ledger: Open, account: SignedIn, sha256: str, reason: Text = "") -> Response:
    found = decision(ledger, sha256)
    try:
        accept(ledger, sha256, reason, account.name)
    except (BadInput, Refused) as error:
        values = {"found": found, "message": error.message, "typed": reason}
        return page("decide.html", who(ledger, account) | values, 400)
    return RedirectResponse(f"{ROOT}/feed/{found.feed}", 303)


# When it goes wrong


def _explain(_: Request, error: Exception) -> Response:
    assert isinstance(error, UserError)
    return _problem(error.message, 404 if isinstance(error, NotFound) else 503)


def _no_such_page(_: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 400
    return _problem("没有这个页面。请从总览进入。" if status == 404 else "这个请求看不懂，没有执行。", status)


def _our_fault(_: Request, __: Exception) -> Response:
    return _problem("程序出错了，详情已写入服务日志。数据没有改动。请返回总览再试；如再出现，请联系维护人员。", 500)


def _problem(message: str, status: int) -> Response:
    return page("problem.html", {"message": message}, status)
