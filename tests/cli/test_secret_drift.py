"""`snowconf drift --probe-secrets`: secrets that open no door any more are drift; otherwise nobody is asked."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from snowconf.cli.remembering import TrialMemory
from snowconf.model.address import Address
from snowconf.model.query import where
from tests.cli.hands import by_hand

Run = Callable[..., Any]
PASSWORD = "canary-Passw0rd-1"
SVC = Address("user", "svc")
STACK = """\
[stack]
name = "drifting"

[instance.sandbox]
url = "sandbox:"

[user.svc]
password = { env = "SVC_PASSWORD" }

[oauth_app.app]
name = "App"
client_secret = { env = "APP_SECRET" }
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> Path:
    """A stack with a client and a user, applied."""
    (tmp_path / "stack.toml").write_text(STACK, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SVC_PASSWORD", PASSWORD)
    monkeypatch.setenv("APP_SECRET", "canary-Cl1entSecret-2")
    assert run("apply", "--auto-approve").code == 0
    return tmp_path


def change_password(folder: Path) -> None:
    """Somebody gives the account another password."""
    with by_hand(folder) as instance:
        (row,) = instance.list_rows("sys_user", where(user_name="svc"), ("user_name",)).rows
        instance.update("sys_user", row["sys_id"], {"user_password": "made-up-0ther"}, display_input=True)


@pytest.mark.usefixtures("folder")
def test_secrets_that_open_the_door_are_proven(run: Run) -> None:
    """Both secrets of the grant are named as right."""
    ended = run("drift", "--probe-secrets")
    assert (ended.code, "Tried, and right: oauth_app.app.client_secret" in ended.out) == (0, True)


def test_a_changed_password_is_drift(folder: Path, run: Run) -> None:
    """With its place in the file, and nothing of the secret."""
    change_password(folder)
    ended = run("drift", "--probe-secrets")
    assert (ended.code, "~ user.svc.password  stack.toml:8" in ended.out) == (2, True)
    assert PASSWORD not in ended.out + ended.err


def test_nobody_is_tried_unasked(folder: Path, run: Run) -> None:
    """Off by default: drift reads, and counts nobody's failed logins."""
    change_password(folder)
    assert run("drift").code == 0
    with by_hand(folder) as instance:
        (row,) = instance.list_rows("sys_user", where(user_name="svc"), ("failed_attempts",)).rows
    assert row["failed_attempts"] == ""


def test_what_is_not_tried_again_does_not_pass(folder: Path, run: Run) -> None:
    """The second run in an hour does not say that all is well."""
    change_password(folder)
    run("drift", "--probe-secrets")
    ended = run("drift", "--probe-secrets")
    assert (ended.code, "The secrets of 1 user are not proven." in ended.out) == (1, True)


def test_another_reason_is_told(folder: Path, run: Run) -> None:
    """An inactive client lets nobody in, and its secret is not the reason."""
    with by_hand(folder) as instance:
        (row,) = instance.list_rows("oauth_entity", where(name="App"), ("name",)).rows
        instance.update("oauth_entity", row["sys_id"], {"active": "false"})
    ended = run("drift", "--probe-secrets")
    assert (ended.code, "[SNC522]" in ended.out) == (1, True)


def test_machines_read_the_same(folder: Path, run: Run) -> None:
    """As JSON, with the attribute and its place."""
    change_password(folder)
    document = json.loads(run("drift", "--probe-secrets", "--json").out)
    (trial,) = document["secret_trials"]
    (secret,) = trial["secrets"]
    assert (trial["ending"], secret["address"], secret["origin"]["line"]) == ("drifted", "user.svc", 8)
    assert document["summary"]["drifted"] == 1


@pytest.mark.usefixtures("folder")
def test_without_trials_there_is_no_key_for_them(run: Run) -> None:
    """What people have for the document works as before."""
    assert "secret_trials" not in json.loads(run("drift", "--json").out)


@pytest.mark.parametrize(
    "content", ["[1]", "{", '{"user.svc": 1}', '{"user.svc": {"at": "soon"}}', '{"user.svc": {}}']
)
def test_a_memory_that_makes_no_sense_is_forgotten(folder: Path, content: str) -> None:
    """It only saves attempts."""
    path = folder / ".snowconf" / "sandbox.trials.json"
    path.write_text(content, encoding="utf-8")
    assert TrialMemory(folder, "sandbox").find(SVC) is None


def test_a_moment_without_a_zone_is_utc(folder: Path) -> None:
    """Whoever wrote it."""
    path = folder / ".snowconf" / "sandbox.trials.json"
    path.write_text('{"user.svc": {"at": "2026-11-21T08:00:00", "revision": ""}}', encoding="utf-8")
    failure = TrialMemory(folder, "sandbox").find(SVC)
    assert failure is not None
    assert failure.at.isoformat() == "2026-11-21T08:00:00+00:00"


def test_two_secrets_that_may_be_wrong_are_both_named(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the instance counted nothing, either of a grant's secrets may be the one."""
    with by_hand(folder) as instance:
        (row,) = instance.list_rows("oauth_entity", where(name="App"), ("name",)).rows
        instance.update("oauth_entity", row["sys_id"], {"client_secret": "made-up-0ther"})
    monkeypatch.setenv("COLUMNS", "200")
    ended = run("drift", "--probe-secrets")
    assert (ended.code, "or user.svc.password" in ended.out) == (2, True)
