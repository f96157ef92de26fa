"""What lets go comes before what takes: of one alias one connection is active (tables.md 12.11)."""

from dataclasses import replace
from typing import Any

import pytest

from snowconf.engine.apply.applying import apply
from snowconf.engine.apply.receipting import receipt_of
from snowconf.engine.apply.undoing import make_undo_plan
from snowconf.engine.plan.ordering import in_order_of
from snowconf.engine.plan.planning import make_plan
from snowconf.kinds.targets import CREDENTIAL
from snowconf.model.address import Address
from snowconf.model.outcome import ApplyReport, Status
from snowconf.model.ownership import Ledger
from snowconf.model.plan import Plan
from snowconf.model.state import Resource
from snowconf.model.value import Located, Named
from tests.driving.shared import ABOUT
from tests.engine.building import URL, change_of, context, resource, stack
from tests.engine.pretend import PretendInstance, refusal

BLUE, GREEN = Address("http_connection", "blue"), Address("http_connection", "green")


def connection(label: str, alias: str = "acme", *, opened_by: str = "", **written: Any) -> Resource:
    """A connection behind an alias, and the credential that opens it, as linking names it."""
    made = _connection(label, alias, **written)
    kind, _, name = opened_by.partition(".")
    credential = Located(Named(replace(CREDENTIAL, kind=kind), name), made.origin)
    return replace(made, attributes={**made.attributes, "credential": credential}) if opened_by else made


def _connection(label: str, alias: str, **written: Any) -> Resource:
    columns: dict[str, Any] = {"alias": alias, "url": f"https://{label}.example", "active": True}
    return resource("http_connection", label, **columns | written)


def alias(label: str = "acme") -> Resource:
    """An alias."""
    return resource("alias", label)


@pytest.fixture
def instance() -> PretendInstance:
    """Nothing but what proves that tables can be seen."""
    return PretendInstance()


def applied(instance: PretendInstance, ledger: Ledger | None, *blocks: Resource) -> ApplyReport:
    """An apply of a stack that owns what it has made."""
    run = context(ledger=ledger or Ledger(stack="demo", url=URL), parallelism=1)
    wanted = stack(*blocks)
    return apply(make_plan(wanted, instance, run), wanted, instance, run)


def planned(instance: PretendInstance, ledger: Ledger | None, *blocks: Resource) -> Plan:
    """The plan of the same."""
    run = context(ledger=ledger or Ledger(stack="demo", url=URL), parallelism=1)
    return make_plan(stack(*blocks), instance, run)


def order(plan: Plan) -> list[str]:
    """The pending changes in the order of the work."""
    return [f"{each.action.value} {each.address}" for each in plan.pending]


def writes(instance: PretendInstance, table: str = "http_connection") -> list[str]:
    """What was written to a table, in order."""
    return [verb for verb, written, _ in instance.log if written == table]


def statuses(report: ApplyReport) -> dict[str, Status]:
    """How each change ended."""
    return {str(each.change.address): each.status for each in report.outcomes}


def test_what_leaves_goes_before_what_comes_in_its_place(instance: PretendInstance) -> None:
    """One apply settles it: the new connection is made right after the former one is deleted."""
    first = applied(instance, None, alias(), connection("blue"))
    instance.log.clear()
    second = applied(instance, first.ledger, alias(), connection("green"))
    assert statuses(second) == {str(BLUE): Status.DONE, str(GREEN): Status.DONE}
    assert writes(instance) == ["DELETE", "POST"]


def test_what_is_switched_off_goes_before_what_is_switched_on(instance: PretendInstance) -> None:
    """Both blocks stay; which of them is active is exchanged."""
    on, off = (connection("blue", active=True), connection("green", active=False))
    first = applied(instance, None, alias(), on, off)
    instance.log.clear()
    back, forth = (connection("blue", active=False), connection("green", active=True))
    applied(instance, first.ledger, alias(), back, forth)
    assert [columns["active"] for _, table, columns in instance.log if table == "http_connection"] == [
        "false",
        "true",
    ]


def test_what_moves_to_another_alias_makes_room(instance: PretendInstance) -> None:
    """A connection is let go by pointing it elsewhere, too."""
    both = (alias(), alias("beta"))
    first = applied(instance, None, *both, connection("blue"))
    plan = planned(instance, first.ledger, *both, connection("blue", "beta"), connection("green"))
    assert order(plan) == [f"update {BLUE}", f"create {GREEN}"]


def test_everything_else_that_is_needed_comes_before_the_exchange(instance: PretendInstance) -> None:
    """So that the alias has no active connection for as short as can be, and keeps it when the rest fails."""
    first = applied(instance, None, alias(), connection("blue"))
    key = resource("api_key_credential", "key", api_key={"env": "KEY"})
    wanted = (alias(), key, connection("green", opened_by="api_key_credential.key"))
    plan = planned(instance, first.ledger, *wanted)
    assert order(plan) == ["create api_key_credential.key", f"delete {BLUE}", f"create {GREEN}"]
    assert Address("api_key_credential", "key") in change_of(plan, str(BLUE)).depends_on


def test_the_former_one_stays_when_the_new_ones_credential_fails(instance: PretendInstance) -> None:
    """What lets go waits for what the taker needs."""
    first = applied(instance, None, alias(), connection("blue"))
    instance.refuses["basic_auth_credentials"] = refusal()
    user = resource("basic_credential", "user", user_name="a")
    report = applied(
        instance, first.ledger, alias(), user, connection("green", opened_by="basic_credential.user")
    )
    assert statuses(report) == {
        "basic_credential.user": Status.FAILED,
        str(BLUE): Status.NOT_ATTEMPTED,
        str(GREEN): Status.NOT_ATTEMPTED,
    }


def test_the_plan_says_what_happens_in_between(instance: PretendInstance) -> None:
    """At the change that takes."""
    first = applied(instance, None, alias(), connection("blue"))
    plan = planned(instance, first.ledger, alias(), connection("green"))
    (note,) = change_of(plan, str(GREEN)).notes
    assert note == (
        "made right after http_connection.blue lets go: the platform keeps one active connection for each alias, and in "
        "between there is none"
    )


@pytest.mark.parametrize("active", [False, True])
def test_what_rests_makes_no_room(instance: PretendInstance, *, active: bool) -> None:
    """Only an active connection is in the way, and only of an active one."""
    first = applied(instance, None, alias(), connection("blue", active=not active))
    plan = planned(instance, first.ledger, alias(), connection("green", active=active))
    assert change_of(plan, str(GREEN)).depends_on.isdisjoint({BLUE})


def test_an_alias_that_may_have_several_needs_no_exchange(instance: PretendInstance) -> None:
    """Its block says so; the new connection does not wait for the former one to go."""
    several = resource("alias", "acme", multiple_connections=True)
    first = applied(instance, None, several, connection("blue"))
    plan = planned(instance, first.ledger, several, connection("green"))
    assert change_of(plan, str(GREEN)).notes == ()


def test_two_that_exchange_their_aliases_are_no_circle(instance: PretendInstance) -> None:
    """No order would do, so one of them goes first, and the platform says what it thinks of it."""
    both = (alias(), alias("beta"))
    first = applied(instance, None, *both, connection("blue"), connection("green", "beta"))
    plan = planned(instance, first.ledger, *both, connection("blue", "beta"), connection("green"))
    assert sorted(order(plan)) == [f"update {BLUE}", f"update {GREEN}"]
    one, other = (change_of(plan, str(each)).depends_on & {BLUE, GREEN} for each in (BLUE, GREEN))
    assert sorted(map(len, (one, other))) == [0, 1]


def test_records_of_any_kind_make_room_for_each_other(instance: PretendInstance) -> None:
    """What only one can be is a matter of the table."""
    first = applied(instance, None, alias(), connection("blue"))
    plan = planned(instance, first.ledger, alias(), connection("green"))
    assert [each.depends_on for each in plan.pending if each.address == GREEN] == [
        frozenset({BLUE, Address("alias", "acme")})
    ]


def test_taking_it_back_goes_the_other_way_round(instance: PretendInstance) -> None:
    """The new one goes before the former one comes back."""
    first = applied(instance, None, alias(), connection("blue"))
    run = context(ledger=first.ledger, parallelism=1)
    wanted = stack(alias(), connection("green"))
    report = apply(make_plan(wanted, instance, run), wanted, instance, run)
    after = context(ledger=report.ledger)
    back = make_undo_plan(receipt_of(report, run, ABOUT), instance, after, own_run=True)
    assert order(back) == [f"delete {GREEN}", f"create {BLUE}"]


def test_an_order_keeps_to_the_one_it_was_given() -> None:
    """Except where something waits."""
    a, b, c, d = (Address("role", each) for each in "abcd")
    nothing: frozenset[Address] = frozenset()
    assert in_order_of({d: nothing, a: nothing, c: frozenset({b}), b: nothing}) == (d, a, b, c)
