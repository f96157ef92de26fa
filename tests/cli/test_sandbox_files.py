"""Records into a sandbox's file and out of it, its log, its state: `sandbox seed`, `export`, `log`, `status`."""

import json
import signal
import ssl
import subprocess
import sys
import urllib.request
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from snowconf.sandbox.instance import Sandbox
from snowconf.sandbox.switches import parse
from tests.cli.test_sandbox import ready, serving
from tests.sandbox.caller import Caller

Run = Callable[..., Any]
PEOPLE = '[[sys_user]]\nuser_name = "ann"\nfirst_name = "Ann"\nlast_name = "Doe"\nuser_password = "canary-s3cret"\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where commands run, with a file of records."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "people.toml").write_text(PEOPLE, encoding="utf-8")
    return tmp_path


def ask(path: Path, *tables: str, user: str = "admin") -> None:
    """Requests to the sandbox in a file."""
    sandbox = Sandbox(path, parse({}))
    for table in tables:
        Caller(sandbox, user).get(table, sysparm_limit="1")
    sandbox.close()


# -- seed and export


def test_records_go_into_a_fresh_sandbox(folder: Path, run: Run) -> None:
    """The file is made, and what went in is counted."""
    (folder / "sys_user_role.csv").write_text("name\nreader\nwriter\n", encoding="utf-8")
    ended = run("sandbox", "seed", "people.toml", "sys_user_role.csv", "--db", "box.db")
    assert (ended.code, ended.out, ended.err) == (0, "sys_user: 1 record\nsys_user_role: 2 records\n", "")


def test_a_stacks_own_sandbox_is_meant_without_a_file(folder: Path, run: Run) -> None:
    """The one of `sandbox:`, in the folder that -C names."""
    (folder / "stack" / ".snowconf").mkdir(parents=True)
    ended = run("sandbox", "seed", "people.toml", "-C", "stack")
    assert (ended.code, (folder / "stack" / ".snowconf" / "sandbox.db").exists()) == (0, True)


@pytest.mark.usefixtures("folder")
def test_an_export_is_json_without_secrets(run: Run) -> None:
    """Tables may be separated by commas or named one by one."""
    run("sandbox", "seed", "people.toml", "--db", "box.db")
    ended = run(
        "sandbox", "export", "--db", "box.db", "--tables", "sys_user,sys_scope", "--tables", "sys_user_role"
    )
    found = json.loads(ended.out)
    assert (ended.code, sorted(found)) == (0, ["sys_scope", "sys_user", "sys_user_role"])
    assert "ann" in {row["user_name"] for row in found["sys_user"]}
    assert "password" not in {name for row in found["sys_user"] for name in row if row[name]}


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("seed", "people.toml", "--raw", "--display"), "Leave one of them out"),
        (("seed", "nothing.txt"), "is no .json, .toml or .csv file"),
        (("seed", "people.toml", "people.toml"), "Nothing was written."),
        (("export", "--tables", "sys_usr"), "Did you mean 'sys_user'?"),
    ],
)
def test_what_cannot_be_done_is_refused(
    folder: Path, run: Run, arguments: tuple[str, ...], words: str
) -> None:
    """With what is wrong; nothing is written."""
    (folder / "nothing.txt").write_text("x", encoding="utf-8")
    ended = run("sandbox", *arguments, "--db", "box.db")
    assert (ended.code, ended.out, "[SNC011]" in ended.err) == (1, "", True)
    assert words in " ".join(ended.err.split())


def test_a_switch_counts_while_records_go_in(folder: Path, run: Run) -> None:
    """Access controls go in by rules only where elevation is off."""
    acl = '[[sys_security_acl]]\nname = "incident"\noperation = "read"\nadvanced = true\nscript = "answer = true;"\n'
    (folder / "acl.toml").write_text(acl, encoding="utf-8")
    codes = [
        run("sandbox", "seed", "acl.toml", "--db", "box.db", *more).code
        for more in ((), ("--set", "elevation=off"))
    ]
    assert codes == [1, 0]


@pytest.mark.usefixtures("folder")
def test_a_file_that_is_not_there_is_said(run: Run) -> None:
    """By the system's words, as everywhere."""
    ended = run("sandbox", "seed", "gone.json", "--db", "box.db")
    assert (ended.code, "[SNC008]" in ended.err) == (1, True)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("command", ["export", "log", "status"])
def test_looking_makes_no_sandbox(folder: Path, run: Run, command: str) -> None:
    """A file that is not there is not made by asking about it."""
    ended = run("sandbox", command, "--db", "box.db")
    assert (ended.code, "[SNC010]" in ended.err, (folder / "box.db").exists()) == (1, True, False)


# -- log and status


def test_the_log_is_read(folder: Path, run: Run) -> None:
    """What was asked, by whom, and what was decided."""
    ask(folder / "box.db", "sys_user", "nope")
    ended = run("sandbox", "log", "--db", "box.db")
    assert ended.code == 0
    assert "200  admin  GET /api/now/table/sys_user?sysparm_limit=1" in ended.out
    assert "    read sys_user" in ended.out
    assert "    Invalid table nope" in ended.out


def test_the_log_is_narrowed(folder: Path, run: Run) -> None:
    """To denied ones, a user, a table, the last few."""
    run("sandbox", "seed", "people.toml", "--db", "box.db")
    ask(folder / "box.db", "sys_user", "sys_user_group")
    ask(folder / "box.db", "incident", user="ann")
    lines = {
        each: len(run("sandbox", "log", "--json", "--db", "box.db", *each.split()).out.splitlines())
        for each in (
            "",
            "--denied",
            "--user ann",
            "--user admin",
            "--table sys_user",
            "--last 2",
            "--user bob",
        )
    }
    assert list(lines.values()) == [3, 1, 1, 2, 1, 2, 0]


def test_the_log_as_json(folder: Path, run: Run) -> None:
    """One document a line, with all decisions."""
    ask(folder / "box.db", "sys_user")
    (document,) = map(json.loads, run("sandbox", "log", "--json", "--db", "box.db").out.splitlines())
    assert (document["user"], document["about"], document["status"]) == ("admin", "sys_user", 200)
    assert document["decisions"][-1]["operation"] == "read"


def test_the_log_shows_faults_in_colour(folder: Path, run: Run) -> None:
    """Red for what failed."""
    sandbox = Sandbox(folder / "box.db", parse({"fault": "503"}))
    Caller(sandbox).get("sys_user")
    sandbox.close()
    shown = run("sandbox", "log", "--db", "box.db", "--color").out
    assert ("\x1b[1;31m  503 " in shown, "made to fail: 503" in shown) == (True, True)


def test_the_log_is_followed(folder: Path) -> None:
    """What is there comes first, then what happens; until Ctrl-C, which is no failure of anybody."""
    ask(folder / "box.db", "sys_user")
    command = [sys.executable, "-m", "snowconf", "sandbox", "log", "--follow", "--json", "--db", "box.db"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        tables = [json.loads(process.stdout.readline())["about"]]
        for table in ("incident", "problem"):
            ask(folder / "box.db", table)
            tables.append(json.loads(process.stdout.readline())["about"])
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
    assert (tables, process.returncode) == (["sys_user", "incident", "problem"], 130)


def test_the_state_of_a_sandbox(folder: Path, run: Run) -> None:
    """Records by table, requests, the file's size."""
    ask(folder / "box.db", "sys_user")
    shown, document = (
        run("sandbox", "status", "--db", "box.db").out,
        run("sandbox", "status", "--db", "box.db", "--json"),
    )
    found = json.loads(document.out)
    assert (found["tables"]["sys_user"], found["requests"], found["denied"], found["file"]) == (
        2,
        1,
        0,
        "box.db",
    )
    assert f"{found['records']:,} records in {len(found['tables'])} tables" in shown
    assert "1 requests in the log, the last at " in shown


def test_an_unused_sandbox_has_no_last_request(folder: Path, run: Run) -> None:
    """Nothing was asked."""
    assert folder.is_dir()
    run("sandbox", "seed", "people.toml", "--db", "box.db")
    assert "0 requests in the log; 0 were denied something" in run("sandbox", "status", "--db", "box.db").out


# -- serving


def test_https_with_a_certificate_of_its_own(folder: Path) -> None:
    """The line names https, the lines after it name what makes clients trust it, and then they do."""
    with serving("--tls", "--demo", "--users", "40", "--release", "yokohama") as server:
        line, url = ready(server)
        assert server.stdout is not None
        exports = dict(server.stdout.readline().strip().removeprefix("export ").split("=") for _ in range(4))
        context = ssl.create_default_context(cafile=exports["SSL_CERT_FILE"])
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
        )
        basic = {"Authorization": "Basic " + b64encode(b"admin:admin").decode()}
        with opener.open(
            urllib.request.Request(f"{url}/api/now/table/sys_user?sysparm_limit=1", headers=basic)
        ) as got:
            total = int(got.headers["X-Total-Count"])
    assert (url.startswith("https://127.0.0.1:"), line) == (True, f"Sandbox ready at {url} (admin / admin)\n")
    assert set(exports) == {"SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "CURL_CA_BUNDLE"}
    assert set(exports.values()) == {str(folder / ".snowconf" / "sandbox-cert.pem")}
    assert total >= 40


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--release", "tokyo"), "The switch release has no value"),
        (("--set", "fault=503;evry=2"), 'Did you mean "every"?'),
    ],
)
def test_what_is_not_known_is_not_served(run: Run, arguments: tuple[str, ...], words: str) -> None:
    """A release, a fault."""
    ended = run("sandbox", "serve", *arguments)
    assert (ended.code, "[SNC006]" in ended.err, words in " ".join(ended.err.split())) == (1, True, True)


def test_a_sandbox_is_filled_up_once(folder: Path, run: Run) -> None:
    """With more users than before it is a fresh file's turn."""
    sandbox = Sandbox(folder / "box.db", parse({}))
    sandbox.fill_up(30)
    sandbox.fill_up(30)
    sandbox.close()
    ended = run("sandbox", "serve", "--db", "box.db", "--users", "60", "--port", "0")
    assert (ended.code, "Use a fresh file" in " ".join(ended.err.split())) == (1, True)


def test_an_embedded_sandbox_fails_as_it_is_told(stack: Path, run: Run) -> None:
    """The switch works in the file of a stack, and the client copes: it tries again."""
    path = stack / "small.toml"
    told = 'url = "sandbox:"\nswitches = { fault = "drop-before;every=7;method=GET" }'
    path.write_text(path.read_text("utf-8").replace('url = "sandbox:"', told), encoding="utf-8")
    ended = run("apply", "--auto-approve")
    assert (ended.code, run("plan", "--detailed-exitcode").code) == (0, 0)
    assert '"fault": "drop-before"' in run("sandbox", "log", "--json").out


def test_an_embedded_sandbox_refuses_what_is_no_fault(stack: Path, run: Run) -> None:
    """With what was probably meant."""
    path = stack / "small.toml"
    told = 'url = "sandbox:"\nswitches = { fault = "dorp" }'
    path.write_text(path.read_text("utf-8").replace('url = "sandbox:"', told), encoding="utf-8")
    ended = run("plan")
    assert (ended.code, "[SNC006]" in ended.err, 'Did you mean "drop"?' in " ".join(ended.err.split())) == (
        1,
        True,
        True,
    )


def test_many_processes_begin_on_one_file(folder: Path) -> None:
    """All at once on a file that is not there yet: each finds the same seed, and no write is lost."""
    program = (
        "import sys; from pathlib import Path; from snowconf.sandbox.instance import Sandbox\n"
        "from snowconf.sandbox.switches import parse; from tests.sandbox.caller import Caller\n"
        "box = Sandbox(Path('box.db'), parse({})); caller = Caller(box)\n"
        "for n in range(10): assert caller.post('sys_user', {'user_name': f'u{sys.argv[1]}.{n}'}).status == 201\n"
        "box.close()\n"
    )
    root = Path(__file__).parents[2]
    processes = [
        subprocess.Popen([sys.executable, "-c", program, str(n)], cwd=folder, env={"PYTHONPATH": str(root)})
        for n in range(3)
    ]
    codes = [process.wait(timeout=60) for process in processes]
    sandbox = Sandbox(folder / "box.db", parse({}))
    counts = (sandbox.store.count("sys_user"), len(sandbox.store.find("sys_user", user_name="admin")))
    asked = sandbox.survey().requests
    sandbox.close()
    assert (codes, counts, asked) == ([0, 0, 0], (32, 1), 30)
