"""The line to the county's server: requests that survive a short cut, can be stopped, and fail in words."""

import asyncio
import random
import ssl
import time
from collections.abc import Iterator

import httpx2

from sync.carry import proxy, tls
from sync.carry.backoff import Backoff
from sync.carry.stop import Stop
from sync.errors import CarrierError

TIMEOUT = httpx2.Timeout(30, connect=10)
TRIES = 4
PAUSES = Backoff(first=0.4, longest=3)
"""Seconds between them."""
PATIENCE = 60
"""Seconds after which a request that fails is not tried again."""
PIECE = 64 * 1024
"""Bytes of a request between two looks at whether it is still wanted."""
BUSY = frozenset({502, 503, 504})
SAFE = "记录都在本机，没有丢。"
_UNREACHABLE = f"连不上县里的服务器，{SAFE}请稍后再试，或改用U盘。"
_LOGIN = (
    f"回答的不是乡培通县级服务。如果用的是村部、酒店的无线网，请先打开浏览器随便看一个网页，登录以后再报；"
    f"还不行请核对地址。{SAFE}"
)
_WRONG_KEY = f"这不是县里登记的服务器，什么都没有发给它。{SAFE}请换一个网络再试，或改用U盘；如果总是这样，请告诉县局。"
_CERTIFICATES = {
    9: "它的证书还没有生效，也可能是本机的日期不对",
    10: "它的证书已经过期，也可能是本机的日期不对",
    62: "它的证书是别的地址的",
    64: "它的证书是别的地址的",
}
_UNTRUSTED = "本机不认识它的证书"


class Cut(CarrierError):
    """The line broke, or the server is busy: worth another try."""


class Line:
    """Requests to one server, one after another. Close it, or use it as a context manager.

    `pauses` says how long to wait before trying again what was cut; without one, nothing is tried again.
    """

    def __init__(
        self,
        url: str,
        client: httpx2.Client | None = None,
        *,
        pins: tuple[str, ...] = (),
        via: str = proxy.SYSTEM,
        stop: Stop | None = None,
        pauses: Backoff | None = PAUSES,
    ) -> None:
        self.url = url
        self._proxy = "" if client else proxy.proxy_for(url, via)
        self._client = client or _client(self._proxy, pins)
        self._stop, self._pauses = stop, pauses
        self._met = self._running = False

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *_: object) -> None:
        # After a stop a request may still be ending in its own thread, which closes it then.
        if not self._running:
            self._client.close()

    def post(self, path: str, body: bytes) -> bytes:
        """The body of the answer. Raises CarrierError, Stopped."""
        pauses, since = self._pauses, time.monotonic()
        for left in reversed(range(TRIES)):
            try:
                answer = self._once(path, body)
                self._met = True
                return answer
            except Cut as error:
                # A server that never answered is told at once; one that did is given time to come back.
                if pauses is None or not left or time.monotonic() - since > PATIENCE or not self._worth_it(error):
                    raise
                pauses = pauses.failed()
            self._wait(pauses.pause(random.random()))
        raise AssertionError("unreachable")

    def _worth_it(self, error: Cut) -> bool:
        return self._met or not isinstance(error.__cause__, (httpx2.ConnectError, httpx2.TimeoutException))

    def _wait(self, seconds: float) -> None:
        if self._stop is not None:
            self._stop.wait(seconds)
        else:
            # Not time.sleep, which fails where a made-up clock is put under this process.
            asyncio.run(asyncio.sleep(seconds))

    def _once(self, path: str, body: bytes) -> bytes:
        try:
            response = self._stop.run(lambda: self._ask(path, body)) if self._stop else self._ask(path, body)
        except (httpx2.InvalidURL, httpx2.UnsupportedProtocol, UnicodeError) as error:
            raise CarrierError(f"县里服务器的地址写得不对：{self.url}。请写成 http://主机:端口。", "bad-url") from error
        except httpx2.ProxyError as error:
            raise self._proxy_refused(str(error)) from error
        except httpx2.HTTPError as error:
            raise self._broken(error) from error
        self._check(response)
        return response.content

    def _ask(self, path: str, body: bytes) -> httpx2.Response:
        headers = {"content-type": "application/octet-stream", "content-length": str(len(body))}
        self._running = True
        try:
            return self._client.post(self.url + path, content=self._pieces(body), headers=headers)
        finally:
            self._running = False
            if self._stop is not None and self._stop.asked:
                self._client.close()

    def _pieces(self, body: bytes) -> Iterator[bytes]:
        for start in range(0, len(body), PIECE):
            if self._stop is not None:
                self._stop.check()
            yield body[start : start + PIECE]

    def _check(self, response: httpx2.Response) -> None:
        code = response.status_code
        if code == 200:
            return
        if code == 407:
            raise self._proxy_refused("407")
        if code in BUSY:
            raise Cut(_said(response), "server-refused")
        if code == 511 or 300 <= code < 400:
            # A network that wants somebody to sign in first sends every request there.
            raise CarrierError(_LOGIN, "not-a-county")
        raise CarrierError(_said(response), "server-refused")

    def _broken(self, error: httpx2.HTTPError) -> CarrierError:
        cause = _tls_error(error)
        if isinstance(cause, tls.WrongKey):
            return CarrierError(_WRONG_KEY, "wrong-certificate")
        if isinstance(cause, ssl.SSLCertVerificationError):
            why = _CERTIFICATES.get(getattr(cause, "verify_code", 0), _UNTRUSTED)
            words = (
                f"不能确认这是县里的服务器：{why}。什么都没有发给它，{SAFE}请核对地址，或请县局发布服务器的证书指纹。"
            )
            return CarrierError(words, "wrong-certificate")
        if isinstance(error, httpx2.ConnectError) and cause is not None and not isinstance(cause, ssl.SSLEOFError):
            words = f"和这个地址谈不成加密（https）。请核对地址是 http 还是 https，端口对不对。{SAFE}"
            return CarrierError(words, "not-tls")
        if self._proxy and isinstance(error, (httpx2.ConnectError, httpx2.ConnectTimeout)):
            words = f"连不上代理服务器 {proxy.shown(self._proxy)}。请核对“网络设置”。{SAFE}"
            return Cut(words, "proxy-unreachable")
        return Cut(_UNREACHABLE, "unreachable")

    def _proxy_refused(self, said: str) -> CarrierError:
        code, name = said.strip()[:3], proxy.shown(self._proxy)
        if code == "407":
            words = f"代理服务器 {name} 要用户名和密码，或者写的不对。请在“网络设置”里填写。{SAFE}"
            return CarrierError(words, "proxy-auth")
        if code in map(str, BUSY):
            return Cut(f"代理服务器 {name} 连不到县里的服务器。{SAFE}请稍后再试，或改用U盘。", "proxy-failed")
        words = f"代理服务器 {name} 不让连到县里的服务器（代码 {code}）。请问管网络的人，或改用U盘。{SAFE}"
        return CarrierError(words, "proxy-refused")


def not_a_county() -> CarrierError:
    """For an answer that is none of the county's."""
    return CarrierError(_LOGIN, "not-a-county")


def _client(through: str, pins: tuple[str, ...]) -> httpx2.Client:
    # What the environment says of proxies is asked in one place, with the words for it; of the rest we want nothing.
    return httpx2.Client(timeout=TIMEOUT, verify=tls.context(pins), proxy=through or None, trust_env=False)


def _tls_error(error: BaseException) -> ssl.SSLError | None:
    """What TLS itself said, beneath what two libraries made of it."""
    below: BaseException | None = error
    while below is not None and not isinstance(below, ssl.SSLError):
        below = below.__cause__ or below.__context__
    return below


def _said(response: httpx2.Response) -> str:
    try:
        message = response.json()["message"]
    except (ValueError, KeyError, TypeError):
        return f"县里的服务器没有办成（代码 {response.status_code}）。{SAFE}请稍后再试。"
    return str(message)
