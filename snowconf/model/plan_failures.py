"""Why a saved plan is not carried out. Each is an error of its own; the command ends with 4.

SnowconfError
└── PlanFileError               the saved plan cannot be believed, or no longer fits
    ├── PlanDamagedError        it is not what was written
    ├── PlanFormatError         another version of snowconf wrote it
    ├── ForeignPlanError        it is for another stack or instance
    ├── ConfigChangedError      the files say something else than when it was made
    ├── LedgerMovedError        the ledger says something else of the records it touches
    └── ChecksumError           the plan made now is not the one with that checksum
"""

from snowconf.errors import SnowconfError


class PlanFileError(SnowconfError):
    """A saved plan, or a checksum, that does not fit what is here."""

    summary = "Saved plan not usable"
    code = "SNC250"


class PlanDamagedError(PlanFileError):
    """The file is not what `plan --out` wrote."""

    summary = "Saved plan damaged"
    code = "SNC251"


class PlanFormatError(PlanFileError):
    """The file is of another format."""

    summary = "Saved plan of another version"
    code = "SNC252"


class ForeignPlanError(PlanFileError):
    """The plan is for another stack, instance or address."""

    summary = "Saved plan of another stack or instance"
    code = "SNC253"


class ConfigChangedError(PlanFileError):
    """The files have changed in meaning since the plan was made."""

    summary = "Files changed since the plan"
    code = "SNC254"


class LedgerMovedError(PlanFileError):
    """Another apply has changed what is owned of the plan's records."""

    summary = "Ledger changed since the plan"
    code = "SNC255"


class ChecksumError(PlanFileError):
    """What would be done now is not what was reviewed."""

    summary = "Plan differs from the reviewed one"
    code = "SNC256"
