"""Secrets that are replaced in their place: whoever uses the earlier one is locked out from then on."""

from dataclasses import dataclass

from snowconf.engine.rotate.renewing import Exchange, following
from snowconf.errors import ProofFailedError, RotationRefusedError, SecretUnavailableError
from snowconf.kinds.attributes import Secret
from snowconf.model.rotation import Rotation, RotationReport, Stage
from snowconf.model.value import SecretSource, SecretText

NO_OVERLAP = (
    "There is no overlap: whoever used the earlier secret is refused until it is given the new one. Tokens that were granted "
    "before live until they expire."
)


@dataclass(frozen=True, slots=True)
class Swap:
    """The generated secrets of one block that is no OAuth client."""

    exchange: Exchange

    def run(self) -> RotationReport:
        """Replace each of them, or finish the one that was cut short.

        Raises:
            RotationRefusedError: the block has none that snowconf keeps.
            ProofFailedError: the new one opens nothing; the earlier one was put back.
        """
        self._check_runner()
        done = [self._replace(secret, declared) for secret, declared in self._chosen()]
        return self.exchange.report(*done, NO_OVERLAP)

    def _check_runner(self) -> None:
        """The runner must not lock itself out in the middle of its work."""
        exchange = self.exchange
        if exchange.block.address.kind != "user":
            return
        runner = exchange.instance.whoami()
        name = str(exchange.block.attributes["user_name"].value)
        if not runner.is_trusted and runner.is_user(sys_id=exchange.owned.sys_id, user_name=name):
            raise RotationRefusedError(
                f"snowconf itself is logged in as {name}, and would lock itself out before the new password is in its place. "
                "Rotate it with another account, named in auth of the [instance] block."
            )

    def _chosen(self) -> list[tuple[Secret, SecretSource]]:
        exchange = self.exchange
        declared = [(each, exchange.declared(each)) for each in exchange.kind.of_type(Secret)]
        kept = [(each, source) for each, source in declared if source is not None and source.generate]
        if exchange.rotation is not None:
            return [each for each in kept if each[0].name == exchange.rotation.attribute]
        if kept:
            return kept
        raise RotationRefusedError(_nothing_kept(exchange, [source for _, source in declared if source]))

    def _replace(self, secret: Secret, declared: SecretSource) -> str:
        """Kept first, then written, proven, and only then in the declared place."""
        exchange, store = self.exchange, following(declared)
        if exchange.rotation is None:
            # What a run left there that was killed after its last step is the present secret.
            exchange.secrets.discard(store)
            exchange.remember(self._rotation(secret, store))
        exchange.secrets.ensure(store)
        made = exchange.secrets.resolve(store)
        self._write(secret, made)
        proof = self._prove(secret, declared, store)
        exchange.secrets.replace(declared, made)
        ledger = exchange.ledger.with_entry(exchange.own(secret, declared, exchange.owned.sys_id))
        # Before the step is over in the ledger, so that nothing is left behind that nobody looks for.
        exchange.secrets.discard(store)
        exchange.ledger = exchange.save(ledger.without_rotation(exchange.block.address))
        return f"'{secret.name}' of {exchange.block.address} is a new one, kept in {declared.place}. {proof}"

    def _rotation(self, secret: Secret, store: SecretSource) -> Rotation:
        return Rotation(
            address=self.exchange.block.address,
            attribute=secret.name,
            stage=Stage.REPLACING,
            first=self.exchange.owned.sys_id,
            store=store,
            since="",
        )

    def _write(self, secret: Secret, text: SecretText) -> None:
        exchange = self.exchange
        exchange.context.secrets.intend(exchange.block.address, secret.column, exchange.owned.sys_id)
        exchange.instance.update(
            exchange.kind.table,
            exchange.owned.sys_id,
            {secret.column: text.reveal()},
            display_input=secret.alone,
        )

    def _prove(self, secret: Secret, declared: SecretSource, store: SecretSource) -> str:
        exchange = self.exchange
        if exchange.block.address.kind != "user":
            return "Nobody logs in with it, so it is not proven by a login."
        try:
            return f"It was proven {exchange.prover.prove_user(exchange.block, store)}."
        except ProofFailedError as refused:
            refused.add_note(self._put_back(secret, declared, store))
            raise

    def _put_back(self, secret: Secret, declared: SecretSource, store: SecretSource) -> str:
        exchange = self.exchange
        try:
            earlier = exchange.secrets.resolve(declared)
        except SecretUnavailableError:
            return f"The earlier secret is not in {declared.place}, so the new one stays; run the same command again."
        self._write(secret, earlier)
        exchange.ledger = exchange.ledger.with_entry(exchange.own(secret, declared, exchange.owned.sys_id))
        exchange.secrets.discard(store)
        exchange.forget()
        return "The earlier secret was put back."


def _nothing_kept(exchange: Exchange, sources: list[SecretSource]) -> str:
    address = exchange.block.address
    if not sources:
        return f"The block of {address} writes no secret, so there is none to exchange."
    return (
        f"The secret of {address} comes from {sources[0]}, where snowconf keeps nothing. Put another one there and apply: that "
        "exchanges it. Or have it generated and kept, and rotate will do: { generate = 48, store = { file = "
        '"secrets/…" } }.'
    )
