"""Taking back what a run has just done, because some of it failed: what it made goes, what it changed is put back."""

from dataclasses import replace

from snowconf.engine.apply.applying import carry_out
from snowconf.engine.apply.confirming import Confirmed
from snowconf.engine.apply.performing import diagnose
from snowconf.engine.apply.undoing import make_undo_plan
from snowconf.engine.context import Context
from snowconf.engine.port import Instance
from snowconf.errors import SnowconfError
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.outcome import ApplyReport, Status
from snowconf.model.receipt import Receipt

TROUBLE = frozenset({Status.FAILED, Status.UNKNOWN})


def has_failed(report: ApplyReport) -> bool:
    """Did a change end badly, in a run that nobody stopped?"""
    return not report.interrupted and any(each.status in TROUBLE for each in report.outcomes)


def retreat(report: ApplyReport, receipt: Receipt, instance: Instance, context: Context) -> ApplyReport:
    """The report with how the run was taken back. What is unknown is looked at first, and never undone blindly."""
    after = replace(context, ledger=report.ledger, targets=frozenset(), rewrite_secrets=frozenset())

    try:
        plan = make_undo_plan(receipt, instance, after, own_run=True)
    except SnowconfError as error:
        return replace(report, diagnostics=(*report.diagnostics, _not_taken_back(diagnose(error))))
    undone = carry_out(
        Confirmed(plan=plan),
        lambda today: make_undo_plan(receipt, instance, today, own_run=True),
        instance,
        after,
    )
    return replace(report, undone=undone, after=None, ledger=undone.ledger)


def _not_taken_back(problem: Diagnostic) -> Diagnostic:
    detail = (
        f"What this run had done could not be taken back, because the instance was not seen. {problem.detail}"
    )
    return replace(problem, detail=detail)
