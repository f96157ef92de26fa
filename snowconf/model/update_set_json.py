"""An exported update set as a JSON document: what it holds, what it leaves out and why. The set itself is XML."""

from collections.abc import Iterable

from snowconf.model.diagnostic import Diagnostic
from snowconf.model.plan import Plan
from snowconf.model.plan_json import FORMAT_VERSION, Document, Json, diagnostics_document
from snowconf.model.update_set import LeftBehind, Update, UpdateSet


def update_set_document(
    update_set: UpdateSet, plan: Plan, *, file: str | None, diagnostics: Iterable[Diagnostic]
) -> Document:
    """`file` is None where there was nothing to write. No value of any record is in it, so no secret either."""
    return {
        "format_version": FORMAT_VERSION,
        "stack": plan.stack,
        "instance": plan.instance,
        "url": plan.url,
        "update_set": {
            "file": file,
            "name": update_set.name,
            "sys_id": update_set.sys_id,
            "updates": [_update(each) for each in update_set.updates],
        },
        "left_behind": [_left(each) for each in update_set.left_behind],
        "awaited": [str(each) for each in update_set.awaited],
        **diagnostics_document(tuple(diagnostics)),
    }


def _update(update: Update) -> Json:
    return {
        "address": str(update.address),
        "name": update.name,
        "table": update.table,
        "sys_id": update.record,
        "action": update.action.value,
        "target_name": update.shown,
        "columns": list(update.columns),
    }


def _left(left: LeftBehind) -> Json:
    return {
        "address": str(left.address),
        "table": left.table,
        "sys_id": left.record,
        "target_name": left.shown,
        "columns": list(left.columns),
        "reason": left.reason,
    }
