"""Names for what list columns hold: sys_ids, which no dot-walk leads through."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeAlias

from snowconf.engine.context import Context
from snowconf.engine.observe.asking import TableAsk
from snowconf.engine.observe.observing import look_up
from snowconf.engine.port import Reader
from snowconf.kinds.attributes import References, together
from snowconf.kinds.kind import Kind
from snowconf.model.state import Record
from snowconf.model.value import RecordRef

# By sys_id.
Names: TypeAlias = Mapping[str, str]


def look_for_names(
    records: Iterable[tuple[Kind, Record]], instance: Reader, context: Context
) -> Names:  # fmt: skip
    """What the records in the lists of these are called: one list a table, none where all lists are empty.

    Raises:
        InstanceError: the instance refused or did not answer.
    """
    asks: dict[str, TableAsk] = {}
    for kind, record in records:
        for attribute, sys_ids in _lists(kind, record):
            target = attribute.target
            ask = asks.setdefault(target.table, TableAsk(target.table, columns={"sys_id", target.key}))
            ask.values["sys_id"].update(sys_ids)
    seen = look_up(list(asks.values()), instance, context)
    return {
        row["sys_id"]: next(row[each] for each in sorted(asks[table].columns - {"sys_id"}))
        for table, found in seen.items()
        for row in found.rows
        if asks[table].columns <= row.keys()
    }


def with_names(record: Record, kind: Kind, names: Names) -> Record:
    """The record with its lists named; a list of which one is not known stays as it is."""
    named = {
        attribute.name: together(RecordRef(each, names.get(each, "")) for each in sys_ids)
        for attribute, sys_ids in _lists(kind, record)
    }
    return replace(record, attributes={**record.attributes, **named}) if named else record


def _lists(kind: Kind, record: Record) -> Iterable[tuple[References, list[str]]]:
    for attribute in kind.of_type(References):
        value = record.attributes.get(attribute.name)
        if isinstance(value, RecordRef):
            yield attribute, value.sys_id.split(",")
