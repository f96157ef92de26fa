"""From an `[instance.*]` block to a client of that instance. Nothing is sent before the first question."""

import ipaddress
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from snowconf import __version__
from snowconf.errors import UnreachableError
from snowconf.model.connection import InstanceSettings, Resolve
from snowconf.model.redacting import Redactor
from snowconf.servicenow.authenticating import make_auth
from snowconf.servicenow.introducing import introduce
from snowconf.servicenow.retrying import Timing
from snowconf.servicenow.sending import Line
from snowconf.servicenow.table_api import TableApi

SANDBOX_URL = "http://sandbox.localhost"
"""How the embedded sandbox is called; no name is looked up for it."""

_CONNECTIONS = 8
_CONNECT_S = 20.0


def open_instance(
    settings: InstanceSettings,
    resolve: Resolve,
    *,
    transport: httpx.BaseTransport | None = None,
    redactor: Redactor | None = None,
    timing: Timing | None = None,
) -> TableApi:
    """A client of the instance; close it. `transport` stands in for the network, and the sandbox needs one.

    What `redactor` hides is masked in every word of the instance; it is told of the tokens that the instance gives.

    Raises:
        UnreachableError: the address is not https and not on this machine, or a proxy or CA file makes no sense.
    """
    client = open_client(settings, transport)
    redactor, timing = redactor or Redactor(), timing or Timing()
    if settings.auth is not None:
        client.auth = make_auth(settings.auth, resolve, clock=timing.clock, redactor=redactor)
    return TableApi(Line(client, timing, redactor), runner=introduce(settings))


def open_client(settings: InstanceSettings, transport: httpx.BaseTransport | None = None) -> httpx.Client:
    """The connections to the instance, on which nobody has said yet who he is.

    Raises:
        UnreachableError: as `open_instance`.
    """
    url = _parse(settings)
    if settings.is_sandbox and transport is None:
        raise UnreachableError(
            f"The instance {settings.name} is the embedded sandbox, which was not started here."
        )
    _check_address(url, settings)
    return _make_client(url, settings, transport)


def _parse(settings: InstanceSettings) -> httpx.URL:
    try:
        return httpx.URL(SANDBOX_URL if settings.is_sandbox else settings.url)
    except httpx.InvalidURL:
        raise UnreachableError(
            f"The url of {settings.name} is no address. It looks like https://acme.service-now.com."
        ) from None


def _check_address(url: httpx.URL, settings: InstanceSettings) -> None:
    if url.userinfo:
        raise UnreachableError(
            f"The url of {settings.name} holds credentials. Put them under auth, as env or file."
        )
    if not (url.scheme == "https" or (url.scheme == "http" and _is_loopback(url.host))):
        raise UnreachableError(
            f"The url of {settings.name} must begin with https://. Credentials travel with every request."
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _make_client(
    url: httpx.URL, settings: InstanceSettings, transport: httpx.BaseTransport | None
) -> httpx.Client:
    try:
        return httpx.Client(
            base_url=url,
            transport=transport,
            headers={
                "Accept": "application/json",
                "Accept-Encoding": "gzip",
                "User-Agent": f"snowconf/{__version__}",
            },
            # Requests of one session wait for each other on the instance: no cookie comes in or goes out (2.3).
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            timeout=httpx.Timeout(settings.timeout_s, connect=min(_CONNECT_S, settings.timeout_s)),
            limits=httpx.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=_CONNECTIONS),
            follow_redirects=False,
            # A proxy would carry http, and with it the credentials, off this machine.
            trust_env=url.scheme == "https",
        )
    except (ValueError, OSError, httpx.InvalidURL) as error:
        # The cause may quote a proxy's address, and that may hold a password: only its sort is said.
        raise UnreachableError(
            f"No client for {settings.name} could be made ({type(error).__name__}). "
            "Check HTTPS_PROXY, ALL_PROXY, NO_PROXY, SSL_CERT_FILE and SSL_CERT_DIR."
        ) from None
