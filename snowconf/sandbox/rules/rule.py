"""What a business rule of the platform is, as a value: when it runs, and one of four things it does."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from snowconf.sandbox.acting.session import Session
from snowconf.sandbox.storage.made_ids import made_id
from snowconf.sandbox.storage.store import Row

Write: TypeAlias = Literal["insert", "update", "delete"]

EVERY_CHANGE: frozenset[Write] = frozenset({"insert", "update"})
INSERT: frozenset[Write] = frozenset({"insert"})
UPDATE: frozenset[Write] = frozenset({"update"})
DELETE: frozenset[Write] = frozenset({"delete"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A write about to happen or just done. `before` is empty on insert, `after` on delete.

    `sent` names the columns that the caller gave, whether or not they change anything.
    """

    session: Session
    write: Write
    table: str
    before: Row
    after: Row
    sent: frozenset[str] = frozenset()

    @property
    def row(self) -> Row:
        """The row as it will be, or as it was when it goes away."""
        return self.before if self.write == "delete" else self.after

    def changes(self, column: str) -> bool:
        """Whether the column has another value than before."""
        return self.before.get(column, "") != self.after.get(column, "")

    def with_values(self, values: Row) -> "Event":
        """The same event once a rule set these columns."""
        return replace(self, after=self.after | values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """When a rule runs: on these writes to the table or one that extends it, and only if `columns` change, if any."""

    name: str
    table: str
    on: frozenset[Write] = EVERY_CHANGE
    columns: frozenset[str] = frozenset()
    sys_id: str = ""

    @property
    def number(self) -> str:
        """The rule's sys_id, which the platform names when a rule aborts."""
        return self.sys_id or made_id("sys_script", self.name)

    def runs(self, event: Event) -> bool:
        """Whether the event concerns this rule; the table has been looked at."""
        concerns = not self.columns or any(map(event.changes, self.columns))
        return event.write in self.on and concerns


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse(Trigger):
    """A before rule that aborts when its question is answered with yes."""

    when: Callable[[Event], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Require(Trigger):
    """A data policy: the `mandatory` columns may not be empty when its question is answered with yes."""

    mandatory: tuple[str, ...]
    when: Callable[[Event], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Put(Trigger):
    """A before rule that sets columns, whatever the caller wanted of them."""

    values: Callable[[Event], Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow(Trigger):
    """An after rule: other rows change because this one did."""

    then: Callable[[Event], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cascade:
    """Rows of `table` whose `column` points at a deleted row of `parent` go with it; with a `switch`, where it says so."""

    parent: str
    table: str
    column: str
    switch: str = ""


Rule: TypeAlias = Refuse | Require | Put | Follow
