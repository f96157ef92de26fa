"""What a plan makes of an account: rows that come, change and go, before anything is written."""

from collections.abc import Sequence

import pytest

from snowconf.engine.context import Context
from snowconf.engine.disclose.disclosing import UnknownAccountError, Wanted, disclose
from snowconf.model.address import Address
from snowconf.model.origin import Origin
from snowconf.model.plan import Action, Change, Plan, Verb, Write
from snowconf.model.privilege import Fate, Privileges
from tests.engine.pretend import PretendKeeper
from tests.privileges.registry import Registry, opened, roles_of


def write(verb: Verb, table: str, sys_id: str, **columns: str) -> Write:
    """One write of a plan."""
    return Write(verb=verb, table=table, sys_id=sys_id, columns=columns)


def after(registry: Registry, *writes: Write, elevation: bool = False) -> Privileges:
    """What joe may do once these are done."""
    change = Change(
        address=Address("role", "any"),
        action=Action.UPDATE,
        table="sys_user_role",
        sys_id="",
        origin=Origin("stack.toml", 1),
        writes=writes,
    )
    plan = Plan(stack="demo", instance="dev", url="sandbox:", changes=(change,))
    context = Context(
        instance_name="dev", url="sandbox:", secrets=PretendKeeper(), elevation=elevation, parallelism=1
    )
    return disclose(Wanted(user_name="joe"), plan, registry.instance(), context)


def fates(named: Privileges) -> Sequence[tuple[str, Fate]]:
    """What becomes of each role."""
    return sorted((each.name, each.fate) for each in named.roles)


@pytest.fixture(autouse=True)
def _joe(registry: Registry) -> None:
    """In a group, with a role that contains another."""
    registry.role("lead", "itil")
    registry.user("joe", "lead")
    registry.group("Desk", "asset", member="joe")
    registry.acl("incident", "read", "itil")
    registry.acl("cmdb_model", "read", "asset")


def test_a_deleted_role_is_gone_wherever_it_was(registry: Registry) -> None:
    """Contained in another one, given by a group, granted directly."""
    gone = [write(Verb.DELETE, "sys_user_role", each) for each in ("itil", "asset")]
    assert fates(after(registry, *gone)) == [
        ("asset", Fate.REMOVED),
        ("itil", Fate.REMOVED),
        ("lead", Fate.KEPT),
    ]
    assert roles_of(after(registry, write(Verb.DELETE, "sys_user_role", "lead"))) == ["asset", "itil", "lead"]


def test_a_deleted_group_takes_its_roles_along(registry: Registry) -> None:
    """And what these open."""
    found = after(registry, write(Verb.DELETE, "sys_user_group", "Desk"))
    assert dict(fates(found))["asset"] is Fate.REMOVED
    assert [each.fate for each in found.openings if each.name == "cmdb_model"] == [Fate.REMOVED]


def test_a_role_that_becomes_elevated_opens_nothing_more(registry: Registry) -> None:
    """It is still held."""
    found = after(registry, write(Verb.UPDATE, "sys_user_role", "itil", elevated_privilege="true"))
    assert [each.name for each in found.openings if each.fate is Fate.REMOVED] == ["incident"]


def test_an_access_control_that_is_made_has_the_defaults_of_the_platform(registry: Registry) -> None:
    """Active, overridden by admins, allowing."""
    made = write(Verb.INSERT, "sys_security_acl", "a" * 32, name="problem", operation="read", type="record")
    role = write(
        Verb.INSERT, "sys_security_acl_role", "b" * 32, sys_security_acl="a" * 32, sys_user_role="itil"
    )
    assert opened(after(registry, made, role))["read problem"] == "allowed"


def test_writes_to_other_tables_change_nothing(registry: Registry) -> None:
    """They decide on no access."""
    found = after(registry, write(Verb.DELETE, "oauth_entity", "c" * 32))
    assert [fate for _, fate in fates(found)] == [Fate.KEPT] * 3


def test_what_rest_cannot_write_is_said_once(registry: Registry) -> None:
    """A warning, however many access controls change."""
    many = [
        write(Verb.UPDATE, "sys_security_acl", row["sys_id"], active="false")
        for row in registry.store.find("sys_security_acl")
    ]
    assert [each.code for each in after(registry, *many, elevation=True).diagnostics] == ["SNC624"]
    assert after(registry, *many).diagnostics == ()


def test_a_deleted_account_is_not_there_afterwards(registry: Registry) -> None:
    """The message says so, and not that there is none."""
    with pytest.raises(UnknownAccountError, match="An apply deletes the user 'joe'"):
        after(registry, write(Verb.DELETE, "sys_user", "joe"))
