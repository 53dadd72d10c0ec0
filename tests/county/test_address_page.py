"""An officer publishes where the county's server is: in the account's name, and nothing that can't be an address."""

import pytest

from sync.carry.address import Address, published
from sync.county.tls import own_pair
from tests.county.conftest import County

ORIGIN = {"sec-fetch-site": "same-origin"}
PIN = "ab" * 32


def post(county: County, **form: str) -> tuple[int, str]:
    answer = county.signed_in().post("/console/address", data=form, headers=ORIGIN)
    return answer.status_code, answer.text


def test_what_is_published_stands_on_the_page(county: County) -> None:
    browser = county.signed_in()
    assert "还没有发布地址" in browser.get("/console/address").text
    assert (
        post(county, urls="https://a.example\nhttp://10.1.1.1:8700", kind="typed", pins=f"{PIN}\n{'cd' * 32}")[0] == 303
    )
    said = published(county.ledger)
    assert said == Address(("https://a.example", "http://10.1.1.1:8700"), (PIN, "cd" * 32))
    shown = browser.get("/console/address").text
    assert all(text in shown for text in (*said.urls, *said.pins))
    (raw,) = county.ledger.conn.execute("SELECT raw FROM changes WHERE kind = 'county.address'").fetchone()
    assert b'"op":"admin"' in raw


def test_its_own_certificate_needs_no_typing(county: County) -> None:
    assert "还没有证书" in post(county, urls="https://10.1.1.1:8700", kind="own")[1]
    pair = own_pair(county.folder, "青山县", "10.1.1.1")
    assert post(county, urls="https://10.1.1.1:8700", kind="own")[0] == 303
    assert published(county.ledger).pins == (pair.pin,)
    assert post(county, urls="https://10.1.1.1:8700", kind="trusted")[0] == 303
    assert published(county.ledger).pins == ()


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"urls": "", "kind": "trusted"}, "写明县级服务的地址"),
        ({"urls": "ftp://x", "kind": "trusted"}, "写得不对"),
        ({"urls": "https://x", "kind": "typed", "pins": " "}, "请填写证书公钥的指纹"),
        ({"urls": "https://x", "kind": "typed", "pins": "/etc/hostname"}, "64 位十六进制"),
        ({"urls": "https://<script>", "kind": "trusted"}, "&lt;script&gt;"),
    ],
)
def test_a_form_that_is_wrong_keeps_what_was_typed(county: County, form: dict[str, str], said: str) -> None:
    code, text = post(county, **form)
    assert (code, said in text) == (400, True)
    assert form["urls"].replace("<script>", "&lt;script&gt;") in text
    assert published(county.ledger) == Address()
