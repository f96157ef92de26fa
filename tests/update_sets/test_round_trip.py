"""What an update set makes of an instance is what a direct apply makes of it: record by record, for every example."""

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from snowconf.dictionary import get_table, table_names
from snowconf.sandbox.instance import Sandbox
from snowconf.sandbox.switches import parse
from tests.update_sets.reading import payloads_in

Run = Callable[..., Any]
Rows: TypeAlias = Mapping[tuple[str, str], Mapping[str, str]]
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
NAMES = sorted(each.parent.name for each in EXAMPLES.glob("*/*.toml"))
# Moments, and what the platform chooses at random.
VOLATILE = frozenset(
    [
        "sys_created_on",
        "sys_updated_on",
        "sys_mod_count",
        "client_id",
        "client_uuid",
        "salt",
        "next_action",
        "run_start",
        "run_end",
    ]
)
# What the platform notes about each change, and what stands for what was imported.
NOTES = frozenset(
    [
        "sys_update_xml",
        "sys_update_version",
        "sys_update_set",
        "sys_remote_update_set",
        "sys_metadata",
        "sys_trigger",
    ]
)


def copied(name: str, to: Path) -> Path:
    """The example with a sandbox of its own, which lets REST write access controls unless it says otherwise."""
    return Path(
        shutil.copytree(EXAMPLES / name, to / name, ignore=shutil.ignore_patterns(".snowconf", ".env"))
    )


def variables_of(folder: Path) -> Iterator[str]:
    """The environment variables that its files name."""
    for path in folder.glob("*.toml"):
        yield from re.findall(r'env\s*=\s*"(\w+)"', path.read_text("utf-8"))


def tracked_rows(folder: Path) -> Rows:
    """Every record of a tracked table, but for the ledger's."""
    with closing(Sandbox(folder / ".snowconf" / "sandbox.db", parse({}))) as sandbox:
        return {
            (table, row["sys_id"]): dict(_lasting(table, row))
            for table in table_names()
            if get_table(table).tracked and table not in NOTES
            for row in sandbox.store.find(table)
            if row.get("sys_class_name", table) in ("", table) and row.get("is_private") != "true"
        }


def _lasting(table: str, row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Without moments, and without secrets: they are sealed otherwise every time, and do not travel."""
    columns = get_table(table).columns
    for name, text in row.items():
        is_secret = columns[name].type in ("password", "password2")
        if not (is_secret or name in VOLATILE):
            yield name, text


def by_content(rows: Rows) -> list[tuple[str, list[tuple[str, str]]]]:
    """Records without a sys_id of ours, such as the profile the platform makes, count by what they hold."""
    return sorted((table, sorted(row.items())) for (table, _), row in rows.items())


def choose_sandbox(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Work there, on the embedded instance, with a secret in every variable that is named."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("SNOWCONF_INSTANCE", "sandbox")
    for name in variables_of(folder):
        monkeypatch.setenv(name, f"made-up-{name}-1")


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", NAMES)
def test_a_set_makes_what_an_apply_makes(
    name: str, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All records of tracked tables that the set carries are the same, and an apply afterwards leaves no difference at all."""
    direct, carried = copied(name, tmp_path / "direct"), copied(name, tmp_path / "carried")
    choose_sandbox(monkeypatch, direct)
    assert run("apply", "--auto-approve").code == 0
    choose_sandbox(monkeypatch, carried)
    if run("export", "--update-set", "set.xml").code:
        pytest.skip("nothing of this example travels")
    # What it refers to and does not carry is only there after the apply.
    assert run("sandbox", "import-update-set", "set.xml", "--force").code == 0
    here, there = tracked_rows(direct), tracked_rows(carried)
    keys = [(table, columns["sys_id"]) for table, _, columns in payloads_in(carried / "set.xml")]
    # An apply takes over the profile that the platform makes; a set brings its own in place of that.
    same = [key for key in keys if not key[0].startswith("oauth_entity_profile")]
    assert same
    assert {key: there[key] for key in same} == {key: here[key] for key in same}
    assert [key for key in keys if key not in there] == []
    assert run("apply", "--auto-approve").code == 0
    assert run("plan", "--detailed-exitcode").code == 0
    assert by_content(_without_ids(tracked_rows(carried))) == by_content(_without_ids(here))


def _without_ids(rows: Rows) -> Rows:
    """The platform's own rows have other sys_ids on every instance, and what is named after them too."""
    own = ("sys_id", "sys_update_name")
    return {
        key: {name: text for name, text in row.items() if name not in own and "profile" not in name}
        for key, row in rows.items()
    }


@pytest.mark.usefixtures("stack")
def test_changes_and_deletions_travel_like_creations(run: Run, stack: Path) -> None:
    """One record more, one otherwise, one gone: afterwards nothing is left to do but for what cannot travel."""
    path = stack / "box.toml"
    text = path.read_text("utf-8").replace(
        'url = "sandbox:"', 'url = "sandbox:"\nswitches = { elevation = "off" }'
    )
    path.write_text(text, encoding="utf-8")
    assert run("apply", "--auto-approve").code == 0
    changed = text.replace('"10"', '"11"').replace("[role.reader]", "[role.more]\n[role.reader]")
    changed = changed.replace(text[text.index("[acl") : text.index("[oauth_app")], "")
    path.write_text(changed, encoding="utf-8")
    assert run("export", "--update-set", "box.xml").code == 0
    actions = sorted((table, action) for table, action, _ in payloads_in(stack / "box.xml"))
    assert actions == [
        ("sys_properties", "INSERT_OR_UPDATE"),
        ("sys_security_acl", "DELETE"),
        ("sys_security_acl_role", "DELETE"),
        ("sys_user_role", "INSERT_OR_UPDATE"),
    ]
    ended = run("sandbox", "import-update-set", "box.xml")
    assert (ended.code, "1 inserted, 1 updated, 2 deleted" in ended.out) == (0, True)
    run("apply", "--auto-approve")
    assert run("plan", "--detailed-exitcode").code == 0
    assert "acl.read_columns" not in run("ledger", "list").out
