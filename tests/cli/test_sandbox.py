import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


@contextmanager
def serving(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """`snowconf sandbox serve` as a process of its own, on a free port."""
    command = [sys.executable, "-m", "snowconf", "sandbox", "serve", "--port", "0", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        try:
            yield server
        finally:
            server.send_signal(signal.SIGINT)
            server.communicate(timeout=20)


def ready(server: subprocess.Popen[str]) -> tuple[str, str]:
    """The line that says so, and the URL in it."""
    assert server.stdout is not None
    line = server.stdout.readline()
    return line, line.removeprefix("Sandbox ready at ").split(" ")[0]


def test_sandbox_is_served_until_it_is_interrupted(tmp_path: Path) -> None:
    """One line says where; it answers there; Ctrl-C ends it well."""
    with serving("--db", str(tmp_path / "box.db")) as server:
        line, url = ready(server)
        request = urllib.request.Request(f"{url}/api/now/table/sys_user", method="GET")
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=20)
        refused.value.close()
    assert line == f"Sandbox ready at {url} (admin / admin)\n"
    assert (refused.value.code, server.returncode, (tmp_path / "box.db").exists()) == (401, 0, True)


def test_password_of_admin_is_taken_from_a_variable_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """The line names the variable."""
    monkeypatch.setenv("BOX_PASSWORD", "canary-s3cret-value")
    with serving("--admin-password-env", "BOX_PASSWORD") as server:
        line, url = ready(server)
    assert line == f"Sandbox ready at {url} (admin / what BOX_PASSWORD holds)\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--set", "elevation"), "Write one like --set elevation=off"),
        (("--set", "elevatoin=off"), 'Did you mean "elevation"?'),
        (("--set", "elevation=maybe"), "it can be on, off"),
        (("--host", "0.0.0.0"), "can be reached from other machines"),
        (("--admin-password-env", "NOT_SET_ANYWHERE"), "NOT_SET_ANYWHERE is not set"),
    ],
)
def test_what_cannot_be_served_is_refused(run: Run, arguments: tuple[str, ...], words: str) -> None:
    """With what is wrong and what to do, before anything listens."""
    ended = run("sandbox", "serve", *arguments)
    assert (ended.code, ended.out, "[SNC006]" in ended.err) == (1, "", True)
    assert words in " ".join(ended.err.split())


def test_port_that_is_taken_is_refused(run: Run) -> None:
    """Another program listens there already."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = run("sandbox", "serve", "--port", str(taken.getsockname()[1]))
    assert (ended.code, "[SNC006]" in ended.err) == (1, True)


def test_reset_removes_the_sandbox_and_what_is_known_of_its_secrets(stack: Path, run: Run) -> None:
    """The next plan begins with a fresh instance."""
    run("apply", "--auto-approve")
    ended = run("sandbox", "reset", "--auto-approve")
    assert (ended.code, ended.out) == (0, "Removed .snowconf/sandbox.db\n")
    assert [each.name for each in (stack / ".snowconf").iterdir() if "sandbox" in each.name] == []
    assert "3 to create" in run("plan").out


@pytest.mark.usefixtures("stack")
def test_reset_of_nothing_says_so(run: Run) -> None:
    """There was no sandbox yet."""
    assert run("sandbox", "reset").out == "There is no sandbox to remove.\n"


@pytest.mark.parametrize(("answer", "code"), [("yes\n", 0), ("y\n", 1)])
def test_reset_asks(stack: Path, run: Run, at_terminal: Run, answer: str, code: int) -> None:
    """Only yes is yes."""
    run("plan")
    assert at_terminal("sandbox", "reset", answer=answer).code == code
    assert (stack / ".snowconf" / "sandbox.db").exists() == (code == 1)


def test_reset_without_a_terminal_needs_auto_approve(stack: Path, run: Run, at_terminal: Run) -> None:
    """Nobody is asked in a pipeline, nor when that was said."""
    run("plan")
    ends = [run("sandbox", "reset").code, at_terminal("sandbox", "reset", "--no-input", answer="yes\n").code]
    assert (ends, (stack / ".snowconf" / "sandbox.db").exists()) == ([1, 1], True)


@pytest.mark.usefixtures("stack")
def test_reset_touches_no_other_instance(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """An instance with a host is refused."""
    monkeypatch.setenv("PROD_PASSWORD", "x")
    ended = run("sandbox", "reset", "--instance", "prod", "--auto-approve")
    assert (ended.code, "[SNC007]" in ended.err) == (1, True)


@pytest.mark.usefixtures("stack")
def test_reset_needs_to_know_which(run: Run) -> None:
    """An unknown instance is a diagnostic like any other."""
    ended = run("sandbox", "reset", "--instance", "nowhere")
    assert (ended.code, "Unknown instance" in ended.err) == (1, True)


def test_sandbox_with_auth_asks_for_it(stack: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """With auth in its block the embedded sandbox authenticates like any instance."""
    path = stack / "small.toml"
    auth = 'url = "sandbox:"\nauth = { username = "admin", password = { env = "BOX_PASSWORD" } }'
    path.write_text(path.read_text("utf-8").replace('url = "sandbox:"', auth), encoding="utf-8")
    monkeypatch.setenv("BOX_PASSWORD", "wrong-password")
    refused = run("plan")
    monkeypatch.setenv("BOX_PASSWORD", "admin")
    assert (refused.code, "[SNC403]" in refused.err, run("plan").code) == (1, True, 0)


def test_sandbox_can_be_another_file(stack: Path, run: Run) -> None:
    """`sandbox:other.db` is relative to the stack."""
    path = stack / "small.toml"
    path.write_text(path.read_text("utf-8").replace('"sandbox:"', '"sandbox:other.db"'), encoding="utf-8")
    run("plan")
    assert ((stack / "other.db").exists(), (stack / ".snowconf" / "sandbox.db").exists()) == (True, False)


def test_stack_is_applied_over_http(stack: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """One URL changed, and the same stack is planned, applied and found unchanged over a network."""
    monkeypatch.setenv("PROD_PASSWORD", "admin")
    with serving() as server:
        _, url = ready(server)
        path = stack / "small.toml"
        text = (
            path.read_text("utf-8").replace("https://acme.service-now.com", url).replace('"svc"', '"admin"')
        )
        path.write_text(text, encoding="utf-8")
        commands = ("plan --detailed-exitcode", "apply --auto-approve", "plan --detailed-exitcode")
        ends = [run(*command.split(), "--instance", "prod").code for command in commands]
    assert ends == [2, 0, 0]


@pytest.mark.parametrize("url", ["sandbox:notes.txt", "sandbox:nowhere/box.db", "sandbox:.."])
def test_what_is_no_sandbox_is_left_alone(stack: Path, run: Run, url: str) -> None:
    """A file of another kind, a folder that is not there, a folder: refused in one sentence."""
    (stack / "notes.txt").write_text("mine", encoding="utf-8")
    path = stack / "small.toml"
    path.write_text(path.read_text("utf-8").replace("sandbox:", url), encoding="utf-8")
    ended = run("plan")
    assert (ended.code, "[SNC010]" in ended.err) == (1, True)
    assert (stack / "notes.txt").read_text("utf-8") == "mine"


def test_file_that_is_no_sandbox_is_not_served(stack: Path, run: Run) -> None:
    """The same holds for --db."""
    assert stack.is_dir()
    ended = run("sandbox", "serve", "--db", "small.toml")
    assert (ended.code, "[SNC010]" in ended.err) == (1, True)
