"""What the files ask for, as one digest: the same whatever stands where in them, another when they mean something else. Pure."""

from collections.abc import Mapping
from typing import Any

from snowconf.kinds import kind_of
from snowconf.model.fingerprinting import digest_of, veil
from snowconf.model.state import Desired, Resource
from snowconf.model.value import Named, SecretSource, Value


def config_digest(desired: Desired) -> str:
    """SHA-256 over every resource, references as names, secrets as the places they come from."""
    return digest_of([desired.stack, [_resource(each) for each in desired.resources]])


def _resource(resource: Resource) -> dict[str, Any]:
    mask = kind_of(resource).masked
    hidden = mask(resource) if mask else frozenset()
    return {
        "address": str(resource.address),
        "attributes": {
            name: veil(str(located.value), f"{resource.address}/{name}")
            if name in hidden
            else _value(located.value)
            for name, located in resource.attributes.items()
        },
        "table": resource.table,
        "key": list(resource.key),
        "absent": resource.absent,
        "lifecycle": _lifecycle(resource),
        "access": _access(resource.access)
        | {f"no {operation}": reach for operation, reach in _access(resource.no_access).items()}
        | {f"tables {value}": tables for value, tables in _access(resource.requires_tables).items()},
    }


def _lifecycle(resource: Resource) -> list[Any]:
    removal = resource.on_remove.value if resource.on_remove else None
    return [sorted(resource.ignore), resource.prevent_delete, removal, resource.previously]


def _access(access: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    return {operation: sorted(tables) for operation, tables in access.items()}


def _value(value: Value) -> Any:
    if isinstance(value, frozenset):
        return {"set": sorted(each.name for each in value)}
    if isinstance(value, Named):
        return {"named": [value.target.table, value.name]}
    if isinstance(value, SecretSource):
        return {"secret": [value.provider, value.name]}
    return value if isinstance(value, (str, int)) else str(value)
