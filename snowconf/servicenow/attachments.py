"""Files of records: the Attachment API (recorded answers 05 and 16; the rest is from the vendor's page on it)."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from snowconf.errors import BrokenAnswerError, NotFoundError
from snowconf.model.query import where
from snowconf.servicenow.addressing import attachment_path
from snowconf.servicenow.answer import Answer, decode_row
from snowconf.servicenow.creating import raise_undone, result_row
from snowconf.servicenow.fates import Done, Fate, Undone
from snowconf.servicenow.querying import encode, escape
from snowconf.servicenow.sending import Ask, File, Line

PACKED = "application/gzip"
_ANY_FATE = frozenset(Fate)
_TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """The record that files hang on."""

    table: str
    sys_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that is there, by its own sys_id; `size` in bytes."""

    sys_id: str
    name: str
    size: str


def attach(line: Line, home: Home, name: str, content: bytes) -> str:
    """Hang a packed file on a record, and return its sys_id.

    No sys_id of ours can be sent with a file. After an unknown outcome the record's files are looked at for one of this
    name and size, so the name must tell the content.
    """
    parameters = urlencode({"table_name": home.table, "table_sys_id": home.sys_id, "file_name": name})
    ask = Ask(
        verb="POST",
        path=attachment_path("file"),
        parameters=parameters,
        file=File(content, PACKED),
        expects=dict,
    )
    for _ in range(_TRIES):
        outcome = line.send(ask, repeatable=frozenset({Fate.NOT_DONE}))
        if isinstance(outcome, Done):
            return _attachment(result_row(outcome.answer)).sys_id
        problem = outcome.problem
        if outcome.fate is Fate.NOT_DONE:
            break
        for each in list_attachments(line, home):
            if (each.name, each.size) == (name, str(len(content))):
                return each.sys_id
    # A file that came to be unnoticed does no harm: nothing points to it.
    raise problem


def list_attachments(line: Line, home: Home) -> tuple[Attachment, ...]:
    """The files of a record."""
    outcome = line.send(listing(home), repeatable=_ANY_FATE)
    if isinstance(outcome, Undone):
        raise outcome.problem
    return read_listing(outcome.answer, home)


def listing(home: Home) -> Ask:
    """The request for the files of a record."""
    query = escape(encode(where(table_name=home.table, table_sys_id=home.sys_id)))
    return Ask(
        verb="GET",
        path=attachment_path(),
        parameters=f"sysparm_query={query}&sysparm_limit=1000",
        expects=list,
    )


def read_listing(answer: Answer, home: Home) -> tuple[Attachment, ...]:
    """The files that such an answer tells of; those of other records, from a condition that was ignored, are left out."""
    records = (answer.document or {}).get("result")
    rows = [
        decode_row(each) for each in (records if isinstance(records, list) else ()) if isinstance(each, dict)
    ]
    return tuple(_attachment(row) for row in rows if row.get("table_sys_id") == home.sys_id)


def read_attachment(line: Line, sys_id: str) -> bytes:
    """What a packed file holds.

    Raises:
        NotFoundError: there is no such file, or none that this user may see.
    """
    ask = Ask(verb="GET", path=attachment_path(sys_id, "file"), accept="*/*", takes=_is_file)
    outcome = line.send(ask, repeatable=_ANY_FATE)
    if isinstance(outcome, Undone):
        raise outcome.problem
    if not _is_file(outcome.answer):
        detail = f"{ask} was answered with JSON in place of the file. Try again."
        raise BrokenAnswerError(detail, request=str(ask), status=outcome.answer.status)
    return outcome.answer.body


def remove_attachment(line: Line, sys_id: str) -> None:
    """Remove a file. That it was gone already is no error."""
    outcome = line.send(Ask(verb="DELETE", path=attachment_path(sys_id)), repeatable=_ANY_FATE)
    if isinstance(outcome, Undone) and not isinstance(outcome.problem, NotFoundError):
        raise_undone(outcome)


def _is_file(answer: Answer) -> bool:
    """The type comes back as it was sent; a page of a proxy has another."""
    return answer.status == 200 and answer.content_type == PACKED


def _attachment(row: Mapping[str, str]) -> Attachment:
    return Attachment(
        sys_id=row.get("sys_id", ""),
        name=row.get("file_name", ""),
        size=row.get("size_bytes", ""),
    )
