"""Where the county's server is: what the county has signed in its public feed, and what somebody typed here."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

import msgspec

from sync.errors import BadInput
from sync.ledger import database
from sync.ledger.ledger import Ledger

_HOST = re.compile(r"[\w.:-]{1,253}")


@dataclass(frozen=True, slots=True)
class Address:
    """As `county.address` says it; nothing while the county has published none."""

    urls: tuple[str, ...] = ()
    pins: tuple[str, ...] = ()


def published(ledger: Ledger) -> Address:
    """The last address that the county signed."""
    row = ledger.conn.execute(
        "SELECT urls, pins FROM county_addresses ORDER BY hlc_ms DESC, hlc_n DESC, id DESC LIMIT 1"
    ).fetchone()
    return Address(*(tuple(msgspec.json.decode(text, type=list[str])) for text in row)) if row else Address()


def known(ledger: Ledger) -> list[str]:
    """Addresses to try, best first: the published ones, that which worked last before the others; then a typed one.

    Where the county serves over TLS, nothing that goes in the clear is tried unless the county says so.
    """
    worked, signed = ledger.get("server"), list(published(ledger).urls)
    if worked not in signed and not _secure(worked) and any(map(_secure, signed)):
        worked = ""
    ways = [worked, *signed] if worked in signed else [*signed, worked]
    return [url for url in dict.fromkeys(ways) if url]


def worked(ledger: Ledger, url: str) -> None:
    """Remembers the address of a sync that ended well."""
    if ledger.get("server") != url:
        with database.transaction(ledger.conn):
            ledger.put("server", url)


def typed(text: str) -> str:
    """An address as people write it, with the scheme that they leave out. Raises BadInput."""
    url = text.strip().replace("：", ":").replace("。", ".").replace("／", "/")
    scheme, _, rest = url.rpartition("://")
    if not rest.strip("/"):
        raise BadInput("请填写县里服务器的地址。地址可以问县局要。")
    return f"{scheme or 'http'}://{rest.rstrip('/')}"


def meant(ledger: Ledger, text: str) -> str:
    """The same; over TLS where the county has published it at that very host and port. Raises BadInput."""
    url = typed(text)
    secure = url.replace("http://", "https://", 1)
    return secure if secure in published(ledger).urls else url


def _secure(url: str) -> bool:
    return url.startswith("https://")


def checked(text: str) -> str:
    """A whole address, for the county to publish. Raises BadInput("bad-url")."""
    url = typed(text)
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(_HOST.fullmatch(parts.hostname or "")) and parts.port != 0
        plain = not (parts.username or parts.password or parts.query or parts.fragment)
    except ValueError:
        good = plain = False
    if not (good and plain) or any(letter.isspace() for letter in url):
        raise BadInput(f"地址“{text}”写得不对。请写成 https://主机:端口。", "bad-url")
    return url
