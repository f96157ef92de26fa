"""What the users that a plan touches may do once it is applied, for the pictures of a report."""

from snowconf.cli.wiring import Workspace
from snowconf.engine.disclose.disclosing import Wanted, disclose, plan_of_access
from snowconf.model.plan import Action, Plan
from snowconf.model.privilege import Privileges
from snowconf.model.state import Resource

TABLE = "sys_user"
# A page with more pictures than these helps nobody.
AT_MOST = 20


def pictures_of(plan: Plan, workspace: Workspace) -> tuple[Privileges, ...]:
    """One for each user, in the order of the work."""
    users = [each for each in plan.pending if each.table == TABLE and each.action is not Action.DELETE]
    blocks = {each.address: each for each in workspace.desired.resources}
    known = [blocks[each.address] for each in users if each.address in blocks][:AT_MOST]
    if not known:
        return ()
    with workspace.watched() as context:
        access = plan_of_access(workspace.desired, workspace.instance, context)
        return tuple(
            disclose(_wanted(each, workspace), access, workspace.instance, context) for each in known
        )


def _wanted(block: Resource, workspace: Workspace) -> Wanted:
    ledger = workspace.context.ledger
    owned = ledger.entries.get(block.address) if ledger else None
    name = str(block.attributes["user_name"].value)
    return Wanted(user_name=name, block=block, sys_id=owned.sys_id if owned else "")
