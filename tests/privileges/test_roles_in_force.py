"""Which roles an account has, and by which ways (tables.md 3.3, 3.4)."""

from collections.abc import Sequence

import pytest

from snowconf.engine.disclose.disclosing import UnknownAccountError, UnseenControlsError
from snowconf.model.privilege import Need, Source, Way
from snowconf.model.query import Query
from tests.engine.pretend import PretendInstance, Rows, refusal
from tests.privileges.registry import Registry, answers_of, block, opened, role_of, roles_of


class Closed(PretendInstance):
    """Properties are for others."""

    def list_rows(
        self, table: str, query: Query, columns: Sequence[str], *, limit: int | None = None
    ) -> Rows:
        """Everything else."""
        if table == "sys_properties":
            raise refusal()
        return super().list_rows(table, query, columns, limit=limit)


@pytest.fixture(autouse=True)
def _some_control(registry: Registry) -> None:
    """There is always an access control to be seen."""
    registry.acl("incident", "read", "itil")


def test_a_contained_role_names_the_chain_it_comes_by(registry: Registry) -> None:
    """Outermost first, the shortest chain of each grant."""
    registry.role("lead", "itil")
    registry.role("boss", "lead")
    registry.user("joe", "boss")
    found = registry.tell()
    assert roles_of(found) == ["boss", "itil", "lead"]
    assert role_of(found, "itil").ways == (Way(source=Source.DIRECT, roles=("boss", "lead")),)


def test_a_role_of_a_group_above_comes_by_both_groups(registry: Registry) -> None:
    """The group that the account is in first, then the one above."""
    registry.user()
    registry.group("All", "itil")
    registry.group("Desk", parent="All", member="joe")
    assert role_of(registry.tell(), "itil").ways == (Way(source=Source.GROUP, groups=("Desk", "All")),)


def test_groups_and_roles_that_go_round_in_a_circle_end(registry: Registry) -> None:
    """Each is looked at once."""
    registry.role("one", "itil")
    registry.put("sys_user_role_contains", role="itil", contains="one")
    registry.user()
    registry.group("A", "one", parent="B", member="joe")
    registry.group("B", parent="A")
    assert roles_of(registry.tell()) == ["itil", "one"]


def test_a_role_comes_by_every_way_there_is(registry: Registry) -> None:
    """Granted directly, and by a group."""
    registry.user("joe", "itil")
    registry.group("Desk", "itil", member="joe")
    sources = [each.source for each in role_of(registry.tell(), "itil").ways]
    assert sources == [Source.DIRECT, Source.GROUP]


def test_an_inherited_row_without_a_reason_is_shown_as_such(registry: Registry) -> None:
    """What the instance has inherited for reasons that are not shown counts nevertheless."""
    registry.user()
    registry.grant("itil", inherited="true")
    found = registry.tell()
    assert [each.source for each in role_of(found, "itil").ways] == [Source.UNKNOWN]
    assert opened(found) == {"read incident": "allowed"}
    assert found.grants == ()


def test_inactive_and_foreign_rows_do_not_count(registry: Registry) -> None:
    """Another user's grants are not this one's, nor are those whose state is no longer active."""
    registry.user()
    registry.user("kim", "itil")
    registry.put("sys_user_has_role", user="joe", role="asset", inherited="false", state="requested")
    assert roles_of(registry.tell()) == []


def test_an_elevated_role_opens_nothing_over_rest(registry: Registry) -> None:
    """It is listed, marked, and not in force."""
    registry.role("security_admin", elevated=True)
    registry.acl("sys_script", "read", "security_admin")
    registry.user("joe", "security_admin")
    found = registry.tell()
    assert (role_of(found, "security_admin").elevated, opened(found)) == (True, {})


def test_an_invisible_security_admin_is_known_by_its_sys_id(registry: Registry) -> None:
    """Not even admins see its row (tables.md 1.4)."""
    registry.user("joe", "b2d8f7130a0a0baa5bf52498ecaadeb4")
    role = role_of(registry.tell(), "security_admin")
    assert (role.elevated, role.power) == (True, "may change access controls")


def test_an_admin_like_role_says_why(registry: Registry) -> None:
    """Every role that is a step from admin does (tables.md 3.5)."""
    registry.role("import_scheduler")
    registry.user("joe", "import_scheduler")
    assert role_of(registry.tell(), "import_scheduler").power == "may run scripts as admin"


def test_a_role_of_any_name_that_gives_rights_away_is_admin_like(registry: Registry) -> None:
    """By what it opens; reading it gives nothing away."""
    registry.acl("sys_user_has_role", "create", "itil")
    registry.acl("sys_user_has_role", "read", "asset")
    registry.user("joe", "itil", "asset")
    found = registry.tell()
    assert [role_of(found, each).power for each in ("itil", "asset")] == ["may grant roles", ""]


def test_an_account_that_cannot_log_in_says_so(registry: Registry) -> None:
    """Inactive before locked."""
    registry.user("joe", active="false")
    registry.user("kim", locked_out="true")
    assert [registry.tell(each).account.state for each in ("joe", "kim")] == [
        "The account is not active, so nothing of this works now.",
        "The account is locked, so nothing of this works now.",
    ]


def test_nobody_of_that_name_is_an_error(registry: Registry) -> None:
    """Names count with their case, and another case is what was meant."""
    registry.user("joe")
    with pytest.raises(UnknownAccountError, match="Did you mean 'joe'"):
        registry.tell("JOE")
    with pytest.raises(UnknownAccountError, match="Neither the stack"):
        registry.tell("kim")


@pytest.mark.parametrize("table", ["sys_security_acl", "sys_user_role"])
def test_seeing_no_access_controls_or_roles_is_no_proof_of_none(registry: Registry, table: str) -> None:
    """An instance has always some (tables.md 4.4), be they hidden or the table closed."""
    registry.user()
    hiding, closed = registry.instance(), registry.instance()
    hiding.hides.add(table)
    closed.tables[table] = {}
    for instance in (hiding, closed):
        with pytest.raises(UnseenControlsError, match=table):
            registry.tell(instance=instance)


def test_hidden_rows_are_told_once(registry: Registry) -> None:
    """One warning names every table; a single hidden role is usual."""
    registry.user("joe", "itil")
    registry.group("Desk", "asset", member="joe")
    instance = registry.instance()
    instance.hides |= {"sys_user_grmember", "sys_group_has_role"}
    instance.secret_rows.add("asset")
    (warning,) = registry.tell(instance=instance).diagnostics
    assert warning.code == "SNC622"
    assert "all rows of sys_group_has_role, sys_user_grmember to" in warning.detail


def test_a_table_that_is_refused_counts_as_hidden(registry: Registry) -> None:
    """Whatever the refusal; and where the default mode is not seen, what nothing speaks of depends."""
    registry.user("joe", "itil")
    whole = registry.instance()
    found = registry.tell(
        instance=Closed(whole.tables), resource=block(access={"read": ("incident", "problem")})
    )
    assert [each.code for each in found.diagnostics] == ["SNC622"]
    assert answers_of(found.expectations) == ["allowed", "depends"]


def test_without_a_block_nothing_is_surplus(registry: Registry) -> None:
    """Nothing says what the account is for."""
    registry.user("joe", "itil")
    assert {each.need for each in registry.tell().grants} == {Need.UNASKED}
    asked = registry.tell(resource=block(no_access={"read": ("problem",)}))
    assert {each.need for each in asked.grants} == {Need.UNASKED}
