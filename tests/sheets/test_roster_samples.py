"""The five sample rosters answer exactly what was written down beside them."""

import json
from pathlib import Path

import pytest

from sync.sheets.roster import read_roster

SAMPLES = Path(__file__).parent.parent / "samples"


@pytest.mark.parametrize("name", sorted(p.name for p in SAMPLES.glob("roster-*") if p.suffix != ".json"))
def test_sample_answers_what_is_expected(name: str) -> None:
    path = SAMPLES / name
    expected = json.loads(path.with_name(path.stem + ".expect.json").read_text("utf-8"))
    answer = read_roster(path).answer()
    assert {word: answer[word] for word in ("accepted", "repaired", "refused")} == expected


def test_township_says_what_it_passed_over_and_what_looks_odd() -> None:
    sheet = read_roster(SAMPLES / "roster-township-60.xlsx")
    assert sheet.sheet == "花名册"
    assert [passed.row for passed in sheet.passed] == [14, 24, 43, 45, 65, 66]
    assert [(warning.row, warning.field) for warning in sheet.warnings] == [(48, "sex")]


def test_other_columns_come_along() -> None:
    first = read_roster(SAMPLES / "roster-template-40.xlsx").accepted[0]
    assert first.more["category"] == "监测帮扶对象"
    assert first.more["bank_account"] == "6283499996792045646"
    assert first.more["sex"] == "女"
