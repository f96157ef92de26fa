"""An instance whose first captured write is looked up in `sys_update_xml` before any other is sent, and all at the end."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock

from snowconf.dictionary import find_table
from snowconf.engine.port import Instance, Listing, Row
from snowconf.engine.stopping import StrayedError
from snowconf.engine.travel.capturing import PRIVATE
from snowconf.errors import InstanceError
from snowconf.model.query import Condition, Query
from snowconf.model.runner import Runner

UPDATES = "sys_update_xml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Strays:
    """Names of records as `sys_update_xml` has them: captured by another set, and captured by none."""

    elsewhere: tuple[str, ...] = ()
    nowhere: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Traced:
    """`Instance` that remembers what it had captured since a moment of the instance's clock.

    Once a captured write is found in another set than `chosen`, nothing more is written. `asks` is the same instance
    without a bound on requests. Safe to share among threads: until one write is proven they go one by one.
    """

    instance: Instance
    asks: Instance
    chosen: str
    since: str
    written: list[str] = field(default_factory=list)
    stopped: str = ""
    is_proven: bool = False
    lock: Lock = field(default_factory=Lock)

    def list_rows(
        self, table: str, query: Query, columns: Sequence[str], *, limit: int | None = None
    ) -> Listing:
        """Every row that matches."""
        return self.instance.list_rows(table, query, columns, limit=limit)

    def whoami(self) -> Runner:
        """Who reads and writes here."""
        return self.instance.whoami()

    def insert(self, table: str, columns: Mapping[str, str], *, display_input: bool = False) -> Row:
        """Create a row."""
        return self._send(
            table, lambda: self.instance.insert(table, columns, display_input=display_input), columns
        )

    def update(
        self, table: str, sys_id: str, columns: Mapping[str, str], *, display_input: bool = False
    ) -> Row:
        """Change columns of a row."""
        return self._send(
            table,
            lambda: self.instance.update(table, sys_id, columns, display_input=display_input),
            {"sys_id": sys_id},
        )

    def delete(self, table: str, sys_id: str) -> None:
        """Remove a row."""

        def delete() -> Row:
            self.instance.delete(table, sys_id)
            return {}

        self._send(table, delete, {"sys_id": sys_id})

    def strays(self) -> Strays:
        """What did not land in the set, in one request for some hundreds of records; nothing where nothing is captured."""
        rows = self._updates(self.written) if self.written else ()
        elsewhere = self._elsewhere(rows)
        here = {row["name"] for row in rows if row.get("update_set") == self.chosen}
        nowhere = (each for each in self.written if each not in here and each not in elsewhere)
        return Strays(elsewhere=tuple(sorted(elsewhere)), nowhere=tuple(dict.fromkeys(nowhere)))

    def _send(self, table: str, send: Callable[[], Row], asked: Mapping[str, str]) -> Row:
        known = find_table(table)
        if known is None or not known.tracked:
            return self._checked(send)
        if self.is_proven:
            return self._noted(table, send, asked)
        with self.lock:
            answer = self._noted(table, send, asked)
            if self.written and not self.is_proven:
                self._prove(self.written[-1])
        return answer

    def _checked(self, send: Callable[[], Row]) -> Row:
        if self.stopped:
            raise StrayedError(
                f"{self.stopped} So this was not sent; what was done is done. Look at 'snowconf plan' for what is left."
            )
        return send()

    def _noted(self, table: str, send: Callable[[], Row], asked: Mapping[str, str]) -> Row:
        """The answer tells whether the record is private to the instance; of one that is gone nothing tells it."""
        answer = self._checked(send)
        known = find_table(table)
        may_be_private = not answer and known is not None and PRIVATE in known.columns
        if answer.get(PRIVATE) != "true" and not may_be_private:
            self.written.append(f"{table}_{answer.get('sys_id', asked.get('sys_id', ''))}")
        return answer

    def _prove(self, name: str) -> None:
        """What was not captured at all proves nothing: a write may change nothing (tables.md 1.1)."""
        try:
            rows = self._updates([name])
        except InstanceError as error:
            self.stopped = f"Which update set took the first write cannot be seen: {error.detail}"
            return
        if self._elsewhere(rows):
            self.stopped = (
                f"The first write that is captured ({name}) is in another update set: somebody else, or another run, works "
                "with the same account, and has chosen one or completed this one, or the record belongs to another application."
            )
        self.is_proven = any(row.get("update_set") == self.chosen for row in rows) and not self.stopped

    def _updates(self, names: Sequence[str]) -> Sequence[Row]:
        """What sets took of these records since the moment.

        Raises:
            InstanceError: that is not to be seen.
        """
        query = Query(((Condition("name", "IN", tuple(dict.fromkeys(names))),),))
        columns = ("name", "update_set", "sys_updated_on")
        listing = self.asks.list_rows(UPDATES, query, columns)
        if listing.hidden:
            raise InstanceError(f"{UPDATES} has rows that the account may not see. Let it read that table.")
        return [row for row in listing.rows if row.get("sys_updated_on", self.since) >= self.since]

    def _elsewhere(self, rows: Iterable[Row]) -> frozenset[str]:
        """The records whose last capture is another set's; within one second ours counts as the last."""
        here, there = dict[str, str](), dict[str, str]()
        for row in rows:
            latest = here if row.get("update_set") == self.chosen else there
            moment = row.get("sys_updated_on", self.since)
            latest[row["name"]] = max(moment, latest.get(row["name"], ""))
        return frozenset(name for name, moment in there.items() if moment > here.get(name, ""))
