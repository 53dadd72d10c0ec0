"""Two writers of one field: both values kept, one shown, listed until a person settles."""

import pytest

from sync.errors import BadInput
from sync.jobs.conflicts import list_conflicts, settle
from sync.ledger.intake import take
from sync.ledger.ledger import Ledger
from sync.seal import batch
from tests.nodes import Place


def _pass_on(source: Ledger, target: Ledger) -> None:
    changes = list(source.changes(source.feed))
    assert take(target, batch.build(changes, source.signer), "x.xpb", "usb").state == "taken"


def _phone(ledger: Ledger, trainee: str) -> str:
    return str(ledger.conn.execute("SELECT phone FROM trainees WHERE id = ?", (trainee,)).fetchone()[0])


def test_both_values_are_kept_until_a_person_settles(place: Place) -> None:
    one, county = place.one, place.county
    with one.writing() as w:
        trainee = w.write("trainee", {"name": "马䶮", "phone": "13800000000"})
    _pass_on(one, county)
    with one.writing() as w:
        w.write("trainee", {"phone": "13811111111"}, trainee)
    # The county's own feed stands in for the second writer: it has not seen the first one's change.
    with county.writing() as w:
        w.write("trainee", {"phone": "13822222222"}, trainee)
    _pass_on(one, county)

    (conflict,) = list_conflicts(county)
    assert {version["value"] for version in conflict["versions"]} == {"13811111111", "13822222222"}
    assert conflict["shown"] == _phone(county, trainee)

    chosen = next(version["change"] for version in conflict["versions"] if version["value"] == "13811111111")
    settle(county, trainee, "phone", chosen, "电话核实")
    assert list_conflicts(county) == []
    assert _phone(county, trainee) == "13811111111"


@pytest.mark.parametrize(("change", "reason"), [("NOSUCHCHANGE", "核实"), ("", "核实")])
def test_only_a_value_that_stands_can_be_chosen(place: Place, change: str, reason: str) -> None:
    with place.one.writing() as w:
        trainee = w.write("trainee", {"name": "马䶮", "phone": "1"})
    with pytest.raises(BadInput):
        settle(place.one, trainee, "phone", change, reason)
