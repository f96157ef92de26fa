"""Trials of secrets as a JSON document. No secret is in it."""

from collections.abc import Iterable

from snowconf.model.plan_json import Document, diagnostics_document
from snowconf.model.trial import Shown, Trial


def trials_document(trials: Iterable[Trial]) -> Document:
    """In the order of the files; empty where nothing was to be tried."""
    listed = [_trial(each) for each in trials]
    return {"secret_trials": list(listed)} if listed else {}


def _trial(trial: Trial) -> Document:
    entrance = trial.entrance
    return {
        "user": str(entrance.user),
        "client": str(entrance.client) if entrance.client else None,
        "grant": entrance.way,
        "ending": trial.ending.name.lower(),
        "secrets": [_shown(each) for each in trial.secrets],
        "why": trial.why or None,
        "diagnostics": diagnostics_document(trial.diagnostics)["diagnostics"],
    }


def _shown(shown: Shown) -> Document:
    origin = shown.origin
    return {
        "address": str(shown.address),
        "attribute": shown.attribute,
        "origin": {"file": origin.file, "line": origin.line, "column": origin.column} if origin else None,
    }
