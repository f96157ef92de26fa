"""The CICD API's part about update sets: create one, preview and commit a retrieved one, ask how far that has got.

As the vendor documents it. Work is done before the answer, which says that it is pending all the same; there is no other
instance to retrieve from. Whoever may use it commits as an elevated admin does.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from snowconf.sandbox.acting.stamping import insert_row
from snowconf.sandbox.answers.answering import failure, plain
from snowconf.sandbox.answers.call import Call, Handler
from snowconf.sandbox.answers.negotiating import read_method, refuse_accept
from snowconf.sandbox.storage.store import Row
from snowconf.sandbox.update_sets.committing import NotCommittedError, commit
from snowconf.sandbox.update_sets.loading import SETS
from snowconf.sandbox.update_sets.previewing import preview
from snowconf.sandbox.wire.refusals import API_CLOSED
from snowconf.sandbox.wire.requests import Answer
from snowconf.sandbox.writing import glide

ROLE = "sn_cicd.sys_ci_automation"
TRACKER = "sys_execution_tracker"
PENDING, SUCCESSFUL, FAILED = "0", "2", "3"
LABELS = {PENDING: "Pending", "1": "Running", SUCCESSFUL: "Successful", FAILED: "Failed", "4": "Canceled"}

# Does the work for a retrieved set; the text is empty when it went well.
Work: TypeAlias = Callable[[Call, str], str]


def answer(call: Call) -> Answer:
    """What is asked under `/update_set`."""
    match call.steps:
        case ("create",):
            return _guarded(call, "POST", create)
        case ("preview" | "commit" as step, _):
            return _guarded(call, "POST", lambda asked: _track(asked, step))
        case _:
            return failure(400, "Requested URI does not represent any resource", None)


def answer_progress(call: Call) -> Answer:
    """What is asked under `/progress`."""
    return _guarded(call, "GET", tell)


def create(call: Call) -> Answer:
    """POST of a new set, in the caller's current application."""
    name, ask = call.request.parameter("update_set_name"), call.request.parameter
    if not name or not (ask("scope") or ask("sys_id")):
        return failure(400, "update_set_name, and scope or sys_id, are required", None)
    try:
        made = glide.insert(call.session, "sys_update_set", {"name": name, "description": ask("description")})
    except glide.Aborted as aborted:
        return failure(403, aborted.message, aborted.detail)
    body = _status(SUCCESSFUL, message=f"Successfully created update set: {name}")
    return plain(201, {"result": body | {"status_label": "", "update_set_id": made["sys_id"]}})


def tell(call: Call) -> Answer:
    """GET of how far a preview or a commit has got."""
    row = call.session.store.get(TRACKER, call.table)
    if row is None:
        return failure(404, "The requested item wasn't found", None)
    body = _status(row["state"], message=row["message"], percent=int(row["percent_complete"]))
    return plain(200, {"result": body | {"status_detail": row["detail_message"]}})


def _guarded(call: Call, method: str, handler: Handler) -> Answer:
    if read_method(call.request) != method:
        detail = "The resource does not support this method."
        return failure(405, "Method not supported", detail, (("Allow", method),))
    caller = call.session.caller
    if not (caller.admin or ROLE in caller.roles):
        return failure(403, API_CLOSED.message, API_CLOSED.detail)
    refused = refuse_accept(call.request)
    if refused:
        return refused
    with call.session.store.transaction():
        return handler(call)


def _track(call: Call, step: str) -> Answer:
    """Do it, note how it ended, and answer with where that is told."""
    sys_id = call.sys_id
    if call.session.store.get(SETS, sys_id) is None:
        return failure(404, "The requested item wasn't found", None)
    problem = WORKS[step](call, sys_id)
    tracker = insert_row(call.session, TRACKER, _tracked(step, sys_id, problem))["sys_id"]
    root = call.root.rpartition("/")[0] if call.root.endswith(("/v1", "/v2")) else call.root
    url = f"{call.request.host}{root}/progress/{tracker}"
    return plain(200, {"result": {"links": {"progress": {"id": tracker, "url": url}}} | _status(PENDING)})


def _tracked(step: str, sys_id: str, problem: str) -> Row:
    return {
        "name": f"Update set {step}",
        "state": FAILED if problem else SUCCESSFUL,
        "message": problem,
        "percent_complete": "100",
        "source": sys_id,
        "source_table": SETS,
    }


def _preview(call: Call, sys_id: str) -> str:
    preview(call.session, sys_id)
    return ""


def _commit(call: Call, sys_id: str) -> str:
    force = call.request.parameter("force_commit").lower() == "true"
    try:
        done = commit(call.session, sys_id, force=force)
    except NotCommittedError as error:
        return str(error)
    return f"{len(done.failures)} updates were not committed" if done.failures else ""


WORKS: Mapping[str, Work] = {"preview": _preview, "commit": _commit}


def _status(status: str, *, message: str = "", percent: int = 0) -> dict[str, object]:
    return {
        "status": status,
        "status_label": LABELS[status],
        "status_message": message,
        "status_detail": "",
        "error": message if status == FAILED else "",
        "percent_complete": percent,
    }
