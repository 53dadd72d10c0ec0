"""What a reader that took something wrong raises."""


class Accepted(AssertionError):
    """Something that nobody honest made was taken."""
