"""Planning: what is compared, what is found, what is refused."""

import pytest

from snowconf.engine.identifying import Identities
from snowconf.engine.plan.planning import make_plan
from snowconf.model.address import Address
from snowconf.model.plan import Action, Verb
from snowconf.model.state import Resource
from snowconf.model.value import Located, RecordRef
from tests.engine.building import URL, change_of, codes, context, resource, stack
from tests.engine.pretend import PretendInstance, PretendKeeper

ITIL = "282bf1fac6112285017366cb5f867469"
JANE = "5137153cc611227c000bbd1bd8cd2005"


@pytest.fixture
def instance() -> PretendInstance:
    """With a role and a user that every test may refer to."""
    pretend = PretendInstance()
    pretend.put("sys_user_role", ITIL, name="itil")
    pretend.put("sys_user", JANE, user_name="jane.doe", first_name="Jane", active="true", identity_type="")
    pretend.put("sys_user_has_role", "a" * 32, user=JANE, role=ITIL, inherited="false", state="active")
    return pretend


def own_id(address: str) -> str:
    """The sys_id the stack of these tests gives."""
    return Identities("demo", URL).of(Address.parse(address))


def test_what_is_not_there_is_created_with_our_own_sys_id(instance: PretendInstance) -> None:
    """A record that nobody has is an insert under the derived sys_id."""
    plan = make_plan(stack(resource("user", "svc", first_name="S")), instance, context())
    change = change_of(plan, "user.svc")
    assert change.action is Action.CREATE
    assert [(each.verb, each.sys_id) for each in change.writes] == [(Verb.INSERT, own_id("user.svc"))]
    assert change.writes[0].columns == {"user_name": "svc", "first_name": "S"}


def test_only_what_is_written_is_compared(instance: PretendInstance) -> None:
    """Columns the block does not mention are neither asked for nor sent."""
    plan = make_plan(stack(resource("user", "jane.doe", first_name="Jane")), instance, context())
    assert change_of(plan, "user.jane.doe").action is Action.NO_OP
    assert change_of(plan, "user.jane.doe").unchanged == 2


def test_a_difference_names_before_after_and_line(instance: PretendInstance) -> None:
    """An attribute that differs says what it was, what it will be, and who asks."""
    plan = make_plan(stack(resource("user", "jane.doe", first_name="Joan", line=7)), instance, context())
    (attribute,) = change_of(plan, "user.jane.doe").attributes
    assert (attribute.before, attribute.after, str(attribute.origin)) == ("Jane", "Joan", "stack.toml:7")


def test_a_change_says_who_touched_the_record_last(instance: PretendInstance) -> None:
    """The evidence comes with the row, without further requests."""
    change = change_of(
        make_plan(stack(resource("user", "jane.doe", first_name="J")), instance, context()), "user.jane.doe"
    )
    assert (change.updated_by, change.updated_on) == ("jane.doe", "2026-11-20 14:02:11")
    assert change.found


def test_members_to_add_and_to_remove_are_named(instance: PretendInstance) -> None:
    """Roles are a whole set: what is not written is removed, row by row."""
    admin = instance.put("sys_user_role", "b" * 32, name="admin")
    instance.put("sys_user_has_role", "c" * 32, user=JANE, role=admin, inherited="false", state="active")
    change = change_of(
        make_plan(stack(resource("user", "jane.doe", roles=["itil"])), instance, context()), "user.jane.doe"
    )
    (members,) = change.members
    assert (members.add, members.remove, members.kept) == ((), (RecordRef(admin),), (RecordRef(ITIL),))
    assert [(each.verb, each.table, each.sys_id) for each in change.writes] == [
        (Verb.DELETE, "sys_user_has_role", "c" * 32)
    ]


def test_trap_05_inherited_rows_are_never_touched(instance: PretendInstance) -> None:
    """A role that came by inheritance is neither counted nor removed."""
    admin = instance.put("sys_user_role", "b" * 32, name="admin")
    instance.put("sys_user_has_role", "c" * 32, user=JANE, role=admin, inherited="true", state="active")
    plan = make_plan(stack(resource("user", "jane.doe", roles=["itil"])), instance, context())
    assert change_of(plan, "user.jane.doe").action is Action.NO_OP


def test_every_direct_row_of_a_removed_role_goes(instance: PretendInstance) -> None:
    """One pair may have several direct rows; all of them are removed."""
    instance.put("sys_user_has_role", "c" * 32, user=JANE, role=ITIL, inherited="false", state="active")
    plan = make_plan(stack(resource("user", "jane.doe", roles=[])), instance, context())
    assert {each.sys_id for each in change_of(plan, "user.jane.doe").writes} == {"a" * 32, "c" * 32}


def test_references_within_the_stack_come_first(instance: PretendInstance) -> None:
    """A role is created before the user that holds it, whatever their names."""
    plan = make_plan(stack(resource("user", "a", roles=["z"]), resource("role", "z")), instance, context())
    assert [str(each.address) for each in plan.changes] == ["role.z", "user.a"]
    grant = change_of(plan, "user.a").writes[-1]
    assert grant.columns == {"user": own_id("user.a"), "role": own_id("role.z")}


def test_a_reference_to_nothing_suggests_a_name(instance: PretendInstance) -> None:
    """Neither in the stack nor on the instance: an error at the line, with a guess."""
    plan = make_plan(stack(resource("user", "svc", roles=["itill"], line=4)), instance, context())
    (problem,) = plan.diagnostics
    assert (problem.code, str(problem.origin)) == ("SNC206", "stack.toml:4")
    assert "Did you mean 'itil'?" in problem.detail


def test_trap_20_names_are_compared_exactly(instance: PretendInstance) -> None:
    """The server takes upper and lower case for the same; the stack is told so instead of failing later."""
    plan = make_plan(stack(resource("user", "Jane.Doe")), instance, context())
    assert codes(plan) == ["SNC204"]
    assert plan.changes == ()


def test_two_records_of_one_name_are_refused(instance: PretendInstance) -> None:
    """Names of scheduled imports are not unique: both sys_ids are named and none is touched."""
    for sys_id in ("d" * 32, "e" * 32):
        instance.put("scheduled_import_set", sys_id, name="contract")
    plan = make_plan(stack(resource("scheduled_import", "contract", active=True)), instance, context())
    assert codes(plan) == ["SNC201"]
    assert "d" * 32 in plan.diagnostics[0].detail


def test_trap_07_a_record_of_another_class_is_refused(instance: PretendInstance) -> None:
    """A JWT client has the name: it is no oauth_app and cannot become one."""
    instance.put("oauth_entity", "f" * 32, name="Finout", sys_class_name="oauth_jwt")
    assert codes(make_plan(stack(resource("oauth_app", "Finout", active=True)), instance, context())) == [
        "SNC205"
    ]


@pytest.mark.parametrize("table", ["sys_user", "oauth_entity"])
def test_trap_03_what_may_be_hidden_is_not_created(instance: PretendInstance, table: str) -> None:
    """Rows that were counted and not shown may be the record."""
    instance.put("oauth_entity", "f" * 32, name="other", sys_class_name="oauth_entity")
    instance.hides.add(table)
    kind = {"sys_user": "user", "oauth_entity": "oauth_app"}[table]
    plan = make_plan(stack(resource(kind, "svc", active=True)), instance, context())
    assert codes(plan) == ["SNC202"]
    assert plan.changes == ()


def test_trap_03_an_empty_table_that_never_is_empty_is_hidden() -> None:
    """Every instance has users: seeing none and counting none is not being allowed to see."""
    assert codes(make_plan(stack(resource("user", "svc")), PretendInstance(), context())) == ["SNC202"]


def test_a_table_that_may_be_empty_is_believed() -> None:
    """An instance without scheduled imports is an instance on which the first can be created."""
    instance = PretendInstance()
    instance.put("sys_user", JANE, user_name="jane.doe")
    plan = make_plan(stack(resource("scheduled_import", "x", run_as="jane.doe")), instance, context())
    assert change_of(plan, "scheduled_import.x").action is Action.CREATE


def test_hidden_members_are_not_compared(instance: PretendInstance) -> None:
    """With rows of the link table hidden, nobody knows which roles are missing."""
    instance.hides.add("sys_user_has_role")
    assert codes(make_plan(stack(resource("user", "jane.doe", roles=["itil"])), instance, context())) == [
        "SNC203"
    ]


def test_a_hidden_role_is_told_apart_from_a_missing_one(instance: PretendInstance) -> None:
    """security_admin is invisible even to admin."""
    instance.hides.add("sys_user_role")
    plan = make_plan(stack(resource("user", "jane.doe", roles=["security_admin"])), instance, context())
    assert codes(plan) == ["SNC207"]


def test_a_name_with_two_records_cannot_be_referred_to(instance: PretendInstance) -> None:
    """Nobody can say which of two equal names is meant."""
    instance.put("sys_user_role", "b" * 32, name="itil")
    plan = make_plan(stack(resource("user", "jane.doe", roles=["itil"])), instance, context())
    assert codes(plan) == ["SNC208"]


def test_trap_13_a_column_of_a_later_release_is_skipped_with_a_word(instance: PretendInstance) -> None:
    """The instance's dictionary does not list the column: warned, not compared, not sent."""
    instance.lacks.add(("sys_user", "identity_type"))
    instance.put("sys_dictionary", "1" * 32, name="sys_user", element="sys_id")
    plan = make_plan(stack(resource("user", "svc", identity="machine")), instance, context())
    assert codes(plan) == ["SNC210"]
    assert change_of(plan, "user.svc").writes[0].columns == {"user_name": "svc"}


def test_a_column_that_exists_and_is_not_shown_is_left_alone(instance: PretendInstance) -> None:
    """A column access control hides it: warned, neither compared nor sent."""
    instance.unreadable.add(("sys_user", "email"))
    for element in ("sys_id", "email"):
        instance.put("sys_dictionary", element, name="sys_user", element=element)
    plan = make_plan(stack(resource("user", "jane.doe", email="a@example.com")), instance, context())
    assert codes(plan) == ["SNC211"]
    assert change_of(plan, "user.jane.doe").action is Action.NO_OP


def test_what_is_fixed_at_birth_is_not_changed(instance: PretendInstance) -> None:
    """The type of an access control cannot change: said in the plan, not tried."""
    acl = resource("acl", "x", name="incident", operation="read", type="processor", roles=["itil"])
    instance.put("sys_security_acl", own_id("acl.x"), name="incident", operation="read", type="record")
    instance.put("sys_security_acl_role", "9" * 32, sys_security_acl=own_id("acl.x"), sys_user_role=ITIL)
    assert codes(make_plan(stack(acl), instance, context())) == ["SNC209"]


def test_trap_06_access_controls_are_ours_by_sys_id_alone(instance: PretendInstance) -> None:
    """Another rule of the same name and operation is somebody else's: ours is created beside it."""
    instance.put("sys_security_acl", "8" * 32, name="incident", operation="read", type="record")
    instance.put("sys_security_acl_role", "9" * 32, sys_security_acl="8" * 32, sys_user_role=ITIL)
    acl = resource("acl", "x", name="incident", operation="read", roles=["itil"])
    change = change_of(make_plan(stack(acl), instance, context()), "acl.x")
    assert (change.action, change.writes[0].sys_id) == (Action.CREATE, own_id("acl.x"))


def test_trap_06_elevation_is_told_before_the_first_write(instance: PretendInstance) -> None:
    """The plan refuses what REST may not write and says the ways out."""
    acl = resource("acl", "x", name="incident", operation="read", roles=["itil"])
    instance.put("sys_security_acl", "8" * 32, name="incident", operation="read", type="record")
    instance.put("sys_security_acl_role", "9" * 32, sys_security_acl="8" * 32, sys_user_role=ITIL)
    plan = make_plan(stack(acl), instance, context(elevation=True))
    assert codes(plan) == ["SNC214"]
    assert 'elevation = "off"' in plan.diagnostics[0].detail


def test_a_renamed_record_of_ours_is_named_back_and_keeps_its_members(instance: PretendInstance) -> None:
    """Somebody renamed the user: it is still the same record, with the same roles."""
    instance.put("sys_user", own_id("user.svc"), user_name="svc_renamed", first_name="")
    instance.put(
        "sys_user_has_role", "7" * 32, user=own_id("user.svc"), role=ITIL, inherited="false", state="active"
    )
    change = change_of(
        make_plan(stack(resource("user", "svc", roles=["itil"])), instance, context()), "user.svc"
    )
    assert [each.attribute for each in change.attributes] == ["user_name"]
    assert change.members == ()


def test_absent_deletes_what_is_there(instance: PretendInstance) -> None:
    """A property that must not exist is removed, and stays a no-op afterwards."""
    instance.put("sys_properties", "6" * 32, name="glide.x", value="1")
    plan = make_plan(stack(resource("property", "glide.x", _absent=True)), instance, context())
    assert change_of(plan, "property.glide.x").action is Action.DELETE
    instance.delete("sys_properties", "6" * 32)
    instance.put("sys_properties", "5" * 32, name="glide.y", value="1")
    plan = make_plan(stack(resource("property", "glide.x", _absent=True)), instance, context())
    assert change_of(plan, "property.glide.x").action is Action.NO_OP


@pytest.mark.parametrize(
    ("held", "wanted", "expected"),
    [("", "", Action.NO_OP), ("true", "", Action.UPDATE), ("", "true", Action.UPDATE)],
)
def test_trap_09_empty_is_a_value(
    instance: PretendInstance, held: str, wanted: str, expected: Action
) -> None:
    """An empty property is neither absent nor unmanaged."""
    instance.put("sys_properties", "6" * 32, name="glide.x", value=held)
    plan = make_plan(stack(resource("property", "glide.x", value=wanted)), instance, context())
    assert change_of(plan, "property.glide.x").action is expected


def test_ignored_attributes_are_set_once(instance: PretendInstance) -> None:
    """What is ignored travels on creation and is left alone afterwards, members too."""
    ignore = frozenset({"first_name", "roles"})
    block = resource("user", "jane.doe", first_name="X", roles=[], _ignore=ignore)
    assert change_of(make_plan(stack(block), instance, context()), "user.jane.doe").action is Action.NO_OP
    fresh = resource("user", "svc", first_name="X", roles=["itil"], _ignore=ignore)
    assert len(change_of(make_plan(stack(fresh), instance, context()), "user.svc").writes) == 2


def test_targets_bring_what_they_refer_to(instance: PretendInstance) -> None:
    """A plan of one resource holds that resource and its references, nothing else."""
    blocks = (resource("user", "a", roles=["z"]), resource("role", "z"), resource("user", "b"))
    plan = make_plan(stack(*blocks), instance, context(targets=frozenset({Address("user", "a")})))
    assert [str(each.address) for each in plan.changes] == ["role.z", "user.a"]


def test_structures_are_explained_by_path(instance: PretendInstance) -> None:
    """Two JSON values differ at a path, not everywhere."""
    instance.put("sys_properties", "6" * 32, name="x.map", value='{"a": {"b": 1}}')
    plan = make_plan(stack(resource("property", "x.map", value='{"a": {"b": 2}}')), instance, context())
    (attribute,) = change_of(plan, "property.x.map").attributes
    assert "['a']['b']" in attribute.note


def test_the_same_structure_written_differently_is_said_to_be_so(instance: PretendInstance) -> None:
    """White space is a difference of the text and none of the meaning."""
    instance.put("sys_properties", "6" * 32, name="x.map", value='{"a": 1}')
    plan = make_plan(stack(resource("property", "x.map", value='{"a":1}')), instance, context())
    assert change_of(plan, "property.x.map").attributes[0].note == "the same JSON, written differently"


def test_a_broken_structure_is_text(instance: PretendInstance) -> None:
    """A value that merely begins like JSON is compared as the text it is."""
    instance.put("sys_properties", "6" * 32, name="x.map", value="{oops")
    plan = make_plan(stack(resource("property", "x.map", value="{}")), instance, context())
    assert change_of(plan, "property.x.map").attributes[0].note == ""


def test_values_that_look_like_secrets_are_masked(instance: PretendInstance) -> None:
    """A chat token in a plain string property is a secret whatever its type says."""
    instance.put("sys_properties", "6" * 32, name="x.slack.token", value="xoxb-1")
    plan = make_plan(stack(resource("property", "x.slack.token", value="xoxb-2")), instance, context())
    assert change_of(plan, "property.x.slack.token").attributes[0].sensitive


def test_a_reference_to_a_found_record_shows_its_name(instance: PretendInstance) -> None:
    """Before and after of a reference are names, compared by sys_id."""
    instance.put("sys_user", "4" * 32, user_name="svc")
    instance.put("scheduled_import_set", "d" * 32, name="FNMS Import Schedule", run_as=JANE)
    block = resource("scheduled_import", "fnms", name="FNMS Import Schedule", run_as="svc")
    (attribute,) = change_of(make_plan(stack(block), instance, context()), "scheduled_import.fnms").attributes
    assert (str(attribute.before), str(attribute.after)) == ("jane.doe", "svc")


def test_an_empty_reference_clears(instance: PretendInstance) -> None:
    """Nobody is a value of a reference."""
    instance.put("sys_user", "4" * 32, user_name="svc", manager=JANE)
    change = change_of(make_plan(stack(resource("user", "svc", manager="")), instance, context()), "user.svc")
    assert change.writes[0].columns == {"manager": ""}


def test_columns_that_must_travel_together_do(instance: PretendInstance) -> None:
    """A script brings `advanced` with it (trap 12)."""
    instance.put("sys_security_acl", "8" * 32, name="x", operation="read", type="record")
    block = resource("acl", "x", name="incident", operation="read", script="answer = true;")
    columns = change_of(make_plan(stack(block), instance, context()), "acl.x").writes[0].columns
    assert columns["advanced"] == "true"
    assert columns["type"] == "record"


def test_secrets_of_a_new_record_are_written(instance: PretendInstance) -> None:
    """The password goes after the record, in a request of its own; the plan holds only where it is."""
    keeper = PretendKeeper({"P": "hunter2"})
    plan = make_plan(stack(resource("user", "svc", password={"env": "P"})), instance, context(keeper))
    insert, password = change_of(plan, "user.svc").writes
    assert (insert.secrets, password.display_input, list(password.secrets)) == ({}, True, ["user_password"])
    assert "hunter2" not in repr(plan)


def test_a_client_secret_travels_with_its_record(instance: PretendInstance) -> None:
    """No second request where the platform takes the secret in clear."""
    keeper = PretendKeeper({"S": "x"})
    instance.put("oauth_entity", "f" * 32, name="other")
    plan = make_plan(
        stack(resource("oauth_app", "app", client_secret={"env": "S"})), instance, context(keeper)
    )
    assert [sorted(each.secrets) for each in change_of(plan, "oauth_app.app").writes] == [["client_secret"]]


def test_a_secret_that_cannot_be_had_is_no_obstacle_to_planning(instance: PretendInstance) -> None:
    """Reviewing needs no secrets; the plan says that applying will."""
    plan = make_plan(stack(resource("user", "svc", password={"env": "P"})), instance, context())
    assert codes(plan) == ["SNC213"]
    assert change_of(plan, "user.svc").action is Action.CREATE


@pytest.mark.parametrize(
    ("remembered", "expected", "said"),
    [
        ("hunter2", Action.NO_OP, []),
        ("another", Action.UPDATE, []),
        ("", Action.UPDATE, []),
        (None, Action.NO_OP, ["SNC212"]),
    ],
)
def test_trap_04_secrets_are_known_by_what_was_written(
    instance: PretendInstance, remembered: str | None, expected: Action, said: list[str]
) -> None:
    """Never read, never compared with the instance: only with what was last written from here."""
    keeper = PretendKeeper({"P": "hunter2"})
    if remembered is not None:
        keeper.remembered[Address("user", "jane.doe"), "user_password", JANE] = remembered
    plan = make_plan(stack(resource("user", "jane.doe", password={"env": "P"})), instance, context(keeper))
    assert (change_of(plan, "user.jane.doe").action, codes(plan)) == (expected, said)


def test_a_secret_is_written_again_when_asked(instance: PretendInstance) -> None:
    """The way out for a secret that was never written from here."""
    keeper = PretendKeeper({"P": "hunter2"})
    rewrite = frozenset({Address("user", "jane.doe")})
    block = resource("user", "jane.doe", password={"env": "P"})
    plan = make_plan(stack(block), instance, context(keeper, rewrite_secrets=rewrite))
    assert change_of(plan, "user.jane.doe").attributes[0].note == "written again as asked"


def test_an_ignored_secret_is_left_alone(instance: PretendInstance) -> None:
    """Set once, rotated elsewhere."""
    keeper = PretendKeeper({"P": "hunter2"})
    block = resource("user", "jane.doe", password={"env": "P"}, _ignore=frozenset({"password"}))
    plan = make_plan(stack(block), instance, context(keeper))
    assert change_of(plan, "user.jane.doe").action is Action.NO_OP


def test_an_unavailable_secret_of_an_existing_record_is_said(instance: PretendInstance) -> None:
    """It was not compared, and applying will not need it."""
    plan = make_plan(stack(resource("user", "jane.doe", password={"env": "P"})), instance, context())
    assert codes(plan) == ["SNC213"]
    assert change_of(plan, "user.jane.doe").action is Action.NO_OP


def test_a_plan_counts_its_actions_and_requests(instance: PretendInstance) -> None:
    """The numbers of the summary line."""
    blocks = (resource("user", "svc", roles=["itil"]), resource("user", "jane.doe", first_name="J"))
    plan = make_plan(stack(*blocks), instance, context())
    assert (plan.count(Action.CREATE), plan.count(Action.UPDATE), plan.write_count) == (1, 1, 3)


def test_one_list_per_table_whatever_the_number_of_resources(instance: PretendInstance) -> None:
    """A hundred users with roles are three lists: users, roles, grants."""
    blocks = [resource("user", f"svc{number}", roles=["itil"]) for number in range(100)]
    make_plan(stack(*blocks), instance, context())
    assert instance.requests["GET"] <= 5


def test_a_label_of_another_table_is_not_meant(instance: PretendInstance) -> None:
    """A `record` block called like a data source is no data source: the instance's own is referred to."""
    instance.put("sys_data_source", "3" * 32, name="feed")
    instance.put("scheduled_import_set", "d" * 32, name="other")
    block = resource("scheduled_import", "x", data_source="feed")
    place = block.origin
    other = Resource(
        address=Address("record", "feed"),
        origin=place,
        attributes={"name": Located("feed", place)},
        table="sys_user_group",
        key=("name",),
    )
    change = change_of(make_plan(stack(block, other), instance, context()), "scheduled_import.x")
    assert change.writes[0].columns["data_source"] == "3" * 32
