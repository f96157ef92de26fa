"""What stands against reading, storing or locking a ledger, each with its code and with what to do.

SnowconfError
├── LedgerError                 the ledger cannot be used as it is
│   ├── LedgerDamagedError      cut, changed by hand, or its attachment has gone
│   ├── LedgerFormatError       written by another version of snowconf
│   ├── ForeignLedgerError      it belongs to another stack
│   ├── ClonedLedgerError       it was written for another instance
│   ├── LedgerHiddenError       this account may not see or write where ledgers are kept
│   └── LedgerNotSavedError     the work was done, and the ledger could not be stored
├── LockHeldError               somebody else is at work
├── LockLostError               the lock was broken while this run held it
└── JournalError
    ├── JournalDamagedError     the journal of an earlier run is not what was written
    └── JournalUnwritableError  the disk does not take what must be written down first
"""

from snowconf.errors import SnowconfError
from snowconf.model.ownership import Ledger


class LedgerError(SnowconfError):
    """The ledger cannot be used as it is."""


class LedgerDamagedError(LedgerError):
    """What is stored is not what was written: cut, edited by hand, or gone."""

    summary = "Ledger damaged"
    code = "SNC304"


class LedgerFormatError(LedgerError):
    """The ledger was written in a format that this version does not know."""

    summary = "Ledger of another version"
    code = "SNC305"


class ForeignLedgerError(LedgerError):
    """The ledger belongs to another stack."""

    summary = "Ledger of another stack"
    code = "SNC306"


class ClonedLedgerError(LedgerError):
    """The ledger says that it was written for another instance: this one is a clone, or has a new address.

    `ledger` is what it says.
    """

    summary = "Ledger of another instance"
    code = "SNC307"

    def __init__(self, detail: str, ledger: Ledger) -> None:
        super().__init__(detail)
        self.ledger = ledger


class LedgerHiddenError(LedgerError):
    """Whether there is a ledger cannot be told, or it may not be written."""

    summary = "Ledger out of reach"
    code = "SNC308"


class LedgerNotSavedError(LedgerError):
    """What was done is done, and the ledger that says so could not be stored."""

    summary = "Ledger not saved"
    code = "SNC311"


class LockHeldError(SnowconfError):
    """Somebody else is at work on this stack, or died while being so."""

    summary = "Lock held"
    code = "SNC309"


class LockLostError(SnowconfError):
    """The lock was broken while this run held it, and somebody else may have been at work."""

    summary = "Lock lost"
    code = "SNC310"


class JournalError(SnowconfError):
    """The journal on the local disk cannot be used."""


class JournalDamagedError(JournalError):
    """A line of the journal is not what was written."""

    summary = "Journal damaged"
    code = "SNC312"


class JournalUnwritableError(JournalError):
    """What must be on the disk before a write cannot be put there."""

    summary = "Journal not writable"
    code = "SNC313"
