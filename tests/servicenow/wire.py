"""A pretended wire: scripted answers, a clock that only sleeping moves, and a client on both."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

import httpx

from snowconf.model.connection import Auth, InstanceSettings
from snowconf.model.origin import Origin
from snowconf.model.value import SecretSource, SecretText
from snowconf.servicenow.opening import open_instance
from snowconf.servicenow.retrying import Timing
from snowconf.servicenow.table_api import TableApi

URL = "https://acme.service-now.com"
ID = "a" * 32

Step: TypeAlias = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


@dataclass
class VirtualClock:
    """Time that passes only when somebody sleeps."""

    now: float = 1_000.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        """What the clock shows."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let the time pass at once."""
        self.slept.append(seconds)
        self.now += seconds


class Wire(httpx.BaseTransport):
    """Answers requests from a script, in order; the last step is repeated when `endless`."""

    def __init__(self, steps: Iterable[Step], *, endless: bool = False) -> None:
        self.steps = list(steps)
        self.endless = endless
        self.requests: list[httpx.Request] = []
        self.credentials: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The next step of the script."""
        request.read()
        self.requests.append(request)
        # A request that is sent again after 401 is the same object with another header.
        self.credentials.append(request.headers.get("authorization", ""))
        step = self.steps[0] if self.endless and len(self.steps) == 1 else self.steps.pop(0)
        if isinstance(step, Exception):
            raise step
        response = step if isinstance(step, httpx.Response) else step(request)
        # A response can be read once, and a step may be taken twice.
        return httpx.Response(response.status_code, headers=response.headers, stream=response.stream)

    @property
    def verbs(self) -> list[str]:
        """The verbs of the requests so far."""
        return [request.method for request in self.requests]

    def parameters(self, index: int = -1) -> dict[str, str]:
        """The parameters of a request, decoded."""
        return dict(parse_qsl(self.requests[index].url.query.decode(), keep_blank_values=True))

    def body(self, index: int = -1) -> Any:
        """The JSON that a request carried."""
        return json.loads(self.requests[index].content)


def answer(status: int, document: object = None, /, **headers: str) -> httpx.Response:
    """A JSON answer as the REST processor gives it; `Retry_After="3"` becomes a header."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    content = b"" if document is None else json.dumps(document).encode()
    typed = {"Content-Type": "application/json;charset=UTF-8"} if document is not None else {}
    return httpx.Response(status, headers={**typed, **named}, stream=httpx.ByteStream(content))


def listed(rows: Sequence[Mapping[str, Any]], total: int | None = None) -> httpx.Response:
    """A list with its total; None: as many as there are rows."""
    return answer(200, {"result": list(rows)}, X_Total_Count=str(len(rows) if total is None else total))


def result(row: Mapping[str, Any], status: int = 200) -> httpx.Response:
    """One record."""
    return answer(status, {"result": dict(row)})


def refused(status: int, message: str, detail: str | None = None, /, **headers: str) -> httpx.Response:
    """The error envelope."""
    return answer(status, {"error": {"message": message, "detail": detail}, "status": "failure"}, **headers)


def page(status: int, html: str, **headers: str) -> httpx.Response:
    """An answer that is no JSON."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    stream = httpx.ByteStream(html.encode())
    return httpx.Response(status, headers={"Content-Type": "text/html;charset=UTF-8", **named}, stream=stream)


def settings(url: str = URL, auth: Auth | None = None, timeout_s: float = 70.0) -> InstanceSettings:
    """The block of an instance."""
    return InstanceSettings(
        name="dev",
        url=url,
        origin=Origin(file="stack.toml", line=1, column=1),
        auth=auth,
        timeout_s=timeout_s,
    )


def secret_of(source: SecretSource) -> SecretText:
    """A resolver whose secrets are their names in capitals."""
    return SecretText(source.name.upper())


def client(
    transport: httpx.BaseTransport, clock: VirtualClock | None = None, auth: Auth | None = None
) -> TableApi:
    """A client on a pretended wire."""
    time = clock or VirtualClock()
    return open_instance(
        settings(auth=auth), secret_of, transport=transport, timing=Timing(clock=time, sleep=time.sleep)
    )
