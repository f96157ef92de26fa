"""The Table API of one instance: `engine.port.Instance` over HTTP, for as many threads as like."""

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

from snowconf.errors import NotFoundError
from snowconf.model.query import Query
from snowconf.servicenow.addressing import record_path, table_path
from snowconf.servicenow.creating import Creator, raise_undone, result_row
from snowconf.servicenow.fates import Fate, Undone
from snowconf.servicenow.listing import Listing, Reading, Row, read_list
from snowconf.servicenow.sending import Ask, Line

_ANY_FATE = frozenset(Fate)


class TableApi:
    """All values are strings as the platform stores them. `page_size` is the number of rows of one list request."""

    def __init__(self, line: Line, *, page_size: int = 1_000) -> None:
        self.page_size = page_size
        self._line = line
        self._creator = Creator(line)

    @property
    def counts(self) -> Mapping[str, int]:
        """Requests sent so far by verb, repeated ones too; those to the token endpoint are under `token`."""
        return self._line.counts

    def list_rows(
        self, table: str, query: Query, columns: Sequence[str], *, limit: int | None = None
    ) -> Listing:
        """Every row that matches, each held against the query; with `limit` one request of at most so many rows."""
        reading = Reading(table=table, query=query, columns=columns, page_size=self.page_size, limit=limit)
        return read_list(self._line, reading)

    def insert(self, table: str, columns: Mapping[str, str], *, display_input: bool = False) -> Row:
        """Create a row and return it. With `sys_id` among the columns an unknown outcome is settled by looking."""
        parameters = _write_parameters(display_input=display_input)
        ask = Ask(verb="POST", path=table_path(table), parameters=parameters, body=columns, expects=dict)
        return self._creator.create(table, ask)

    def update(
        self, table: str, sys_id: str, columns: Mapping[str, str], *, display_input: bool = False
    ) -> Row:
        """Change columns of a row and return it; the same values sent twice do no harm, so doubt is sent again."""
        parameters = _write_parameters(display_input=display_input)
        ask = Ask(
            verb="PATCH", path=record_path(table, sys_id), parameters=parameters, body=columns, expects=dict
        )
        outcome = self._line.send(ask, repeatable=_ANY_FATE)
        if isinstance(outcome, Undone):
            raise_undone(outcome)
        return result_row(outcome.answer)

    def delete(self, table: str, sys_id: str) -> None:
        """Remove a row. That it was gone already is no error."""
        outcome = self._line.send(Ask(verb="DELETE", path=record_path(table, sys_id)), repeatable=_ANY_FATE)
        if isinstance(outcome, Undone) and not isinstance(outcome.problem, NotFoundError):
            raise_undone(outcome)

    def close(self) -> None:
        """Give the connections back."""
        self._line.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _write_parameters(*, display_input: bool) -> str:
    """No `sysparm_fields`: the whole answer is needed, because it is the truth about what was stored."""
    links = "sysparm_exclude_reference_link=true"
    return f"{links}&sysparm_input_display_value=true" if display_input else links
