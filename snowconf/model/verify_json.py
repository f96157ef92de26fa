"""A verification as a JSON document: every promise with its verdict, why, and which block would change it."""

from snowconf.model.plan_json import FORMAT_VERSION, Document, diagnostics_document
from snowconf.model.verification import Cell, Identity, Verdict, Verification


def verification_document(verification: Verification) -> Document:
    """Users in the order of the files; `proven` is true only when every promise is."""
    said = diagnostics_document(verification.diagnostics)
    return {
        "format_version": FORMAT_VERSION,
        "stack": verification.stack,
        "instance": verification.instance,
        "url": verification.url,
        "identities": [_identity(each) for each in verification.identities],
        "summary": {each.value.replace(" ", "_"): verification.count(each) for each in Verdict},
        "proven": verification.is_proven,
        "requests": dict(sorted(verification.requests.items())),
        "diagnostics": said["diagnostics"],
        "errored": said["errored"],
    }


def _identity(identity: Identity) -> Document:
    return {
        "address": str(identity.user),
        "user_name": identity.user_name,
        "entered": identity.entered,
        "grant": identity.way or None,
        "client": str(identity.client) if identity.client else None,
        "promises": [_promise(each) for each in identity.cells],
    }


def _promise(cell: Cell) -> Document:
    promise = cell.promise
    return {
        "operation": promise.operation,
        "reach": promise.reach,
        "table": promise.table,
        "column": promise.column or None,
        "expected": "allowed" if promise.allowed else "refused",
        "verdict": cell.verdict.value.replace(" ", "_"),
        "tried": cell.tried and cell.verdict is not Verdict.NO_ENTRY,
        "why": cell.why or None,
        "remedy": cell.remedy or None,
        "blocks": [str(each) for each in cell.blocks],
        "origin": {
            "file": promise.origin.file,
            "line": promise.origin.line,
            "column": promise.origin.column,
        },
    }
