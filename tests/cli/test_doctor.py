"""`snowconf doctor`: all that a run needs, looked at before it is needed, whatever is wrong."""

import json
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from snowconf.cli.ledgers import place_of
from snowconf.config.loading import load
from snowconf.engine.plan.qualifying import check_roles
from snowconf.ledger.holder import this_process
from snowconf.ledger.journaling import FileJournal
from snowconf.model.address import Address
from snowconf.model.connection import InstanceSettings
from snowconf.model.origin import Origin
from snowconf.model.ownership import Ledger
from snowconf.model.runner import Runner
from tests.cli.hands import by_hand
from tests.driving.serving import Reply, Request, admin_of, served_sandbox, serving

Run = Callable[..., Any]
SECRET = "canary-s3cret-9"
STACK = """\
[stack]
name = "small"

[instance.sandbox]
url = "sandbox:"
default = true

[instance.there]
url = "{url}"
auth = {auth}

[user.svc_small]
first_name = "Small"
password = {{ env = "SMALL_PASSWORD" }}
"""
BASIC = '{ username = "admin", password = { env = "ADMIN_PASSWORD" } }'
ACL = '\n[acl.read]\nname = "incident"\noperation = "read"\nroles = ["itil"]\n'
HEADERS = (("Content-Type", "application/json;charset=UTF-8"),)
DENIED = b'{"error":{"message":"User is not authenticated","detail":"Required to provide Auth information"},"status":"failure"}'
NAMES = [
    "files",
    "instance",
    "secrets",
    "proxy",
    "connection",
    "clock",
    "authentication",
    "release",
    "account",
    "roles",
    "elevation",
    "ledger",
    "lock",
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the stack is."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SMALL_PASSWORD", SECRET)
    monkeypatch.setenv("ADMIN_PASSWORD", "admin")
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    write(tmp_path)
    return tmp_path


def write(
    folder: Path, url: str = "https://acme.service-now.com", *, more: str = "", auth: str = BASIC
) -> None:
    """The stack with another instance."""
    (folder / "stack.toml").write_text(STACK.format(url=url, auth=auth) + more, encoding="utf-8")


def states(run: Run, *arguments: str) -> dict[str, tuple[str, str]]:
    """State and words of each check."""
    document = json.loads(run("doctor", "--json", *arguments).out)
    return {each["name"]: (each["state"], each["said"]) for each in document["checks"]}


def answering(status: int, body: bytes = DENIED, *, at: datetime | None = None) -> Callable[[Request], Reply]:
    """A server that always says the same, with the date when it is asked for."""
    date = () if at is None else (("Date", f"{at:%a, %d %b %Y %H:%M:%S} GMT"),)
    return lambda _: Reply(status=status, body=body, headers=(*HEADERS, *date))


@pytest.mark.usefixtures("folder")
def test_a_sound_stack_is_sound(run: Run) -> None:
    """Every check in its order, each on a line with its state in a word."""
    ended = run("doctor")
    assert (ended.code, ended.out.rstrip().endswith("on sandbox (sandbox:): all is well.")) == (0, True)
    assert [each.split()[1] for each in ended.out.splitlines() if each[:2] == "ok"] == NAMES


def test_a_served_instance_is_looked_at_with_its_account(folder: Path, run: Run) -> None:
    """Release, account, roles, ledger and lock by the session of the run."""
    with served_sandbox(folder) as url:
        write(folder, url)
        found = states(run, "-i", "there")
    assert {each: state for each, (state, _) in found.items()} == dict.fromkeys(NAMES, "good")
    assert found["release"][1].startswith("Zurich (glide-zurich")


def test_a_wrong_password_is_told(folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """And what needs a session is skipped, with the reason."""
    monkeypatch.setenv("ADMIN_PASSWORD", "canary-wr0ng")
    with served_sandbox(folder) as url:
        write(folder, url)
        ended = run("doctor", "-i", "there")
    assert (ended.code, "failed   authentication" in ended.out) == (1, True)
    assert "Not looked at, because of: authentication." in ended.out
    assert "canary" not in ended.out + ended.err


def test_a_grant_that_fails_is_told(folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to check, as for every command."""
    monkeypatch.setenv("APP_SECRET", SECRET)
    auth = '{ grant = "client_credentials", client_id = "made-up", client_secret = { env = "APP_SECRET" } }'
    with served_sandbox(folder) as url:
        write(folder, url, auth=auth)
        found = states(run, "-i", "there")
    assert (found["authentication"][0], "grant_type.enabled" in found["authentication"][1]) == ("bad", True)


def test_an_account_without_roles_is_told_what_it_lacks(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By kind, with the roles of which one is enough."""
    monkeypatch.setenv("ADMIN_PASSWORD", "made-up-Poor-1")
    with served_sandbox(folder) as url:
        with admin_of(url) as admin:
            user = admin.post("sys_user", json={"user_name": "poor"}).json()["result"]["sys_id"]
            admin.patch(
                f"sys_user/{user}?sysparm_input_display_value=true", json={"user_password": "made-up-Poor-1"}
            )
            role = admin.get("sys_user_role?sysparm_query=name=itil").json()["result"][0]["sys_id"]
            admin.post("sys_user_has_role", json={"user": user, "role": role})
        write(folder, url, auth=BASIC.replace('"admin"', '"poor"'))
        state, said = states(run, "-i", "there")["roles"]
    assert (state, "user (user_admin or admin)" in said) == ("bad", True)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            Reply(
                status=200,
                body=b"<html><title>Instance Hibernating page</title></html>",
                headers=(("Content-Type", "text/html"),),
            ),
            "hibernating",
        ),
        (
            Reply(status=200, body=b"<form action=login.do>", headers=(("Content-Type", "text/html"),)),
            "login page",
        ),
        (Reply(status=302, headers=(("Location", "https://developer.servicenow.com/"),)), "sleeps"),
        (Reply(status=502, headers=(("Server", "snow_adc"),)), "no instance behind it"),
        (Reply(status=0), "connection broke"),
    ],
    ids=["hibernating", "login", "redirect", "taken back", "cut"],
)
def test_what_is_no_rest_api_is_told(folder: Path, run: Run, answer: Reply, words: str) -> None:
    """By what answered instead."""
    with serving(lambda _: answer) as url:
        write(folder, url)
        state, said = states(run, "-i", "there")["connection"]
    assert (state, words in said) == ("bad", True)


def test_a_refused_connection_is_told(folder: Path, run: Run) -> None:
    """Nothing listens there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        write(folder, f"http://127.0.0.1:{free.getsockname()[1]}")
        state, said = states(run, "-i", "there")["connection"]
    assert (state, "nothing listens there" in said) == ("bad", True)


def test_a_name_that_nobody_knows_is_told(folder: Path, run: Run) -> None:
    """A typo in the host."""
    write(folder, "https://no-such-host.invalid")
    state, said = states(run, "-i", "there")["connection"]
    assert (state, "not known to DNS" in said) == ("bad", True)


@pytest.mark.parametrize(
    ("ahead", "state", "side"),
    [(0, "good", "agree"), (-300, "warned", "ahead of"), (300, "warned", "behind")],
)
def test_clocks_are_compared(folder: Path, run: Run, ahead: int, state: str, side: str) -> None:
    """By the date of the answer; half a minute is nothing."""
    at = datetime.now(UTC) + timedelta(seconds=ahead)
    with serving(answering(401, at=at)) as url:
        write(folder, url)
        found = states(run, "-i", "there")["clock"]
    assert (found[0], side in found[1]) == (state, True)


def test_no_date_compares_nothing(folder: Path, run: Run) -> None:
    """An answer without one says so."""
    with serving(answering(401)) as url:
        write(folder, url)
        assert states(run, "-i", "there")["clock"][0] == "warned"


def test_the_proxy_is_named_without_its_password(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Host and port alone; and it may be what refuses."""
    monkeypatch.setenv("HTTPS_PROXY", "http://me:canary@127.0.0.1:9")
    ended = run("doctor", "-i", "there")
    assert ("127.0.0.1:9" in ended.out, "canary" in ended.out + ended.err) == (True, False)
    assert "By the proxy" in ended.out
    assert folder.is_dir()


def test_a_broken_file_stops_nothing_but_what_needs_it(folder: Path, run: Run) -> None:
    """Its place is told; the rest is skipped."""
    (folder / "broken.toml").write_text("[bad", encoding="utf-8")
    found = states(run)
    assert (found["files"][0], "broken.toml:1" in found["files"][1]) == ("bad", True)
    assert found["connection"][0] == "skipped"


def test_a_broken_block_leaves_the_instance_to_be_looked_at(folder: Path, run: Run) -> None:
    """Only what needs the blocks is skipped."""
    write(folder, more="\n[user.odd]\nactiv = true\n")
    found = states(run)
    assert [found[each][0] for each in ("files", "connection", "roles", "ledger")] == [
        "bad",
        "good",
        "skipped",
        "good",
    ]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("arguments", [("-i", "nope"), ("/no/such/folder",), ("--env-file", "/no/such/file")])
def test_nothing_to_look_at_is_told(run: Run, arguments: tuple[str, ...]) -> None:
    """No traceback, and the exit code of a failure."""
    ended = run("doctor", *arguments)
    assert (ended.code, "failed" in ended.out, "Traceback" in ended.err) == (1, True, False)


def test_secrets_that_are_missing_are_named(folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of blocks are a warning; those of the run itself stop it."""
    monkeypatch.delenv("SMALL_PASSWORD")
    assert states(run)["secrets"][0] == "warned"
    monkeypatch.delenv("ADMIN_PASSWORD")
    assert states(run, "-i", "there")["secrets"][0] == "bad"
    assert folder.is_dir()


@pytest.mark.parametrize(("more", "state"), [("", "good"), (ACL, "warned")])
def test_elevation_is_told_before_it_is_missed(folder: Path, run: Run, more: str, state: str) -> None:
    """For blocks that REST may not write."""
    write(folder, more=more)
    assert states(run)["elevation"][0] == state


def test_elevation_that_is_switched_off_is_none(folder: Path, run: Run) -> None:
    """The sandbox's own switch counts."""
    write(folder, more=ACL)
    text = (folder / "stack.toml").read_text("utf-8")
    switched = text.replace("default = true", 'default = true\nswitches = { elevation = "off" }')
    (folder / "stack.toml").write_text(switched, "utf-8")
    assert states(run)["elevation"][0] == "good"


def test_a_lock_is_told(folder: Path, run: Run) -> None:
    """Who holds it, and what to do when that run is dead."""
    assert run("apply", "--auto-approve").code == 0
    with by_hand(folder) as instance:
        settings = InstanceSettings(name="sandbox", url="sandbox:", origin=Origin("stack.toml", 4))
        place = place_of("small", "instance", settings, folder=folder, records=instance)
        place.store.take(this_process("apply", "sandbox:"), lambda _: False)
    state, said = states(run)["lock"]
    assert (state, "ledger unlock" in said) == ("warned", True)


def test_a_run_that_was_cut_short_is_told(folder: Path, run: Run) -> None:
    """Its journal is beside the stack."""
    assert run("apply", "--auto-approve").code == 0
    (folder / ".snowconf" / "sandbox.ledger.rescue.json").write_text("{}", encoding="utf-8")
    assert states(run)["ledger"][0] == "warned"


def test_a_damaged_sandbox_is_told(folder: Path, run: Run) -> None:
    """Its file says what it is, and holds no database."""
    (folder / ".snowconf").mkdir()
    (folder / ".snowconf" / "sandbox.db").write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 40)
    state, said = states(run)["connection"]
    assert (state, "damaged" in said) == ("bad", True)


def nothing_there(request: Request) -> Reply:
    """An instance that lets everybody in and shows nobody anything."""
    counted = (*HEADERS, ("X-Total-Count", "0"), ("Date", f"{datetime.now(UTC):%a, %d %b %Y %H:%M:%S} GMT"))
    return Reply(status=200, body=b'{"result":[]}' if request.verb == "GET" else b"{}", headers=counted)


@pytest.mark.parametrize(("auth", "way"), [("token", "a token"), ("api_key", "an API key")])
def test_what_an_instance_does_not_show_is_a_warning(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch, auth: str, way: str
) -> None:
    """Release, account and roles are not told to everybody."""
    monkeypatch.setenv("KEY", "canary-key-1")
    with serving(nothing_there) as url:
        write(folder, url, auth=f'{{ {auth} = {{ env = "KEY" }} }}')
        found = states(run, "-i", "there")
    warned = {each for each, (state, _) in found.items() if state == "warned"}
    assert (warned >= {"release", "account", "roles"}, way in found["instance"][1]) == (True, True)


def test_warnings_of_files_are_counted(folder: Path, run: Run) -> None:
    """They stop nothing."""
    client = '\n[oauth_app.app]\nclient_secret = { env = "SMALL_PASSWORD" }\ndefault_grant_type = "client_credentials"\n'
    write(folder, more=client)
    state, said = states(run)["files"]
    assert (state, "1 warning" in said) == ("warned", True)


def test_a_journal_that_was_left_is_told(folder: Path, run: Run) -> None:
    """A run was cut short, and the next apply knows what it did."""
    assert run("apply", "--auto-approve").code == 0
    with FileJournal(folder / ".snowconf" / "sandbox.journal.jsonl") as journal:
        journal.run_begun(this_process("apply", "sandbox:"))
        journal.ledger_loaded(Ledger(stack="small", url="sandbox:"))
        journal.secret_written(Address("user", "svc_small"), "user_password", "made-up")
    state, said = states(run)["ledger"]
    assert (state, "cut short" in said) == ("warned", True)


@pytest.mark.usefixtures("folder")
def test_what_the_system_refuses_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that cannot be read, and a way that cannot be opened."""

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied", "stack.toml")

    monkeypatch.setattr("snowconf.cli.checking_up.contact", refuse)
    assert "Permission denied" in states(run)["connection"][1]
    monkeypatch.setattr("snowconf.cli.doctoring.read_stack", refuse)
    assert states(run)["files"][0] == "bad"


@pytest.mark.parametrize(("role", "state"), [("snc_read_only", "bad"), ("user_admin", "good")])
def test_roles_decide(role: str, state: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that stops every write, and one that is enough."""
    monkeypatch.setenv("SMALL_PASSWORD", SECRET)
    write(tmp_path)
    desired = load(tmp_path, instance="sandbox", environ={}).desired
    assert desired is not None
    found = check_roles(desired, Runner(user_name="svc", roles=frozenset({role})))
    assert found.state.name.lower() == state
