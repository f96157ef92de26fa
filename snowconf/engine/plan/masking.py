"""Which values nobody is shown although the platform calls them text: what their names tell (tables.md 5). Pure."""

from collections.abc import Iterable
from dataclasses import replace

from snowconf.engine.observe.asking import Managed
from snowconf.model.plan import AttributeChange
from snowconf.model.state import Record
from snowconf.model.value import Located


def masked_attributes(managed: Managed, record: Record | None) -> frozenset[str]:
    """By what the block says and by what the instance holds: either may be the secret one."""
    if managed.kind.masked is None:
        return frozenset()
    resource = managed.resource
    held = record.attributes if record else {}
    seen = {name: Located(value, resource.origin) for name, value in held.items()}
    by_instance = managed.kind.masked(replace(resource, attributes=dict(resource.attributes) | seen))
    return managed.kind.masked(resource) | by_instance


def mark(
    attributes: Iterable[AttributeChange], managed: Managed, record: Record | None
) -> tuple[AttributeChange, ...]:  # fmt: skip
    """The changes, with those marked as sensitive whose values are to be masked."""
    masked = masked_attributes(managed, record)
    return tuple(
        replace(each, sensitive=True, note="") if each.attribute in masked else each for each in attributes
    )
