"""How many requests a verification takes, counted by a transport between the client and the sandbox."""

from pathlib import Path

import pytest

from tests.driving.stage import Stage, Time, sandbox_like
from tests.verifying.acting import GUIDES, Acted, applied

USERS = 100
TABLES = (
    "incident", "sys_choice", "sys_db_object", "sys_dictionary", "sys_glide_object",
    "sys_properties", "sys_security_operation", "sys_update_set", "sys_user", "sys_user_group",
)  # fmt: skip
HEAD = """[stack]
name = "crowd"

[instance.sandbox]
url = "sandbox:"
switches = { elevation = "off" }

[role.crowd_reader]
description = "Reads ten tables"

[oauth_app.crowd]
name = "Crowd"
client_id = "3c7e1a9f5b2d4860a1c3e5f7091b2d4f"
client_secret = { env = "CROWD_SECRET" }
"""
ENVIRON = {"CROWD_SECRET": "made-up-crowd-secret", "CROWD_PASSWORD": "made-up-crowd-password"}


def crowd() -> str:
    """A stack with a hundred users who are promised ten tables each, and of most of them two things."""
    rules = [
        f'[acl.read_{table}]\nname = "{table}"\noperation = "read"\nroles = ["crowd_reader"]\n\n'
        f'[acl.read_columns_of_{table}]\nname = "{table}.*"\noperation = "read"\nroles = ["crowd_reader"]\n'
        for table in TABLES
    ]
    reads = ", ".join(f'"{table}"' for table in TABLES)
    users = [
        f'[user.svc_{number}]\nidentity = "machine"\npassword = {{ env = "CROWD_PASSWORD" }}\n'
        f'roles = ["crowd_reader"]\naccess = {{ read = [{reads}] }}\n'
        for number in range(USERS)
    ]
    return "\n".join((HEAD, *rules, *users))


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Acted:
    """The crowd applied."""
    folder, now = tmp_path_factory.mktemp("crowd"), Time()
    (folder / "stack.toml").write_text(crowd(), "utf-8")
    sandbox = sandbox_like(None, now, elevation="off")
    stage = Stage(folder=folder, sandbox=sandbox, time=now, environ=ENVIRON, trusted="admin")
    assert stage.apply() == 0, stage.said
    return Acted(name="crowd", stage=stage)


def test_a_thousand_promises_take_fewer_than_1200_requests(many: Acted) -> None:
    """A token and ten lists for each of a hundred users, and what the runner looks at itself; all is proven."""
    found = many.verify(code=0)
    sent = many.stage.counts.total()
    assert set(found.values()) == {"proven"}
    assert many.verified["summary"]["proven"] == USERS * len(TABLES)
    assert sum(many.verified["requests"].values()) == sent
    assert sent < 1200


def test_explaining_is_shared(many: Acted) -> None:
    """A table that is shut to all of them is explained a hundred times with three requests more, and one look."""
    many.hand.shut("read", "incident")
    many.verify(code=1)
    assert many.verified["summary"]["denied"] == USERS
    assert many.stage.counts.total() < 1210


@pytest.mark.parametrize("name", GUIDES)
def test_an_example_takes_fewer_than_three_requests_for_a_promise(name: str, tmp_path: Path) -> None:
    """With writes that are tried, and all that is looked at besides."""
    acted = applied(name, tmp_path)
    found = acted.verify("--write-probes")
    assert acted.stage.counts.total() < 3 * len(found)
