"""Which block a reference to a table without a kind of its own can mean."""

import pytest

from snowconf.engine.asking import declared_as
from snowconf.model.address import Address
from snowconf.model.value import Named, Target

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
