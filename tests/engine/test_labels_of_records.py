"""Which block a reference to a table without a kind of its own can mean."""

import pytest

from snowconf.engine.observe.asking import declared_as
from snowconf.engine.plan.planning import make_plan
from snowconf.model.address import Address
from snowconf.model.value import Named, Target
from tests.engine.building import codes, context, resource, stack
from tests.engine.pretend import PretendInstance

CREDENTIAL = Named(Target("discovery_credentials", "name", "record"), "credential")
ADDRESS = Address("record", "credential")


@pytest.mark.parametrize("table", ["discovery_credentials", "basic_auth_credentials"])
def test_a_record_of_the_table_or_of_one_that_extends_it_is_meant(table: str) -> None:
    """A connection's credential may be of any class of credentials."""
    assert declared_as(CREDENTIAL, {ADDRESS: table}) == ADDRESS


@pytest.mark.parametrize("table", ["sys_alias", "u_unknown_table"])
def test_a_record_of_another_table_is_not_meant(table: str) -> None:
    """A label that happens to be the same does not bind a record of the wrong table."""
    assert declared_as(CREDENTIAL, {ADDRESS: table}) is None


def test_a_table_that_the_dictionary_does_not_know_is_itself() -> None:
    """A custom table is met by records of that very table."""
    named = Named(Target("u_custom", "u_name", "record"), "credential")
    assert declared_as(named, {ADDRESS: "u_custom"}) == ADDRESS


def test_a_key_that_the_instance_has_no_column_for_is_refused() -> None:
    """The instance would drop the condition and match everything, so such a block is an error."""
    instance = PretendInstance()
    instance.put("sys_user", "5" * 32, last_name="Doe")
    instance.lacks.add(("sys_user", "user_name"))
    instance.put("sys_dictionary", "1" * 32, name="sys_user", element="sys_id")
    assert "SNC215" in codes(make_plan(stack(resource("user", "svc")), instance, context()))
