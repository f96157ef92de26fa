"""One request without credentials: does an instance answer at this address, by which route, and with which clock.

What stops it is told apart by the exceptions below httpx, which name it better than their texts do.
"""

import socket
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from snowconf.errors import InstanceError, UnauthenticatedError
from snowconf.model.connection import InstanceSettings
from snowconf.servicenow.addressing import table_path
from snowconf.servicenow.answer import Answer
from snowconf.servicenow.bounding import bound_body
from snowconf.servicenow.judging import judge_silence
from snowconf.servicenow.opening import open_client
from snowconf.servicenow.refusing import find_refusal

KNOCK = table_path("sys_user")
REQUEST = f"GET {KNOCK}"
PATIENCE = httpx.Timeout(15.0, connect=10.0)


class Obstacle(Enum):
    """What stands between here and the instance, in a sentence that says what to do."""

    NAME = "Its name is not known to DNS. Check the host in the url for a typo, and the network or VPN."
    REFUSED = "The machine refuses the connection: nothing listens there. Check host and port of the url."
    SILENT = "It does not answer in time. A firewall that drops packets, a wrong host or a missing VPN is the usual cause."
    EXPIRED = "Its TLS certificate has expired. Renew it, or check this machine's clock; verification cannot be switched off."
    SELF_SIGNED = (
        "Its TLS certificate is not signed by an authority that this machine trusts. If a company proxy opens TLS, or the "
        "instance is your own, name the CA's file in SSL_CERT_FILE."
    )
    WRONG_HOST = "Its TLS certificate is for another host. Check the host in the url; a proxy may have answered instead."
    TLS = "The TLS connection could not be made. Check whether the port speaks TLS, and what a proxy does to it."
    PROXY = "The proxy refused. Check HTTPS_PROXY, NO_PROXY and the proxy's own rules."
    BROKEN = "The connection broke before there was an answer. Try again; a proxy or an overloaded front is the usual cause."


# OpenSSL's numbers for what is wrong with a certificate (X509_V_ERR_*).
CERTIFICATES = {
    10: Obstacle.EXPIRED,
    18: Obstacle.SELF_SIGNED,
    19: Obstacle.SELF_SIGNED,
    20: Obstacle.SELF_SIGNED,
    21: Obstacle.SELF_SIGNED,
    62: Obstacle.WRONG_HOST,
    64: Obstacle.WRONG_HOST,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """What came of it. `problem` is None when a REST API answered, with whatever status.

    `ahead_s` is how far the instance's clock is ahead of this machine's; None when it did not say.
    """

    problem: InstanceError | None = None
    obstacle: Obstacle | None = None
    ahead_s: float | None = None
    took_s: float = 0.0


def contact(settings: InstanceSettings, transport: httpx.BaseTransport | None = None) -> Contact:
    """Ask once, and do not try again.

    Raises:
        UnreachableError: the address itself makes no sense.
    """
    client = open_client(settings, transport)
    client.event_hooks = {"response": [bound_body]}
    began = datetime.now(UTC)
    with client:
        try:
            response = client.get(KNOCK, params={"sysparm_limit": "1"}, timeout=PATIENCE)
        except httpx.RequestError as error:
            problem = judge_silence(REQUEST, error, 0.0).problem
            return Contact(problem=problem, obstacle=_obstacle(error))
        except InstanceError as damage:
            return Contact(problem=damage)
    ended = datetime.now(UTC)
    answer = Answer(status=response.status_code, headers=response.headers, body=response.content)
    refusal = find_refusal(REQUEST, answer)
    return Contact(
        problem=None if isinstance(refusal, UnauthenticatedError) else refusal,
        ahead_s=_ahead(str(response.headers.get("date", "")), began, ended),
        took_s=(ended - began).total_seconds(),
    )


def find_proxy(settings: InstanceSettings) -> str:
    """Host and port of the proxy that the environment has for this address; "" when there is none."""
    parts = urlsplit(settings.url)
    if parts.scheme != "https" or proxy_bypass(parts.hostname or ""):
        return ""
    found = getproxies()
    proxy = urlsplit(found.get("https") or found.get("all") or "")
    try:
        port = f":{proxy.port}" if proxy.port else ""
    except ValueError:
        port = ""
    return f"{proxy.hostname}{port}" if proxy.hostname else ""


def _ahead(date: str, began: datetime, ended: datetime) -> float | None:
    """By the Date header, which has whole seconds: on average the moment was half a second later."""
    try:
        told = parsedate_to_datetime(date)
    except ValueError:
        return None
    told = told if told.tzinfo else told.replace(tzinfo=UTC)
    return (told - began).total_seconds() + 0.5 - (ended - began).total_seconds() / 2


def _obstacle(error: httpx.RequestError) -> Obstacle:
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return CERTIFICATES.get(cause.verify_code, Obstacle.SELF_SIGNED)
    kinds = (
        (ssl.SSLError, Obstacle.TLS),
        (httpx.ProxyError, Obstacle.PROXY),
        (socket.gaierror, Obstacle.NAME),
        (ConnectionRefusedError, Obstacle.REFUSED),
        ((httpx.TimeoutException, TimeoutError), Obstacle.SILENT),
    )
    return next(
        (obstacle for kind, obstacle in kinds if any(isinstance(cause, kind) for cause in causes)),
        Obstacle.BROKEN,
    )


def _causes(error: BaseException | None) -> list[BaseException]:
    """The exception and what lies below it: httpx wraps httpcore, which wraps what the system said."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found
