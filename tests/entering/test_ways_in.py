"""Which way in is chosen for a declared identity, and whom the instance takes it for."""

import pytest

from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.grant import Entrance, Tokens
from snowconf.servicenow.table_api import TableApi
from tests.entering.doorstep import BASIC, BY_CLIENT, BY_PASSWORD, SVC, Doorstep
from tests.hazards.bench import ENVIRONMENT


@pytest.mark.parametrize(
    ("stack", "way"), [(BY_PASSWORD, "password"), (BY_CLIENT, "client_credentials"), (BASIC, "basic")]
)
def test_every_way_leads_in_as_the_declared_user(step: Doorstep, stack: str, way: str) -> None:
    """Whatever the grant, what is asked after it is asked as the user of the block."""
    step.build(stack)
    chosen = step.way()
    assert isinstance(chosen, Entrance)
    assert (way, "svc") == (chosen.way, step.enter())


@pytest.mark.parametrize(("stack", "status"), [(BY_PASSWORD, "401"), (BY_CLIENT, "401"), (BASIC, "401")])
def test_a_wrong_secret_is_a_refusal(step: Doorstep, stack: str, status: str) -> None:
    """A refusal is an answer, and no exception."""
    step.build(stack)
    step.secrets["SECRET"] = "made-up-Wrong-1"
    assert status == step.enter()


def test_no_way_in_says_what_to_write(step: Doorstep) -> None:
    """A user without password or client of its own is told apart before anything is asked."""
    step.build("[user.svc]\nactive = true\n")
    found = step.way()
    assert isinstance(found, Diagnostic)
    assert (found.code, found.address) == ("SNC520", SVC)


def test_the_own_client_goes_before_the_password(step: Doorstep) -> None:
    """Where a client's tokens act as the user, its password is not needed."""
    step.build(BY_CLIENT.replace("[user.svc]", '[user.svc]\npassword = { env = "SECRET" }'))
    found = step.way()
    assert isinstance(found, Entrance)
    assert found.way == "client_credentials"


def test_a_client_for_its_own_tokens_alone_is_not_asked_by_password(step: Doorstep) -> None:
    """Another user's client does not lend itself to this one's password."""
    step.build(BY_CLIENT + '\n[user.other]\npassword = { env = "SECRET" }\n')
    found = step.way(Address("user", "other"))
    assert isinstance(found, Entrance)
    assert found.way == "basic"


def test_tokens_are_asked_for_and_revoked(step: Doorstep) -> None:
    """A refresh token ends with its revocation, and the next grant gives another."""
    step.build(BY_PASSWORD)
    way = step.way()
    assert isinstance(way, Entrance)
    with step.door() as door:
        first = door.ask_tokens(way)
        assert isinstance(first, Tokens)
        assert first.refresh is not None
        door.revoke(first.refresh)
        second = door.ask_tokens(way)
        assert isinstance(second, Tokens)
        assert second.refresh is not None
    assert first.refresh.reveal() != second.refresh.reveal()


def test_name_and_password_alone_have_no_tokens(step: Doorstep) -> None:
    """Asking for them is a mistake of the program."""
    step.build(BASIC)
    way = step.way()
    assert isinstance(way, Entrance)
    with step.door() as door, pytest.raises(TypeError):
        door.ask_tokens(way)


def test_a_visitor_counts_what_it_costs(step: Doorstep) -> None:
    """One token and one list are two requests."""
    step.build(BY_PASSWORD)
    way = step.way()
    assert isinstance(way, Entrance)
    with step.door() as door:
        visitor = door.enter(way)
        assert isinstance(visitor, TableApi)
        with visitor:
            visitor.whoami()
            assert visitor.counts["token"] == 1


def test_no_secret_is_in_a_way_in(step: Doorstep) -> None:
    """How somebody gets in can be shown: it says where secrets are, and not what they are."""
    step.build(BY_PASSWORD)
    assert ENVIRONMENT["SECRET"] not in repr(step.way())
