"""An instance of which only so many requests may be asked: what was begun is ended, nothing more is begun."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from snowconf.engine.port import Instance, Listing, Row
from snowconf.engine.stopping import StoppedError
from snowconf.model.query import Query
from snowconf.model.runner import Runner


class RequestsSpentError(StoppedError):
    """As many requests were sent as may be; this one was not."""

    summary = "No requests left"
    code = "SNC268"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rationed:
    """`Instance` with a bound. `spent` counts every request so far, repeated ones and those for tokens too."""

    instance: Instance
    spent: Callable[[], int]
    most: int

    def list_rows(
        self, table: str, query: Query, columns: Sequence[str], *, limit: int | None = None
    ) -> Listing:
        """Every row that matches."""
        self._check()
        return self.instance.list_rows(table, query, columns, limit=limit)

    def whoami(self) -> Runner:
        """Who reads and writes here."""
        self._check()
        return self.instance.whoami()

    def insert(self, table: str, columns: Mapping[str, str], *, display_input: bool = False) -> Row:
        """Create a row."""
        self._check()
        return self.instance.insert(table, columns, display_input=display_input)

    def update(
        self, table: str, sys_id: str, columns: Mapping[str, str], *, display_input: bool = False
    ) -> Row:
        """Change columns of a row."""
        self._check()
        return self.instance.update(table, sys_id, columns, display_input=display_input)

    def delete(self, table: str, sys_id: str) -> None:
        """Remove a row."""
        self._check()
        self.instance.delete(table, sys_id)

    def _check(self) -> None:
        """Before anything is sent: a write that is under way is never left because of it."""
        if self.spent() >= self.most:
            raise RequestsSpentError(
                f"{self.most} requests were sent, which is all that --max-requests allows, so this one was not. What was "
                "done is done; run the same command again with a higher number to go on."
            )


def check_need(need: int, spent: int, most: int) -> None:
    """Pass when so many more requests may be sent.

    Raises:
        RequestsSpentError: they would be too many; nothing was written.
    """
    if spent + need > most:
        raise RequestsSpentError(
            f"This plan needs about {need} more requests, {spent} were sent already, and --max-requests allows {most}. "
            "Nothing was written. Allow more, or narrow the plan with --target."
        )
