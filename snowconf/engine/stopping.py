"""The end of a run's writing before its work is done: what is raised in place of sending more."""

from snowconf.errors import SnowconfError


class StoppedError(SnowconfError):
    """Nothing more is sent, so this request was not; what was done is done."""


class StrayedError(StoppedError):
    """What the run writes lands in another update set than was chosen, or whether it does cannot be seen."""

    summary = "Stopped for the update set"
    code = "SNC712"
