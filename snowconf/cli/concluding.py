"""Which exit code a result earns."""

from collections.abc import Iterable

from snowconf.cli.exit_codes import ExitCode
from snowconf.engine.apply.confirming import BEHIND_STALE, STALE
from snowconf.ledger.failures import LedgerNotSavedError, LockLostError
from snowconf.model.diagnostic import Diagnostic, has_errors
from snowconf.model.drift import Drift
from snowconf.model.finding import Review
from snowconf.model.outcome import ApplyReport, Outcome, Status
from snowconf.model.plan import Plan
from snowconf.model.trial import Ending
from snowconf.model.verification import Verdict, Verification

# The writes were done, and the ledger may not say so; or they landed in another update set.
UNSURE = frozenset({LedgerNotSavedError.code, LockLostError.code})
ASTRAY = "SNC713"


def of_diagnostics(diagnostics: Iterable[Diagnostic]) -> ExitCode:
    """Failed when one of them is an error."""
    return ExitCode.FAILED if has_errors(diagnostics) else ExitCode.DONE


def of_plan(plan: Plan, review: Review | None, *, detailed: bool) -> ExitCode:
    """Errors first, then what policies say; changes count only for who asked for the detailed code."""
    if has_errors(plan.diagnostics):
        return ExitCode.FAILED
    if review and review.is_denied:
        return of_review(review)
    return ExitCode.CHANGES if detailed and plan.pending else ExitCode.DONE


def of_review(review: Review, *, warnings_count: bool = False) -> ExitCode:
    """Failed when the policies could not be asked, which is never a yes; denied when they say no."""
    if not review.was_judged:
        return ExitCode.FAILED
    says_no = review.is_denied or (warnings_count and review.warning)
    return ExitCode.DENIED if says_no else ExitCode.DONE


def of_drift(drift: Drift) -> ExitCode:
    """Errors first: what could not be compared, or not be tried, must not pass for the same."""
    if has_errors(drift.plan.diagnostics):
        return ExitCode.FAILED
    if drift.differing or drift.drifted_secrets:
        return ExitCode.CHANGES
    all_tried = all(each.ending is Ending.OPENED for each in drift.trials)
    return ExitCode.DONE if all_tried else ExitCode.FAILED


def of_verification(verification: Verification) -> ExitCode:
    """Failed when a promise is broken; what could not be told, or was not tried, must not pass for proven."""
    if has_errors(verification.diagnostics) or any(each.verdict.is_broken for each in verification.cells):
        return ExitCode.FAILED
    told = all(each.verdict is Verdict.PROVEN for each in verification.cells)
    return ExitCode.DONE if told else ExitCode.CHANGES


def of_apply(report: ApplyReport) -> ExitCode:
    """The worst that happened: an unknown outcome before anything else. Success is what the instance then holds."""
    ends = {each.status for each in report.outcomes}
    if report.undone is not None:
        return _of_retreat(report.undone)
    if report.interrupted:
        return ExitCode.INTERRUPTED
    if Status.UNKNOWN in ends:
        return ExitCode.UNKNOWN
    if has_errors(report.diagnostics) and Status.DONE not in ends:
        return ExitCode.FAILED
    return _of_ends(report, ends)


def _of_ends(report: ApplyReport, ends: set[Status]) -> ExitCode:
    if Status.FAILED not in ends and any(map(is_stale, report.outcomes)):
        return ExitCode.STALE
    if ends <= {Status.DONE}:
        return ExitCode.DONE if _held(report) else ExitCode.IN_PART
    return ExitCode.IN_PART if Status.DONE in ends or _was_begun(report.outcomes) else ExitCode.FAILED


def is_stale(outcome: Outcome) -> bool:
    """Was the change refused because its record is not as it was reviewed?"""
    return outcome.problem is not None and outcome.problem.code in (STALE, BEHIND_STALE)


def _of_retreat(undone: ApplyReport) -> ExitCode:
    """Failed when all is as it was before; what could not be taken back leaves it applied in part."""
    ends = {each.status for each in undone.outcomes}
    if undone.interrupted:
        return ExitCode.INTERRUPTED
    if Status.UNKNOWN in ends:
        return ExitCode.UNKNOWN
    is_whole = ends <= {Status.DONE} and not undone.plan.diagnostics and _held(undone)
    return ExitCode.FAILED if is_whole else ExitCode.IN_PART


def unstarted(plan: Plan) -> ApplyReport:
    """The report of an apply that has nothing to do, or that must not begin."""
    after = None if has_errors(plan.diagnostics) else plan
    return ApplyReport(plan=plan, outcomes=(), after=after, diagnostics=plan.diagnostics)


def _is_astray(problem: Diagnostic) -> bool:
    return problem.code == ASTRAY and has_errors([problem])


def _held(report: ApplyReport) -> bool:
    """Nothing was taken otherwise than sent, nothing is left to do, and the next run will know what this one did."""
    mismatches = any(each.mismatches for each in report.outcomes)
    unsure = any(each.code in UNSURE or _is_astray(each) for each in report.diagnostics)
    return not (mismatches or unsure) and (report.after is None or not report.after.pending)


def _was_begun(outcomes: Iterable[Outcome]) -> bool:
    """Some of a change's requests went through before the one that failed."""
    return any(each.status is Status.FAILED and each.verdicts for each in outcomes)
