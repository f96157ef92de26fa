"""Head rows: the properties that say which attachment is the ledger of a stack, and whether all of them were seen."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from snowconf.ledger.encoding import damage
from snowconf.ledger.failures import LedgerDamagedError
from snowconf.ledger.locking import out_of_reach
from snowconf.ledger.records import TABLE, Records, Row
from snowconf.model.query import Condition, Query

# Seen, it proves that this account is shown properties: they are hidden from others without a word (tables.md 5).
WITNESS = "glide.war"
PREFIX, SUFFIX, LOCK_SUFFIX = "snowconf.", ".ledger", ".lock"
_QUERY = Query(((Condition("name", "STARTSWITH", (PREFIX,)), Condition("name", "=", (WITNESS,))),))
_COLUMNS = ("name", "value", "sys_mod_count")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A row that says which attachment is a stack's ledger; an empty one when `attachment` is empty.

    `sys_id` and `revision` are the row's own, `url` names the instance that it was written for.
    """

    stack: str
    sys_id: str
    revision: str
    serial: int = 0
    attachment: str = ""
    sha256: str = ""
    url: str = ""

    @property
    def where(self) -> str:
        """What it is called in messages."""
        return (
            f"The ledger of the stack '{self.stack}' (sys_properties {self.sys_id}, attachment "
            f"{self.attachment[:32] or 'none'})"
        )

    @property
    def value(self) -> str:
        """What stands in the row."""
        return json.dumps(self._parts)

    def touched(self, mark: str) -> str:
        """The same with a mark, by which a run that held the lock sees that it was broken."""
        return json.dumps({**self._parts, "unlocked": mark})

    @property
    def _parts(self) -> dict[str, object]:
        return {
            "serial": self.serial,
            "attachment": self.attachment,
            "sha256": self.sha256,
            "url": self.url,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Heads:
    """The rows of all stacks on an instance: heads by the stack's name, and whatever is called like a lock."""

    heads: Mapping[str, Row]
    locks: Sequence[Row]


def read_heads(records: Records) -> Heads:
    """The head row and the lock row of every stack on the instance; one request.

    Raises:
        LedgerHiddenError: there may be heads that this account is not shown.
        LedgerDamagedError: a stack has two.
    """
    listing = records.list_rows(TABLE, _QUERY, _COLUMNS)
    if listing.hidden or not any(row.get("name") for row in listing.rows):
        raise out_of_reach("Whether there is a ledger cannot be told, because the instance hides properties.")
    heads: dict[str, Row] = {}
    for stack, row in _named(listing.rows, SUFFIX):
        if stack in heads:
            where = f"The ledger of the stack '{stack}' (sys_properties {heads[stack]['sys_id']})"
            raise LedgerDamagedError(damage(where, f"{row['sys_id']} has the same name"))
        heads[stack] = row
    return Heads(heads=heads, locks=[row for _, row in _named(listing.rows, LOCK_SUFFIX)])


def _named(rows: Iterable[Row], suffix: str) -> Iterator[tuple[str, Row]]:
    for row in rows:
        name = row.get("name", "")
        if name.startswith(PREFIX) and name.endswith(suffix):
            yield name.removeprefix(PREFIX).removesuffix(suffix), row


def read_head(stack: str, row: Row) -> Head:
    """What the row says.

    Raises:
        LedgerDamagedError: it says nothing that snowconf wrote.
    """
    head = find_head(stack, row)
    if head is None:
        raise LedgerDamagedError(damage(unreadable_head(stack, row).where, "the head is no JSON of ours"))
    return head


def find_head(stack: str, row: Row) -> Head | None:
    """What the row says; None when it says nothing that snowconf wrote."""
    try:
        parts = json.loads(row["value"])
        texts = {name: parts[name] for name in ("attachment", "sha256", "url")}
        serial = parts["serial"]
    except (ValueError, KeyError, TypeError):
        return None
    if not isinstance(serial, int) or not all(isinstance(each, str) for each in texts.values()):
        return None
    bare = unreadable_head(stack, row)
    return Head(stack=stack, sys_id=bare.sys_id, revision=bare.revision, serial=serial, **texts)


def unreadable_head(stack: str, row: Row) -> Head:
    """The row alone, pointing to nothing."""
    return Head(stack=stack, sys_id=row["sys_id"], revision=row.get("sys_mod_count", ""))
