"""What an apply will ask besides a yes, said with the plan: a change request, an update set, and what no set takes."""

from dataclasses import replace

from snowconf.cli.approving import needs_approval
from snowconf.cli.gating import foretell_gate
from snowconf.cli.picking import foretell_capture, foretell_set
from snowconf.cli.wiring import Workspace
from snowconf.model.plan import Plan


def foretold(plan: Plan, workspace: Workspace) -> Plan:
    """The plan with what stands against applying it now; a request for the change request and one for the set."""
    if not needs_approval(plan):
        return plan
    ahead = (*foretell_gate(workspace), *foretell_set(plan, workspace))
    return _with_left_out(replace(plan, diagnostics=(*plan.diagnostics, *ahead)), workspace)


def with_left_out(plan: Plan, workspace: Workspace) -> Plan:
    """The plan with what the stack's update set will not take; no request."""
    return _with_left_out(plan, workspace) if needs_approval(plan) else plan


def _with_left_out(plan: Plan, workspace: Workspace) -> Plan:
    settings = workspace.control.capture
    outside = foretell_capture(plan, settings) if settings else ()
    return replace(plan, diagnostics=(*plan.diagnostics, *outside))
