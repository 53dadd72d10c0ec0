"""Sealed files of every released format, committed and read for ever (`make.py` made each once)."""

import json
from pathlib import Path

import pytest

from sync.county import county as county_side
from sync.jobs.hours import answer, hours_of
from sync.jobs.moment import instant, parse_day, parse_time
from sync.ledger import database
from sync.ledger.check import check
from sync.ledger.intake import take
from sync.seal import batch, county_kinds, papers
from sync.seal.keys import ED25519, PublicKey
from tests.nodes import HandClock

FOLDERS = sorted(path for path in Path(__file__).parent.iterdir() if (path / "told.json").exists())


@pytest.fixture(params=FOLDERS, ids=lambda folder: folder.name)
def golden(request: pytest.FixtureRequest) -> Path:
    folder: Path = request.param
    return folder


def told(golden: Path) -> dict:
    found: dict = json.loads((golden / "told.json").read_text("utf-8"))
    return found


FIGURES = ("trainee", "name", "planned", "measured", "credited", "rate")
OF_LESSON = ("lesson", "state", "planned", "measured", "credited")


def figures(hours: list) -> list:
    """The figures alone: explanations may be reworded, and answers may say more."""
    return [
        [[row[key] for key in FIGURES], [[entry[key] for key in OF_LESSON] for entry in row["lessons"]]]
        for row in hours
    ]


def test_there_are_golden_files() -> None:
    assert FOLDERS


def test_the_batch_is_opened_verified_and_folded_to_the_same_hours(golden: Path, tmp_path: Path) -> None:
    said = told(golden)
    clock = HandClock()
    clock.wall = instant(parse_day("2026-11-23"), parse_time("12:00")) * 1000
    with county_side.create(tmp_path / "county", "另一个县", clock) as county:
        laptop = PublicKey(ED25519, said["laptop_key"])
        with database.transaction(county.conn):
            county.put("age", said["county_age_identity"])
        with county.writing() as w:
            w.fact(
                "device.certify",
                county_kinds.DeviceCertify(laptop, county.age_recipient, "旧电脑", "", "trainer", 0, 2**32),
            )
        intake = take(county, (golden / "batch.xpb").read_bytes(), "batch.xpb", "usb")
        assert (intake.state, intake.feed, intake.last) == ("taken", said["feed"], said["last"])
        assert county.position(said["feed"]).hash == said["head"]
        assert figures(answer(hours_of(county, "A1"))) == figures(said["hours"])
        assert check(county).ok


def test_the_envelope_alone_verifies(golden: Path) -> None:
    said = told(golden)
    signed = batch.unseal((golden / "batch.xpb").read_bytes(), said["county_age_identity"])
    claimed = batch.claim(signed)
    changes = batch.verify(claimed, PublicKey(ED25519, said["laptop_key"]))
    assert changes[-1].hash == claimed.header.head == said["head"]


def test_the_papers_verify(golden: Path) -> None:
    said = told(golden)
    county = PublicKey(ED25519, said["county_key"])
    receipt = papers.verify((golden / "receipt.xpr").read_bytes(), papers.Receipt, county)
    assert [(head.feed, head.seq, head.hash) for head in receipt.heads] == [(said["feed"], said["last"], said["head"])]
    asked = papers.verify_own((golden / "request.xpq").read_bytes(), papers.Request)
    grant = papers.verify_own((golden / "grant.xpg").read_bytes(), papers.Grant)
    assert (grant.key, grant.device) == (county, asked.key.id)
    for signed in grant.batches:
        batch.verify(batch.claim(signed), county)
