"""The document of a plan as `plan --json` prints it, saved plans hold it, and policies see it; and of what has no plan."""

from collections.abc import Mapping
from typing import Any

from snowconf.cli.wiring import Workspace
from snowconf.kinds import KINDS, kind_of
from snowconf.model.address import Address
from snowconf.model.declared_json import Document, with_declared
from snowconf.model.origin import Origin
from snowconf.model.plan import Action, AttributeChange, Change, Plan
from snowconf.model.plan_json import plan_document
from snowconf.model.state import Resource
from snowconf.model.value import SecretSource

# Where a block would be written that nobody has written yet.
NOWHERE = Origin("import", 1)
WITHOUT_A_BLOCK: Document = {
    "attributes": {},
    "secrets": {},
    "access": {},
    "no_access": {},
    "lifecycle": {"ignore": [], "prevent_delete": False, "on_remove": None},
}


def document_of(plan: Plan, workspace: Workspace) -> Document:
    """The changes, each beside what its block asks for in whole; without a value that nobody is to see."""
    resources = workspace.desired.resources
    masks = {each.address: mask(each) for each in resources if (mask := kind_of(each).masked)}
    return with_declared(plan_document(plan), workspace.desired, masks)


def document_of_return(plan: Plan, workspace: Workspace) -> Document:
    """The same of a plan that goes back: what it puts back stands in `declared` in place of what the files say."""
    document = document_of(plan, workspace)
    changes = [{**each, "declared": _put_back(each)} for each in document["resource_changes"]]
    return {**document, "resource_changes": changes}


def document_of_step(action: Action, address: Address, workspace: Workspace) -> Document:
    """What one block comes to without a plan, among all the others, which stay as they are.

    An exchange of its secrets is an update, a record that is taken over an adoption.
    """
    blocks = {each.address: each for each in workspace.desired.resources}
    others = (
        _change(each.address, Action.NO_OP, each, workspace)
        for each in blocks.values()
        if each.address != address
    )
    context = workspace.context
    plan = Plan(
        stack=workspace.desired.stack,
        instance=context.instance_name,
        url=context.url,
        changes=(_change(address, action, blocks.get(address), workspace), *others),
    )
    return document_of(plan, workspace)


def _change(address: Address, action: Action, block: Resource | None, workspace: Workspace) -> Change:
    owned = workspace.keeper.ledger.entries.get(address)
    secrets = block.attributes.items() if block and action is Action.UPDATE else ()
    return Change(
        address=address,
        action=action,
        table=block.table if block and block.table else KINDS[address.kind].table,
        sys_id=owned.sys_id if owned else "",
        origin=block.origin if block else NOWHERE,
        name=owned.name if owned else "",
        attributes=tuple(
            AttributeChange(attribute=name, before=None, after=each.value, origin=each.origin, sensitive=True)
            for name, each in secrets
            if isinstance(each.value, SecretSource)
        ),
    )


def _put_back(change: Mapping[str, Any]) -> Document | None:
    """Null where the record goes. Of what nobody is shown nothing is said: it comes from no file."""
    after, declared = change["change"]["after"], change["declared"]
    if after is None or "forget" in change["change"]["actions"]:
        return None
    members = {name: [*each["kept"], *each["add"]] for name, each in change["change"]["members"].items()}
    shown = {name: value for name, value in after.items() if value is not None}
    said = declared or WITHOUT_A_BLOCK
    return {**said, "attributes": {**said["attributes"], **shown, **members}, "absent": False}
