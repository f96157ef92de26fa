"""Blocks as the loader would hand them to kinds, one line for each attribute."""

from typing import Any

from snowconf.kinds import KINDS
from snowconf.kinds.record import attribute_for
from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.origin import Origin
from snowconf.model.state import Resource
from snowconf.model.value import Located, Value

FILE = "stack.toml"


def block(kind: str, **written: Any) -> Resource:
    """A block whose attributes stand on the lines from 2 on."""
    attributes = {name: KINDS[kind].attribute(name).parse(raw) for name, raw in written.items()}
    return _resource(kind, attributes)


def record_block(table: str, key: tuple[str, ...] = (), **written: Any) -> Resource:
    """A block of kind record."""
    attributes = {name: attribute_for(table, name, raw).parse(raw) for name, raw in written.items()}
    return _resource("record", attributes, table=table, key=key)


def findings(resource: Resource) -> list[Diagnostic]:
    """What the checks of its kind find."""
    checks = KINDS[resource.address.kind].checks
    return [diagnostic for check in checks for diagnostic in check(resource)]


def codes(resource: Resource) -> list[str]:
    """Only the codes of it."""
    return [diagnostic.code for diagnostic in findings(resource)]


def only(resource: Resource) -> Diagnostic:
    """The one thing that is found."""
    (diagnostic,) = findings(resource)
    return diagnostic


def _resource(
    kind: str, attributes: dict[str, Value], *, table: str = "", key: tuple[str, ...] = ()
) -> Resource:
    located = {
        name: Located(value, Origin(FILE, line))
        for line, (name, value) in enumerate(attributes.items(), start=2)
    }
    return Resource(
        address=Address(kind, "here"), origin=Origin(FILE, 1), attributes=located, table=table, key=key
    )
