"""What the console's enrolment pages show: who asks, before anything is certified; and the grant as QR codes."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass

from sync.county import grants
from sync.county.console.institutions import Device, device_list
from sync.county.devices import MOST_DAYS, enrol, read_request
from sync.county.public import VALID_DAYS
from sync.errors import BadInput, NotFound
from sync.jobs.codes import paper_of
from sync.ledger.ledger import Ledger
from sync.paper.codes import path
from sync.seal import papers, parts
from sync.seal.change import read

MOST_FILES = 12
SECONDS_EACH = 0.8
"""How long the cycle shows each code: a camera needs a sharp frame, a hand needs none."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that verified. `known` is the certificate that the same laptop has already."""

    request: str
    """The request itself in base64, to be handed back with the form: nothing is kept before it is certified."""
    name: str
    fingerprint: str
    institutions: list[str]
    known: Device | None
    known_institution: str
    days: int = VALID_DAYS
    most_days: int = MOST_DAYS


@dataclass(frozen=True, slots=True)
class Code:
    """One QR code. It is shown from `start` to `end`, shares of the cycle."""

    number: int
    side: int
    path: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Granted:
    """A certified device, and its grant as codes."""

    device: Device
    institution: str
    county_fingerprint: str
    by: str
    codes: list[Code]
    whole: bool
    seconds: float


def asked(ledger: Ledger, files: list[tuple[str, bytes]]) -> Asked:
    """Who asks, from the files that were uploaded. Raises BadInput, Refused."""
    if not files:
        raise BadInput("请先选登记申请文件（.xpq），或它的二维码的照片。")
    return _asked(ledger, paper_of(files))


def asked_again(ledger: Ledger, form: Mapping[str, str]) -> Asked:
    """The same from the form that carries the request back. Raises BadInput, Refused."""
    return _asked(ledger, _request_of(form))


def _asked(ledger: Ledger, request: bytes) -> Asked:
    paper = read_request(ledger, request)
    known = next((device for device in device_list(ledger) if device.key_id == paper.key.id), None)
    names = ledger.conn.execute("SELECT DISTINCT name FROM institutions WHERE name <> '' ORDER BY name")
    return Asked(
        request=base64.b64encode(request).decode(),
        name=paper.name,
        fingerprint=paper.key.fingerprint,
        institutions=[row[0] for row in names],
        known=known,
        known_institution=_institution_name(ledger, known.institution) if known else "",
    )


def _request_of(form: Mapping[str, str]) -> bytes:
    try:
        return base64.b64decode(form["request"], validate=True)
    except (KeyError, binascii.Error, ValueError) as error:
        raise BadInput("表单不完整，没有签发。请重新选择登记申请。") from error


def certify(ledger: Ledger, form: Mapping[str, str], account: str) -> str:
    """Certifies as the form says, in the account's name; answers the device's key. Raises BadInput, Refused."""
    request = _request_of(form)
    if not form.get("compared"):
        raise BadInput("还没有签发：请先打电话核对指纹，一字不差再勾选“已核对”。")
    try:
        days = int(form.get("days", ""))
    except ValueError as error:
        raise BadInput("有效期请填天数，例如 400。") from error
    ledger.operator = account
    _, said = enrol(ledger, request, form.get("new", "").strip() or form.get("institution", ""), days)
    return str(said["key"])


def granted(ledger: Ledger, key_id: str) -> Granted:
    """Raises NotFound."""
    device = next((one for one in device_list(ledger) if one.key_id == key_id and one.role != "county"), None)
    if device is None:
        raise NotFound("县里没有给这台电脑签发过授权。请从总览进入。")
    grant = grants.for_codes(ledger, key_id)
    codes = codes_of(grant)
    return Granted(
        device=device,
        institution=_institution_name(ledger, device.institution),
        county_fingerprint=ledger.signer.public.fingerprint,
        by=_certified_by(ledger, key_id),
        codes=codes,
        whole=not papers.verify_own(grant, papers.Grant).institution,
        seconds=round(len(codes) * SECONDS_EACH, 1),
    )


def codes_of(grant: bytes) -> list[Code]:
    texts = parts.split(grant)
    shares = [round(n / len(texts), 4) for n in range(len(texts) + 1)]
    return [Code(n + 1, *path(text), shares[n], shares[n + 1]) for n, text in enumerate(texts)]


def _institution_name(ledger: Ledger, institution: str) -> str:
    row = ledger.conn.execute("SELECT name FROM institutions WHERE id = ?", (institution,)).fetchone()
    return str(row[0] or "") if row else ""


def _certified_by(ledger: Ledger, key_id: str) -> str:
    """The console's account that signed the certificate for the county; empty for the command line."""
    row = ledger.conn.execute(
        "SELECT c.raw FROM devices d JOIN changes c ON c.id = d.id WHERE d.key_id = ? ORDER BY d.until DESC LIMIT 1",
        (key_id,),
    ).fetchone()
    return read(row[0]).change.op if row else ""
