"""A checkup as a JSON document."""

from snowconf.model.checkup import Check, Checkup, State
from snowconf.model.plan_json import FORMAT_VERSION, Document


def checkup_document(checkup: Checkup) -> Document:
    """Checks in their order; `sound` is false when one of them failed."""
    return {
        "format_version": FORMAT_VERSION,
        "stack": checkup.stack or None,
        "instance": checkup.instance or None,
        "url": checkup.url or None,
        "checks": [_check(each) for each in checkup.checks],
        "summary": {each.name.lower(): checkup.count(each) for each in State},
        "sound": checkup.is_sound,
    }


def _check(check: Check) -> Document:
    origin = check.origin
    return {
        "name": check.name,
        "state": check.state.name.lower(),
        "said": check.said,
        "code": check.code or None,
        "origin": {"file": origin.file, "line": origin.line, "column": origin.column} if origin else None,
    }
