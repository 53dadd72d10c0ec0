"""Which proxy leads to the county: the system's, none, or one that was typed on this computer.

The setting is kept in the ledger, which is encrypted, since it may hold a password; words only ever name its host.
"""

from urllib.parse import quote, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from sync.errors import BadInput, CarrierError
from sync.ledger import database
from sync.ledger.ledger import Ledger

SYSTEM, NONE = "", "none"
_BAD = "代理服务器的地址写得不对。请写成 主机:端口，例如 10.1.1.1:8080。"
_SOCKS = "系统里设的代理是 SOCKS 的，本程序只会用 HTTP 代理。请在“网络设置”里改成“不用代理”，或填写 HTTP 代理。"


def setting(ledger: Ledger) -> str:
    """SYSTEM, NONE, or a URL."""
    return ledger.get("proxy")


def keep(ledger: Ledger, chosen: str) -> None:
    with database.transaction(ledger.conn):
        ledger.put("proxy", chosen)


def read(typed: str, user: str = "", password: str = "") -> str:
    """A proxy's URL from what was typed, perhaps with user and password in it. Raises BadInput("bad-proxy")."""
    text = typed.strip().replace("：", ":").replace("。", ".")
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise BadInput(_BAD, "bad-proxy") from error
    if parts.scheme not in ("http", "https") or not host or parts.path.strip("/") or any(map(str.isspace, text)):
        raise BadInput(_BAD, "bad-proxy")
    user, password = user or unquote(parts.username or ""), password or unquote(parts.password or "")
    who = f"{quote(user, '')}:{quote(password, '')}@" if user else ""
    where = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{who}{where}{f':{port}' if port else ''}"


def parts_of(url: str) -> tuple[str, str, str]:
    """Host and port, user, password of a URL that `read` made."""
    parts = urlsplit(url)
    scheme = "https://" if parts.scheme == "https" else ""
    where = f"{scheme}{parts.netloc.rpartition('@')[2]}"
    return where, unquote(parts.username or ""), unquote(parts.password or "")


def shown(url: str) -> str:
    """Host and port, for people: never who signs in there."""
    return parts_of(url)[0]


def proxy_for(url: str, chosen: str) -> str:
    """The proxy's URL for a request to `url`; empty for the straight way. Raises CarrierError for one of no use."""
    if chosen == NONE:
        return ""
    return chosen or _systems(url)


def _systems(url: str) -> str:
    """Environment variables, and on Windows and macOS what the system's settings say."""
    try:
        parts = urlsplit(url)
        found = getproxies()
        proxy = found.get(parts.scheme) or found.get("all") or ""
        if not proxy or not parts.hostname or proxy_bypass(parts.hostname):
            return ""
        if proxy.lower().startswith("socks"):
            raise CarrierError(_SOCKS, "proxy-socks")
        return read(proxy)
    except ValueError:
        # The county's address is the one that is wrong, and will be told so.
        return ""
    except BadInput as error:
        raise CarrierError(
            "系统里设的代理地址不对。请在“网络设置”里改成“不用代理”，或填写代理。", "bad-proxy"
        ) from error
