"""Lists of references are told by name: in plans, by show and by import."""

import pytest

from snowconf.engine.plan.importing import Wish, find_record
from snowconf.engine.plan.planning import make_plan
from snowconf.engine.plan.showing import show
from snowconf.model.address import Address
from snowconf.model.value import RecordRef
from tests.engine.building import change_of, context, resource, stack
from tests.engine.pretend import PretendInstance

KEY = "api_key_credentials"


@pytest.fixture
def instance() -> PretendInstance:
    """Two aliases, and a credential that lists both."""
    made = PretendInstance()
    for sys_id, name in (("a" * 32, "Acme"), ("b" * 32, "Beta")):
        made.put("sys_alias", sys_id, name=name, id=f"{name}_id")
    made.put(KEY, "c" * 32, name="key", tag=f"{'b' * 32},{'a' * 32}")
    return made


def test_a_plan_names_what_the_stack_declares(instance: PretendInstance) -> None:
    """By label, on both sides of the change."""
    aliases = (resource("alias", "acme", name="Acme"), resource("alias", "beta", name="Beta"))
    wanted = stack(*aliases, resource("api_key_credential", "key", aliases=["acme"]))
    (change,) = change_of(make_plan(wanted, instance, context()), "api_key_credential.key").attributes
    assert (str(change.before), str(change.after)) == ("acme, beta", "acme")


def test_the_order_of_a_list_is_no_difference(instance: PretendInstance) -> None:
    """It is a set."""
    wanted = stack(resource("api_key_credential", "key", aliases=["Beta_id", "Acme_id"]))
    assert change_of(make_plan(wanted, instance, context()), "api_key_credential.key").attributes == ()


def test_one_name_that_leads_nowhere_leaves_the_list_out(instance: PretendInstance) -> None:
    """And is told, with what was probably meant."""
    wanted = stack(resource("api_key_credential", "key", aliases=["Acme_id", "Bet_id"]))
    plan = make_plan(wanted, instance, context())
    assert [(each.code, "Did you mean" in each.detail) for each in plan.diagnostics] == [("SNC206", True)]


def test_show_names_what_a_list_holds(instance: PretendInstance) -> None:
    """By natural keys, asked for in one list."""
    holding = show(stack(resource("api_key_credential", "key")), instance, context())
    (held,) = holding.held
    assert held.record is not None
    assert str(held.record.attributes["aliases"]) == "Acme_id, Beta_id"


def test_what_is_not_shown_has_no_name(instance: PretendInstance) -> None:
    """Then the list stays as it is."""
    instance.hides.add("sys_alias")
    (held,) = show(stack(resource("api_key_credential", "key")), instance, context()).held
    assert held.record is not None
    assert held.record.attributes["aliases"] == RecordRef(f"{'a' * 32},{'b' * 32}")
    assert str(held.record.attributes["aliases"]) == f"{'a' * 32},{'b' * 32}"


def test_an_empty_list_asks_for_nothing(instance: PretendInstance) -> None:
    """Nor does a kind without lists."""
    instance.tables[KEY]["c" * 32]["tag"] = ""
    show(stack(resource("api_key_credential", "key")), instance, context())
    assert instance.requests["GET"] == 1


def test_import_writes_a_list_of_names(instance: PretendInstance) -> None:
    """As a block holds them."""
    wish = Wish(stack="demo", address=Address("api_key_credential", "key"), record="key")
    assert find_record(wish, instance, context()).attributes["aliases"] == ("Acme_id", "Beta_id")


def test_a_credential_that_is_nowhere_is_told_as_a_record(instance: PretendInstance) -> None:
    """Of which kind it would be, nobody knows."""
    wanted = stack(resource("http_connection", "c", alias="Acme_id", credential="none"))
    (problem,) = make_plan(wanted, instance, context()).diagnostics
    assert problem.detail.startswith(
        "There is no record 'none': neither a block of this stack nor a record of"
    )
