"""A real instance, asked for the same things as the sandbox, when SNOWCONF_FIDELITY_URL names one."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

from tests.sandbox.caller import Reply

URL, USER, PASSWORD = (f"SNOWCONF_FIDELITY_{word}" for word in ("URL", "USER", "PASSWORD"))


def is_named() -> bool:
    """Whether there is an instance to ask."""
    return bool(os.environ.get(URL))


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """Somebody who talks to that instance, with its credentials or with none."""

    is_known: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)

    def send(self, method: str, target: str, body: bytes = b"") -> Reply:
        """Any request."""
        auth = (os.environ[USER], os.environ[PASSWORD]) if self.is_known else None
        sent = {"Content-Type": "application/json"} | dict(self.headers)
        with httpx.Client(base_url=os.environ[URL], auth=auth, timeout=60) as client:
            answer = client.request(method, target, content=body, headers=sent)
        return Reply(answer.status_code, answer.headers.multi_items(), answer.content)
