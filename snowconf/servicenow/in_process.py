"""The door to an instance in the same process: no sockets, no event loop."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import httpx

Headers: TypeAlias = Sequence[tuple[str, str]]
Exchange: TypeAlias = Callable[[str, str, Headers, bytes], tuple[int, Headers, bytes]]
"""From method, absolute URL, headers and body to status, headers and body."""


class InProcessTransport(httpx.BaseTransport):
    """Hands each request to an `Exchange` and its answer back, byte for byte."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        status, headers, body = self._exchange(
            request.method, str(request.url), request.headers.multi_items(), request.read()
        )
        return httpx.Response(status, headers=list(headers), stream=httpx.ByteStream(body))
