"""Ctrl-C in the middle of an apply: the request under way is finished, and receipt and ledger tell how far it came."""

import json
import signal
import threading
from dataclasses import dataclass, field
from pathlib import Path

from tests.driving.commands import run, start
from tests.driving.serving import Reply, Request, forward, served_sandbox, serving

LOGIN = {"RUNNER": "admin"}
STACK = """
[stack]
name = "small"

[instance.dev]
url = "{url}"
auth = {{ username = "admin", password = {{ env = "RUNNER" }} }}

[role.reader]
description = "Reads"

[user.svc_one]
first_name = "One"
roles = ["reader"]

[user.svc_two]
first_name = "Two"
roles = ["reader"]
"""


@dataclass(slots=True)
class Halting:
    """Passes everything on; the first user that is to be made waits until it is let go."""

    onward: str
    reached: threading.Event = field(default_factory=threading.Event)
    let_go: threading.Event = field(default_factory=threading.Event)

    def __call__(self, request: Request) -> Reply:
        """The instance's answer."""
        if request.verb == "POST" and request.path == "/api/now/table/sys_user" and not self.reached.is_set():
            self.reached.set()
            self.let_go.wait(60)
        return forward(self.onward, request)


def test_an_interrupted_apply_keeps_receipt_and_ledger(tmp_path: Path) -> None:
    """What was done is owned and can be undone; the next apply does only the rest."""
    with served_sandbox(tmp_path) as url:
        halting = Halting(url)
        with serving(halting) as way:
            (tmp_path / "small.toml").write_text(STACK.format(url=way), "utf-8")
            process = start(tmp_path, "apply", "--auto-approve", "--parallelism", "1", env=LOGIN)
            assert halting.reached.wait(60)
            process.send_signal(signal.SIGINT)
            assert process.stderr is not None
            while "stopping" not in process.stderr.readline().lower():
                pass
            halting.let_go.set()
            out, err = process.communicate(timeout=60)
            (path,) = (tmp_path / ".snowconf" / "receipts").glob("*.json")
            receipt = json.loads(path.read_text("utf-8"))
            again = run(tmp_path, "apply", "--auto-approve", "--json", env=LOGIN)
    assert process.returncode == 130, out + err
    assert (receipt["interrupted"], receipt["summary"]["done"]) == (True, 2)
    assert receipt["summary"]["not_attempted"] == 1
    outcomes = json.loads(again.out)["outcomes"]
    assert [(each["address"], each["action"], each["status"]) for each in outcomes] == [
        ("user.svc_two", "create", "done")
    ]
