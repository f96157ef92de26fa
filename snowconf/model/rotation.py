"""A secret that is being exchanged: how far it has come, and what a run of `rotate` has to say."""

from dataclasses import dataclass
from enum import Enum

from snowconf.model.address import Address
from snowconf.model.value import SecretSource


class Stage(Enum):
    """How far a rotation has come. The first three and the last concern OAuth clients of which there are two."""

    CREATING = "creating the second client"
    WAITING = "waiting for the hand-over"
    SWITCHING = "switching to the second client"
    RETIRED = "the first client is switched off"
    # Of a secret that is exchanged in its place.
    REPLACING = "replacing"

    @property
    def is_half_done(self) -> bool:
        """Do block, instance and store disagree until the step is finished?"""
        return self in (Stage.SWITCHING, Stage.REPLACING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """One rotation of the ledger.

    `first` and `second` are sys_ids; `second` is empty for a secret that is replaced in its place. `store` is where the
    next secret is kept until it is the declared one, `since` when this stage was reached (UTC). `keeps_first` says that
    the first client is not this stack's to delete.
    """

    address: Address
    attribute: str
    stage: Stage
    first: str
    store: SecretSource
    since: str
    second: str = ""
    keeps_first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RotationReport:
    """What a run did, and what somebody has to do next. `rotation` is None once nothing is left to do."""

    address: Address
    done: tuple[str, ...] = ()
    todo: tuple[str, ...] = ()
    client_id: str = ""
    rotation: Rotation | None = None
