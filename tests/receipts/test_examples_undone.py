"""Undo of each example's apply returns the sandbox to what it was, record by record."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
NAMES = sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir())
# What the platform writes down of what happened to it, and nobody can take back.
HISTORY = (
    "sys_audit",
    "sys_audit_delete",
    "sys_update_xml",
    "sys_update_version",
    "sys_update_set",
    "sys_trigger",
)
# The ledger's own attachments, and the sandbox's log.
OWN = ("sys_attachment", "sys_attachment_doc", "snowconf_log", "sqlite_sequence")
REVISION = ("sys_mod_count", "sys_updated_by", "sys_updated_on")

Run = Callable[..., Any]
Tables: TypeAlias = dict[str, list[tuple[Any, ...]]]


def tables_of(database: Path) -> Tables:
    """Every row that is the instance's, without its revision; the ledger's head is no part of it."""
    with sqlite3.connect(database) as connection:
        connection.row_factory = sqlite3.Row
        listed = connection.execute("select name from sqlite_master where type = 'table'").fetchall()
        names = [name for (name,) in listed if name not in (*HISTORY, *OWN)]
        held = {name: connection.execute(f'select * from "{name}"').fetchall() for name in names}
    connection.close()
    return {name: rows for name, rows in ((name, kept(rows)) for name, rows in held.items()) if rows}


def kept(rows: list[sqlite3.Row]) -> list[tuple[Any, ...]]:
    """Sorted, and comparable."""
    plain = ({key: text for key, text in dict(row).items() if key not in REVISION} for row in rows)
    own = (row for row in plain if not str(row.get("name", "")).startswith("snowconf."))
    return sorted(tuple(sorted((key, str(value)) for key, value in row.items() if value)) for row in own)


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_applied_and_taken_back(
    name: str, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every table holds what it held before the apply; then everything is asked for again."""
    ignored = shutil.ignore_patterns(".snowconf", ".env")
    folder = Path(shutil.copytree(EXAMPLES / name, tmp_path / name, ignore=ignored))
    monkeypatch.chdir(folder)
    env, database = ("--env-file", ".env.example"), folder / ".snowconf" / "sandbox.db"
    first = run("plan", *env)
    before = tables_of(database)
    applied = run("apply", *env, "--auto-approve")
    assert (first.code, applied.code, tables_of(database) == before) == (0, 0, False)
    undone = run("undo", "last", *env, "--auto-approve")
    assert undone.code == 0, undone.out + undone.err
    assert tables_of(database) == before
    assert run("plan", *env).out.splitlines()[-1] == first.out.splitlines()[-1]
