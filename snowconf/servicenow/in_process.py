"""The door to an instance in the same process: no sockets, no event loop."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
        """Answer one request; the exchange's silence and its broken connections are those of a network."""
        try:
            status, headers, body = self._exchange(
                request.method, str(request.url), request.headers.multi_items(), request.read()
            )
        except TimeoutError as silence:
            raise httpx.ReadTimeout(str(silence), request=request) from silence
        except ConnectionError as broken:
            raise httpx.RemoteProtocolError(str(broken), request=request) from broken
        return httpx.Response(status, headers=list(headers), stream=httpx.ByteStream(body))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """Into one instance in this process: as whom it takes the runner for, and for whoever shows credentials."""

    runner: InProcessTransport
    visitors: InProcessTransport
