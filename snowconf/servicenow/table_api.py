"""The Table API of one instance: `engine.port.Instance` over HTTP, for as many threads as like."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Self

from snowconf.errors import NotFoundError
from snowconf.model.query import Query
from snowconf.model.runner import Runner
from snowconf.servicenow import attachments, retrieved_sets
from snowconf.servicenow.addressing import attachment_path, record_path, table_path
from snowconf.servicenow.attachments import Attachment, Home
from snowconf.servicenow.batching import send_together
from snowconf.servicenow.creating import Creator, raise_undone, result_row
from snowconf.servicenow.fates import Fate, Undone
from snowconf.servicenow.introducing import identify
from snowconf.servicenow.listing import Glimpse, Listing, Reading, Row, glance, read_list
from snowconf.servicenow.sending import Ask, Line, Waits

_ANY_FATE = frozenset(Fate)
# Removed now, or by an earlier try.
_GONE = (200, 204, 404)


class TableApi:
    """All values are strings as the platform stores them. `page_size` is the number of rows of one list request.

    `runner` is what is known of who calls before anything is asked.
    """

    def __init__(self, line: Line, *, runner: Runner | None = None, page_size: int = 1_000) -> None:
        self.page_size = page_size
        self._runner = runner or Runner()
        self._line = line
        self._creator = Creator(line)

    @property
    def counts(self) -> Mapping[str, int]:
        """Requests sent so far by verb, repeated ones too; those to the token endpoint are under `token`."""
        return self._line.counts

    @property
    def moment(self) -> datetime | None:
        """When the instance gave its last answer, by its own clock (UTC); None when it did not say."""
        try:
            return parsedate_to_datetime(self._line.dated).astimezone(UTC)
        except ValueError:
            return None

    def tell_waits(self, waits: Waits) -> None:
        """Have somebody told of every wait that is longer than a pause between two tries."""
        self._line.waits = waits

    def list_rows(
        self, table: str, query: Query, columns: Sequence[str], *, limit: int | None = None
    ) -> Listing:
        """Every row that matches, each held against the query; with `limit` one request of at most so many rows."""
        reading = Reading(table=table, query=query, columns=columns, page_size=self.page_size, limit=limit)
        return read_list(self._line, reading)

    def glimpse(self, table: str, columns: Sequence[str], *, limit: int) -> Glimpse:
        """The first rows as they are shown, keys or none, in one request; what is not asked for is not shown."""
        return glance(self._line, table, columns, limit=limit)

    def whoami(self) -> Runner:
        """Who reads and writes here and with which roles; what the instance does not tell is empty."""
        return identify(self._runner, self._line)

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

    def attach(self, table: str, sys_id: str, *, name: str, content: bytes) -> str:
        """Hang a packed file on a record and return its sys_id; a name is given to one content alone."""
        return attachments.attach(self._line, Home(table=table, sys_id=sys_id), name, content)

    def read_attachment(self, sys_id: str) -> bytes:
        """What a packed file holds.

        Raises:
            NotFoundError: there is no such file, or none that this user may see.
        """
        return attachments.read_attachment(self._line, sys_id)

    def list_attachments(self, table: str, sys_id: str) -> Sequence[Attachment]:
        """The files of a record."""
        return attachments.list_attachments(self._line, Home(table=table, sys_id=sys_id))

    def remove_attachment(self, sys_id: str) -> None:
        """Remove a file. That it was gone already is no error."""
        attachments.remove_attachment(self._line, sys_id)

    def sweep(self, table: str, sys_id: str, *, row: str, files: Sequence[str]) -> Sequence[Attachment]:
        """Remove another row of the table and these files, and see which files the record has, in one request.

        Where the instance takes no batches each is removed by itself, and what files there are is not asked.
        """
        home = Home(table=table, sys_id=sys_id)
        gone = [record_path(table, row), *(attachment_path(each) for each in files)]
        asks = [attachments.listing(home), *(Ask(verb="DELETE", path=path) for path in gone)]
        listed, *removed = send_together(self._line, asks)
        if removed[0] is None or removed[0].status not in _GONE:
            self.delete(table, row)
        for each, answer in zip(files, removed[1:], strict=True):
            if answer is None or answer.status not in _GONE:
                self.remove_attachment(each)
        return attachments.read_listing(listed, home) if listed and listed.status == 200 else ()

    def upload_set(self, content: bytes) -> str:
        """Load the XML of an exported update set; the sys_id of the retrieved set that it becomes."""
        return retrieved_sets.upload_set(self._line, content)

    def preview_set(self, sys_id: str) -> None:
        """Hold a retrieved set against the instance; what was found is in sys_update_preview_problem."""
        retrieved_sets.preview_set(self._line, sys_id)

    def commit_set(self, sys_id: str, *, force: bool) -> str:
        """Write what is in a retrieved set; the text says what went wrong, and is empty when nothing did."""
        return retrieved_sets.commit_set(self._line, sys_id, force=force)

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
