"""Several requests in one (wire-contract.md 5.1). It is no transaction, and in which order they are done is not said."""

import json
from base64 import b64decode
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from snowconf.servicenow.answer import Answer
from snowconf.servicenow.fates import Fate, Undone
from snowconf.servicenow.sending import Ask, File, Line

BATCH_PATH = "/api/now/v1/batch"


def send_together(line: Line, asks: Sequence[Ask]) -> Sequence[Answer | None]:
    """An answer for each, None for one that was not served; all of them may be sent twice.

    A user who may not batch gets None for all: then each has to be sent by itself.
    """
    ask = Ask(
        verb="POST",
        path=BATCH_PATH,
        file=File(json.dumps(_document(asks)).encode(), "application/json"),
        takes=_is_batch,
    )
    outcome = line.send(ask, repeatable=frozenset(Fate))
    if isinstance(outcome, Undone) or not _is_batch(outcome.answer):
        return [None] * len(asks)
    served = {
        each["id"]: each for each in _serviced(outcome.answer) if isinstance(each, dict) and "id" in each
    }
    return [_answer(served.get(str(number)), outcome.answer) for number in range(len(asks))]


def _document(asks: Sequence[Ask]) -> dict[str, object]:
    return {
        "batch_request_id": "1",
        "rest_requests": [
            {
                "id": str(number),
                "method": each.verb,
                "url": f"{each.path}?{each.parameters}" if each.parameters else each.path,
                "headers": [{"name": "Accept", "value": each.accept}],
            }
            for number, each in enumerate(asks)
        ],
    }


def _is_batch(answer: Answer) -> bool:
    return answer.status == 200 and isinstance((answer.document or {}).get("serviced_requests"), list)


def _serviced(answer: Answer) -> Sequence[Any]:
    served: Sequence[Any] = (answer.document or {})["serviced_requests"]
    return served


def _answer(served: Mapping[str, Any] | None, whole: Answer) -> Answer | None:
    """One answer out of the whole; None when it is missing or damaged."""
    if served is None:
        return None
    try:
        status, body = int(served["status_code"]), b64decode(served.get("body") or "")
    except (ValueError, KeyError, TypeError):
        return None
    headers = httpx.Headers({"content-type": "application/json"} if body else {})
    return Answer(status=status, headers=headers, body=body, redact=whole.redact)
