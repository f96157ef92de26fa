"""The same over real connections on this machine: what a pretended wire takes for granted."""

import gzip
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from snowconf.errors import UnreachableError
from snowconf.model.query import Query, where
from snowconf.servicenow.opening import open_instance
from snowconf.servicenow.retrying import Timing
from snowconf.servicenow.table_api import TableApi
from tests.servicenow.wire import ID, VirtualClock, secret_of, settings


class Server(ThreadingHTTPServer):
    """Keeps records; hangs up on the first POST after it has kept it."""

    daemon_threads = True
    posts = 0
    kept: dict[str, dict[str, str]]


class Handler(BaseHTTPRequestHandler):
    """Lists packed, as instances do when asked."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        """Every record."""
        rows = list(self.server.kept.values())
        body = gzip.compress(json.dumps({"result": rows}).encode())
        self.send_response(200)
        self.send_header("Content-Type", "application/json;charset=UTF-8")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("X-Total-Count", str(len(rows)))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        """Keep the record and say nothing."""
        row = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.posts += 1
        self.server.kept[row["sys_id"]] = row
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture
def server() -> Iterator[Server]:
    """A server on a free port of this machine."""
    with Server(("127.0.0.1", 0), Handler) as serving:
        serving.kept = {}
        thread = threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield serving
        serving.shutdown()
        thread.join()


def reached(port: int) -> TableApi:
    """A client of that port."""
    clock = VirtualClock()
    return open_instance(
        settings(f"http://127.0.0.1:{port}"), secret_of, timing=Timing(clock=clock, sleep=clock.sleep)
    )


def test_a_connection_that_is_hung_up_after_a_creation_is_settled(server: Server) -> None:
    """One POST, one look, one record."""
    with reached(server.server_port) as api:
        row = api.insert("sys_user", {"sys_id": ID, "user_name": "svc"})
    assert (row, server.posts, api.counts) == ({"sys_id": ID, "user_name": "svc"}, 1, {"POST": 1, "GET": 1})


def test_a_packed_list_comes_over_a_real_connection(server: Server) -> None:
    """Unpacked by us and read whole."""
    server.kept = {f"{n:032x}": {"sys_id": f"{n:032x}", "active": "true"} for n in range(500)}
    with reached(server.server_port) as api:
        assert len(api.list_rows("sys_user", where(active="true"), []).rows) == 500


def test_a_port_where_nobody_listens_is_explained(server: Server) -> None:
    """After a few quick tries."""
    server.server_close()
    with reached(server.server_port) as api, pytest.raises(UnreachableError, match="no connection"):
        api.list_rows("sys_user", Query(), [])
    assert api.counts == {"GET": 4}
