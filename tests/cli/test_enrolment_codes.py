"""The whole way by pictures: request, photo, certificate, sheet of codes, photos, grant; no file but pictures moves."""

from pathlib import Path

import numpy as np
import pytest

from sync.ledger.ledger import Ledger
from tests.cli.conftest import Tell
from tests.reading.photos import phone_photo, pixels

SCHOOL = "春风职业培训学校"


@pytest.fixture
def nodes(tmp_path: Path, tell: Tell) -> tuple[Path, Path]:
    """A county and a laptop in the village."""
    county, laptop = tmp_path / "county", tmp_path / "laptop"
    assert tell(county, "county", "init", "--name", "云岭县人社局").code == 0
    assert tell(laptop, "init", "--name", "云岭县小河乡红旗村新时代文明实践站培训点").code == 0
    return county, laptop


def photograph(picture: Path, to: Path, seed: int) -> Path:
    to.write_bytes(phone_photo(pixels(picture.read_bytes()), np.random.default_rng(seed)))
    return to


def test_enrolment_by_pictures(tmp_path: Path, nodes: tuple[Path, Path], tell: Tell) -> None:
    county, laptop = nodes
    asked = tell(laptop, "enrol", "request", "--to", tmp_path / "request.png").answer
    photo = photograph(tmp_path / "request.png", tmp_path / "IMG_1.jpg", 1)
    made = tell(
        county, "county", "enrol", photo, "--institution", SCHOOL, "--days", "30",
        "--to", tmp_path / "g.xpg", "--codes", tmp_path / "codes.png",
    ).answer  # fmt: skip
    assert made["fingerprint"] == asked["fingerprint"]
    sheet = photograph(tmp_path / "codes.png", tmp_path / "IMG_2.jpg", 2)
    seen = tell(laptop, "enrol", "accept", sheet, "--preview").answer
    assert (seen["county"], seen["county_fingerprint"]) == ("云岭县人社局", made["county_fingerprint"])
    with Ledger.open(laptop) as ledger:
        assert ledger.county is None, "only looked at"
    said = tell(laptop, "enrol", "accept", sheet).answer
    assert (said["institution"], said["certificate"]) == (SCHOOL, True)
    with Ledger.open(laptop) as ledger:
        since, until = ledger.conn.execute(
            "SELECT since, until FROM devices WHERE key_id = ?", (ledger.signer.public.id,)
        ).fetchone()
    assert until - since == 30 * 86400


def test_what_can_not_be_taken_is_told(tmp_path: Path, nodes: tuple[Path, Path], tell: Tell) -> None:
    county, laptop = nodes
    tell(laptop, "enrol", "request", "--to", tmp_path / "request.png")
    enrol = ("--institution", SCHOOL, "--to", tmp_path / "g.xpg")
    assert tell(county, "county", "enrol", tmp_path / "request.png", *enrol, "--days", "0").code == 1
    assert not (tmp_path / "g.xpg").exists()
    assert tell(laptop, "enrol", "accept", tmp_path / "request.png").answer["error"] == "wrong-type"
    assert tell(laptop, "enrol", "accept", tmp_path / "none.png").answer["error"] == "carrier"
