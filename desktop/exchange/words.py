"""What the exchange pages say of changes and of files."""

from sync.county.console.words import KINDS
from sync.ledger.intake import Intake
from sync.ledger.reasons import reason_words


def kind_words(kind: str) -> str:
    """What people call a kind of change; one of a newer program by its own name."""
    return KINDS.get(kind, f"新版本的内容（{kind}）")


def when(iso: str) -> str:
    """2026-11-21T09:00:00+08:00 as 2026-11-21 09:00."""
    return iso[:16].replace("T", " ")


def intake_words(name: str, intake: Intake) -> str:
    """What became of one batch file."""
    if intake.state == "held":
        return f"{name}：已留下，暂不计入。{reason_words(intake.reason)}"
    if intake.state == "refused":
        return f"{name}：没有收下。{reason_words(intake.reason)}"
    new = intake.new + sum(later.new for later in intake.followed)
    return f"{name}：收下 {new} 条新内容。" if new else f"{name}：以前已经收过，没有变化。"
