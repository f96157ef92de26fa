"""The custom integration profile of Software Asset Management: what a failed form left, moving on, and going."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.driving.commands import run
from tests.driving.serving import admin_of, served_sandbox
from tests.driving.stage import Stage, Time, sandbox_like

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "servicenow-sam-custom-profile"
CHAIN = {
    "sys_alias": 3,
    "oauth_entity": 1,
    "oauth_entity_profile": 1,
    "oauth_entity_scope": 3,
    "oauth_entity_profile_scope": 3,
    "discovery_credentials": 3,
    "sys_connection": 3,
}
Edit = Callable[[str], str]


def variables() -> dict[str, str]:
    """What `.env.example` sets."""
    lines = (EXAMPLE / ".env.example").read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def without_blocks(text: str) -> str:
    """Stack and instances alone."""
    return text.split('# "Role required', 1)[0]


def with_another_connection(text: str) -> str:
    """Acme's connection in another block and under another name: the one goes, the other comes."""
    before, after = text.split('[http_connection.acme]\nname = "Acme SaaS"', 1)
    return f'{before}[http_connection.acme_v2]\nname = "Acme SaaS v2"{after}'


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """A copy of the example before a fresh instance that takes the caller for admin."""
    folder = Path(
        shutil.copytree(EXAMPLE, tmp_path / "sam", ignore=shutil.ignore_patterns(".snowconf", ".env"))
    )
    now = Time()
    return Stage(
        folder=folder, sandbox=sandbox_like(None, now), time=now, environ=variables(), trusted="admin"
    )


def edit(stage: Stage, change: Edit) -> None:
    """Somebody edits the file."""
    path = stage.folder / "profile.toml"
    path.write_text(change(path.read_text("utf-8")), "utf-8")


def chain_of(stage: Stage) -> dict[str, int]:
    """How many rows the tables of the guide's records hold."""
    return {table: len(stage.sandbox.store.find(table)) for table in CHAIN}


def test_when_the_blocks_leave_nothing_is_left(stage: Stage) -> None:
    """All at once, in the order that the platform wants."""
    assert stage.apply() == 0, stage.said
    assert chain_of(stage) == CHAIN
    edit(stage, without_blocks)
    assert stage.apply("--allow-deletes", "20") == 0, stage.said
    assert chain_of(stage) == dict.fromkeys(CHAIN, 0)


def test_one_apply_moves_on_to_another_connection(stage: Stage) -> None:
    """And the plan after it is empty."""
    assert stage.apply() == 0, stage.said
    edit(stage, with_another_connection)
    assert stage.apply() == 0, stage.said
    assert stage.run("plan", str(stage.folder), "--detailed-exitcode") == 0, stage.said
    assert chain_of(stage) == CHAIN


def test_what_a_failed_form_left_is_taken_over(stage: Stage) -> None:
    """Seed 002: registry, credential and connection stand there, and their names are taken; nothing is doubled."""
    registry = {"name": "Acme SaaS", "type": "consumer", "sys_class_name": "oauth_entity"}
    left = {
        "oauth_entity": registry,
        "oauth_2_0_credentials": {"name": "Acme SaaS"},
        "http_connection": {"name": "Acme SaaS", "active": "false"},
    }
    for number, (table, columns) in enumerate(left.items()):
        evidence = {"sys_mod_count": "0", "sys_updated_by": "sam", "sys_class_name": table}
        stage.sandbox.store.insert(table, {"sys_id": f"{number:032x}", **evidence, **columns})
    assert stage.apply() == 0, stage.said
    assert stage.run("plan", str(stage.folder), "--detailed-exitcode") == 0, stage.said
    assert chain_of(stage) == CHAIN


@pytest.mark.timeout(300)
def test_the_same_over_http(tmp_path: Path) -> None:
    """Applied, moved on, and taken away again, by processes of their own."""
    folder = Path(
        shutil.copytree(EXAMPLE, tmp_path / "sam", ignore=shutil.ignore_patterns(".snowconf", ".env"))
    )
    path = folder / "profile.toml"
    whole = path.read_text("utf-8")
    with served_sandbox(tmp_path) as url:
        login = 'auth = { username = "admin", password = { env = "SERVED" } }'
        (folder / "served.toml").write_text(f'[instance.served]\nurl = "{url}"\n{login}\n', "utf-8")
        env = {**variables(), "SERVED": "admin"}
        command = ("apply", "--instance", "served", "--auto-approve", "--allow-deletes", "20")
        ended = []
        for text in (whole, with_another_connection(whole), without_blocks(whole)):
            path.write_text(text, "utf-8")
            ended.append(run(folder, *command, env=env).code)
        with admin_of(url) as admin:
            left = {table: admin.get(table).json()["result"] for table in CHAIN}
    assert (ended, [table for table, rows in left.items() if rows]) == ([0, 0, 0], [])


def test_what_was_taken_away_comes_back(stage: Stage) -> None:
    """The provider's profile is made by the platform once more, and is the one that everything refers to again."""
    assert stage.apply() == 0, stage.said
    edit(stage, without_blocks)
    assert stage.apply("--allow-deletes", "20") == 0, stage.said
    assert stage.run("undo", "last", "-C", str(stage.folder), "--auto-approve") == 0, stage.said
    assert chain_of(stage) == CHAIN
    (profile,) = stage.sandbox.store.find("oauth_entity_profile")
    (credential,) = stage.sandbox.store.find("oauth_2_0_credentials")
    assert credential["oauth_entity_profile"] == profile["sys_id"]
    assert profile["sys_id"] in {each.sys_id for each in stage.ledger().entries.values()}
