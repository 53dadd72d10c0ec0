"""Telling a USB scanner from a person by time alone.

A scanner is a keyboard that types a card in one go, its characters less than 30 ms apart; nobody types so fast. What
came is a list of (text, milliseconds): a key gives one character, an input method may give several at once. Pure: the
caller says when each of them came, on any clock that only counts up.
"""

from datetime import date
from unicodedata import normalize

from sync.training import card, identity

FAST_MS = 30
QUIET_MS = 100
"""After so long a silence a burst without Enter is over."""
RUNNING = 4
"""So many characters in a row without a pause are a burst; it may then stumble once, for up to QUIET_MS."""
LEAST_DIGITS = 8


class Burst:
    """Characters that came together.

    Ask `parts` before `add`, and where it says so, take `texts` and `clear` first.
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._last = 0
        self._stumbled = False

    def parts(self, at: int) -> bool:
        """Whether what comes at `at` stands apart from what came before, which is then over."""
        if not self._pieces:
            return False
        # Below nothing: an input method hands on a key later than a key that goes past it.
        gap = abs(at - self._last)
        if gap > QUIET_MS:
            return True
        if gap <= FAST_MS:
            return False
        # Before a burst is running a pause is a person's; after a whole card, the next scanner's or a person's.
        return len(self._pieces) < RUNNING or self._stumbled or card.is_card(card.normalise(self._text))

    def add(self, text: str, at: int) -> None:
        if self._pieces and at - self._last > FAST_MS:
            self._stumbled = True
        self._pieces.append(text)
        self._last = at

    def clear(self) -> None:
        self._pieces = []
        self._stumbled = False

    def ends_with(self, at: int) -> bool:
        """Whether an Enter or Tab at `at` is the scanner's suffix."""
        return abs(at - self._last) <= QUIET_MS and bool(self.texts())

    def shift(self, by: int) -> None:
        """The clock that the characters came by is put forward by so much."""
        self._last += by

    @property
    def alone(self) -> str:
        """The character, where there is only one."""
        return self._text if len(self._text) == 1 else ""

    def texts(self) -> list[str]:
        """The cards that a scanner sent, whole or damaged; empty for what a person typed."""
        text = card.normalise(self._text)
        digits = sum(char.isdecimal() for char in text)
        if len(self._pieces) >= LEAST_DIGITS:
            scanned = digits >= LEAST_DIGITS
        else:
            # An input method hands over many characters at once for a person too: a card's length, or no scan.
            scanned = text.isdecimal() and len(text) in (card.LENGTH - 1, card.LENGTH)
        if not scanned or _is_identity_number(self._text):
            return []
        return _cut(text) or [text]

    @property
    def _text(self) -> str:
        return "".join(self._pieces)

    def __bool__(self) -> bool:
        return bool(self._pieces)


def _is_identity_number(text: str) -> bool:
    """Readers of identity cards type too, and into a field that wants it."""
    return identity.problem(normalize("NFKC", text).strip().upper(), date.max) is None


def _cut(text: str) -> list[str]:
    """Several whole cards that followed each other without a pause."""
    cards = [text[at : at + card.LENGTH] for at in range(0, len(text), card.LENGTH)]
    return cards if all(map(card.is_card, cards)) else []
