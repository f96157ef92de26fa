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


@pytest.mark.parametrize("value", ["sam", "cmdb_and_sam"])
def test_a_value_that_needs_sam_tables_is_refused_without_them(
    value: str, copy_of: Callable[[str], Path], run: Run
) -> None:
    """The table that is missing is named, and nothing is written; a value that needs none is taken."""
    stack = copy_of("flexera-fnms")
    path = stack / "fnms.toml"
    text = path.read_text().replace("default = true", 'default = true\nswitches = { sam_tables = "absent" }')
    path.write_text(text.replace('value = "auto"', f'value = "{value}"'))
    refused = run(stack, "apply", *ENV, "--auto-approve", code=1)
    assert "SNC567" in refused.stderr + refused.stdout
    assert "samp_sw_subscription" in refused.stderr + refused.stdout
    path.write_text(text)
    run(stack, "apply", *ENV, "--auto-approve")


def test_the_lookalike_schedule_is_named_once(copy_of: Callable[[str], Path], run: Run) -> None:
    """While the schedule is taken over, and no more once it is the stack's."""
    stack = copy_of("flexera-fnms")
    first = run(stack, "apply", *ENV, "--auto-approve")
    again = run(stack, "plan", *ENV)
    assert ["SNC566" in each.stdout + each.stderr for each in (first, again)] == [True, False]


def test_a_connection_with_default_credentials_needs_no_client(
    copy_of: Callable[[str], Path], run: Run
) -> None:
    """The README says to remove the block then, and the rest is a stack of its own."""
    stack = copy_of("flexera-itam")
    path = stack / "itam.toml"
    path.write_text(path.read_text().partition('# "Use custom credentials"')[0])
    run(stack, "apply", *ENV, "--auto-approve")
    assert "No changes" in run(stack, "plan", *ENV, "--detailed-exitcode").stdout


def test_reclamation_is_named_on_the_plan(copy_of: Callable[[str], Path], run: Run) -> None:
    """What is deleted, how, and who else is within reach."""
    plan = json.loads(run(copy_of("flexera-saas-reclamation"), "plan", "--json", *ENV).stdout)
    said = " ".join(each["sentence"] for each in _hazards(plan) if each["code"] == "reclamation")
    for words in ("DELETE /api/now/v2/table/sys_user/{sys_id}", "for good", "admin too, by the role admin"):
        assert words in said


def _hazards(plan: dict[str, Any]) -> list[dict[str, str]]:
    return [hazard for each in plan["resource_changes"] for hazard in each["hazards"]]
