"""The document of a plan as `plan --json` prints it, saved plans hold it, and policies see it."""

from snowconf.cli.wiring import Workspace
from snowconf.kinds import kind_of
from snowconf.model.declared_json import Document, with_declared
from snowconf.model.plan import Plan
from snowconf.model.plan_json import plan_document


def document_of(plan: Plan, workspace: Workspace) -> Document:
    """The changes, each beside what its block asks for in whole; without a value that nobody is to see."""
    resources = workspace.desired.resources
    masks = {each.address: mask(each) for each in resources if (mask := kind_of(each).masked)}
    return with_declared(plan_document(plan), workspace.desired, masks)
