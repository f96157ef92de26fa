"""Which URLs an instance can have. A URL that holds credentials is never repeated."""

import re
from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from snowconf.config import codes
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.origin import Origin


def tidy(url: str) -> str:
    """The URL without trailing slashes; what the embedded sandbox is called stays as it is."""
    return url if url.startswith("sandbox:") else url.rstrip("/")


def check_url(raw: object, origin: Origin) -> Iterator[Diagnostic]:
    """What is wrong with it: nothing, or one thing."""
    if not isinstance(raw, str) or not raw:
        yield codes.BAD_URL.at(origin, 'url must be a text in quotes, as in "https://acme.service-now.com".')
    elif "@" in raw:
        detail = "The URL holds credentials, and files are shared. Write https:// and the host, and put them into auth."
        yield codes.BAD_URL.at(origin, detail)
    elif not raw.startswith("sandbox:"):
        yield from _check_parts(raw, origin)


def _check_parts(raw: str, origin: Origin) -> Iterator[Diagnostic]:
    url = _split(raw)
    host = url.hostname if url else None
    if url is None or url.scheme not in ("http", "https") or not host:
        guess = f' Did you mean "https://{raw}"?' if re.fullmatch(r"[\w.-]+(:\d+)?", raw) else ""
        yield codes.BAD_URL.at(origin, f"'{_shown(raw)}' does not begin with https:// and a host.{guess}")
    elif url.path.strip("/") or url.query or url.fragment:
        guess = f'Did you mean "{url.scheme}://{url.netloc}"?'
        yield codes.BAD_URL.at(origin, f"'{_shown(raw)}' has more than a host. {guess}")
    elif url.scheme == "http" and not _is_loopback(host):
        yield codes.CLEAR_TEXT.at(
            origin, f"Credentials would travel to {host} in clear text. Write https:// instead."
        )


def _shown(raw: str) -> str:
    """The URL up to its query, which may hold a token."""
    return re.sub(r"[?#].*", "…", raw, flags=re.DOTALL)


def _split(raw: str) -> SplitResult | None:
    """Its parts; None when a bracket or the port makes no sense."""
    try:
        url = urlsplit(raw)
        _ = url.port
    except ValueError:
        return None
    return url


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
