"""Serving over a real socket, in a process of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from base64 import b64encode
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from snowconf.sandbox.doors.serving import AddressError, ExposedError, Serving, is_loopback, serve
from snowconf.sandbox.instance import Sandbox
from snowconf.sandbox.switches import parse

PROGRAM = """
import sys
from pathlib import Path
from snowconf.sandbox.doors.serving import Serving, serve
from snowconf.sandbox.switches import parse

serve(Serving(path=Path(sys.argv[1]), switches=parse({}), host=sys.argv[2], port=0), lambda url: print(url, flush=True))
print("stopped", flush=True)
"""
BASIC = {"Authorization": "Basic " + b64encode(b"admin:admin").decode()}


@pytest.fixture(params=["127.0.0.1", "::1"])
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A process that serves, and its port."""
    host = str(request.param)
    command = [sys.executable, "-c", PROGRAM, str(tmp_path / "served.db"), host]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        address, _, port = url.removeprefix("http://").rpartition(":")
        assert address.strip("[]") == host
        yield process, int(port)
        process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: str(number.name))
def test_it_answers_and_stops_cleanly(
    served: tuple[subprocess.Popen[str], int], number: signal.Signals
) -> None:
    """It tells its real port, answers, and ends with 0 and no word on stderr when a signal comes."""
    process, port = served
    host = str(process.args[-1]) if isinstance(process.args, list) else ""
    connection = HTTPConnection(host, port, timeout=20)
    connection.request("GET", "/api/now/table/sys_user?sysparm_query=user_name=admin", headers=BASIC)
    answer = connection.getresponse()
    rows = json.loads(answer.read())["result"]
    os.kill(process.pid, number)
    output, errors = process.communicate(timeout=20)
    connection.close()
    assert (answer.status, len(rows)) == (200, 1)
    assert (process.returncode, output, errors) == (0, "stopped\n", "")


def test_others_may_not_log_in_with_the_known_password(tmp_path: Path) -> None:
    """An address that others reach is refused until admin has another password; the file decides, not the wish."""
    path = tmp_path / "s.db"
    sandbox = Sandbox(path, parse({}))
    sandbox.reset()
    sandbox.close()
    wish = Serving(path=path, switches=parse({}), admin_password="another", host="0.0.0.0", port=0)
    with pytest.raises(ExposedError, match=r"0\.0\.0\.0 can be reached from other machines"):
        serve(wish, print)


def test_any_address_is_served_with_a_password_of_its_own() -> None:
    """With another password for admin the address is not refused for being reachable."""
    wish = Serving(path=None, switches=parse({}), admin_password="another", host="192.0.2.1", port=0)
    with pytest.raises(AddressError, match=r"Nothing can be served on 192\.0\.2\.1 port 0"):
        serve(wish, print)


def test_a_port_that_is_taken() -> None:
    """The sentence says which, and what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(AddressError, match=f"port {port}: .*Choose another port"):
            serve(Serving(path=None, switches=parse({}), port=port), print)


def test_a_port_that_cannot_be() -> None:
    """A number out of range is told like any other."""
    with pytest.raises(AddressError, match="port 99999"):
        serve(Serving(path=None, switches=parse({}), port=99999), print)


@pytest.mark.parametrize(
    ("host", "answer"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("example.com", False),
        ("", False),
    ],
)
def test_which_hosts_are_loopback(host: str, *, answer: bool) -> None:
    """Only addresses that no other machine reaches."""
    assert is_loopback(host) is answer


def test_signals_are_given_back() -> None:
    """After serving, signals mean what they meant before."""
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    stopper = threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGTERM))
    serve(Serving(path=None, switches=parse({}), port=0), lambda _url: stopper.start())
    stopper.join()
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before
