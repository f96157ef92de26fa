"""Reading what a block says, for the checks of kinds. What is not written reads as nothing."""

from snowconf.model.state import Resource
from snowconf.model.value import Value


def value_of(resource: Resource, attribute: str) -> Value | None:
    """The value, or None when it is not written."""
    written = resource.attributes.get(attribute)
    return written.value if written else None


def text_of(resource: Resource, attribute: str) -> str:
    """The value as text; empty when it is not written."""
    value = value_of(resource, attribute)
    return "" if value is None else str(value)


def names_in(resource: Resource, attribute: str) -> frozenset[str]:
    """The names a list of members holds."""
    value = value_of(resource, attribute)
    return frozenset(map(str, value)) if isinstance(value, frozenset) else frozenset()
