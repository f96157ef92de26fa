"""Bringing an update set to an instance that takes one over HTTP, as a sandbox does: upload, preview, commit.

The upload is that of the platform's pages, which wants a browser's session there; the rest is the CICD API.
"""

from secrets import token_hex
from typing import Any

from snowconf.errors import BrokenAnswerError
from snowconf.servicenow.addressing import record_path
from snowconf.servicenow.answer import Answer
from snowconf.servicenow.creating import raise_undone
from snowconf.servicenow.fates import Fate, Undone
from snowconf.servicenow.sending import Ask, File, Line

UPLOAD_PATH = "/sys_upload.do"
FORM = "sys_remote_update_set.do?sys_id="


def upload_set(line: Line, content: bytes) -> str:
    """Load the XML of an exported set; the sys_id of the retrieved set that it becomes."""
    boundary = token_hex(16)
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="attachFile"; filename="set.xml"\r\n'
    body = f"{head}Content-Type: text/xml\r\n\r\n".encode() + content + f"\r\n--{boundary}--\r\n".encode()
    file = File(body, f"multipart/form-data; boundary={boundary}")
    ask = Ask(verb="POST", path=UPLOAD_PATH, file=file, accept="*/*", takes=_is_led_on)
    answer = _send(line, ask)
    sys_id = str(answer.headers.get("location", "")).rpartition(FORM)[2]
    # That it is one is checked, for it becomes a part of paths.
    record_path("sys_remote_update_set", sys_id)
    return sys_id


def preview_set(line: Line, sys_id: str) -> None:
    """Hold the set against the instance; what was found is in sys_update_preview_problem."""
    _work(line, f"preview/{sys_id}", "")


def commit_set(line: Line, sys_id: str, *, force: bool) -> str:
    """Write what is in the set; the text says what went wrong, and is empty when nothing did."""
    return _work(line, f"commit/{sys_id}", "force_commit=true" if force else "")


def _work(line: Line, step: str, parameters: str) -> str:
    ask = Ask(verb="POST", path=f"/api/sn_cicd/update_set/{step}", parameters=parameters, expects=dict)
    path = f"/api/sn_cicd/progress/{_tracker(_send(line, ask), ask)}"
    outcome = line.send(Ask(verb="GET", path=path, expects=dict), repeatable=frozenset(Fate))
    if isinstance(outcome, Undone):
        raise outcome.problem
    return outcome.answer.quote(str(_result(outcome.answer).get("error", "")))


def _send(line: Line, ask: Ask) -> Answer:
    """Never twice: a set that is committed is committed."""
    outcome = line.send(ask, repeatable=frozenset())
    if isinstance(outcome, Undone):
        raise_undone(outcome)
    return outcome.answer


def _tracker(answer: Answer, ask: Ask) -> str:
    """The sys_id of what tells how far the work has got."""
    match _result(answer):
        case {"links": {"progress": {"id": str(sys_id)}}}:
            return sys_id
        case _:
            detail = f"{ask} was answered without saying where its progress is told."
            raise BrokenAnswerError(detail, request=str(ask), status=answer.status)


def _result(answer: Answer) -> dict[str, Any]:
    """An object, for nothing else counts as an answer."""
    found: dict[str, Any] = (answer.document or {}).get("result", {})
    return found


def _is_led_on(answer: Answer) -> bool:
    """The form of the set that was loaded is where a browser goes next."""
    return answer.status == 302 and FORM in str(answer.headers.get("location", ""))
