"""Proof that a secret opens the door: a real grant, or a real login, with nothing else to go by."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from snowconf.engine.enter.entering import acts_as, find_entrances
from snowconf.engine.port import Door, Instance
from snowconf.errors import ProofFailedError
from snowconf.model.address import Address
from snowconf.model.connection import BasicAuth, OAuthGrant
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.grant import Entrance, Refusal
from snowconf.model.state import Desired, Resource
from snowconf.model.value import Located, Named, SecretSource, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Prover:
    """Tries secrets on one instance. Tokens that are given are ended again at once."""

    desired: Desired
    instance: Instance
    door: Door

    def prove_client(self, block: Resource, client_id: str, secret: SecretSource) -> str:
        """How the client proved itself with this secret; "" when nothing in the stack can ask it for a token.

        Raises:
            ProofFailedError: the token endpoint refused.
        """
        client = _with(block, client_id=client_id, client_secret=secret)
        for user in self._users(block):
            entrance = self._entrance(
                Desired(stack=self.desired.stack, resources=(client, user)), user.address
            )
            if entrance is not None and entrance.client == block.address:
                self._try(entrance)
                return f"by a token for {entrance.user_name} ({entrance.way})"
        return ""

    def prove_user(self, block: Resource, secret: SecretSource) -> str:
        """How the user got in with this password.

        Raises:
            ProofFailedError: nobody was let in.
        """
        user = _with(block, password=secret)
        others = (each for each in self.desired.resources if each.address != user.address)
        entrance = self._entrance(Desired(stack=self.desired.stack, resources=(*others, user)), user.address)
        if entrance is None or not _shows_password(entrance):
            name = entrance.user_name if entrance else block.address.label
            entrance = Entrance(
                user=user.address, user_name=name, auth=BasicAuth(username=name, password=secret)
            )
        self._try(entrance)
        return f"by a login as {entrance.user_name} ({entrance.way})"

    def _users(self, block: Resource) -> Iterator[Resource]:
        """Whose tokens the client can be asked for: the one it acts as first, known to the stack or not."""
        users = [each for each in self.desired.resources if each.address.kind == "user"]
        yield from sorted(users, key=lambda user: not acts_as(block, user))
        named = block.attributes.get("user")
        if named is not None and isinstance(named.value, Named):
            name = Located(named.value.name, named.origin)
            yield Resource(
                address=Address("user", named.value.name), origin=named.origin, attributes={"user_name": name}
            )

    def _entrance(self, desired: Desired, user: Address) -> Entrance | None:
        found = find_entrances(desired, self.instance, (user,))[user]
        return None if isinstance(found, Diagnostic) else found

    def _try(self, entrance: Entrance) -> None:
        if isinstance(entrance.auth, OAuthGrant):
            given = self.door.ask_tokens(entrance)
            if not isinstance(given, Refusal):
                for token in filter(None, (given.refresh, given.access)):
                    self.door.revoke(token)
                return
            raise ProofFailedError(_refused(given))
        visitor = self.door.enter(entrance)
        if isinstance(visitor, Refusal):
            raise ProofFailedError(_refused(visitor))
        visitor.close()


def _with(block: Resource, **values: Value) -> Resource:
    located = {name: Located(value, block.origin) for name, value in values.items() if value}
    return replace(block, attributes={**block.attributes, **located})


def _shows_password(entrance: Entrance) -> bool:
    return entrance.way in ("password", "basic")


def _refused(refusal: Refusal) -> str:
    words = f" '{refusal.words}'" if refusal.words else ""
    return (
        f"{refusal.request} as {refusal.entrance.user_name} ({refusal.entrance.way}) was answered {refusal.status}{words}. "
        "The secret is new and was taken by the instance, so look for what else the grant needs: the gates, the account, the "
        "client."
    )
