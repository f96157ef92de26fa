"""Who runs, what the plan needs of it, and what is said when it cannot do that."""

from typing import Any

import pytest

from snowconf.model.limits import Allowances
from snowconf.model.plan import Action
from tests.hazards.bench import Bench, codes

PROPERTY = '[property."acme.x"]\nvalue = 1\nignore_cache = true\n'
STACK = {
    "property": PROPERTY,
    "user": "[user.svc]\n",
    "group": "[group.team]\n",
    "role": "[role.reader]\n",
    "oauth_app": '[oauth_app.app]\nredirect_url = ""\n',
    "scheduled_import": '[scheduled_import.nightly]\nrun_as = "admin"\n',
    "alias": '[record.alias]\ntable = "sys_alias"\nkey = ["name"]\ncolumns = { name = "Alias" }\n',
    "connection": '[record.c]\ntable = "http_connection"\nkey = ["name"]\ncolumns = { name = "C" }\n',
    "credential": '[record.c]\ntable = "basic_auth_credentials"\nkey = ["name"]\ncolumns = { name = "C" }\n',
}
# What does for each of them, besides admin.
WRITERS = {
    "user": ["user_admin"],
    "group": ["user_admin"],
    "oauth_app": ["oauth_admin", "mi_admin"],
    "scheduled_import": ["import_admin", "import_scheduler"],
    "alias": ["connection_admin", "credential_admin"],
    "connection": ["connection_admin"],
    "credential": ["credential_admin"],
}


# Tables of which an account without such a role sees nothing at all.
HIDDEN = {"property", "scheduled_import"}


def lacks(bench: Bench, block: str, *roles: str) -> bool:
    """Would an account with these roles, and itil to see itself with, be stopped before the first write?"""
    bench.make_runner("itil", *roles)
    return "SNC240" in codes(bench.plan(block))


@pytest.mark.parametrize("kind", STACK)
def test_admin_may_write_everything(bench: Bench, kind: str) -> None:
    """No kind asks for more."""
    assert not lacks(bench, STACK[kind], "admin")


@pytest.mark.parametrize("kind", sorted({*STACK} - HIDDEN))
def test_an_account_without_any_of_the_roles_is_stopped(bench: Bench, kind: str) -> None:
    """For every kind of which it is known who may write it."""
    assert lacks(bench, STACK[kind])


@pytest.mark.parametrize(
    ("kind", "role"), [(kind, role) for kind, roles in WRITERS.items() for role in roles]
)
def test_one_of_the_roles_is_enough(bench: Bench, kind: str, role: str) -> None:
    """Any of those that the kind names."""
    assert not lacks(bench, STACK[kind], role)


@pytest.mark.parametrize("kind", sorted(HIDDEN))
def test_an_account_that_sees_nothing_of_the_table_is_stopped_too(bench: Bench, kind: str) -> None:
    """Before the roles are looked at: what cannot be seen is not created."""
    bench.make_runner("itil")
    assert codes(bench.plan(STACK[kind])) == ["SNC202"]


def test_the_error_names_table_operations_and_roles(bench: Bench) -> None:
    """What would be done where, who may, who this is, what it holds, and the way out."""
    bench.make_runner("itil")
    (found,) = bench.plan("[group.team]\n").diagnostics
    roles = "one of these roles: user_admin, admin"
    for words in ("create rows of sys_user_group", roles, "'svc_runner' holds ", "--no-runner-check"):
        assert words in found.detail


def test_several_operations_on_several_tables_are_one_error(bench: Bench) -> None:
    """What one role would do is said in one sentence."""
    held = bench.put("sys_user", user_name="held", title="x")
    bench.put("sys_user_has_role", user=held, role=bench.find("sys_user_role", name="itil"))
    bench.make_runner("itil")
    plan = bench.plan('[user.held]\ntitle = "y"\nroles = []\n[user.new]\nroles = ["itil"]\n')
    assert codes(plan) == ["SNC240"]
    assert (
        "create and change rows of sys_user; create and delete rows of sys_user_has_role"
        in plan.diagnostics[0].detail
    )


def test_roles_that_come_with_others_count(bench: Bench) -> None:
    """Inherited grants are in effect as direct ones are."""
    role = bench.put("sys_user_role", name="deployer")
    bench.put("sys_user_role_contains", role=role, contains=bench.find("sys_user_role", name="user_admin"))
    assert not lacks(bench, STACK["user"], "deployer")


def test_nothing_is_written_when_a_role_is_missing(bench: Bench) -> None:
    """Not even what the account could write."""
    bench.make_runner("itil", "user_admin")
    report = bench.apply("[user.svc]\n[role.reader]\n")
    assert {each.status.value for each in report.outcomes} == {"not attempted"}
    assert "SNC240" in [each.code for each in report.diagnostics]


def test_the_check_can_be_left_out(bench: Bench) -> None:
    """For instances whose own access controls let the account write, and for plans that others apply."""
    bench.make_runner("itil", "user_admin")
    assert (
        codes(
            bench.plan(
                "[group.team]\nmembers = []\n[role.reader]\n", allowances=Allowances(unchecked_runner=True)
            )
        )
        == []
    )


def test_an_account_that_cannot_see_its_roles_is_warned(bench: Bench) -> None:
    """Whether it may write is not known, which is no reason to stop."""
    runner = bench.make_runner("oauth_admin")
    plan = bench.plan(STACK["oauth_app"])
    assert (codes(plan), bool(runner)) == (["SNC241"], True)
    assert "'svc_runner' its own roles" in plan.diagnostics[0].detail


def test_a_read_only_account_is_stopped(bench: Bench) -> None:
    """snc_read_only stops every write, whatever the other roles allow."""
    bench.make_runner("admin", "snc_read_only")
    assert codes(bench.plan("[user.svc]\n")) == ["SNC242"]


def test_a_plan_that_writes_nothing_is_not_checked(bench: Bench) -> None:
    """A read-only account may look at a stack that is as it should be."""
    bench.put("sys_user", user_name="svc")
    bench.make_runner("itil")
    assert (codes(bench.plan("[user.svc]\n")), bench.asked["sys_user_has_role"]) == ([], 0)


def test_a_run_that_compares_is_not_checked(bench: Bench) -> None:
    """Drift is looked for with accounts that may only read."""
    bench.make_runner("itil", "user_admin")
    assert codes(bench.plan("[group.team]\n[role.reader]\n", foresees=False)) == []


def test_a_table_of_which_nobody_knows_who_writes_it_is_not_checked(bench: Bench) -> None:
    """A record of any table is let through, and the instance decides."""
    block = '[record.c]\ntable = "cmn_location"\nkey = ["name"]\ncolumns = { name = "Here" }\n'
    bench.make_runner("admin")
    assert codes(bench.plan(block)) == []


def test_the_check_is_one_request(bench: Bench) -> None:
    """What it holds says who it is; whatever the number of writes."""
    bench.make_runner("admin")
    bench.plan("".join(f"[group.team{number}]\n" for number in range(20)))
    assert bench.asked == {"sys_user_group": 2, "sys_user_has_role": 1}


def test_the_embedded_sandbox_without_login_is_admin(bench: Bench) -> None:
    """Nothing is asked of it."""
    assert (codes(bench.plan("[group.team]\n")), bench.asked) == ([], {"sys_user_group": 2})


@pytest.mark.parametrize("table", ["sys_user_group", "sys_user_role", "sys_properties", "oauth_entity"])
def test_what_may_be_hidden_is_never_created(bench: Bench, table: str) -> None:
    """An account that cannot see a table is told so, and creates nothing there (tables.md 12.3)."""
    blocks: dict[str, Any] = {
        "sys_user_group": '[group.service_desk]\nname = "Service Desk"\n',
        "sys_user_role": '[role.security_admin]\ndescription = "x"\n',
        "sys_properties": '[property."glide.war"]\nvalue = "x"\n',
        "oauth_entity": '[oauth_app.hidden]\nname = "Hidden"\n',
    }
    bench.lay("oauth_entity", name="Hidden", type="client", sys_class_name="oauth_entity")
    hide(bench, table)
    bench.make_runner("user_admin")
    plan = bench.plan(blocks[table])
    assert (plan.count(Action.CREATE), codes(plan)) == (0, ["SNC202"])


def hide(bench: Bench, table: str) -> None:
    """From now on only admins see rows of a table."""
    acl = bench.put("sys_security_acl", name=table, operation="read", type="record", decision_type="deny")
    bench.put(
        "sys_security_acl_role", sys_security_acl=acl, sys_user_role=bench.find("sys_user_role", name="admin")
    )
