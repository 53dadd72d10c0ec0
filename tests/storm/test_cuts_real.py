"""A few real faults of each kind; `python3 dev.py cuts` makes five hundred by HTTP and five hundred by USB."""

import random
import shutil
from pathlib import Path

import pytest

from tests.storm.cuts import Cuts
from tests.storm.cuts_world import Place, litter, lost, make, unequal, work

SEED = 20261122


@pytest.fixture(autouse=True)
def _keys_in_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))


@pytest.mark.parametrize(("carrier", "cuts"), [("http", 2), ("usb", 3), ("proxy", 3), ("disk", 3)])
def test_one_more_sync_after_a_fault_ends_well(tmp_path: Path, carrier: str, cuts: int) -> None:
    report = Cuts(carrier, tmp_path, SEED).run(1, cuts)
    assert report.problems == []
    assert report.cuts.total() == cuts


def test_the_judge_sees_what_a_fault_could_break(tmp_path: Path) -> None:
    place = Place(tmp_path / "world")
    make(place)
    shutil.copytree(place.county, tmp_path / "old")
    work(place, random.Random(1), 5)
    assert {"the heads differ", "the changes differ", "the table stamps differs"} < set(unequal(place))
    for step in (place.sync_stick, place.import_stick, place.sync_stick):
        assert step().done().code == 0
    before = place.heads()
    assert (unequal(place), lost(place, before), litter(place)) == ([], [], [])
    shutil.rmtree(place.county)
    shutil.copytree(tmp_path / "old", place.county)
    found = lost(place, before)
    assert any(one.startswith("the county lost") for one in found)
    assert any(one.startswith("a receipt says") for one in found)
    assert any(one.startswith("the receipt ") for one in found)
