"""What a run is told besides the stack: which instance, what to leave out, who watches."""

from dataclasses import dataclass, field

from snowconf.engine.port import Progress, SecretKeeper, Watch
from snowconf.model.address import Address


def unwatched(_: Progress) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """`targets` limits the work to these addresses and what they refer to; empty means everything.

    `elevation` is what `model.connection.InstanceSettings` says of it. `rewrite_secrets` names resources whose secrets are written again whatever is known of them.
    """

    instance_name: str
    url: str
    secrets: SecretKeeper
    targets: frozenset[Address] = frozenset()
    rewrite_secrets: frozenset[Address] = frozenset()
    elevation: bool = True
    parallelism: int = 4
    watch: Watch = field(default=unwatched)
