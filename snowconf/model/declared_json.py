"""What the files ask for, block by block, beside the changes of a plan's document: rules need it whole, not what differs."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from snowconf.model.address import Address
from snowconf.model.plan_json import value_json
from snowconf.model.state import Desired, Resource
from snowconf.model.value import SecretSource

Document: TypeAlias = dict[str, Any]
# Attributes whose values are shown to nobody, by resource.
Masks: TypeAlias = Mapping[Address, frozenset[str]]


def with_declared(document: Mapping[str, Any], desired: Desired, masks: Masks) -> Document:
    """The plan's document with `declared` in each of `resource_changes`: null for a block that has left the files."""
    blocks = {str(each.address): each for each in desired.resources}
    hidden = {str(address): names for address, names in masks.items()}
    changes = [
        {**each, "declared": _declared(blocks.get(each["address"]), _hidden(each, hidden))}
        for each in document["resource_changes"]
    ]
    return {**document, "resource_changes": changes}


def _hidden(change: Mapping[str, Any], hidden: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """By what the block says, and by what the instance says of the record."""
    return frozenset({*hidden.get(change["address"], ()), *change["change"]["after_sensitive"]})


def _declared(resource: Resource | None, hidden: frozenset[str]) -> Document | None:
    """Every attribute that is written, as a file would say it; a secret is null, and `secrets` says where it comes from."""
    if resource is None:
        return None
    values = {name: each.value for name, each in resource.attributes.items()}
    return {
        "attributes": {name: None if name in hidden else value_json(value) for name, value in values.items()},
        "secrets": {
            name: value.provider for name, value in values.items() if isinstance(value, SecretSource)
        },
        "absent": resource.absent,
        "access": {name: [*each] for name, each in resource.access.items()},
        "no_access": {name: [*each] for name, each in resource.no_access.items()},
        "lifecycle": {
            "ignore": sorted(resource.ignore),
            "prevent_delete": resource.prevent_delete,
            "on_remove": resource.on_remove.value if resource.on_remove else None,
        },
    }
