"""Power cuts, as many as a test run can wait for; `python3 dev.py power` makes a thousand."""

from pathlib import Path

import pytest

from tests.storm.power import Storm

SEED = 20261121


@pytest.mark.parametrize(
    ("job", "cuts"), [("door", 25), ("import", 1), ("create", 4), ("backup", 4), ("restore", 4), ("photo", 4)]
)
def test_whatever_was_said_before_a_power_cut_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, job: str, cuts: int
) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    report = Storm(job, tmp_path, SEED).run(cuts)
    assert report.problems == []
    assert report.cuts == cuts
    assert report.promises > 0 or job != "door"
