"""The sentences of a verification: one diagnostic for each promise that is not proven, always in the same words."""

from collections.abc import Iterator, Sequence

from snowconf.engine.enter.entering import user_name_of
from snowconf.errors import SecretUnavailableError
from snowconf.model.diagnostic import Diagnostic, Severity
from snowconf.model.state import Resource
from snowconf.model.verification import Cell, Identity, Verdict

_SUMMARIES = {
    Verdict.DENIED: ("SNC500", "Promise not kept", Severity.ERROR),
    Verdict.OPEN: ("SNC501", "Open although it must be refused", Severity.ERROR),
    Verdict.UNDECIDABLE: ("SNC502", "Promise that cannot be told", Severity.WARNING),
}


def problems_of(identity: Identity) -> Iterator[Diagnostic]:
    """One for each cell that is not proven; those that were not probed have one together, for all say the same."""
    for cell in identity.cells:
        if cell.verdict in _SUMMARIES:
            yield _problem(identity, cell)
    unprobed = [each for each in identity.cells if each.verdict is Verdict.NOT_PROBED]
    if unprobed:
        yield _unprobed(identity, unprobed)


def nothing_promised() -> Diagnostic:
    """A stack in which no user says what it must be able to do."""
    return Diagnostic(
        code="SNC504",
        summary="Nothing is promised",
        detail="No user of the stack (or of --target) says what it must be able to do, so there is nothing to verify. "
        'Write access = { read = ["incident.*"], create = ["incident"] } into the block of a user.',
        severity=Severity.WARNING,
    )


def no_secret(user: Resource, error: SecretUnavailableError) -> Diagnostic:
    """What the user or its client proves itself with cannot be had here."""
    detail = (
        f"{error.detail} So nobody could act as '{user_name_of(user)}', and none of its promises was tried."
    )
    return Diagnostic(
        code=error.code, summary=error.summary, detail=detail, origin=user.origin, address=user.address
    )


def canaries_left(table: str, number: int) -> Diagnostic:
    """Records that an earlier run, which was killed, had made to try something on."""
    return Diagnostic(
        code="SNC505",
        summary="Records of an earlier probe removed",
        detail=f"{table} held {number} of the records that an earlier 'verify --write-probes' of this stack had made and, "
        "being killed, not removed. They were removed now.",
        severity=Severity.WARNING,
    )


def canaries_stay(table: str, reason: str) -> Diagnostic:
    """Records that this run made and could not remove."""
    return Diagnostic(
        code="SNC506",
        summary="Records of a probe could not be removed",
        detail=f"What was made in {table} to try something on is still there: {reason} Its records are called "
        "'snowconf canary …'. Remove them by hand, or run 'snowconf verify --write-probes' again, which looks for them.",
    )


def _problem(identity: Identity, cell: Cell) -> Diagnostic:
    code, summary, severity = _SUMMARIES[cell.verdict]
    promise = cell.promise
    doing = f"{promise.operation} {promise.reach}"
    heads = {
        Verdict.DENIED: f"{identity.user_name} cannot {doing}.",
        Verdict.OPEN: f"{identity.user_name} can {doing}, and must not.",
        Verdict.UNDECIDABLE: f"Whether {identity.user_name} can {doing} cannot be told.",
    }
    detail = " ".join(filter(None, (heads[cell.verdict], cell.why, cell.remedy)))
    return Diagnostic(
        code=code,
        summary=summary,
        detail=detail,
        severity=severity,
        origin=promise.origin,
        address=promise.user,
    )


def _unprobed(identity: Identity, cells: Sequence[Cell]) -> Diagnostic:
    """Where they are written differs; what to do does not."""
    listed = ", ".join(f"{each.promise.name} ({each.promise.origin})" for each in cells)
    return Diagnostic(
        code="SNC503",
        summary="Not probed",
        detail=f"Not tried as {identity.user_name}: {listed}. {cells[0].remedy}",
        severity=Severity.WARNING,
        origin=cells[0].promise.origin,
        address=identity.user,
    )
