"""What the Flexera examples promise beyond being applied: four values, and not the lookalike schedule."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

ENV = ("--env-file", ".env.example")

Run: TypeAlias = Callable[..., Any]


def attributes_shown(run: Run, stack: Path, address: str) -> dict[str, Any]:
    """What the instance holds for a resource."""
    shown = json.loads(run(stack, "show", address, "--json", *ENV).stdout)
    return next(iter(_find(shown, "attributes")), {})


def _find(value: Any, name: str) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        return (
            [value[name]] if name in value else [hit for each in value.values() for hit in _find(each, name)]
        )
    return [hit for each in value for hit in _find(each, name)] if isinstance(value, list) else []


@pytest.mark.parametrize("value", ["auto", "cmdb", "sam", "cmdb_and_sam"])
def test_each_of_the_four_values_can_be_chosen(value: str, copy_of: Callable[[str], Path], run: Run) -> None:
    """`Decide whether to use CMDB or SAM tables` takes its four values, and each is found unchanged afterwards."""
    stack = copy_of("flexera-fnms")
    path = stack / "fnms.toml"
    path.write_text(path.read_text().replace('value = "auto"', f'value = "{value}"'))
    run(stack, "apply", *ENV, "--auto-approve")
    assert "No changes" in run(stack, "plan", *ENV, "--detailed-exitcode").stdout


def test_the_lookalike_schedule_is_left_alone(copy_of: Callable[[str], Path], run: Run) -> None:
    """`FNMS Import Schedule` is updated by its exact name and not created; nothing of it but run_as is touched."""
    stack = copy_of("flexera-fnms")
    plan = json.loads(run(stack, "plan", "--json", *ENV).stdout)
    changes = {each["address"]: each["change"] for each in plan["resource_changes"]}
    assert changes["scheduled_import.fnms"]["actions"] == ["update"]
    before, after = (changes["scheduled_import.fnms"][side] for side in ("before", "after"))
    assert {name for name in after if after[name] != before.get(name)} == {"run_as"}
