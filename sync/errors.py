"""What can go wrong, as one tree.

    Exception
    ├── UserError                what a person or the environment did; told in Chinese, with what to do next
    │   ├── BadInput             a file, a form or an argument that can't be taken as it is
    │   │   └── NotFound         it names something that this node doesn't know
    │   ├── StorageError         disk full, read-only, damaged, newer than the program, in use
    │   ├── KeyProblem           the ledger's key is missing or does not fit
    │   ├── NotEnrolled          needs the county's grant first
    │   ├── CarrierError         the network or the USB folder did not do its part; try again later
    │   └── Refused              a sealed file, receipt or grant that does not verify: has a `reason` word
    └── anything else            our bug: a crash report, and the app lives on

`reason` words are stable, for `--json` and for tests; the message is for people.
"""


class UserError(Exception):
    """The user or the environment did something that the message, in Chinese, explains."""

    reason = "error"

    def __init__(self, message: str, reason: str = "") -> None:
        super().__init__(message)
        self.message = message
        if reason:
            self.reason = reason


class BadInput(UserError):
    reason = "bad-input"


class NotFound(BadInput):
    reason = "not-found"


class StorageError(UserError):
    reason = "storage"


class KeyProblem(UserError):
    reason = "key"


class NotEnrolled(UserError):
    reason = "not-enrolled-node"


class CarrierError(UserError):
    reason = "carrier"


class Refused(UserError):
    """A sealed file, receipt or grant did not verify."""

    reason = "refused"
