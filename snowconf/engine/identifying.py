"""The sys_ids snowconf gives to what it creates: known before anything is sent, the same in every run.

That is what lets an unknown outcome be settled by looking, and a killed run be finished by the next (design.md 7).
"""

from dataclasses import dataclass
from hashlib import sha256

from snowconf.model.address import Address


@dataclass(frozen=True, slots=True)
class Identities:
    """Derives sys_ids for one stack on one instance."""

    stack: str
    url: str

    def of(self, address: Address) -> str:
        """32 hex digits for a resource."""
        return self._digest(str(address))

    def of_link(self, table: str, owner: str, member: str) -> str:
        """32 hex digits for a row of a link table, from the sys_ids it joins."""
        return self._digest(f"{table}\0{owner}\0{member}")

    def of_successor(self, address: Address, first: str) -> str:
        """32 hex digits for the record that takes the place of another of the resource."""
        return self._digest(f"{address}\0{first}")

    def _digest(self, text: str) -> str:
        return sha256(f"{self.url}\0{self.stack}\0{text}".encode()).hexdigest()[:32]
