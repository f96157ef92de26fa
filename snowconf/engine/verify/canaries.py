"""Records that a probe makes to try something on: what they hold, how they are known again, and where none may be. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from snowconf.dictionary import Column, Table, find_table
from snowconf.model.address import Address

# Where the words that a canary is known by may stand, the best first.
_TEXTS = ("user_name", "short_description", "name", "title", "label", "description", "comments")
_SHORTEST = 40
_OF_TYPES: Mapping[str, tuple[str, ...]] = {
    "string": ("snowconf", "canary"),
    "boolean": ("true", "false"),
    "integer": ("7", "8"),
    "decimal": ("7", "8"),
    "glide_date": ("2026-01-02", "2026-01-03"),
    "glide_date_time": ("2026-01-02 03:04:05", "2026-01-03 03:04:05"),
    "url": ("https://canary.example.com", "https://snowconf.example.com"),
    "email": ("canary@example.com", "snowconf@example.com"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """A record that is known by its sys_id, and by the words in one of its columns in case that was not taken."""

    table: str
    sys_id: str
    column: str
    words: str

    @property
    def row(self) -> dict[str, str]:
        """What it is created with: switched off where it could do something by itself."""
        known = find_table(self.table)
        columns = known.columns if known else {}
        needed = {each.name: value for each in columns.values() if each.mandatory and (value := sample(each))}
        off = {"active": "false"} if "active" in columns and not _is_task(known) else {}
        return {**needed, **off, "sys_id": self.sys_id, self.column: self.words}


@dataclass(frozen=True, slots=True, kw_only=True)
class Brood:
    """The canaries of one stack on one instance: the same in every run, so that the next removes what one left."""

    stack: str
    url: str

    @property
    def beginning(self) -> str:
        """What the words of all of them begin with."""
        return f"snowconf canary {self._digest()[:8]}"

    def make(self, user: Address, table: str) -> Canary:
        """The one for a user and a table.

        Raises:
            KeyError: `why_not` has a reason.
        """
        digest = self._digest(str(user), table)
        column = _marker(table)
        return Canary(table=table, sys_id=digest, column=column, words=f"{self.beginning} {digest[:6]}")

    def _digest(self, *parts: str) -> str:
        return sha256("\0".join((self.url, self.stack, "canary", *parts)).encode()).hexdigest()[:32]


def why_not(table: str) -> str:
    """Why no record may be made there to try something on; "" when one may."""
    known = find_table(table)
    if known is None:
        return f"The dictionary does not know {table}, so no record can be made there to try it on."
    if known.tracked or known.needs_elevation:
        return f"Changes of {table} are captured in update sets, so a record to try it on would leave traces there."
    if not _marker_or_none(known):
        return f"{table} has no column by which a record that was made to try it on could be known again."
    return ""


def marker_of(table: str) -> str:
    """The column that says of a record that it is a canary."""
    return _marker(table)


def tried(table: str, column: str) -> Iterator[Column]:
    """The columns that can be tried for a promise: the one it names, or for `*` every plain text."""
    known = find_table(table)
    for each in known.columns.values() if known else ():
        is_meant = each.name == column or (column == "*" and _is_plain(each, known))
        if is_meant and sample(each) is not None:
            yield each


def sample(column: Column, held: str = "") -> str | None:
    """A harmless value that is another than the held one and the default; None where none is known."""
    if column.computed or column.name.startswith("sys_"):
        return None
    values = tuple(column.choices) or _OF_TYPES.get(column.type, ())
    fitting = (each for each in values if each and each not in (held, column.default))
    return next((each for each in fitting if len(each) <= column.max_length), None)


def _is_plain(column: Column, table: Table | None) -> bool:
    unique = {each for key in table.unique for each in key} if table else set()
    is_own = table is not None and column.name in (table.display, "number")
    return column.type == "string" and not (column.choices or column.name in unique or is_own)


def _is_task(table: Table | None) -> bool:
    return table is not None and "task" in table.lineage


def _marker(table: str) -> str:
    known = find_table(table)
    found = _marker_or_none(known) if known else ""
    if not found:
        raise KeyError(table)
    return found


def _marker_or_none(table: Table) -> str:
    columns = [table.columns[each] for each in (*_TEXTS, table.display) if each in table.columns]
    fit = (each for each in columns if each.type == "string" and not (each.computed or each.choices))
    return next((each.name for each in fit if each.max_length >= _SHORTEST), "")
