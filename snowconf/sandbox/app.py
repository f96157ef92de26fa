"""The HTTP door to a sandbox: it carries bytes, and what is answered is decided behind it.

That happens inline in the event loop, because SQLite answers faster than a thread could be found.
"""

from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from snowconf.sandbox.instance import Sandbox
from snowconf.sandbox.negotiating import find_limit
from snowconf.sandbox.reading import read_request


def make_app(sandbox: Sandbox) -> Starlette:
    """The ASGI application of this sandbox; every path and every method lead to it."""
    return Starlette(routes=[Route("/{path:path}", Door(sandbox))])


class Door:
    """Takes an HTTP request apart and puts the answer together."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request and its answer."""
        request = HttpRequest(scope, receive)
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
        body = await _read_body(request)
        answer = self._sandbox.handle(read_request(request.method, _url(scope), headers, body))
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
        await send({"type": "http.response.start", "status": answer.status, "headers": raw})
        await send({"type": "http.response.body", "body": answer.body})


def _url(scope: Scope) -> str:
    """The absolute URL with path and query as they were sent."""
    host = next((value for name, value in scope["headers"] if name == b"host"), b"")
    path, query = scope["raw_path"], scope["query_string"]
    target = path + b"?" + query if query else path
    return f"{scope['scheme']}://{(host + target).decode('latin-1')}"


async def _read_body(request: HttpRequest) -> bytes:
    """The body, or as much of it as shows that it is too large."""
    body, limit = bytearray(), find_limit(request.scope["path"])
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            break
    return bytes(body)
