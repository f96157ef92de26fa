"""The XML of exported sets (`<unload>`) and of single updates (`<record_update>`), as records. Nothing is expanded or fetched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.parsers.expat import ExpatError, ParserCreate

RECORD_DEPTH = 2
COLUMN_DEPTH = 3
DELETE = "DELETE"
INSERT_OR_UPDATE = "INSERT_OR_UPDATE"


class UnreadableDocumentError(Exception):
    """It is no such document; the text says why, and holds nothing of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One element of a table's name: what is to be done with which record, and its columns as they are written."""

    table: str
    action: str
    columns: Mapping[str, str]


def read_unload(data: bytes) -> Sequence[Record]:
    """The rows of an exported file.

    Raises:
        UnreadableDocumentError: it is something else.
    """
    return _read(data, "unload")


def read_payload(text: str) -> Sequence[Record]:
    """The records of one update; more than one where a form or a flow is. Clean-ups by query are not among them.

    Raises:
        UnreadableDocumentError: it is something else.
    """
    records = _read(text.encode("utf-8", "surrogatepass"), "record_update")
    return [each for each in records if each.action in (DELETE, INSERT_OR_UPDATE)]


def _read(data: bytes, root: str) -> Sequence[Record]:
    reader = _Reader(root)
    try:
        reader.parse(data)
    except ExpatError as error:
        raise UnreadableDocumentError(f"it is not XML: {error}") from None
    return reader.records


class _Reader:
    """Keeps elements of the second level as records, and the texts of the third as their columns."""

    def __init__(self, root: str) -> None:
        self.records: list[Record] = []
        self._root = root
        self._depth = 0
        self._action = ""
        self._columns: dict[str, str] = {}
        self._text: list[str] = []

    def parse(self, data: bytes) -> None:
        """Read the whole document."""
        parser = ParserCreate("UTF-8")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append
        parser.StartDoctypeDeclHandler = _refuse
        parser.Parse(data, True)

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth == 1 and name != self._root:
            raise UnreadableDocumentError(f"it does not begin with <{self._root}>")
        if self._depth == RECORD_DEPTH:
            self._action, self._columns = attributes.get("action", ""), {}
        if self._depth <= COLUMN_DEPTH:
            self._text.clear()

    def _end(self, name: str) -> None:
        if self._depth == COLUMN_DEPTH:
            self._columns[name] = "".join(self._text)
        if self._depth == RECORD_DEPTH:
            self.records.append(Record(table=name, action=self._action, columns=self._columns))
        self._depth -= 1


def _refuse(*_: object) -> None:
    """A document type could define entities that expand without end."""
    raise UnreadableDocumentError("it declares a document type")
