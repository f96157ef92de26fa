"""The last form of an API's answer: XML when the caller takes that rather than JSON, and what was asked besides."""

import json
from dataclasses import replace

from snowconf.sandbox.answers.answering import JSON
from snowconf.sandbox.answers.negotiating import find_form
from snowconf.sandbox.wire import xml_text
from snowconf.sandbox.wire.requests import Answer, Request

SESSION_HEADER = "x-wantsessiondebugmessages"
XML = ("Content-Type", "application/xml;charset=UTF-8")


def render(request: Request, answer: Answer) -> Answer:
    """The answer as the caller wants it; files and answers without a body stay as they are."""
    wants_session = request.header(SESSION_HEADER).strip().lower() == "true"
    as_xml = find_form(request.header("accept")) == "xml"
    if not (wants_session or as_xml) or JSON not in answer.headers or not answer.body:
        return answer
    body = json.loads(answer.body)
    if wants_session:
        body["session"] = {"debug_logs": []}
    if not as_xml:
        return replace(answer, body=json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())
    headers = tuple(XML if header == JSON else header for header in answer.headers)
    return replace(answer, headers=headers, body=xml_text.write(body))
