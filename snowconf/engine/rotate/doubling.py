"""Two OAuth clients for one block: the second made after the first, the places exchanged, the first retired.

Each step looks at what is there, so that one that was cut short is finished by doing it again.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from snowconf.engine.identifying import Identities
from snowconf.engine.port import Instance, Row
from snowconf.errors import ForbiddenError, RotationRefusedError
from snowconf.kinds.attributes import Members
from snowconf.kinds.kind import Kind
from snowconf.model.query import Condition, Query, where
from snowconf.model.state import Resource
from snowconf.model.value import SecretText

TOKENS = "oauth_credential"
NEXT, RETIRED = "next", "retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The two clients of one block, by sys_id; the first may be gone by and by."""

    kind: Kind
    block: Resource
    instance: Instance
    identities: Identities
    first: str
    second: str

    @property
    def name(self) -> str:
        """What the block calls its client."""
        return str(self.block.attributes["name"].value)

    def create(self, secret: SecretText) -> str:
        """The second client with all columns and members of the first, another name, and this secret; its client_id.

        Raises:
            RotationRefusedError: the first is not there, or not shown whole.
        """
        columns = self._columns()
        held = self._read(self.second, ("client_id",))
        if held is None:
            sent = {
                **columns,
                "sys_id": self.second,
                "name": self._called(NEXT, self.second),
                "client_secret": secret.reveal(),
            }
            held = self.instance.insert(self.kind.table, sent)
        else:
            # Nobody uses it yet, and whether it has the secret that is stored now is not known.
            self.instance.update(self.kind.table, self.second, {"client_secret": secret.reveal()})
        for members in self.kind.of_type(Members):
            self._copy(members)
        return held.get("client_id", "") or self.client_id()

    def client_id(self) -> str:
        """The second's; "" when it is not there or not shown."""
        return (self._read(self.second, ("client_id",)) or {}).get("client_id", "")

    def first_client_id(self) -> str:
        """The first's; "" when it is not there or not shown."""
        return (self._read(self.first, ("client_id",)) or {}).get("client_id", "")

    def switch(self) -> None:
        """The first off and out of the way of its name, then the second in its place."""
        if self._read(self.first, ("name",)) is not None:
            away = {**self.kind.deactivation, "name": self._called(RETIRED, self.first)}
            self.instance.update(self.kind.table, self.first, away)
        self.instance.update(self.kind.table, self.second, {"name": self.name})

    def remove(self, sys_id: str) -> None:
        """One of them, with its link rows."""
        for members in self.kind.of_type(Members):
            for row in self._linked(members, sys_id):
                self.instance.delete(members.link, row["sys_id"])
        self.instance.delete(self.kind.table, sys_id)

    def live_tokens(self, now: str) -> str:
        """The sentence for tokens of the first client that live on (tables.md 2.1); "" for none."""
        try:
            listing = self.instance.list_rows(TOKENS, where(peer=self.first), ("peer", "expires"))
        except ForbiddenError:
            return "How many tokens of the first client still live cannot be told: this account does not see them."
        ends = [row.get("expires", "") for row in listing.rows]
        living = [each for each in ends if not each or each > now]
        if not living:
            return "How many tokens still live is not shown to this account." if listing.hidden else ""
        last = f", the last until {max(living)} UTC" if all(living) else ""
        return (
            f"Live tokens of the first client: {len(living)}{last}. They cannot be renewed once it is off; whether the instance "
            "takes them until they expire is not established."
        )

    def _columns(self) -> Mapping[str, str]:
        wanted = sorted(
            {*(each.column for each in self.kind.readable), *self.kind.constants, *self.kind.match}
        )
        row = self._read(self.first, wanted)
        if row is None:
            raise RotationRefusedError(
                f"The client of {self.block.address} ({self.first}) is not on the instance, or not shown to this account. Plan "
                "and apply first."
            )
        hidden = [
            each.name
            for each in self.kind.readable
            if each.name in self.block.attributes and each.column not in row
        ]
        if hidden:
            raise RotationRefusedError(
                f"The second client is to be as the first, and the instance does not show {', '.join(hidden)} of it to this "
                "account. Let it read these columns."
            )
        if row.get("active") == "false":
            raise RotationRefusedError(
                f"The client of {self.block.address} is switched off, so there is nobody to hand over. Switch it on first."
            )
        own = ("name", "client_id")
        return {column: row[column] for column in wanted if row.get(column) and column not in own}

    def _copy(self, members: Members) -> None:
        there = {row[members.member] for row in self._linked(members, self.second)}
        for row in self._linked(members, self.first):
            member = row[members.member]
            if member not in there:
                link = {members.owner: self.second, members.member: member}
                sys_id = self.identities.of_link(members.link, self.second, member)
                self.instance.insert(members.link, {**link, "sys_id": sys_id})

    def _linked(self, members: Members, owner: str) -> list[Row]:
        query = where(**{members.owner: owner, **members.only})
        rows = self.instance.list_rows(
            members.link, query, (members.owner, members.member, *members.only)
        ).rows
        return [row for row in rows if row.get(members.member)]

    def _read(self, sys_id: str, columns: tuple[str, ...] | list[str]) -> Row | None:
        query = Query(((Condition("sys_id", "IN", (sys_id,)),),))
        return next(iter(self.instance.list_rows(self.kind.table, query, tuple(columns)).rows), None)

    def _called(self, what: str, sys_id: str) -> str:
        """A name that is free: the platform takes each once (tables.md 2.1)."""
        return f"{self.name} ({what} {sys_id[:8]})"
