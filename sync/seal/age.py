"""age, which seals batches and photos: how many a file may be for.

Opening takes time by the square of the recipients, half a minute for a thousand, so the head of a file that somebody
else made is measured before age reads it.
"""

START = b"age-encryption.org/v1\n"
MOST_RECIPIENTS = 100
MOST_HEAD = 12 * 1024
"""Bytes of an age header; one recipient has 98."""


def too_many_recipients(data: bytes) -> bool:
    """Whether opening it would take too long, to be asked of everything before it is opened."""
    end = data.find(b"\n--- ", 0, MOST_HEAD)
    if end < 0:
        return len(data) >= MOST_HEAD
    # age adds one that is nobody's, so that readers of the format stay open to others.
    return data.count(b"\n-> ", 0, end) > MOST_RECIPIENTS + 1
