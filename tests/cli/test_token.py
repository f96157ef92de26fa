"""`snowconf token`: a refresh token that is told once, to whom it is for."""

import io
import json
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from snowconf.model.grant import Tokens
from snowconf.model.query import Query
from snowconf.model.value import SecretText
from snowconf.servicenow.entering import InstanceDoor
from tests.cli.hands import by_hand

Run = Callable[..., Any]
PASSWORD = "canary-Passw0rd-1"
SECRET = "canary-Cl1entSecret-2"
STACK = """\
[stack]
name = "tokens"

[instance.sandbox]
url = "sandbox:"

[user.svc]
password = { env = "SVC_PASSWORD" }

[user.bare]
active = true

[oauth_app.app]
name = "App"
client_secret = { env = "APP_SECRET" }

[oauth_app.blunt]
name = "Blunt"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> Path:
    """A stack with a client and a user, applied."""
    (tmp_path / "stack.toml").write_text(STACK, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SVC_PASSWORD", PASSWORD)
    monkeypatch.setenv("APP_SECRET", SECRET)
    assert run("apply", "--auto-approve").code == 0
    return tmp_path


def pipe(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Give the next command something to read."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def test_the_refresh_token_is_all_that_is_printed(folder: Path, run: Run) -> None:
    """Standard output can be piped into whatever asks for it."""
    ended = run("token", "svc")
    assert (ended.code, len(ended.out.split()), len(ended.out.strip())) == (0, 1, 86)
    assert ended.out.strip() not in ended.err
    assert folder.is_dir()


@pytest.mark.usefixtures("folder")
def test_the_token_is_one_that_renews(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Revoking it tries it, so it is known to be what was given."""
    token = run("token", "user.svc").out
    pipe(monkeypatch, token)
    ended = run("token", "svc", "--revoke")
    assert (ended.code, "opens nothing any more" in " ".join(ended.out.split())) == (0, True)


@pytest.mark.usefixtures("folder")
def test_an_access_token_on_request(run: Run) -> None:
    """Another one than the refresh token, and it says how long it lives."""
    refresh, access = run("token", "svc"), run("token", "svc", "--access")
    assert (access.code, access.out != refresh.out, "it lives" in access.err) == (0, True, True)


@pytest.mark.usefixtures("folder")
def test_json_has_both_tokens(run: Run) -> None:
    """For machines, with whom they act as."""
    document = json.loads(run("token", "svc", "--json").out)
    assert (document["user_name"], document["client"], document["grant"]) == (
        "svc",
        "oauth_app.app",
        "password",
    )
    assert document["access_token"]
    assert document["refresh_token"]


def test_a_store_keeps_it_and_nothing_prints_it(folder: Path, run: Run) -> None:
    """In a file for its owner alone."""
    ended = run("token", "svc", "--store", "file=secrets/token", "--json")
    kept = folder / "secrets" / "token"
    token = kept.read_text("utf-8")
    assert (ended.code, len(token), stat.S_IMODE(kept.stat().st_mode)) == (0, 86, 0o600)
    assert token not in ended.out + ended.err
    assert json.loads(ended.out)["stored_in"] == "file secrets/token"


def test_what_is_revoked_is_no_longer_kept(folder: Path, run: Run) -> None:
    """The store is emptied once the token is over."""
    run("token", "svc", "--store", "file=secrets/token")
    ended = run("token", "svc", "--revoke", "--store", "file=secrets/token", "--json")
    assert (ended.code, json.loads(ended.out)["tried"], (folder / "secrets" / "token").exists()) == (
        0,
        True,
        False,
    )


@pytest.mark.usefixtures("folder")
def test_an_access_token_is_revoked_untried(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """It renews nothing, so there is nothing to try it with."""
    pipe(monkeypatch, run("token", "svc", "--access").out)
    ended = run("token", "svc", "--access", "--revoke", "--json")
    assert (ended.code, json.loads(ended.out)["tried"]) == (0, False)


def test_a_store_that_takes_nothing_is_told(folder: Path, run: Run) -> None:
    """The token is printed nowhere for it."""
    (folder / "taken").write_text("", encoding="utf-8")
    ended = run("token", "svc", "--store", "file=taken/token")
    assert (ended.code, ended.out, "SNC539" in ended.err) == (1, "", True)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("token", "svx"), "SNC004"),
        (("token", "svc", "--client", "oauth_app.nope"), "SNC004"),
        (("token", "svc", "--client", "blunt"), "SNC536"),
        (("token", "bare"), "SNC536"),
        (("token", "bare", "--client", "app"), "SNC537"),
        (("token", "bare", "--access", "--client", "app"), "SNC520"),
        (("token", "svc", "--store", "env=TOKEN"), "SNC001"),
        (("token", "svc", "--store", "token"), "SNC001"),
        (("token", "svc", "--store", "fil=token"), "SNC001"),
        (("token", "svc", "--revoke", "--store", "file=nothing"), "SNC301"),
    ],
)
def test_what_cannot_be_is_told(run: Run, arguments: tuple[str, ...], code: str) -> None:
    """Before anything is asked of the token endpoint."""
    ended = run(*arguments)
    assert (ended.code, ended.out, f"[{code}]" in ended.err) == (1, "", True)


@pytest.mark.usefixtures("folder")
def test_revoking_needs_a_token(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty input holds none."""
    pipe(monkeypatch, "")
    ended = run("token", "svc", "--revoke")
    assert (ended.code, "holds no token" in " ".join(ended.err.split())) == (1, True)


@pytest.mark.usefixtures("folder")
def test_a_person_is_not_asked_to_type_a_token(at_terminal: Run) -> None:
    """What is typed would stand on the screen."""
    ended = at_terminal("token", "svc", "--revoke", answer="x")
    assert (ended.code, "Which token?" in ended.err) == (1, True)


@pytest.mark.parametrize("variable", ["SVC_PASSWORD", "APP_SECRET"])
@pytest.mark.usefixtures("folder")
def test_a_failed_grant_is_explained(run: Run, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    """By the secret that was changed, at its line, and without it."""
    monkeypatch.setenv(variable, "canary-Wr0ng-3")
    ended = run("token", "svc")
    assert (ended.code, "[SNC533]" in ended.err, variable in ended.err) == (1, True, True)
    assert "canary" not in ended.out + ended.err


def test_a_client_that_gives_no_refresh_token_is_told(folder: Path, run: Run) -> None:
    """One whose refresh tokens have no life."""
    text = (folder / "stack.toml").read_text("utf-8")
    own = 'user = "svc"\ndefault_grant_type = "client_credentials"\n'
    (folder / "stack.toml").write_text(text.replace('name = "App"\n', f'name = "App"\n{own}'), "utf-8")
    ended = run("token", "svc")
    assert (ended.code, "[SNC537]" in ended.err) == (1, True)


def test_a_token_that_still_works_is_told(folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy may keep the revocation from the instance."""
    pipe(monkeypatch, run("token", "svc").out)
    monkeypatch.setattr(InstanceDoor, "revoke", lambda _door, _token: None)
    ended = run("token", "svc", "--revoke")
    assert (ended.code, "[SNC538]" in ended.err, folder.is_dir()) == (1, True, True)


def test_no_file_has_a_token_or_a_secret(folder: Path, run: Run) -> None:
    """Neither the journal nor a receipt nor a crash log; the sandbox's own file keeps hashes."""
    tokens = json.loads(run("token", "svc", "--json").out)
    run("token", "svc")
    secrets = (PASSWORD, SECRET, tokens["access_token"], tokens["refresh_token"])
    files = [each for each in folder.rglob("*") if each.is_file() and "sandbox.db" not in each.name]
    assert [path for path in files for each in secrets if each.encode() in path.read_bytes()] == []


def test_a_client_that_is_gone_is_explained(folder: Path, run: Run) -> None:
    """Removed by somebody else; the block is named."""
    with by_hand(folder) as instance:
        (row,) = [
            row for row in instance.list_rows("oauth_entity", Query(), ("name",)).rows if row["name"] == "App"
        ]
        instance.delete("oauth_entity", row["sys_id"])
    ended = run("token", "svc")
    assert (ended.code, "[SNC521]" in ended.err, "stack.toml:13" in ended.err) == (1, True, True)


def test_an_instance_that_gives_no_refresh_token(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some releases give none to some clients; the access token is not printed in its place."""
    given = Tokens(access=SecretText("made-up-access"))
    monkeypatch.setattr(InstanceDoor, "ask_tokens", lambda _door, _entrance: given)
    ended = run("token", "svc")
    assert (ended.code, ended.out, "[SNC537]" in ended.err, folder.is_dir()) == (1, "", True, True)
