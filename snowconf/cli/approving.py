"""Getting a yes before anything is written."""

from snowconf.cli.options import ApplyOptions
from snowconf.cli.receipt_options import UndoOptions
from snowconf.cli.refusals import NotApprovedError
from snowconf.cli.session import Session
from snowconf.model.diagnostic import has_errors
from snowconf.model.plan import Plan
from snowconf.report.escaping import visible
from snowconf.report.page import counted


def needs_approval(plan: Plan) -> bool:
    """Is there something to do, and may it be done?"""
    return bool(plan.pending) and not has_errors(plan.diagnostics)


def approve(plan: Plan, options: ApplyOptions | UndoOptions, session: Session) -> None:
    """Return when somebody said yes.

    Raises:
        NotApprovedError: nobody can be asked, or the answer was another.
    """
    requests = counted(plan.write_count, "request")
    where = visible(f"{plan.instance} ({plan.url})")
    obtain_yes(
        f"\nApply this to {where} with {requests}",
        session,
        auto_approve=options.auto_approve,
        otherwise="apply changes the instance, so somebody has to say yes, and nobody can be asked here. Look at the plan, "
        "then run the same command with --auto-approve.",
    )


def obtain_yes(question: str, session: Session, *, auto_approve: bool, otherwise: str) -> None:
    """Return when somebody said yes to the question; `otherwise` is said where nobody can be asked.

    Raises:
        NotApprovedError: nobody can be asked, or the answer was another.
    """
    if auto_approve:
        return
    if not session.terminal.prompts or session.json:
        raise NotApprovedError(otherwise)
    if session.terminal.ask(f"{question}? Only 'yes' counts: ") != "yes":
        raise NotApprovedError("The answer was not 'yes'. Nothing was changed.")
