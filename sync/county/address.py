"""The county publishes where its server is, and by which keys laptops know it, in its public feed."""

from sync.carry import address
from sync.carry.tls import read_pin
from sync.county.public import need_county
from sync.county.tls import own_pin
from sync.errors import BadInput
from sync.ledger.ledger import Ledger
from sync.seal import county_kinds

MOST = 5
"""Addresses, or keys, at once; two of each are plenty."""


def publish(ledger: Ledger, urls: list[str], pins: list[str], *, trusted: bool = False) -> address.Address:
    """Signs the county's address for every laptop, and answers it. The one before counts no more.

    Without pins, an https address gets that of the county's own certificate, unless its certificate is one that
    computers trust by themselves (`trusted`). Pins may be given as certificate files. Raises BadInput.
    """
    need_county(ledger)
    where = list(dict.fromkeys(address.checked(url) for url in urls if url.strip()))
    keys = list(dict.fromkeys(read_pin(pin) for pin in pins if pin.strip()))
    if not where:
        raise BadInput("请写明县级服务的地址，例如 https://10.1.1.1:8700。")
    if len(where) > MOST or len(keys) > MOST:
        raise BadInput(f"地址和证书指纹各最多 {MOST} 个。")
    if not keys and not trusted and any(url.startswith("https:") for url in where):
        keys = [_own(ledger)]
    said = address.Address(tuple(where), tuple(keys))
    if said != address.published(ledger):
        with ledger.writing() as w:
            w.fact("county.address", county_kinds.CountyAddress(where, keys))
    return said


def _own(ledger: Ledger) -> str:
    pin = own_pin(ledger.folder)
    if not pin:
        raise BadInput(
            "还没有证书。请先用 county serve --tls 启动一次（自动生成证书），或给出证书指纹（--pin）；"
            "证书是买来的、电脑都认识的，请加 --trusted。",
            "no-certificate",
        )
    return pin
