"""What holds for every answer of the console: its headers, small forms only, and no form sent from another site."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_FORM = 16 * 1024
LARGEST_UPLOAD = 64 * 1024 * 1024
"""A dozen photos of a phone."""

HEADERS = {
    "content-security-policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none';"
    " object-src 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # Not no-referrer: with that, browsers send `Origin: null` with our own forms.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


class Guard:
    """Wraps the console; pure ASGI, so that nothing is buffered and even an error page bears the headers."""

    def __init__(self, app: ASGIApp, uploads: frozenset[str] = frozenset()) -> None:
        """`uploads` are the paths that take files; their routes read none before they know who asks."""
        self.app = app
        self.uploads = uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                headers.setdefault("cache-control", "no-store")
            await send(message)

        request = Request(scope)
        largest = LARGEST_UPLOAD if request.url.path in self.uploads else LARGEST_FORM
        refusal = _refusal(request, largest)
        await (refusal or self.app)(scope, receive, send_with_headers)


def _refusal(request: Request, largest: int) -> PlainTextResponse | None:
    if request.method in ("GET", "HEAD"):
        return None
    if not _from_here(request.headers, request.url.scheme):
        return PlainTextResponse("这个请求不是从控制台页面发出的，没有执行。请回到控制台重新操作。", 403)
    length = request.headers.get("content-length", "")
    if not (length.isascii() and length.isdigit() and int(length) <= largest):
        return PlainTextResponse("提交的内容过长，没有执行。", 413)
    return None


def _from_here(headers: Headers, scheme: str) -> bool:
    """Whether a form was sent by our own page. Browsers say so by Sec-Fetch-Site, older ones by Origin.

    What names neither is no browser, and holds nobody's cookie.
    """
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:
        return site in ("same-origin", "none")
    if origin is not None:
        there = urlsplit(origin)
        return there.scheme == scheme and there.netloc == headers.get("host")
    return True
