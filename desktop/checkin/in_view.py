"""A card held before the camera is seen thirty times a second and means one scan."""

AWAY_MS = 1_500
"""A card that was not seen for so long has left, and counts again when it comes back."""


class InView:
    """Which cards the camera has before it. Pure: the caller says when each frame was, in milliseconds."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def fresh(self, texts: list[str], at: int) -> list[str]:
        """Of the texts read in a frame, those that have just come into view."""
        self._seen = {text: last for text, last in self._seen.items() if at - last <= AWAY_MS}
        new = [text for text in dict.fromkeys(texts) if text not in self._seen]
        self._seen |= dict.fromkeys(texts, at)
        return new
