"""A stack's whole life on the embedded sandbox, every command of it searched for every secret."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.secrecy.canaries import TELLING_VALUE, Canary, leaks_in
from tests.secrecy.keeping import RESOURCES, Keeper

FORMS = pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])


@pytest.mark.timeout(600)
@FORMS
def test_a_stacks_whole_life_tells_no_secret(keeper: Keeper, form: tuple[str, ...]) -> None:
    """Validated, planned, applied, planned again, looked at for drift, shown, and its sandbox removed."""
    steps = {
        "validate": 0,
        "plan": 0,
        "plan --out saved.json": 0,
        "apply saved.json --auto-approve": 0,
        "plan --detailed-exitcode": 0,
        "apply": 0,
        "drift": 0,
        "show": 0,
        "show user.svc_quiet": 0,
        "show property.acme.quiet.api_token": 0,
        "apply --auto-approve --rewrite-secrets user.svc_quiet": 0,
        "plan --target user.nobody": 1,
        "apply --auto-approve --rewrite-secrets oauth_app.nothing": 1,
        "sandbox reset --auto-approve": 0,
    }
    assert {step: keeper.run(*step.split(), *form).code for step in steps} == steps


@FORMS
def test_a_secret_that_changed_is_written_and_neither_is_told(keeper: Keeper, form: tuple[str, ...]) -> None:
    """The one before and the one after."""
    keeper.run("apply", "--auto-approve")
    rotated = {
        "USER_PASSWORD": Canary("QuxelUserPasswordRotated"),
        "CLIENT_SECRET": Canary("QuxelClientSecretRotated"),
    }
    assert "not the one last written" in keeper.run("plan", env=rotated).out
    assert keeper.run("apply", "--auto-approve", *form, env=rotated).code == 0
    assert keeper.run("plan", "--detailed-exitcode", *form, env=rotated).code == 0


@FORMS
def test_what_a_telling_property_held_before_is_not_told(keeper: Keeper, form: tuple[str, ...]) -> None:
    """A property whose name says that it holds a secret: the value on the instance stays hidden, whatever the file says."""
    keeper.run("apply", "--auto-approve")
    assert TELLING_VALUE.text in RESOURCES
    keeper.write(resources=RESOURCES.replace(f"'''{TELLING_VALUE.text}'''", "''"))
    assert keeper.run("plan", "--detailed-exitcode", *form).code == 2
    assert keeper.run("drift", *form).code == 2
    assert keeper.run("show", "property.acme.quiet.api_token", *form).code == 0
    assert keeper.run("apply", "--auto-approve", *form).code == 0


def test_the_database_of_the_sandbox_holds_hashes(keeper: Keeper) -> None:
    """Of all that was written it has none in clear but the value of a property of type string, which is data."""
    keeper.run("apply", "--auto-approve")
    content = b"".join(
        path.read_bytes() for path in sorted((keeper.folder / ".snowconf").glob("sandbox.db*"))
    )
    assert {leak.split()[0] for leak in leaks_in(content)} == {TELLING_VALUE.core}
    assert _stored(keeper.folder, "sys_user", "user_password", "user_name", "svc_quiet").startswith(
        "$scrypt1$"
    )


def _stored(folder: Path, table: str, column: str, key: str, value: str) -> str:
    with closing(sqlite3.connect(folder / ".snowconf" / "sandbox.db")) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        assert table in names, names
        return str(database.execute(f"SELECT {column} FROM {table} WHERE {key} = ?", (value,)).fetchone()[0])


@pytest.mark.parametrize(
    "command", ["init", "schema", "schema --write", "explain", "explain SNC301", "--help"]
)
def test_commands_without_an_instance_tell_no_secret(keeper: Keeper, command: str) -> None:
    """Neither do those that have nothing to do with one."""
    folder = ("new",) if command == "init" else ()
    assert keeper.run(*command.split(), *folder).code == 0


def test_a_sandbox_that_is_served_does_not_tell_its_password(keeper: Keeper) -> None:
    """The password of admin comes from a variable and is in no line."""
    refused = keeper.run("sandbox", "serve", "--host", "256.0.0.1", "--admin-password-env", "RUNNER_PASSWORD")
    assert refused.code == 1
