"""Every example applied and taken back: the instance holds what it held, record by record."""

import shutil
from pathlib import Path

import pytest

from tests.driving.stage import Stage, Time, sandbox_like
from tests.torture import small_stack
from tests.torture.truth import lasting, rows_of

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
NAMES = sorted(path.name for path in EXAMPLES.iterdir() if any(path.glob("*.toml")))
# The one with access controls, which need a switch.
SWITCHES = {"finout": {"elevation": "off"}}


def staged(name: str, folder: Path) -> Stage:
    """A copy of the example before a fresh instance that takes the caller for admin."""
    copied = Path(
        shutil.copytree(EXAMPLES / name, folder / name, ignore=shutil.ignore_patterns(".snowconf", ".env"))
    )
    lines = (copied / ".env.example").read_text("utf-8").splitlines()
    environ = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    now = Time()
    sandbox = sandbox_like(None, now, **SWITCHES.get(name, {}))
    return Stage(folder=copied, sandbox=sandbox, time=now, environ=environ, trusted="admin")


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_taken_back_record_by_record(name: str, tmp_path: Path) -> None:
    """After an apply and its undo every row is as before, but for revisions, and nothing is owned."""
    stage = staged(name, tmp_path)
    before = rows_of(stage.sandbox)
    assert stage.apply() == 0, stage.said
    assert rows_of(stage.sandbox) != before
    (receipt,) = receipts(stage.folder)
    assert stage.run("undo", str(receipt), "-C", str(stage.folder), "--auto-approve") == 0, stage.said
    after = rows_of(stage.sandbox)
    assert after.keys() == before.keys()
    assert lasting(after) == lasting(before)
    assert stage.ledger().entries == {}


def test_an_apply_that_changed_and_removed_is_taken_back_record_by_record(tmp_path: Path) -> None:
    """What was edited holds what it held, what was deleted is there again, and the ledger owns what it owned."""
    now = Time()
    sandbox = sandbox_like(None, now, elevation="off")
    small_stack.let_in(sandbox)
    stage = Stage(folder=tmp_path, sandbox=sandbox, time=now, environ=small_stack.ENVIRONMENT)
    small_stack.write(tmp_path, small_stack.BEFORE)
    assert stage.apply() == 0, stage.said
    first, before, owned = receipts(tmp_path), rows_of(stage.sandbox), stage.ledger().entries.keys()
    small_stack.write(tmp_path, small_stack.after())
    assert stage.apply() == 0, stage.said
    (second,) = receipts(tmp_path) - first
    assert stage.run("undo", str(second), "-C", str(tmp_path), "--auto-approve") == 0, stage.said
    after = rows_of(stage.sandbox)
    assert lasting(after) == lasting(before)
    assert after.keys() == before.keys()
    assert stage.ledger().entries.keys() == owned


def receipts(folder: Path) -> set[Path]:
    """The files of all applies."""
    return {*(folder / ".snowconf" / "receipts").glob("*.json")}
