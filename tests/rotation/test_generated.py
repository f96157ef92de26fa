"""Generated secrets through the commands: made once, kept first, never made anew behind anybody's back."""

import subprocess
from collections.abc import Mapping

import pytest

from snowconf.engine.port import Row
from snowconf.errors import UnreachableError
from snowconf.servicenow.table_api import TableApi
from tests.rotation.conftest import STACK, Turner


def test_a_plan_says_where_they_will_be_kept(turner: Turner) -> None:
    """And makes none."""
    said = turner.run("plan").said
    assert "(generated, kept in secrets/client)" in said
    assert "(generated, kept in secrets/user)" in said
    assert turner.secrets() == []


def test_an_apply_makes_them_and_the_next_plan_is_empty(applied: Turner) -> None:
    """As long as asked for."""
    assert [len(applied.secret(name)) for name in ("client", "user")] == [48, 32]
    assert "No changes." in applied.run("plan").said


def test_a_saved_plan_makes_them_too(turner: Turner) -> None:
    """The file says that they are generated."""
    assert turner.run("plan", "--out", "plan.json").code == 0
    assert turner.run("apply", "plan.json").code == 0
    assert turner.secrets() == ["client", "user"]


def test_what_is_there_is_used(turner: Turner) -> None:
    """Somebody, or a run that was killed in between, has put it there."""
    folder = turner.folder / "secrets"
    folder.mkdir()
    (folder / "client").touch(mode=0o600)
    (folder / "client").write_text("made-by-a-killed-run", encoding="utf-8")
    assert turner.run("apply", "--auto-approve").code == 0
    assert turner.secret("client") == "made-by-a-killed-run"
    with turner.by_hand() as store:
        assert len(store.find("oauth_entity", name="turn")) == 1


def test_a_store_that_takes_nothing_stops_before_any_write(turner: Turner) -> None:
    """One message, and nothing on the instance."""
    (turner.folder / "secrets").write_text("no folder", encoding="utf-8")
    ended = turner.run("apply", "--auto-approve")
    assert (ended.code, ended.said.count("Error:")) == (1, 1)
    assert turner.clients() == {}


def test_a_write_that_fails_leaves_the_secret_for_the_next_run(
    turner: Turner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kept first, so nothing is lost."""
    insert = TableApi.insert

    def torn(api: TableApi, table: str, columns: Mapping[str, str], *, display_input: bool = False) -> Row:
        if table == "oauth_entity":
            raise UnreachableError("The connection was torn.")
        return insert(api, table, columns, display_input=display_input)

    with monkeypatch.context() as broken:
        broken.setattr(TableApi, "insert", torn)
        assert turner.run("apply", "--auto-approve").code != 0
    made = turner.secret("client")
    assert turner.run("apply", "--auto-approve").code == 0
    assert turner.secret("client") == made


def test_a_secret_that_left_its_store_is_not_made_anew(applied: Turner) -> None:
    """The one on the instance is somebody's; another is made only when asked for."""
    (applied.folder / "secrets" / "client").unlink()
    ended = applied.run("plan")
    assert "[SNC584]" in ended.said
    assert "No changes." in ended.said
    assert applied.run("apply", "--rewrite-secrets", "oauth_app.turn", "--auto-approve").code == 0
    assert len(applied.secret("client")) == 48


def test_an_adopted_client_keeps_its_secret(applied: Turner) -> None:
    """Its consumers would be locked out."""
    assert applied.run("ledger", "forget", "--all", "--auto-approve").code == 0
    (applied.folder / "secrets" / "client").unlink()
    assert applied.run("apply", "--auto-approve").code == 0
    assert applied.secrets() == ["user"]


def test_a_store_that_git_would_take_is_told(turner: Turner) -> None:
    """Until .gitignore has a line for it."""
    subprocess.run(["git", "init", "-q", str(turner.folder)], check=True)
    said = turner.run("validate").said
    assert said.count("[SNC585]") == 2
    assert "echo 'secrets/' >> .gitignore" in said
    (turner.folder / ".gitignore").write_text("secrets/\n", encoding="utf-8")
    assert "[SNC585]" not in turner.run("validate").said


def test_outside_a_work_tree_git_has_no_say(turner: Turner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor where there is no git."""
    assert "[SNC585]" not in turner.run("validate").said
    monkeypatch.setenv("PATH", "")
    assert "[SNC585]" not in turner.run("validate").said


def test_a_git_that_hangs_is_left(turner: Turner, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it would have said is not known then."""

    def hang(*_: object, **__: object) -> None:
        raise subprocess.TimeoutExpired("git", 10)

    monkeypatch.setattr(subprocess, "run", hang)
    assert "[SNC585]" not in turner.run("validate").said


def test_a_file_beside_the_stack_is_ignored_by_its_name(turner: Turner) -> None:
    """The hint fits."""
    subprocess.run(["git", "init", "-q", str(turner.folder)], check=True)
    turner.write(STACK.replace("secrets/client", "client.secret"))
    assert "echo 'client.secret' >> .gitignore" in turner.run("validate").said
