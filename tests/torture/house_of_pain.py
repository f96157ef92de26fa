"""Where runs are killed: a sandbox behind HTTP that can end its client at any request, and a zygote that forks clients."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from snowconf.dictionary import find_table, table_names
from snowconf.sandbox import switches
from snowconf.sandbox.instance import Sandbox
from tests.driving.commands import clean_environment
from tests.driving.nursery import Nursery, Task, nursery
from tests.torture.big_stack import ENVIRONMENT, write_stack

# What two runs never have in common: when, how often, by which hash, and what only the platform writes for itself.
VOLATILE = frozenset(
    [
        "sys_created_on",
        "sys_updated_on",
        "sys_mod_count",
        "user_password",
        "client_secret",
        "client_id",
        "client_uuid",
        "salt",
        "run_start",
        "run_end",
        "next_action",
        "sys_created_by",
        "sys_updated_by",
        "failed_attempts",
        "last_login",
        "last_login_time",
    ]
)
# Tables in which the platform notes what happened, and the ledger's own rows.
NOTES = frozenset(
    [
        "oauth_credential",
        "sys_update_xml",
        "sys_update_version",
        "sys_audit",
        "sys_audit_delete",
        "sys_audit_role",
        "syslog",
        "sys_attachment",
        "sys_attachment_doc",
        "sys_metadata",
        "sys_trigger",
        "sys_user_preference",
        "sys_update_set",
        "sysevent",
    ]
)


@dataclass
class Victim:
    """Whom to kill, at which request, and whether before or after it is served."""

    pid: int = 0
    at: int = 0
    moment: str = ""
    served: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def passes(self, moment: str) -> bool:
        """Count a request, or end the client at it."""
        if moment == "before":
            self.served += 1
        if self.served == self.at and self.moment == moment:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            return False
        return True


class Door(ThreadingHTTPServer):
    """The sandbox behind a socket; every request passes the victim's watcher before and after."""

    daemon_threads = True
    sandbox: Sandbox
    victim = Victim()


class Handler(BaseHTTPRequestHandler):
    """One request at a time, as long as the client lives."""

    protocol_version = "HTTP/1.1"
    # Sent in two pieces, an answer waits 40 ms for the first to be acknowledged.
    wbufsize = -1
    disable_nagle_algorithm = True
    server: Door

    def handle_one(self) -> None:
        """Serve the request, or end its sender."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        victim = self.server.victim
        with victim.lock:
            if not victim.passes("before"):
                self.close_connection = True
                return
            url = f"http://{self.headers['Host']}{self.path}"
            exchange = self.server.sandbox.exchange()
            status, headers, content = exchange(self.command, url, list(self.headers.items()), body)
            if not victim.passes("after"):
                self.close_connection = True
                return
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in ("content-length", "connection", "transfer-encoding"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = handle_one

    def log_message(self, *_: Any) -> None:
        """Nothing is logged."""


@dataclass(frozen=True)
class End:
    """How a run ended: its exit code or minus the signal, how many requests and lasting file writes it came to."""

    status: int
    requests: int
    points: int


@dataclass
class HouseOfPain:
    """A fresh sandbox and a fresh folder for each case."""

    folder: Path
    door: Door
    born: Nursery
    case: int = 0

    def fresh(self) -> None:
        """An instance and a stack that nobody has applied."""
        self.door.sandbox = Sandbox(None, switches.parse({"elevation": "off"}))
        self.case += 1
        write_stack(self.stack)
        port = self.door.server_address[1]
        file = self.stack / "torture.toml"
        sandbox = 'url = "sandbox:"\ndefault = true\nswitches = { elevation = "off" }'
        served = (
            f'url = "http://127.0.0.1:{port}"\nelevation = "off"\n'
            'auth = { username = "admin", password = { env = "TORTURE_ADMIN" } }'
        )
        file.write_text(file.read_text().replace(sandbox, served))

    @property
    def stack(self) -> Path:
        """The folder of this case."""
        return self.folder / f"case{self.case}"

    def run(self, *argv: str, request: int = 0, point: int = 0, moment: str = "before") -> End:
        """One command, killed at a request or at a lasting file write, or let to its end."""
        self.door.victim = Victim(at=request, moment=moment)
        said = self.folder / f"case{self.case}.txt"
        task = Task(
            argv=argv,
            environ=clean_environment(
                ENVIRONMENT | {"TORTURE_ADMIN": "admin", "SNOWCONF_IN_AUTOMATION": "1"}
            ),
            folder=self.folder,
            output=said,
            errors=said,
            kill_at=point,
            moment=moment,
        )
        self.door.victim.pid = self.born.begin(task)
        status, points = self.born.end()
        return End(status=status, requests=self.door.victim.served, points=points)

    def apply(self, **kill: Any) -> End:
        """One apply of this case's stack."""
        return self.run("apply", str(self.stack), "--auto-approve", "--parallelism", "1", **kill)

    def said(self) -> str:
        """Everything the runs of this case printed."""
        return (self.folder / f"case{self.case}.txt").read_text()

    def state(self) -> dict[str, list[dict[str, str]]]:
        """Every row of the instance, but for what two runs never have in common."""
        store = self.door.sandbox.store
        return {name: _rows(store, name) for name in table_names() if name not in NOTES and _is_leaf(name)}


@contextmanager
def house_of_pain(folder: Path) -> Iterator[HouseOfPain]:
    """Opened, and closed with everything in it."""
    door = Door(("127.0.0.1", 0), Handler)
    threading.Thread(target=door.serve_forever, daemon=True).start()
    try:
        with nursery(clean_environment()) as born:
            yield HouseOfPain(folder=folder, door=door, born=born)
    finally:
        door.shutdown()
        door.server_close()


def _is_leaf(name: str) -> bool:
    return find_table(name) is not None


def _rows(store: Any, table: str) -> list[dict[str, str]]:
    rows = [row for row in store.find(table) if row.get("sys_class_name", table) in ("", table)]
    kept = [_lasting(row) for row in rows if not row.get("name", "").startswith("snowconf.")]
    return sorted(kept, key=lambda row: sorted(row.items()))


def _lasting(row: dict[str, str]) -> dict[str, str]:
    """What two runs have in common; rows that the platform makes by inheritance have a sys_id of its choice."""
    inherited = {"sys_id", "inh_map"} if row.get("inherited") == "true" else set()
    return {name: value for name, value in row.items() if name not in VOLATILE | inherited}
