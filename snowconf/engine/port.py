"""What the engine needs of the world: an instance, secrets, a journal, and somebody who watches.

`servicenow.table_api` is the instance that speaks HTTP; `ledger.keeping` is the keeper that remembers in the ledger.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from snowconf.model.address import Address
from snowconf.model.grant import Entrance, Refusal, Tokens
from snowconf.model.outcome import Outcome
from snowconf.model.plan import Change, Write
from snowconf.model.query import Query
from snowconf.model.runner import Runner
from snowconf.model.standing import Standing
from snowconf.model.value import SecretSource, SecretText

Row: TypeAlias = Mapping[str, str]


class Listing(Protocol):
    """The rows a query found.

    A column that was asked for and is missing from a row could not be read. `hidden` counts rows that the instance
    counted and did not show (wire-contract.md 1.5).
    """

    @property
    def rows(self) -> Sequence[Row]:
        """In no particular order."""
        ...

    @property
    def hidden(self) -> int:
        """0 when nothing was held back."""
        ...


class Reader(Protocol):
    """What of an instance changes nothing there. Every method raises `errors.InstanceError` and its kin, and nothing else.

    All values are strings as the platform stores them. References come and go as sys_ids.
    """

    def list_rows(
        self, table: str, query: Query, columns: Sequence[str], *, limit: int | None = None
    ) -> Listing:
        """Every row that matches, whatever number of requests that takes; each row was checked against the query.

        `limit` asks for at most that many rows in one request (a canary). Rows hold `sys_id` always.
        """
        ...

    def whoami(self) -> Runner:
        """Who reads and writes here and which roles it holds; at most two requests. What the instance does not tell is empty."""
        ...


class Instance(Reader, Protocol):
    """One ServiceNow instance."""

    def insert(self, table: str, columns: Mapping[str, str], *, display_input: bool = False) -> Row:
        """Create a row and return it. With `sys_id` among the columns an unknown outcome is settled by looking."""
        ...

    def update(
        self, table: str, sys_id: str, columns: Mapping[str, str], *, display_input: bool = False
    ) -> Row:
        """Change columns of a row and return it as it is afterwards."""
        ...

    def delete(self, table: str, sys_id: str) -> None:
        """Remove a row. That it was gone already is no error."""
        ...


class Glimpse(Protocol):
    """The first rows of a table as they were shown: a row of which nothing may be read is there and empty."""

    @property
    def rows(self) -> Sequence[Row]:
        """At most as many as were asked for."""
        ...

    @property
    def counted(self) -> int | None:
        """All rows of the table as the instance counted them, shown or not; None when it did not say."""
        ...


class Visitor(Instance, Protocol):
    """The instance as an identity of the stack sees it: what is asked and written here is that user's doing.

    A token that is not taken by an API raises `errors.UnauthenticatedError`, and a right that the user lacks
    `errors.ForbiddenError`.
    """

    @property
    def counts(self) -> Mapping[str, int]:
        """Requests sent so far by verb, with the one that let the user in; those for tokens are under `token`."""
        ...

    def glimpse(self, table: str, columns: Sequence[str], *, limit: int) -> Glimpse:
        """The first rows with what is shown of these columns, in one request; a column that is kept back is missing."""
        ...

    def close(self) -> None:
        """Nothing is asked as this user any more."""
        ...


class Door(Protocol):
    """Lets identities of the stack in, with the network or the sandbox of the runner's own instance."""

    def enter(self, entrance: Entrance) -> Visitor | Refusal:
        """Show the credentials, in one request; the visitor is to be closed.

        Raises:
            SecretUnavailableError: a secret is not where the stack says.
            InstanceError: the instance did not answer as one does.
        """
        ...

    def ask_tokens(self, entrance: Entrance) -> Tokens | Refusal:
        """The tokens themselves, for who hands them on; nothing for name and password alone. Raises as `enter`."""
        ...

    def renew(self, entrance: Entrance, token: SecretText) -> Tokens | Refusal:
        """What a refresh token still gives to the client. Raises as `enter`."""
        ...

    def revoke(self, token: SecretText) -> None:
        """End a token's life. That it is unknown is not told (wire-contract.md 4.3).

        Raises:
            InstanceError: the instance did not answer as one does.
        """
        ...


class SecretKeeper(Protocol):
    """Resolves secrets, and remembers a keyed fingerprint of each one that was written."""

    def resolve(self, source: SecretSource) -> SecretText:
        """The secret.

        Raises:
            SecretUnavailableError: it is not where the stack says.
        """
        ...

    def ensure(self, source: SecretSource) -> None:
        """See that the secret is there to be resolved; a generated one is made and kept when it is not.

        Raises:
            SecretUnavailableError: it is not where the stack says.
            StoreError: it cannot be put there.
        """
        ...

    def standing(self, address: Address, column: str, source: SecretSource, sys_id: str) -> Standing:
        """How the declared secret compares with the one last written to that record."""
        ...

    def intend(self, address: Address, column: str, sys_id: str) -> None:
        """Remember, before anything is sent, that this secret is about to be written."""
        ...

    def written(self, address: Address, column: str, source: SecretSource, sys_id: str) -> None:
        """Remember that it was."""
        ...

    def fingerprints(self) -> Mapping[Address, Mapping[str, str]]:
        """By column, what the ledger is to remember of every secret that was written or begun in this run."""
        ...


class SecretStores(Protocol):
    """Where secrets are kept, for who exchanges them. What was given is durable when a method returns.

    All raise `errors.SecretUnavailableError` for what cannot be had, and `errors.StoreError` for what cannot be kept.
    """

    def resolve(self, source: SecretSource) -> SecretText:
        """The secret; `errors.SecretAbsentError` when its place is in order and has none."""
        ...

    def ensure(self, source: SecretSource) -> None:
        """See that it is there; a generated one is made and kept when it is not."""
        ...

    def replace(self, source: SecretSource, secret: SecretText) -> None:
        """Keep this one there, whatever is there."""
        ...

    def discard(self, source: SecretSource) -> None:
        """Keep nothing there any more."""
        ...


class Journal(Protocol):
    """Writes down on the local disk what is about to happen and what came of it, before anybody relies on it."""

    def change_begun(self, change: Change) -> None:
        """The change's writes are about to be sent; `change.owned` is the entry the ledger will have of it."""
        ...

    def write_begun(self, change: Change, write: Write) -> None:
        """This request is sent next. It is on the disk when this returns."""
        ...

    def write_ended(self, change: Change, write: Write, *, answered: bool) -> None:
        """The instance answered, or it refused or fell silent."""
        ...

    def change_ended(self, outcome: Outcome) -> None:
        """Nothing more is sent for this change."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where the work stands: `phase` is "reading", "writing", "trying" or "stopping", `subject` a table or an address just finished.

    While nothing moves `phase` is "waiting", `total` for how many seconds, and `subject` says for what. `outcome` is that of
    a change that has just ended.
    """

    phase: str
    done: int
    total: int
    subject: str
    outcome: Outcome | None = field(default=None, compare=False)


Watch: TypeAlias = Callable[[Progress], None]
