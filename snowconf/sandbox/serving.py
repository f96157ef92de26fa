"""Serving a sandbox over HTTP until somebody stops it. Prints nothing; whoever calls says where it can be reached."""

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from types import FrameType

import uvicorn

from snowconf.sandbox.app import make_app
from snowconf.sandbox.instance import ADMIN, Sandbox
from snowconf.sandbox.switches import Switches

MAX_HEAD = 131_072
KEEP_ALIVE_S = 70
GRACE_S = 5


class ServingError(Exception):
    """The sandbox cannot be served like this; the text says why and what to do."""


class ExposedError(ServingError):
    """Others could reach the sandbox and log in as admin with the password that is in the manual."""


class AddressError(ServingError):
    """The address cannot be listened on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """What to serve and where. `path` None keeps everything in memory; port 0 takes any that is free."""

    path: Path | None
    switches: Switches
    admin_password: str = ADMIN
    host: str = "127.0.0.1"
    port: int = 8080


def serve(serving: Serving, on_ready: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM. `on_ready` gets the URL once connections are accepted.

    Raises:
        ExposedError: the host is not a loopback address and admin has the password it begins with.
        AddressError: the host does not exist here, or the port is taken.
    """
    sandbox = Sandbox(serving.path, serving.switches, admin_password=serving.admin_password)
    try:
        _refuse_exposure(serving, sandbox)
        with _listen(serving) as listener:
            port = listener.getsockname()[1]
            host = f"[{serving.host}]" if ":" in serving.host else serving.host
            on_ready(f"http://{host}:{port}")
            _run(sandbox, listener)
    finally:
        sandbox.close()


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


def _run(sandbox: Sandbox, listener: socket.socket) -> None:
    config = uvicorn.Config(
        make_app(sandbox),
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        h11_max_incomplete_event_size=MAX_HEAD,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=GRACE_S,
    )
    server = uvicorn.Server(config)
    with _stopped_by_signals(server):
        server.run(sockets=[listener])


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
