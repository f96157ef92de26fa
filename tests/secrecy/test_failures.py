"""Commands that fail, and one that has a mistake in it: what they knew stays with them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.driving.commands import Ran, clean_environment
from tests.driving.serving import served_sandbox, unused_address
from tests.secrecy.canaries import RUNNER_PASSWORD
from tests.secrecy.keeping import AUTHS, RESOURCES, VARIABLES, Keeper

# Starts a command as `snowconf` does, and notes every child, every file that is written and every crash on the way.
WATCHED = """
import json, os, sys
noted = {"children": [], "written": []}
def watch(event, arguments):
    if event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty", "os.spawn"):
        noted["children"].append(event)
    if event == "open" and isinstance(arguments[0], str) and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        noted["written"].append(os.path.abspath(arguments[0]))
    if event == "sqlite3.connect":
        noted["written"].append(os.path.abspath(os.fsdecode(arguments[0])))
sys.addaudithook(watch)
from snowconf.cli import main
code = main(sys.argv[2:])
with open(sys.argv[1], "w") as report:
    json.dump(noted, report)
sys.exit(code)
"""
# A mistake of ours, with everything in its message that the run knows by then.
CRASHING = """
import sys
from snowconf.cli import main
from snowconf.servicenow.table_api import TableApi
from snowconf.config.secrets import Secrets
known = []
fetch = Secrets._fetch
do = getattr(TableApi, sys.argv[1])
def remember(self, source):
    known.append(fetch(self, source))
    return known[-1]
Secrets._fetch = remember
def crash(self, *arguments, **named):
    if not known:
        return do(self, *arguments, **named)
    raise RuntimeError(f"{known} {known[-1].encode().hex()} {arguments}")
setattr(TableApi, sys.argv[1], crash)
sys.exit(main(sys.argv[2:]))
"""


def script(keeper: Keeper, text: str, *arguments: str) -> Ran:
    """A Python program in the stack's folder, with every secret in its environment."""
    done = subprocess.run(
        [sys.executable, "-c", text, *arguments],
        cwd=keeper.folder,
        env=clean_environment({name: canary.text for name, canary in VARIABLES.items()}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return Ran(code=done.returncode, out=done.stdout, err=done.stderr)


@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
@pytest.mark.parametrize("method", ["insert", "update"])
def test_a_crash_tells_no_secret(keeper: Keeper, method: str, form: tuple[str, ...]) -> None:
    """The traceback is kept in a file, with secrets masked; the screen says where, and no more."""
    ran = script(keeper, CRASHING, method, "apply", "--auto-approve", *form)
    assert (ran.code, "SNC009" in ran.said, "Traceback" in ran.said) == (1, True, False)
    assert "RuntimeError: ['(secret)'" in (keeper.folder / ".snowconf" / "crash.log").read_text("utf-8")
    assert keeper.leaks(ran) == []


@pytest.mark.parametrize("auth", AUTHS)
def test_credentials_that_are_refused_are_not_told(
    keeper: Keeper, auth: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A sandbox that knows none of them."""
    with served_sandbox(tmp_path_factory.mktemp("served")) as url:
        keeper.write(f'url = "{url}"\nauth = {AUTHS[auth]}')
        ran = keeper.run("apply", "--auto-approve", *(("--json",) if "grant" in auth else ()))
    assert (ran.code, "SNC403" in ran.said) == (1, True)


@pytest.mark.parametrize("auth", ["basic", "client credentials"])
def test_a_dead_server_is_reported_without_credentials(keeper: Keeper, auth: str) -> None:
    """Nothing listens there."""
    keeper.write(f'url = "{unused_address()}"\nauth = {AUTHS[auth]}')
    ran = keeper.run("plan", "--json")
    assert (ran.code, "SNC401" in ran.said) == (1, True)


@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
def test_a_refused_write_is_reported_without_what_it_carried(keeper: Keeper, form: tuple[str, ...]) -> None:
    """A served sandbox, whose admin has a password of its own, refuses an access control and takes all the rest."""
    served = ("--db", "served.db", "--admin-password-env", "RUNNER_PASSWORD")
    with served_sandbox(keeper.folder, *served, env={"RUNNER_PASSWORD": RUNNER_PASSWORD.text}) as url:
        refused = '[acl.refused]\nname = "incident"\noperation = "read"\nroles = ["quiet"]\n'
        instance = f'url = "{url}"\nauth = {AUTHS["basic"]}\nelevation = "off"'
        keeper.write(instance, RESOURCES + refused)
        ran = keeper.run("apply", "--auto-approve", *form)
    assert (ran.code, "SNC404" in ran.said) == (6, True)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("validate", 0),
        ("plan", 0),
        ("apply --auto-approve", 0),
        ("drift", 2),
        ("show --json", 0),
        ("schema --write", 0),
    ],
)
def test_no_child_is_started_and_nothing_is_written_elsewhere(
    keeper: Keeper, command: str, code: int, tmp_path: Path
) -> None:
    """A secret could leave by the command line of a child or by a file far away: there are none."""
    ran = script(keeper, WATCHED, str(tmp_path / "noted.json"), *command.split())
    assert ran.code == code
    noted = json.loads((tmp_path / "noted.json").read_text("utf-8"))
    assert noted["children"] == []
    allowed = (str(keeper.folder / ".snowconf"), str(tmp_path / "noted.json"))
    elsewhere = [path for path in noted["written"] if not path.startswith(allowed)]
    # Compiled modules and coverage's own data are Python's and the test run's.
    assert [path for path in elsewhere if "__pycache__" not in path and ".coverage" not in path] == []
    assert keeper.leaks(ran) == []
