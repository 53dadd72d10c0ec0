"""Where the county's server is, as laptops are told: what is published, and the form that changes it."""

from collections.abc import Mapping
from dataclasses import dataclass

from sync.carry.address import Address, published
from sync.county.address import publish
from sync.county.tls import own_pin
from sync.errors import BadInput
from sync.ledger.ledger import Ledger

OWN, TYPED, TRUSTED = "own", "typed", "trusted"


@dataclass(frozen=True, slots=True)
class AddressPage:
    """`kind` is how the certificate is known; `own` the pin of the county's own certificate, or empty."""

    said: Address
    own: str
    kind: str


def address_page(ledger: Ledger) -> AddressPage:
    said, own = published(ledger), own_pin(ledger.folder)
    secure = any(url.startswith("https:") for url in said.urls)
    kind = TRUSTED if secure and not said.pins else TYPED if said.pins not in ((), (own,)) else OWN
    return AddressPage(said, own, kind)


def publish_address(ledger: Ledger, form: Mapping[str, str], officer: str) -> None:
    """Publishes what the form says, in the officer's name. Raises BadInput."""
    kind = form.get("kind", "")
    pins = form.get("pins", "").split() if kind == TYPED else []
    if kind == TYPED and not pins:
        raise BadInput("请填写证书公钥的指纹，一行一个。")
    if kind == TYPED and any(len(pin.replace(":", "")) != 64 for pin in pins):
        # Never a file's name from a form.
        raise BadInput("证书公钥的指纹是 64 位十六进制，一行一个。请核对。")
    ledger.operator = officer
    publish(ledger, form.get("urls", "").split(), pins, trusted=kind == TRUSTED)
