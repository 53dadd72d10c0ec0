"""`changes`: where every change is, in runs or one by one."""

from tests.cli.conftest import Tell
from tests.nodes import Place, note


def test_the_command_lists_runs_and_changes(tell: Tell, place: Place) -> None:
    note(place.one, "一")
    head = place.one.position(place.one.feed).seq
    (run,) = tell(place.one.folder, "changes", "--state", "here").answer
    assert (run["feed"], run["first"], run["last"], run["state"]) == (place.one.feed, 1, head, "here")
    found = tell(place.one.folder, "changes", "--feed", place.one.feed, "--each").answer
    assert [one["seq"] for one in found] == list(range(1, head + 1))
    assert tell(place.county.folder, "changes", "--state", "held").answer == []


def test_a_state_that_there_is_not_is_told_with_those_that_there_are(tell: Tell, place: Place) -> None:
    said = tell(place.one.folder, "changes", "--state", "lost")
    assert (said.code, said.answer["error"]) == (1, "bad-state")
    assert "received" in said.answer["message"]
