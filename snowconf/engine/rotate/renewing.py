"""What every exchange of a secret needs: the block, the places of its secrets, and a ledger that remembers each step."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from snowconf.engine.context import Context
from snowconf.engine.enter.proving import Prover
from snowconf.engine.identifying import Identities
from snowconf.engine.port import Instance, SecretStores
from snowconf.errors import RotationRefusedError
from snowconf.kinds import kind_of
from snowconf.kinds.attributes import Secret
from snowconf.kinds.kind import Kind
from snowconf.model.ownership import Ledger, Owned
from snowconf.model.rotation import Rotation, RotationReport
from snowconf.model.state import Resource
from snowconf.model.value import SecretSource

MOMENT = "%Y-%m-%d %H:%M:%S"


@dataclass(slots=True, kw_only=True)
class Exchange:
    """One block's secrets on one instance. `save` stores a ledger and gives it back; `ledger` is what was stored last."""

    block: Resource
    ledger: Ledger
    instance: Instance
    secrets: SecretStores
    prover: Prover
    context: Context
    save: Callable[[Ledger], Ledger]

    @property
    def kind(self) -> Kind:
        """What the block describes."""
        return kind_of(self.block)

    @property
    def identities(self) -> Identities:
        """The sys_ids that this stack gives here."""
        return Identities(self.ledger.stack, self.ledger.url)

    @property
    def owned(self) -> Owned:
        """The block's entry in the ledger.

        Raises:
            RotationRefusedError: there is none.
        """
        owned = self.ledger.entries.get(self.block.address)
        before = replace(self.block.address, label=self.block.previously or self.block.address.label)
        if owned is None and before in self.ledger.entries:
            raise RotationRefusedError(
                f"The ledger has {self.block.address} as {before} still. Apply first, which relabels it."
            )
        if owned is None:
            raise RotationRefusedError(
                f"{self.block.address} has not been applied on this instance, so there is nothing to exchange. Apply first."
            )
        return owned

    @property
    def rotation(self) -> Rotation | None:
        """How far it has come."""
        return self.ledger.rotations.get(self.block.address)

    def declared(self, secret: Secret) -> SecretSource | None:
        """Where the block says the secret is; None when it does not write it."""
        located = self.block.attributes.get(secret.name)
        return located.value if located and isinstance(located.value, SecretSource) else None

    def remember(self, rotation: Rotation) -> Rotation:
        """Stored, with the moment: whatever follows can be finished by the next run."""
        stamped = replace(rotation, since=self.now())
        self.ledger = self.save(self.ledger.with_rotation(stamped))
        return stamped

    def forget(self) -> None:
        """Nothing is left to do."""
        self.ledger = self.save(self.ledger.without_rotation(self.block.address))

    def own(self, secret: Secret, source: SecretSource, sys_id: str) -> Owned:
        """The entry with the fingerprint of a secret that the record has now."""
        self.context.secrets.written(self.block.address, secret.column, source, sys_id)
        prints = self.context.secrets.fingerprints()[self.block.address]
        return replace(self.owned, secrets={**self.owned.secrets, **prints})

    def now(self) -> str:
        """UTC, as the platform writes it."""
        return f"{self.context.clock():{MOMENT}}"

    def report(self, *done: str, todo: tuple[str, ...] = (), client_id: str = "") -> RotationReport:
        """What was done, what somebody has to do, and how far it has come."""
        return RotationReport(
            address=self.block.address,
            done=tuple(filter(None, done)),
            todo=tuple(filter(None, todo)),
            client_id=client_id,
            rotation=self.rotation,
        )


def following(declared: SecretSource) -> SecretSource:
    """Where the next secret is kept until it is the declared one."""
    return replace(declared, name=f"{declared.name}.next")
