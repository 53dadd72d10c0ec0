"""SM2 beside Ed25519: the same envelopes, and openssl verifies them too."""

import subprocess
from pathlib import Path

import pytest

pytest.importorskip("gmssl_pyx", reason="the extra sm2 has no wheel for this machine")

from sync.carry.folder import sync_folder
from sync.carry.outgoing import waiting
from sync.county.county import import_files
from sync.county.devices import enrol
from sync.errors import Refused
from sync.jobs import enrol as laptop_enrol
from sync.ledger.check import check
from sync.ledger.ledger import COUNTY, Ledger
from sync.seal import envelope
from sync.seal.keys import PublicKey, Sm2Signer, new_secret, signer_of


def test_what_was_signed_verifies_and_nothing_else_does() -> None:
    signer = Sm2Signer(new_secret("sm2"))
    signature = signer.sign(b"a batch")
    signer.public.verify(signature, b"a batch")
    for key, data, signed in (
        (signer.public, b"another batch", signature),
        (Sm2Signer(new_secret("sm2")).public, b"a batch", signature),
        (signer.public, b"a batch", signature[:-1] + bytes([signature[-1] ^ 1])),
        (signer.public, b"a batch", b""),
        (PublicKey("sm2", "04" * 33), b"a batch", signature),
    ):
        with pytest.raises(Refused) as caught:
            key.verify(signed, data)
        assert caught.value.reason == "bad-signature"


def test_openssl_verifies_an_envelope(tmp_path: Path) -> None:
    signer = Sm2Signer(new_secret("sm2"))
    opened = envelope.read(envelope.sign(b"payload", envelope.RECEIPT, signer))
    full_type = f"{envelope.RECEIPT}; alg=sm2"
    pae = f"DSSEv1 {len(full_type)} {full_type} {len(opened.payload)} ".encode() + opened.payload
    (tmp_path / "key.pem").write_text(signer.public.pem())
    (tmp_path / "pae").write_bytes(pae)
    (tmp_path / "sig").write_bytes(opened.signature)
    command = (
        "openssl pkeyutl -verify -pubin -inkey key.pem -rawin -digest sm3 -in pae -sigfile sig"
        " -pkeyopt distid:1234567812345678"
    )
    done = subprocess.run(command.split(), cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, "Signature Verified Successfully"), done.stderr


@pytest.mark.parametrize(("laptops", "countys"), [("sm2", "sm2"), ("sm2", "ed25519"), ("ed25519", "sm2")])
def test_a_laptop_and_a_county_understand_each_other(tmp_path: Path, laptops: str, countys: str) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    with (
        Ledger.create(tmp_path / "county", "云岭县", COUNTY, alg=countys) as county,
        Ledger.create(tmp_path / "laptop", "红旗村", alg=laptops) as laptop,
    ):
        assert laptop.signer.public.alg == laptops
        grant, _ = enrol(county, laptop_enrol.request(laptop), "春风学校")
        laptop_enrol.accept(laptop, grant)
        sync_folder(laptop, stick)
        assert not import_files(county, [stick], stick).refused
        sync_folder(laptop, stick)
        assert waiting(laptop) == 0
        assert check(county).ok and check(laptop).ok


def test_an_unknown_algorithm_is_refused_by_name() -> None:
    with pytest.raises(Refused) as caught:
        PublicKey("sm9", "00" * 32).verify(b"", b"")
    assert caught.value.reason == "unknown-algorithm"
    assert signer_of("ed25519", bytes(32)).public.alg == "ed25519"
