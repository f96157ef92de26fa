"""A block and what differs on the chosen instance, made one resource."""

from collections.abc import Iterator

from snowconf.config import codes
from snowconf.config.expectations import find_contradictions
from snowconf.config.parsing import Parsed
from snowconf.config.shapes import fits
from snowconf.config.values import read_default
from snowconf.dictionary import find_column
from snowconf.kinds.attributes import Reference
from snowconf.kinds.record import attribute_for
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.state import Resource
from snowconf.model.value import Located


def merge(base: Parsed, overlay: Parsed | None) -> tuple[Resource, tuple[Diagnostic, ...]]:
    """The resource, and what it lacks. The overlay's word counts, attribute by attribute."""
    layers = (base, overlay) if overlay else (base,)
    absent = next((each.absent for each in reversed(layers) if each.absent is not None), False)
    key = base.key if base.shape.is_record else base.shape.kind.key
    attributes = {name: value for layer in layers for name, value in layer.attributes.items()}
    written = frozenset(name for layer in layers for name in layer.written)
    problems = []
    if key and key[0] not in written:
        default = _default(base, key[0])
        if isinstance(default, Located):
            attributes = {key[0]: default, **attributes}
        else:
            problems.append(default)
    if absent:
        attributes = {name: value for name, value in attributes.items() if name in key}
    else:
        problems += _missing(base, written, key=key)
    lifecycle = overlay.lifecycle.over(base.lifecycle) if overlay else base.lifecycle
    access = next((each.access for each in reversed(layers) if each.access is not None), None)
    no_access = next((each.no_access for each in reversed(layers) if each.no_access is not None), None)
    if access and no_access:
        problems += find_contradictions(access, no_access, address=base.address)
    resource = Resource(
        address=base.address,
        origin=base.origin,
        attributes=attributes,
        table=base.table,
        key=base.key,
        absent=absent,
        ignore=lifecycle.ignore or frozenset(),
        prevent_delete=lifecycle.prevent_delete or False,
        on_remove=lifecycle.on_remove,
        previously=lifecycle.previously or "",
        access=access.reach if access else {},
        no_access=no_access.reach if no_access else {},
        requires_tables=next(
            (each.requires_tables for each in reversed(layers) if each.requires_tables is not None), {}
        ),
        promised_at={**(no_access.places if no_access else {}), **(access.places if access else {})},
    )
    return resource, tuple(problems)


def _default(base: Parsed, name: str) -> Located | Diagnostic:
    """The label as natural key, where it can be one: no number, and no name of another record."""
    label = base.address.label
    if base.shape.is_record:
        attribute, column = attribute_for(base.table, name, label), find_column(base.table, name)
        limit = column.max_length if column else None
    else:
        attribute, limit = base.shape.attributes[name], base.shape.lengths.get(name)
    if isinstance(attribute, Reference) or not fits(attribute, label):
        return _lacks(base, name, doc=f"column {name} of its key")
    return read_default(attribute, label, address=base.address, origin=base.origin, limit=limit)


def _missing(base: Parsed, written: frozenset[str], *, key: tuple[str, ...]) -> Iterator[Diagnostic]:
    docs = {name: f"column {name} of its key" for name in key[1:]}
    docs |= {
        each.name: each.doc
        for each in base.shape.kind.attributes
        if each.required and each.name not in key[:1]
    }
    yield from (_lacks(base, name, doc=doc) for name, doc in docs.items() if name not in written)


def _lacks(base: Parsed, name: str, *, doc: str) -> Diagnostic:
    detail = f"{base.address} does not write '{name}', and needs it: {doc.removesuffix('.')}."
    return codes.MISSING_ATTRIBUTE.at(base.origin, detail, address=base.address)
