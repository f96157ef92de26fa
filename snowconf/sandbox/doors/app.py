"""The HTTP door to a sandbox: it carries bytes, and what is answered is decided behind it.

That happens inline in the event loop, because SQLite answers faster than a thread could be found.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from starlette.types import ASGIApp, Receive, Scope, Send

from snowconf.sandbox.answers.negotiating import find_limit
from snowconf.sandbox.instance import Sandbox
from snowconf.sandbox.wire.packing import pack
from snowconf.sandbox.wire.reading import read_request
from snowconf.sandbox.wire.requests import Answer

# Where a server that can close connections puts how, in the scope.
HANG_UP = "snowconf.hang_up"


def make_app(sandbox: Sandbox) -> ASGIApp:
    """The ASGI application of this sandbox; every path and every method lead to it."""
    return Door(sandbox)


class Door:
    """Takes an HTTP request apart and puts the answer together."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request and its answer."""
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
        body = await _read_body(scope, receive)
        request = read_request(scope["method"], _url(scope), headers, body)
        line = Line(receive, send, scope.get(HANG_UP, _cannot))
        await line.deliver(pack(request, self._sandbox.handle(request)))


class Line:
    """The connection that an answer goes out on."""

    def __init__(self, receive: Receive, send: Send, hang_up: Callable[[], None]) -> None:
        self._receive = receive
        self._send = send
        self._hang_up = hang_up

    async def deliver(self, answer: Answer) -> None:
        """Send the answer, when and as far as it is to be sent."""
        delivery = answer.delivery
        if delivery.delay_s:
            await self._wait(delivery.delay_s)
        if delivery.silent:
            await self._close()
        elif delivery.upto is not None and delivery.upto < len(answer.body):
            await self._start(answer)
            await self._send(
                {"type": "http.response.body", "body": answer.body[: delivery.upto], "more_body": True}
            )
            await self._close()
        else:
            await self._start(answer)
            await self._send({"type": "http.response.body", "body": answer.body})

    async def _start(self, answer: Answer) -> None:
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
        await self._send({"type": "http.response.start", "status": answer.status, "headers": raw})

    async def _wait(self, seconds: float) -> None:
        """Wait, but not longer than the caller does."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._receive(), seconds)

    async def _close(self) -> None:
        self._hang_up()
        await self._receive()


def _cannot() -> None:
    raise ConnectionError("This server cannot close connections.")


def _url(scope: Scope) -> str:
    """The absolute URL with path and query as they were sent. Some clients send an absolute one to begin with."""
    host = next((value for name, value in scope["headers"] if name == b"host"), b"")
    path, query = scope["raw_path"], scope["query_string"]
    if path.lower().startswith((b"http://", b"https://")):
        host, slash, rest = path.partition(b"://")[2].partition(b"/")
        path = slash + rest
    target = path + b"?" + query if query else path
    return f"{scope['scheme']}://{(host + target).decode('latin-1')}"


async def _read_body(scope: Scope, receive: Receive) -> bytes:
    """The body, or as much of it as came or shows that it is too large."""
    body, limit, more = b"", find_limit(scope["path"]), True
    while more and len(body) <= limit:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body
