"""The engine's laws: an apply converges, a second one writes nothing, and what is not declared is not touched."""

from typing import Any

from hypothesis import given, settings, strategies as st

from snowconf.engine.apply.applying import apply
from snowconf.engine.plan.planning import make_plan
from snowconf.model.state import Desired
from tests.engine.building import context, resource, stack
from tests.engine.pretend import PretendInstance

LABELS = ("a", "b", "c", "d")
NAMES = st.sampled_from(LABELS)
Tables = dict[str, dict[str, dict[str, str]]]


@st.composite
def stacks(draw: st.DrawFn) -> Desired:
    """Roles, groups and users that refer to each other; every role named is declared."""
    roles = [resource("role", label, description=draw(st.sampled_from(["", "x", "y"]))) for label in LABELS]
    members = st.lists(NAMES, unique=True)
    groups = [resource("group", label, roles=draw(members)) for label in draw(members)]
    users = [resource("user", label, **draw(written())) for label in draw(members)]
    return stack(*roles, *groups, *users)


@st.composite
def written(draw: st.DrawFn) -> dict[str, Any]:
    """What a user's block says."""
    block: dict[str, Any] = {"roles": draw(st.lists(NAMES, unique=True))}
    if draw(st.booleans()):
        block["first_name"] = draw(st.text(max_size=5))
    if draw(st.booleans()):
        block["active"] = draw(st.booleans())
    return block


@st.composite
def instances(draw: st.DrawFn) -> PretendInstance:
    """Some of those records with other values and grants, and some that no stack declares."""
    instance = PretendInstance()
    for number, table in enumerate(("sys_user_role", "sys_user_group", "sys_user")):
        column = "user_name" if table == "sys_user" else "name"
        for index, label in enumerate([*draw(st.lists(NAMES, unique=True)), "foreign"]):
            sys_id = f"{number}{index}".ljust(32, "0")
            instance.put(table, sys_id, **{column: label, "first_name": draw(st.sampled_from(["", "z"]))})
    roles, users = [*instance.tables["sys_user_role"]], [*instance.tables["sys_user"]]
    for index in range(draw(st.integers(1, 6))):
        grant = {"user": draw(st.sampled_from(users)), "role": draw(st.sampled_from(roles))}
        inherited = draw(st.sampled_from(["true", "false"]))
        instance.put(
            "sys_user_has_role", f"9{index}".ljust(32, "0"), **grant, inherited=inherited, state="active"
        )
    instance.put("sys_group_has_role", "8".ljust(32, "0"), group="x", role="y")
    return instance


def foreign(tables: Tables, desired: Desired) -> Tables:
    """The rows that the stack does not declare: records of other names, and the platform's own grants."""
    declared = {(each.address.kind, each.address.label) for each in desired.resources}
    kinds = {
        "sys_user": ("user", "user_name"),
        "sys_user_role": ("role", "name"),
        "sys_user_group": ("group", "name"),
    }
    kept = {
        table: {key: dict(row) for key, row in tables[table].items() if (kind, row[name]) not in declared}
        for table, (kind, name) in kinds.items()
    }
    managed = {key for key, row in tables["sys_user"].items() if ("user", row["user_name"]) in declared}
    kept["sys_user_has_role"] = {
        key: dict(row)
        for key, row in tables["sys_user_has_role"].items()
        if row["inherited"] == "true" or row["user"] not in managed
    }
    return kept


@settings(max_examples=150, deadline=None)
@given(stacks(), instances())
def test_an_apply_converges_and_a_second_one_writes_nothing(
    desired: Desired, instance: PretendInstance
) -> None:
    """Whatever was there before, afterwards nothing differs, and nothing is left to send."""
    about = context()
    report = apply(make_plan(desired, instance, about), desired, instance, about)
    assert report.diagnostics == ()
    assert report.after is not None
    assert report.after.pending == ()
    instance.log.clear()
    apply(make_plan(desired, instance, about), desired, instance, about)
    assert instance.log == []


@settings(max_examples=150, deadline=None)
@given(stacks(), instances())
def test_what_no_file_declares_is_never_touched(desired: Desired, instance: PretendInstance) -> None:
    """Foreign records, and rows the platform keeps by itself, are the same rows afterwards."""
    before = foreign(instance.tables, desired)
    about = context()
    apply(make_plan(desired, instance, about), desired, instance, about)
    after = foreign(instance.tables, desired)
    assert {table: {key: after[table].get(key) for key in rows} for table, rows in before.items()} == before


@settings(max_examples=100, deadline=None)
@given(stacks(), instances())
def test_planning_writes_nothing_and_says_the_same_twice(desired: Desired, instance: PretendInstance) -> None:
    """A plan is a question, and the same question has the same answer."""
    about = context()
    assert make_plan(desired, instance, about) == make_plan(desired, instance, about)
    assert instance.log == []
