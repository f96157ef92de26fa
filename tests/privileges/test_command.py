"""`snowconf access`: whom it takes, what it plans with, what it writes, and what it ends with."""

import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from snowconf.sandbox.instance import Sandbox
from snowconf.sandbox.switches import Switches

Run = Callable[..., Any]
READER = """
[acl.read_incidents]
name = "u_thing"
operation = "read"
roles = ["reader"]
"""
OPEN = 'url = "sandbox:"\nswitches = { elevation = "off" }'
ACCESS = 'access = { read = ["incident"] }\nno_access = { delete = ["sys_user"] }\n'


def rewrite(stack: Path, *pairs: tuple[str, str], more: str = "") -> None:
    """The stack with other words in it, and something behind it."""
    path = stack / "small.toml"
    text = path.read_text("utf-8")
    for before, after in pairs:
        assert before in text
        text = text.replace(before, after, 1)
    path.write_text(text + more, "utf-8")


@pytest.fixture
def applied(stack: Path, run: Run) -> Path:
    """The stack, with an access control, on its sandbox."""
    rewrite(stack, ('url = "sandbox:"', OPEN), more=READER)
    assert run("apply", "--auto-approve").code == 0
    return stack


@pytest.mark.usefixtures("stack")
def test_what_an_apply_would_bring_is_marked(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is there yet; no secret is asked for."""
    monkeypatch.delenv("SMALL_PASSWORD")
    ended = run("access", "svc_small")
    assert (ended.code, ended.err) == (0, "")
    assert "user.svc_small on instance sandbox, after an apply\n" in ended.out
    assert "  + reader  granted directly\n" in ended.out


def test_what_an_apply_would_open_is_marked(stack: Path, run: Run) -> None:
    """The access control of the plan counts as if it were there."""
    rewrite(stack, ('url = "sandbox:"', OPEN), more=READER)
    assert "  + u_thing  read  by reader\n" in run("access", "svc_small").out


@pytest.mark.usefixtures("applied")
@pytest.mark.parametrize("name", ["svc_small", "user.svc_small"])
def test_now_leaves_the_files_out(applied: Path, run: Run, name: str) -> None:
    """As the instance is, whatever the files would change."""
    rewrite(applied, ('roles = ["reader"]', 'roles = ["itil"]'))
    now, after = run("access", name, "--now").out, run("access", name).out
    assert "    reader  granted directly  opens 1\n" in now
    assert "  - reader" in after
    assert "  + itil" in after
    assert "  - u_thing" in after


def test_a_label_that_is_not_the_user_id(stack: Path, run: Run) -> None:
    """Both are taken."""
    rewrite(stack, ('first_name = "Small"', 'user_name = "integration.small"'))
    outs = {run("access", name).out for name in ("svc_small", "integration.small", "user.svc_small")}
    assert ["user.svc_small on instance" in each for each in outs] == [True]


def test_a_block_that_leaves_the_files_takes_its_rights_along(applied: Path, run: Run) -> None:
    """The role's access control is about to be deleted, as its block has gone."""
    rewrite(applied, (READER, ""))
    assert "  - u_thing" in run("access", "svc_small").out


def test_a_containment_written_as_a_record_counts(stack: Path, run: Run) -> None:
    """Whatever kind of block says it."""
    record = '[record.itil_too]\ntable = "sys_user_role_contains"\nkey = ["role", "contains"]\n'
    rewrite(stack, more=f'{record}[record.itil_too.columns]\nrole = "reader"\ncontains = "itil"\n')
    ended = run("access", "svc_small")
    assert (ended.code, "  + itil                          in reader" in ended.out) == (0, True)


@pytest.mark.usefixtures("stack")
def test_anybody_on_the_instance_can_be_asked_about(run: Run) -> None:
    """Whoever is in no file, too."""
    ended = run("access", "admin")
    assert ended.code == 0
    assert ended.out.startswith("admin on instance sandbox, after an apply\nAn admin: passes ")


@pytest.mark.usefixtures("stack")
def test_nobody_of_that_name(run: Run) -> None:
    """It ends with 1 and says where it looked."""
    ended = run("access", "svc_smal")
    assert (ended.code, "Error: Unknown account [SNC620]" in ended.err) == (1, True)


@pytest.mark.usefixtures("applied")
def test_as_json(run: Run) -> None:
    """The whole document, and nothing else."""
    document = json.loads(run("access", "svc_small", "--json").out)
    assert (document["stack"], document["planned"], document["errored"]) == ("small", True, False)
    assert [each["name"] for each in document["roles"]] == ["reader"]
    assert [each["name"] for each in document["openings"] if each["roles"]] == ["u_thing"]


@pytest.mark.usefixtures("applied")
def test_a_picture_is_written(applied: Path, run: Run) -> None:
    """Whole, for its owner alone, and the table is shown as well."""
    ended = run("access", "svc_small", "--svg", "out/access.svg")
    path = applied / "out" / "access.svg"
    assert (ended.code, ended.err) == (0, "Wrote out/access.svg\n")
    assert "u_thing" in ended.out
    assert path.read_text("utf-8").startswith("<svg ")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_picture_never_takes_the_place_of_a_stack(stack: Path, run: Run) -> None:
    """A file that the stack would read is refused before anything is asked."""
    before = (stack / "small.toml").read_text("utf-8")
    ended = run("access", "svc_small", "--svg", "small.toml")
    assert (ended.code, "[SNC008]" in ended.err) == (1, True)
    assert (stack / "small.toml").read_text("utf-8") == before


@pytest.mark.usefixtures("stack")
def test_surplus_needs_something_to_compare_with(run: Run) -> None:
    """Without `access` nobody can tell; neither of whom no block describes."""
    for name in ("svc_small", "admin"):
        ended = run("access", name, "--fail-on-surplus")
        assert (ended.code, "[SNC623]" in ended.err) == (1, True)


def test_a_role_too_many_fails_a_pipeline(stack: Path, run: Run) -> None:
    """With 3, and only when that was asked for."""
    rewrite(stack, ('roles = ["reader"]', f'roles = ["reader", "itil"]\n{ACCESS}'))
    asked, unasked = run("access", "svc_small", "--fail-on-surplus"), run("access", "svc_small")
    assert (asked.code, unasked.code) == (3, 0)
    assert "taken away together: role reader." in asked.out


def test_what_is_open_and_must_not_be_fails_a_pipeline(stack: Path, run: Run) -> None:
    """Also where every role is needed."""
    access = ACCESS.replace('delete = ["sys_user"]', 'read = ["problem"]')
    rewrite(stack, ('roles = ["reader"]', f'roles = ["itil"]\n{access}'))
    ended = run("access", "svc_small", "--fail-on-surplus")
    assert (ended.code, "1 item of no_access is open to it." in ended.out) == (3, True)


def test_just_what_is_needed_passes(stack: Path, run: Run) -> None:
    """With 0."""
    rewrite(stack, ('roles = ["reader"]', f'roles = ["itil"]\n{ACCESS}'))
    ended = run("access", "svc_small", "--fail-on-surplus")
    assert (ended.code, "It has no role or group that access does not need." in ended.out) == (0, True)


def test_a_plan_with_errors_is_not_passed_off_as_sound(stack: Path, run: Run) -> None:
    """What cannot be applied is shown with what is wrong, and it ends with 1."""
    rewrite(stack, ('roles = ["reader"]', 'roles = ["raeder"]'))
    ended = run("access", "svc_small")
    assert (ended.code, "Did you mean 'reader'?" in ended.out) == (1, True)


def test_an_instance_without_accounts_in_the_stack(stack: Path, run: Run) -> None:
    """Where the stack decides on nothing, nothing is planned."""
    head = (stack / "small.toml").read_text("utf-8").partition("[role.reader]")[0]
    (stack / "small.toml").write_text(head, "utf-8")
    assert run("access", "admin").code == 0


def test_names_that_somebody_chose_to_do_harm_stay_text(stack: Path, run: Run) -> None:
    """In each of the three forms."""
    run("show")
    sandbox = Sandbox(stack / ".snowconf" / "sandbox.db", Switches())
    with sandbox.act_as("admin") as session:
        name = "\x1b[2J</text><script>alert(1)</script>"
        session.store.insert("sys_user_role", {"sys_id": "9" * 32, "name": name})
        admin = session.store.find("sys_user", user_name="admin")[0]["sys_id"]
        grant = {"sys_id": "8" * 32, "user": admin, "role": "9" * 32, "inherited": "false", "state": "active"}
        session.store.insert("sys_user_has_role", grant)
    sandbox.close()
    table, document = run("access", "admin", "--all", "--svg", "a.svg"), run("access", "admin", "--json")
    picture = (stack / "a.svg").read_text("utf-8")
    assert "\\x1b[2J</text><script>" in table.out
    assert "\\u001b[2J</text>" in document.out
    assert "\\x1b[2J&lt;/text&gt;&lt;script&gt;" in picture
    assert ["\x1b" in each for each in (table.out, document.out, picture)] == [False] * 3
