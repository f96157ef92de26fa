"""HTTP to a `Request`, the same way at every door."""

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, unquote

from snowconf.sandbox.wire.decoding import clean
from snowconf.sandbox.wire.requests import Request

# Names, addresses, ports: what may stand in a Host header before it gets into links.
_HOST = re.compile(r"[A-Za-z0-9._:\[\]-]{1,255}")


def read_request(method: str, url: str, headers: Iterable[tuple[str, str]], body: bytes) -> Request:
    """The request to this absolute URL. What was sent as no text is made one; nothing here can fail."""
    host, target = _split(url)
    path, _, query = target.partition("?")
    return Request(
        method=method.upper(),
        # A null character would vanish from it, and what is left may be another path.
        path=clean(unquote(path).replace("\0", "\ufffd")),
        host=host,
        query=parse_pairs(query),
        headers=_joined(headers),
        body=body,
        target=target,
    )


def _split(url: str) -> tuple[str, str]:
    """`scheme://host` and the rest as it was sent, without a fragment. A strange host is not repeated."""
    scheme, _, rest = url.partition("://")
    end = min((rest.find(mark) for mark in "/?#" if mark in rest), default=len(rest))
    host, target = rest[:end], rest[end:].partition("#")[0]
    known = host if _HOST.fullmatch(host) else "localhost"
    return f"{'https' if scheme.lower() == 'https' else 'http'}://{known}", target


def parse_pairs(query: str) -> tuple[tuple[str, str], ...]:
    """The parameters of a query, in order, decoded."""
    return tuple((clean(name), clean(value)) for name, value in parse_qsl(query, keep_blank_values=True))


def _joined(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Names in lower case; a header that was sent twice has both values."""
    found: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        found[key] = f"{found[key]}, {value}" if key in found else value
    return found
