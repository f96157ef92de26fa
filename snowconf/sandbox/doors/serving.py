"""Serving a sandbox over HTTP until somebody stops it. Prints nothing; whoever calls says where it can be reached."""

import asyncio
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from types import FrameType
from typing import Protocol, cast

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from snowconf.sandbox.doors.app import HANG_UP, make_app
from snowconf.sandbox.instance import ADMIN, Sandbox
from snowconf.sandbox.storage.store import UniqueViolationError
from snowconf.sandbox.switches import Switches

MAX_HEAD = 131_072
KEEP_ALIVE_S = 70
GRACE_S = 5
TICKS_BETWEEN_TIDYING = 5


class ServingError(Exception):
    """The sandbox cannot be served like this; the text says why and what to do."""


class ExposedError(ServingError):
    """Others could reach the sandbox and log in as admin with the password that is in the manual."""


class AddressError(ServingError):
    """The address cannot be listened on."""


class CrowdError(ServingError):
    """The sandbox cannot be filled up with users."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """What to serve and where. `path` None keeps everything in memory; port 0 takes any that is free.

    `certificate` is a PEM file with key and certificate, None for plain HTTP. `users` is how many there are to be at
    least.
    """

    path: Path | None
    switches: Switches
    admin_password: str = ADMIN
    host: str = "127.0.0.1"
    port: int = 8080
    certificate: Path | None = None
    users: int = 0


def serve(serving: Serving, on_ready: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM. `on_ready` gets the URL once connections are accepted.

    Raises:
        ExposedError: the host is not a loopback address and admin has the password it begins with.
        AddressError: the host does not exist here, or the port is taken.
        CrowdError: the sandbox was filled up with fewer users before.
    """
    sandbox = Sandbox(serving.path, serving.switches, admin_password=serving.admin_password)
    try:
        _refuse_exposure(serving, sandbox)
        _fill_up(serving, sandbox)
        with _listen(serving) as listener:
            port = listener.getsockname()[1]
            host = f"[{serving.host}]" if ":" in serving.host else serving.host
            server = TidyServer(make_config(sandbox, serving.certificate), sandbox)
            # Whoever reads that it is ready may stop it at once.
            with _stopped_by_signals(server):
                on_ready(f"{'https' if serving.certificate else 'http'}://{host}:{port}")
                server.run(sockets=[listener])
    finally:
        sandbox.close()


def _fill_up(serving: Serving, sandbox: Sandbox) -> None:
    try:
        sandbox.fill_up(serving.users)
    except UniqueViolationError as taken:
        raise CrowdError(
            "The sandbox was filled up with fewer users before, and that can be done once. Use a fresh file."
        ) from taken


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches the host."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _refuse_exposure(serving: Serving, sandbox: Sandbox) -> None:
    if not is_loopback(serving.host) and sandbox.has_default_password():
        raise ExposedError(
            f"The host {serving.host} can be reached from other machines, and the sandbox's user admin has the "
            "password that everybody knows. Set another password for admin, or serve on 127.0.0.1."
        )


def _listen(serving: Serving) -> socket.socket:
    if serving.port not in range(65_536):
        raise _unusable(serving, "there is no such port")
    family = socket.AF_INET6 if ":" in serving.host else socket.AF_INET
    try:
        listener = socket.create_server((serving.host, serving.port), family=family)
    except OSError as error:
        raise _unusable(serving, str(error)) from error
    # Connections inherit it. An answer is written in two pieces, and the second must not wait for the client.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _unusable(serving: Serving, reason: str) -> AddressError:
    return AddressError(
        f"Nothing can be served on {serving.host} port {serving.port}: {reason}. Choose another port, or 0 for any."
    )


def make_config(sandbox: Sandbox, certificate: Path | None) -> uvicorn.Config:
    """How a sandbox is served: says nothing, adds no headers, keeps connections, takes long heads."""
    return uvicorn.Config(
        make_app(sandbox),
        http=cast("type[asyncio.Protocol]", _make_protocol),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        # What somebody sends that is no HTTP is no news for who serves.
        log_level="error",
        server_header=False,
        date_header=False,
        proxy_headers=False,
        h11_max_incomplete_event_size=MAX_HEAD,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=GRACE_S,
        ssl_certfile=certificate,
    )


class TidyServer(uvicorn.Server):
    """A server that lets its sandbox tidy up twice a second."""

    def __init__(self, config: uvicorn.Config, sandbox: Sandbox) -> None:
        super().__init__(config)
        self._sandbox = sandbox

    async def on_tick(self, counter: int) -> bool:
        """Called ten times a second."""
        if counter % TICKS_BETWEEN_TIDYING == 0:
            self._sandbox.tidy()
        return await super().on_tick(counter)


class Connection(Protocol):
    """What every protocol of uvicorn's is."""

    app: ASGIApp
    transport: asyncio.Transport


def _make_protocol(**given: object) -> Connection:
    """Any protocol of uvicorn's; faults need to close the connection under an answer, which ASGI has no word for."""
    make = cast("Callable[..., Connection]", AutoHTTPProtocol)
    protocol = make(**given)
    app = protocol.app

    async def connected(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, HANG_UP: protocol.transport.close}, receive, send)

    protocol.app = connected
    return protocol


@contextmanager
def _stopped_by_signals(server: uvicorn.Server) -> Iterator[None]:
    """Let signals stop the server and nothing else: uvicorn raises them once more when it has stopped."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        server.should_exit = True

    before = {each: signal.signal(each, stop) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
