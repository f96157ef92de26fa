"""Faults over a real socket, with and without TLS: what a client sees of them."""

import asyncio
import socket
import ssl
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPSConnection, IncompleteRead, RemoteDisconnected

import pytest
from starlette.types import Message, Scope

from snowconf.sandbox.doors.app import Door
from snowconf.sandbox.doors.certificates import keep_certificate
from snowconf.sandbox.doors.serving import TidyServer, make_config
from snowconf.sandbox.instance import Sandbox
from snowconf.sandbox.switches import parse

BASIC = {"Authorization": "Basic " + b64encode(b"admin:admin").decode()}
USERS = "/api/now/table/sys_user?sysparm_fields=user_name&sysparm_query=user_name=admin"
BODY = b'{"result":[{"user_name":"admin"}]}'


@dataclass(frozen=True, slots=True)
class Served:
    """A sandbox that is served in a thread, and how to connect to it."""

    sandbox: Sandbox
    connect: Callable[[], HTTPConnection]

    def get(self, fault: str, target: str = USERS, timeout_s: float = 10) -> tuple[int, bytes]:
        """Status and body of an answer to a request with that fault."""
        connection = self.connect()
        connection.timeout = timeout_s
        try:
            connection.request("GET", target, headers=BASIC | {"X-Snowconf-Fault": fault})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


@pytest.fixture(scope="module", params=["http", "https"])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for all tests here, with a certificate and without."""
    folder = tmp_path_factory.mktemp("served")
    certificate = keep_certificate(folder, datetime.now(UTC)) if request.param == "https" else None
    sandbox = Sandbox(folder / "served.db", parse({"internal_errors": "raise"}))
    server = TidyServer(make_config(sandbox, certificate.served if certificate else None), sandbox)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def connect() -> HTTPConnection:
            if certificate is None:
                return HTTPConnection("127.0.0.1", port, timeout=10)
            context = ssl.create_default_context(cafile=str(certificate.trusted))
            return HTTPSConnection("127.0.0.1", port, timeout=10, context=context)

        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        wait_until(lambda: server.started)
        yield Served(sandbox, connect)
        server.should_exit = True
        thread.join()
    sandbox.close()


def wait_until(holds: Callable[[], bool]) -> None:
    """Look again and again, but not for ever."""
    for _ in range(500):
        if holds():
            return
        time.sleep(0.02)
    raise AssertionError("It never happened.")


def test_without_a_fault_the_answer_is_whole(served: Served) -> None:
    """The same server answers well."""
    assert served.get("none") == (200, BODY)


def test_a_connection_breaks_at_the_byte(served: Served) -> None:
    """Head and so much of the body come, although the head promised more."""
    with pytest.raises(IncompleteRead) as broken:
        served.get("drop=12")
    assert (broken.value.partial, broken.value.expected) == (BODY[:12], len(BODY) - 12)


def test_a_byte_behind_the_body_breaks_nothing(served: Served) -> None:
    """There is nothing left to lose."""
    assert served.get("drop=999") == (200, BODY)


@pytest.mark.parametrize("fault", ["drop-before", "timeout-before=0.1", "timeout-after=0.1"])
def test_a_connection_closes_without_an_answer(served: Served, fault: str) -> None:
    """At once, or when the time is over."""
    with pytest.raises(RemoteDisconnected):
        served.get(fault)


def test_silence_lasts_longer_than_clients_wait(served: Served) -> None:
    """The client gives up first, and the server goes on serving others."""
    with pytest.raises(TimeoutError):
        served.get("timeout-before", timeout_s=0.2)
    assert served.get("none")[0] == 200


def test_others_are_served_while_one_waits(served: Served) -> None:
    """A slow answer holds up nobody else."""
    slow = threading.Thread(target=served.get, args=("slow=1",))
    slow.start()
    began = time.monotonic()
    answer = served.get("none")
    took_s = time.monotonic() - began
    slow.join()
    assert (answer[0], took_s < 0.9) == (200, True)


def test_a_late_commit_happens_while_nobody_asks(served: Served) -> None:
    """The server itself sees to it."""
    connection = served.connect()
    connection.timeout = 0.1
    headers = BASIC | {"Content-Type": "application/json", "X-Snowconf-Fault": "late=0.2"}
    connection.request("POST", "/api/now/table/sys_user", body='{"user_name":"late"}', headers=headers)
    with pytest.raises(TimeoutError):
        connection.getresponse()
    connection.close()
    wait_until(lambda: b"late" in served.get("none", USERS.replace("=admin", "=late"))[1])


def test_the_log_is_written_while_nobody_asks(served: Served) -> None:
    """Whoever follows it sees the last request soon."""
    served.get("none")
    count = "SELECT COUNT(*) FROM sqlite_master WHERE name = 'snowconf_log'"
    wait_until(lambda: served.sandbox.store.run(count)[0][0] == 1)


def test_a_server_that_cannot_hang_up_says_so(start: Callable[..., Sandbox]) -> None:
    """Under another server than ours, faults of the connection are errors and no wrong answers."""

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(_message: Message) -> None:
        raise AssertionError

    headers = [(b"x-snowconf-fault", b"drop-before")]
    path = {"path": "/api/x", "raw_path": b"/api/x", "query_string": b""}
    scope: Scope = {"type": "http", "headers": headers, "method": "GET", "scheme": "http", **path}
    with pytest.raises(ConnectionError, match="cannot close connections"):
        asyncio.run(Door(start())(scope, receive, send))
