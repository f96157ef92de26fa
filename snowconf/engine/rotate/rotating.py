"""Exchanging the secret of an OAuth client without a gap: a second client, the hand-over, and the end of the first.

Before each step the ledger remembers it, so that any later run, from anywhere, finishes what was cut short.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from typing import assert_never

from snowconf.engine.rotate.doubling import Pair
from snowconf.engine.rotate.renewing import MOMENT, Exchange, following
from snowconf.errors import RotationRefusedError, SecretAbsentError, SecretUnavailableError
from snowconf.kinds.attributes import Secret
from snowconf.model.ownership import Custody
from snowconf.model.rotation import Rotation, RotationReport, Stage
from snowconf.model.value import SecretSource

ATTRIBUTE = "client_secret"
GRACE = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Succession:
    """The clients of one block. `store` is where the second one's secret goes when the stack has it from elsewhere."""

    exchange: Exchange
    store: SecretSource | None = None
    grace: timedelta = GRACE

    def begin(self) -> RotationReport:
        """Make and prove the second client.

        Raises:
            RotationRefusedError: nothing is owned, or there is no place for the second secret.
            ProofFailedError: the second client gets no token; the first works as before.
        """
        exchange, owned = self.exchange, self.exchange.owned
        store = self._place()
        exchange.remember(
            Rotation(
                address=exchange.block.address,
                attribute=ATTRIBUTE,
                stage=Stage.CREATING,
                first=owned.sys_id,
                second=exchange.identities.of_successor(exchange.block.address, owned.sys_id),
                store=store,
                since="",
                keeps_first=owned.custody is Custody.ADOPTED or exchange.block.prevent_delete,
            )
        )
        return self.resume()

    def resume(self) -> RotationReport:
        """Finish a step that was cut short, or say what is waited for."""
        rotation = self._under_way()
        match rotation.stage:
            case Stage.CREATING:
                return self._create(rotation)
            case Stage.WAITING:
                return self._waiting(rotation)
            case Stage.SWITCHING | Stage.REPLACING:
                return self._switch(rotation)
            case Stage.RETIRED:
                return self._retire(rotation)
            case _:
                assert_never(rotation.stage)

    def hand_over(self) -> RotationReport:
        """The consumer has the second client: prove it once more, and switch to it.

        Raises:
            RotationRefusedError: the stack would still send the earlier secret.
            ProofFailedError: the second client gets no token; nothing was switched.
        """
        rotation, exchange = self._under_way(), self.exchange
        if rotation.stage is not Stage.WAITING:
            return self.resume()
        self._check_declared(rotation)
        self._check_runner(rotation)
        exchange.prover.prove_client(exchange.block, self._pair(rotation).client_id(), rotation.store)
        owned = exchange.own(self._secret, rotation.store, rotation.second)
        moved = replace(owned, sys_id=rotation.second, custody=Custody.CREATED, before={})
        exchange.ledger = exchange.ledger.with_entry(moved)
        return self._switch(exchange.remember(replace(rotation, stage=Stage.SWITCHING)))

    def abort(self) -> RotationReport:
        """Take the second client away again.

        Raises:
            RotationRefusedError: the second client is the block's already.
        """
        rotation = self._under_way()
        if rotation.stage not in (Stage.CREATING, Stage.WAITING):
            raise RotationRefusedError(
                f"{rotation.address} is the second client already ({rotation.stage.value}), so there is no way back. Finish this "
                "rotation; a new one exchanges the secret again."
            )
        self._pair(rotation).remove(rotation.second)
        self.exchange.secrets.discard(rotation.store)
        self.exchange.forget()
        return self.exchange.report("The second client and its secret are gone. The first works as before.")

    def _place(self) -> SecretSource:
        """Where the second secret is kept until the hand-over; nothing of anybody is there."""
        declared = self._declared()
        if self.store is not None:
            self._check_free(self.store)
            return self.store
        if not declared.generate:
            raise RotationRefusedError(
                f"'{ATTRIBUTE}' of {self._address} comes from {declared}, where snowconf keeps nothing. Say where the second "
                f"client's secret is to be kept:\n\n    snowconf rotate {self._address} --store file=secrets/next"
            )
        # What a run left there that was killed after its last step is the present secret.
        self.exchange.secrets.discard(following(declared))
        return following(declared)

    def _check_free(self, store: SecretSource) -> None:
        try:
            self.exchange.secrets.resolve(store)
        except SecretAbsentError:
            return
        raise RotationRefusedError(
            f"There is something in {store.place} already, and nothing is overwritten. Name another --store."
        )

    def _create(self, rotation: Rotation) -> RotationReport:
        exchange = self.exchange
        exchange.secrets.ensure(rotation.store)
        client_id = self._pair(rotation).create(exchange.secrets.resolve(rotation.store))
        proof = exchange.prover.prove_client(exchange.block, client_id, rotation.store)
        said = (
            f"It was proven {proof}." if proof else "Nothing in the stack can ask it for a token: not proven."
        )
        waiting = exchange.remember(replace(rotation, stage=Stage.WAITING))
        return self._waiting(waiting, f"A second client of {self._address} is there beside the first. {said}")

    def _waiting(self, rotation: Rotation, *done: str) -> RotationReport:
        client_id, declared = self._pair(rotation).client_id(), self._declared()
        give = (
            f"Give the consumer the second client: client_id {client_id or '(not shown to this account)'}, and the secret "
            f"that is kept in {rotation.store.place}. Both clients work meanwhile."
        )
        elsewhere = (
            f"Put that secret into {declared} too, where the stack takes it from; {rotation.store.place} is not read any more "
            "afterwards."
        )
        then = f"When the consumer uses it: snowconf rotate {self._address} --continue"
        todo = (give, "" if declared.generate else elsewhere, then)
        return self.exchange.report(*done, todo=todo, client_id=client_id)

    def _check_declared(self, rotation: Rotation) -> None:
        """A stack that names the earlier secret would write it to the second client with the next apply."""
        second, declared = self._held(rotation), self._declared()
        if declared.generate:
            return
        present = self.exchange.secrets.resolve(declared).reveal()
        if not compare_digest(present.encode(), second.encode()):
            raise RotationRefusedError(
                f"The stack takes '{ATTRIBUTE}' from {declared}, and that is not the second client's secret yet, which is in "
                f"{rotation.store.place}. Put it there first, or the next apply writes the earlier one to the second client."
            )

    def _check_runner(self, rotation: Rotation) -> None:
        """The runner's tokens must not come from the client that is switched off."""
        own = self.exchange.instance.whoami().client_id
        if own and own == self._pair(rotation).first_client_id():
            raise RotationRefusedError(
                f"snowconf gets its own tokens with the first client of {self._address}, which is switched off by this. Write the "
                "second one's client_id and secret into auth of the [instance] block, and run the same command again."
            )

    def _held(self, rotation: Rotation) -> str:
        try:
            return self.exchange.secrets.resolve(rotation.store).reveal()
        except SecretUnavailableError as problem:
            raise RotationRefusedError(
                f"The second client's secret cannot be had: {problem.detail} Bring it back, or begin again: snowconf rotate "
                f"{self._address} --abort"
            ) from None

    def _switch(self, rotation: Rotation) -> RotationReport:
        exchange, pair, declared = self.exchange, self._pair(rotation), self._declared()
        if declared.generate:
            self._promote(rotation.store, declared)
        tokens = pair.live_tokens(exchange.now())
        pair.switch()
        if declared.generate:
            # Before the step is over in the ledger, so that nothing is left behind that nobody looks for.
            exchange.secrets.discard(rotation.store)
        retired = exchange.remember(replace(rotation, stage=Stage.RETIRED))
        client_id = pair.client_id()
        return exchange.report(
            f"{self._address} is the second client now (client_id {client_id}), and the first is switched off.",
            f"The secret is kept in {declared.place}." if declared.generate else "",
            tokens,
            todo=(self._literal(client_id), self._later(retired)),
            client_id=client_id,
        )

    def _promote(self, store: SecretSource, declared: SecretSource) -> None:
        """Into the declared place; a run that was killed later has done it, and taken the other away."""
        try:
            secret = self.exchange.secrets.resolve(store)
        except SecretAbsentError:
            return
        self.exchange.secrets.replace(declared, secret)

    def _literal(self, client_id: str) -> str:
        located = self.exchange.block.attributes.get("client_id")
        if located is None or located.value == client_id:
            return ""
        return (
            f'Write client_id = "{client_id}" at {located.origin} before the next apply, or take the line out: it names the first '
            "client's."
        )

    def _later(self, rotation: Rotation) -> str:
        if rotation.keeps_first:
            return f"Then end it: snowconf rotate {self._address} --continue"
        return (
            f"The first client can be switched on again until {self._ends(rotation):{MOMENT}} UTC. Then delete it: snowconf rotate "
            f"{self._address} --continue (or now, with --grace 0)"
        )

    def _retire(self, rotation: Rotation) -> RotationReport:
        exchange, pair = self.exchange, self._pair(rotation)
        if rotation.keeps_first:
            exchange.forget()
            return exchange.report(
                f"The rotation is done. The first client ({rotation.first}) stays, switched off: this stack did not make it, or "
                "lifecycle.prevent_delete keeps it."
            )
        if exchange.context.clock() < self._ends(rotation):
            return exchange.report(todo=(self._later(rotation),))
        tokens = pair.live_tokens(exchange.now())
        pair.remove(rotation.first)
        exchange.forget()
        return exchange.report("The first client is deleted. The rotation is done.", tokens)

    def _ends(self, rotation: Rotation) -> datetime:
        return datetime.strptime(rotation.since, MOMENT).replace(tzinfo=UTC) + self.grace

    def _pair(self, rotation: Rotation) -> Pair:
        exchange = self.exchange
        return Pair(
            kind=exchange.kind,
            block=exchange.block,
            instance=exchange.instance,
            identities=exchange.identities,
            first=rotation.first,
            second=rotation.second,
        )

    def _declared(self) -> SecretSource:
        declared = self.exchange.declared(self._secret)
        if declared is None:
            raise RotationRefusedError(
                f"The block of {self._address} writes no {ATTRIBUTE}, so the stack knows none to exchange. Have one generated: "
                f'{ATTRIBUTE} = {{ generate = 48, store = {{ file = "secrets/…" }} }}'
            )
        return declared

    def _under_way(self) -> Rotation:
        rotation = self.exchange.rotation
        if rotation is None:
            raise RotationRefusedError(
                f"No rotation of {self._address} is under way. Begin one: snowconf rotate {self._address}"
            )
        return rotation

    @property
    def _secret(self) -> Secret:
        secret = self.exchange.kind.attribute(ATTRIBUTE)
        assert isinstance(secret, Secret), secret
        return secret

    @property
    def _address(self) -> str:
        return str(self.exchange.block.address)
