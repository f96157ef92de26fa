"""For every promise of every example: what stands behind it is broken by hand, and just the cells fail that stand on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.verifying.acting import GUIDES, Acted, Promised, applied, promises_in, role_of

# What one operation on a table cannot be done without.
NEEDS_READING = ("write", "delete")


def every(*, allowed: bool) -> Iterator[tuple[str, str, str]]:
    """Example, operation and what it reaches."""
    for name in GUIDES:
        for is_allowed, operation, reach in promises_in(name):
            if is_allowed is allowed:
                yield name, operation, reach


def table_of(promise: Promised) -> str:
    """The table that a promise is about."""
    return promise[2].partition(".")[0]


def standing_on(acted: Acted, operation: str, table: str) -> set[Promised]:
    """The promises that a table's access control for an operation lets through; a record must be seen to be changed."""
    falls = {operation, *(NEEDS_READING if operation == "read" else ())}
    return {
        each for each in promises_in(acted.name) if each[0] and each[1] in falls and table_of(each) == table
    }


def failing(found: dict[Promised, str]) -> set[Promised]:
    """Those that are not proven."""
    return {promise for promise, verdict in found.items() if verdict != "proven"}


@pytest.mark.parametrize(("name", "operation", "reach"), list(every(allowed=True)))
def test_a_promise_fails_with_the_access_control_of_its_table(
    name: str, operation: str, reach: str, tmp_path: Path
) -> None:
    """The cells of that table and operation are denied, all others are proven, and the access control is named."""
    acted, table = applied(name, tmp_path), reach.partition(".")[0]
    acted.hand.shut(operation, table)
    found = acted.verify("--write-probes", code=1)
    assert failing(found) == standing_on(acted, operation, table)
    assert {found[each] for each in failing(found)} == {"denied"}
    broken = acted.promise(operation, reach)
    assert f"The access control {table} ({operation}, " in broken["why"]
    assert broken["remedy"]


@pytest.mark.parametrize(
    ("name", "operation", "reach"),
    [each for each in every(allowed=True) if "." in each[2] and not each[2].endswith("*")],
)
def test_a_promise_fails_with_the_access_control_of_its_column(
    name: str, operation: str, reach: str, tmp_path: Path
) -> None:
    """The cell of that column is denied, and all others are proven but those that are about every column."""
    acted, table = applied(name, tmp_path), reach.partition(".")[0]
    acted.hand.shut(operation, reach)
    found = acted.verify("--write-probes")
    whole = (True, operation, f"{table}.*")
    assert failing(found) - {whole} == {(True, operation, reach)}
    assert acted.promise(operation, reach)["origin"]["line"] > 0


@pytest.mark.parametrize(("name", "operation", "reach"), list(every(allowed=False)))
def test_what_must_be_refused_is_noticed_when_it_is_opened(
    name: str, operation: str, reach: str, tmp_path: Path
) -> None:
    """An access control that lets the user's role through makes that cell open, and the role is named."""
    acted, table = applied(name, tmp_path), reach.partition(".")[0]
    role = role_of(name)
    for each in {operation, "read"}:
        acted.hand.open(each, table, role)
    acted.verify("--write-probes")
    cell = acted.promise(operation, reach)
    assert (cell["verdict"], acted.stage.code) == ("open", 1)
    assert role in cell["why"]
