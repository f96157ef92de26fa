"""Instances to talk to: the sandbox served by its command, a counter in front of it, and servers that misbehave."""

import re
import socket
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

import httpx

from tests.driving.commands import SNOWCONF, clean_environment

Headers: TypeAlias = Sequence[tuple[str, str]]


@contextmanager
def served_sandbox(folder: Path, *options: str, env: Mapping[str, str] | None = None) -> Iterator[str]:
    """The address of a sandbox that `snowconf sandbox serve` serves on a free port for as long as the block lasts."""
    server = subprocess.Popen(
        [SNOWCONF, "sandbox", "serve", "--port", "0", *options],
        cwd=folder,
        env=clean_environment(env),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        line = server.stdout.readline()
        found = re.search(r"https?://127\.0\.0\.1:\d+", line)
        assert found, line
        yield found[0]
    finally:
        server.terminate()
        server.communicate(timeout=20)


def admin_of(url: str) -> httpx.Client:
    """Somebody with the password that every fresh sandbox has."""
    return httpx.Client(base_url=f"{url}/api/now/table/", auth=("admin", "admin"), trust_env=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a server was sent."""

    verb: str
    target: str
    headers: Headers
    body: bytes

    @property
    def path(self) -> str:
        """Without the query."""
        return urlsplit(self.target).path


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a server answers. `status` 0 closes the connection without a word."""

    status: int
    body: bytes = b""
    headers: Headers = (("Content-Type", "application/json;charset=UTF-8"),)


Answering: TypeAlias = Callable[[Request], Reply]


@contextmanager
def serving(answer: Answering) -> Iterator[str]:
    """The address of a server of ours that answers as it is told, in threads of this process."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Sent in two pieces, an answer waits 40 ms for the first to be acknowledged.
        wbufsize = -1
        disable_nagle_algorithm = True

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            headers = list(self.headers.items())
            self._send(answer(Request(verb=self.command, target=self.path, headers=headers, body=body)))

        def _send(self, reply: Reply) -> None:
            if not reply.status:
                self.close_connection = True
                return
            self.send_response_only(reply.status)
            for name, value in reply.headers:
                self.send_header(name, value)
            if reply.status != 204:
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

    for verb in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        setattr(Handler, f"do_{verb}", Handler.answer)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def unused_address() -> str:
    """Where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


@dataclass(slots=True)
class Counted:
    """A way to another server that counts what goes through; requests for tokens are under `token`."""

    onward: str
    counts: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, request: Request) -> Reply:
        """Count, pass on, and give the answer back."""
        with self.lock:
            self.counts["token" if request.path == "/oauth_token.do" else request.verb] += 1
        return forward(self.onward, request)

    def take(self) -> dict[str, int]:
        """The counts since the last time."""
        with self.lock:
            taken, self.counts = dict(self.counts), Counter()
        return taken


def forward(onward: str, request: Request) -> Reply:
    """What the other server answers."""
    place = urlsplit(onward)
    with closing(HTTPConnection(place.hostname or "", place.port, timeout=60)) as connection:
        connection.request(request.verb, request.target, request.body or None, dict(request.headers))
        answer = connection.getresponse()
        body = answer.read()
    headers = [
        (name, value)
        for name, value in answer.getheaders()
        if name.lower() not in ("content-length", "connection", "transfer-encoding")
    ]
    return Reply(status=answer.status, body=body, headers=headers)
