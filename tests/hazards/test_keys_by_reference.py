"""Records that are told apart by what they refer to, such as the entries of a transform map."""

import pytest

from snowconf.model.plan import Action
from tests.hazards.bench import Bench, change_of

ENTRY = (
    '[record.entry]\ntable = "sys_transform_entry"\nkey = ["target_field", "map"]\n'
    'columns = { map = "MAP", target_field = "user_name", coalesce = true }\n'
)
MAP = '[transform_map.people]\nname = "People"\nsource_table = "imp_user"\ntarget_table = "sys_user"\n'


@pytest.fixture
def maps(bench: Bench) -> tuple[str, str]:
    """Two maps on the instance, each with an entry for the same column."""
    found = [
        bench.put("sys_transform_map", name=name, source_table="imp_user", target_table="sys_user")
        for name in ("People", "Others")
    ]
    for each in found:
        bench.put("sys_transform_entry", map=each, target_field="user_name", coalesce="false")
    return found[0], found[1]


@pytest.mark.usefixtures("maps")
@pytest.mark.parametrize("stack", [ENTRY.replace("MAP", "People"), MAP + ENTRY.replace("MAP", "people")])
def test_an_entry_is_found_by_its_map(bench: Bench, stack: str) -> None:
    """Whether the map is named by its name on the instance or by the label of its block."""
    change = change_of(bench.plan(stack), "record.entry")
    assert (change.action, change.sys_id) == (
        Action.UPDATE,
        bench.find("sys_transform_entry", **{"map.name": "People"}),
    )


def test_an_entry_of_a_map_that_is_made_with_it_is_made(bench: Bench) -> None:
    """There is nothing to find yet, and afterwards nothing to do."""
    stack = MAP + ENTRY.replace("MAP", "people")
    assert change_of(bench.plan(stack), "record.entry").action is Action.CREATE
    bench.apply(stack)
    assert {each.action for each in bench.plan(stack).changes} == {Action.NO_OP}
