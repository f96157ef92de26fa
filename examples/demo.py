"""`make demo`: Finout's integration planned, applied, spoiled by hand, repaired, and proven by acting as it.

Each step is checked. Works on a copy of examples/finout in a temporary folder, on the embedded instance, with the
standard library only.
"""

import base64
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

FINOUT = Path(__file__).with_name("finout")
SNOWCONF = Path(sys.executable).with_name("snowconf")
SPOILED = "https://intruder.example/callback"


class BrokenPromiseError(Exception):
    """A step did not do what the demo says it does."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """Runs commands in the copied stack, as somebody at a prompt would, and shows what they say."""

    stack: Path

    def run(self, *arguments: str, code: int = 0, says: tuple[str, ...] = ()) -> None:
        """Echo a command and its output; both its exit code and what it says must be as promised."""
        print(f"\n$ snowconf {' '.join(arguments)}", flush=True)
        done = subprocess.run(
            [SNOWCONF, *arguments],
            cwd=self.stack,
            stdout=subprocess.PIPE,
            text=True,
            env=environment(),
            check=False,
        )
        print(done.stdout, end="", flush=True)
        if done.returncode != code:
            raise BrokenPromiseError(f"it ended with {done.returncode} and should have ended with {code}")
        for pattern in says:
            if not re.search(pattern, done.stdout):
                raise BrokenPromiseError(f"its output lacks {pattern!r}")
        if code:
            print(f"(exit code {code}, as it should be)")

    @contextmanager
    def serving(self) -> Iterator[str]:
        """The stack's sandbox over HTTP, on a free port, for as long as the block lasts."""
        command = "sandbox serve --port 0 --db .snowconf/sandbox.db --set elevation=off"
        print(f"\n$ snowconf {command} &", flush=True)
        server = subprocess.Popen(
            [SNOWCONF, *command.split()], cwd=self.stack, stdout=subprocess.PIPE, text=True, env=environment()
        )
        try:
            yield address_in(server)
        finally:
            server.terminate()
            server.wait(timeout=20)


@dataclass(frozen=True, slots=True)
class Rest:
    """The REST API of an instance, as one of its users."""

    url: str
    user: str
    password: str

    def send(self, verb: str, path: str, body: Mapping[str, str] | None = None, **query: str) -> object:
        """One request; what stands under `result`."""
        token = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        request = Request(
            f"{self.url}/api/now/table/{path}?{urlencode(query)}",
            method=verb,
            data=json.dumps(body).encode() if body else None,
            headers={"Authorization": f"Basic {token}", "Content-Type": "application/json"},
        )
        with build_opener(ProxyHandler({})).open(request, timeout=30) as answer:
            return json.load(answer)["result"]

    def find(self, table: str, query: str) -> str:
        """The sys_id of the one record that matches."""
        rows = self.send("GET", table, sysparm_query=query, sysparm_fields="sys_id")
        assert isinstance(rows, list), rows
        assert len(rows) == 1, rows
        return str(rows[0]["sys_id"])


def environment() -> dict[str, str]:
    """Ours, with colours where a person looks."""
    return {
        **os.environ,
        **({"FORCE_COLOR": "1"} if sys.stdout.isatty() and "NO_COLOR" not in os.environ else {}),
    }


def address_in(server: subprocess.Popen[str]) -> str:
    """Where the server says it is, once it is ready."""
    assert server.stdout is not None
    line = server.stdout.readline()
    print(line, end="", flush=True)
    found = re.search(r"http://[\w.]+:\d+", line)
    if not found:
        raise BrokenPromiseError("the sandbox did not say where it can be reached")
    return found[0]


def edit_by_hand(url: str) -> None:
    """Jane, an administrator, sets a redirect URL where the guide asks for none."""
    password = secrets.token_urlsafe(16)
    admin = Rest(url, "admin", "admin")
    jane = admin.send("POST", "sys_user", {"user_name": "jane.doe", "first_name": "Jane", "last_name": "Doe"})
    assert isinstance(jane, dict), jane
    admin.send(
        "PATCH", f"sys_user/{jane['sys_id']}", {"user_password": password}, sysparm_input_display_value="true"
    )
    admin.send(
        "POST",
        "sys_user_has_role",
        {"user": jane["sys_id"], "role": admin.find("sys_user_role", "name=admin")},
    )
    by_jane = Rest(url, "jane.doe", password)
    client = by_jane.find("oauth_entity", "name=Finout")
    print(f'jane.doe: PATCH {url}/api/now/table/oauth_entity/{client}  {{"redirect_url": "{SPOILED}"}}')
    by_jane.send("PATCH", f"oauth_entity/{client}", {"redirect_url": SPOILED})


def line_of(stack: Path, start: str) -> int:
    """The number of the line of finout.toml that starts so."""
    lines = (stack / "finout.toml").read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.startswith(start))


def show(terminal: Terminal) -> None:
    """The story."""
    secrets_of = ("--env-file", ".env.example")
    line = line_of(terminal.stack, "redirect_url")
    print("1. What would it take to connect Finout? Nothing is written yet.")
    terminal.run("plan", *secrets_of, says=(r"Plan: \d+ to create",))
    print("\n2. Do it.")
    terminal.run("apply", *secrets_of, "--auto-approve")
    print("\n3. Once more: nothing is left to do.")
    terminal.run("plan", *secrets_of, "--detailed-exitcode", says=("No changes",))
    print("\n4. Somebody edits a record by hand, over the instance's own REST API.")
    with terminal.serving() as url:
        edit_by_hand(url)
    print("\n5. What changed, who did it, when, and which line of which file says otherwise?")
    who_and_when = ("jane.doe", r"\d{4}-\d\d-\d\d \d\d:\d\d", f"finout.toml:{line}")
    terminal.run("drift", *secrets_of, code=2, says=("redirect_url", re.escape(SPOILED), *who_and_when))
    print("\n6. Put it back, and look once more.")
    terminal.run("apply", *secrets_of, "--auto-approve", says=("redirect_url",))
    terminal.run("plan", *secrets_of, "--detailed-exitcode", says=("No changes",))
    print("\n7. Records that look right prove nothing. Act as Finout: can it do what it must, and no more?")
    promises = (r"incident\.\* +\+ proven", r"no access to:", r"Proven: all \d+ promises")
    terminal.run("verify", *secrets_of, "--write-probes", says=promises)
    print("\n8. What was made to try writing on is gone again: all is as the files say.")
    terminal.run("plan", *secrets_of, "--detailed-exitcode", says=("No changes",))


def main() -> int:
    """0 only when every step did what it says."""
    with tempfile.TemporaryDirectory(prefix="snowconf-demo-") as folder:
        stack = Path(folder) / "finout"
        shutil.copytree(FINOUT, stack, ignore=shutil.ignore_patterns(".snowconf", ".env"))
        try:
            show(Terminal(stack))
        except BrokenPromiseError as broken:
            print(f"\nThe demo stops here: {broken}.", file=sys.stderr)
            return 1
    print("\nThat was examples/finout on the embedded instance. On yours, change one URL: see README.md.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
