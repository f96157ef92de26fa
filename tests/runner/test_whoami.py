"""Who the instance takes snowconf for: by the user name of the credentials, or by asking."""

import httpx
import pytest

from snowconf.errors import UnauthenticatedError, UnreachableError
from snowconf.model.connection import ApiKey, Auth, BasicAuth, BearerToken, OAuthGrant
from snowconf.model.runner import Runner
from snowconf.model.value import SecretSource
from snowconf.servicenow.introducing import introduce
from snowconf.servicenow.opening import open_instance
from tests.servicenow.wire import Wire, client, listed, refused, secret_of, settings

SECRET = SecretSource("env", "SECRET")
BASIC = BasicAuth(username="svc", password=SECRET)
ME = {"sys_id": "a" * 32, "user_name": "svc"}
GRANT = {"sys_id": "c" * 32, "user": "a" * 32, "user.user_name": "svc", "state": "active"}
GRANTS = [GRANT | {"role.name": "itil"}, GRANT | {"sys_id": "d" * 32, "role.name": "admin"}]


def test_basic_authentication_names_the_user() -> None:
    """Before anything is asked."""
    assert introduce(settings(auth=BASIC)) == Runner(user_name="svc")


def test_a_grant_names_its_client_and_perhaps_its_user() -> None:
    """Client credentials have none of their own."""
    grant = OAuthGrant(
        grant="password", client_id="abc", client_secret=SECRET, username="svc", password=SECRET
    )
    assert introduce(settings(auth=grant)) == Runner(user_name="svc", client_id="abc", grant="password")


@pytest.mark.parametrize("auth", [BearerToken(token=SECRET), ApiKey(key=SECRET), None])
def test_a_token_and_a_key_name_nobody(auth: Auth | None) -> None:
    """Nor does an instance without credentials."""
    assert introduce(settings(auth=auth)) == Runner()


def test_the_embedded_sandbox_without_login_is_trusted() -> None:
    """Whoever opens its file is admin there."""
    runner = introduce(settings("sandbox:"))
    assert (runner.user_name, runner.is_trusted) == ("admin", True)


def test_a_trusted_runner_is_not_looked_for() -> None:
    """There is nothing to ask."""
    wire = Wire([])
    with open_instance(settings("sandbox:"), secret_of, transport=wire) as api:
        assert api.whoami().is_trusted
    assert wire.requests == []


@pytest.mark.parametrize("auth", [BASIC, BearerToken(token=SECRET)])
def test_roles_and_account_come_with_one_request(auth: Auth) -> None:
    """The rows of its roles name the account, whether the credentials do or not."""
    wire = Wire([listed(GRANTS)])
    with client(wire, auth=auth) as api:
        assert api.whoami() == Runner(user_name="svc", sys_id="a" * 32, roles=frozenset({"itil", "admin"}))
    assert len(wire.requests) == 1


def test_roles_that_show_no_name_tell_nothing_of_what_is_held() -> None:
    """The account is known, and that its roles could not be read."""
    with client(Wire([listed([GRANT | {"role.name": ""}])]), auth=BASIC) as api:
        assert api.whoami() == Runner(user_name="svc", sys_id="a" * 32)


def test_the_user_of_the_credentials_is_found_by_name() -> None:
    """An account without a role that it may see is looked up as a user."""
    wire = Wire([listed([]), listed([ME])])
    with client(wire, auth=BASIC) as api:
        assert api.whoami() == Runner(user_name="svc", sys_id="a" * 32)
    assert "user_name=svc" in wire.parameters()["sysparm_query"]


def test_the_user_of_a_token_is_asked_for() -> None:
    """With a fixed query that no value enters."""
    wire = Wire([listed([]), listed([ME])])
    with client(wire, auth=BearerToken(token=SECRET)) as api:
        assert api.whoami() == Runner(user_name="svc", sys_id="a" * 32)
    assert wire.parameters()["sysparm_query"] == "sys_id=javascript:gs.getUserID()"


@pytest.mark.parametrize("found", [(), (ME, {"sys_id": "b" * 32, "user_name": "other"})])
def test_a_condition_that_was_not_evaluated_tells_nothing(found: tuple[dict[str, str], ...]) -> None:
    """Nobody or everybody is no answer."""
    with client(Wire([listed([]), listed(found)]), auth=BearerToken(token=SECRET)) as api:
        assert api.whoami() == Runner()


@pytest.mark.parametrize("auth", [BASIC, BearerToken(token=SECRET)])
@pytest.mark.parametrize("status", [403, 404])
def test_a_table_of_users_that_is_closed_tells_nothing_more(auth: Auth, status: int) -> None:
    """What the credentials say is kept."""
    with client(Wire([refused(status, "No", "ACL Exception")], endless=True), auth=auth) as api:
        assert api.whoami() == introduce(settings(auth=auth))


def test_a_user_that_is_not_shown_keeps_its_name() -> None:
    """The sys_id stays unknown."""
    with client(Wire([listed([]), listed([])]), auth=BASIC) as api:
        assert api.whoami() == Runner(user_name="svc")


def test_wrong_credentials_are_an_error() -> None:
    """They are so for every other request, too."""
    wire = Wire([refused(401, "User is not authenticated")], endless=True)
    with client(wire, auth=BASIC) as api, pytest.raises(UnauthenticatedError):
        api.whoami()


def test_an_instance_that_does_not_answer_is_an_error() -> None:
    """Nothing can be said of the runner then."""
    wire = Wire([httpx.ConnectError("no")], endless=True)
    with client(wire, auth=BASIC) as api, pytest.raises(UnreachableError):
        api.whoami()


@pytest.mark.parametrize(
    ("asked", "same"),
    [
        ({"sys_id": "a" * 32}, True),
        ({"user_name": "SVC"}, True),
        ({"sys_id": "b" * 32, "user_name": "other"}, False),
        ({}, False),
    ],
)
def test_a_runner_is_known_by_sys_id_or_name(asked: dict[str, str], *, same: bool) -> None:
    """Whatever the name's case, and never by nothing."""
    assert Runner(user_name="svc", sys_id="a" * 32).is_user(**asked) is same


def test_nobody_is_no_user() -> None:
    """What is not known equals nothing."""
    assert not Runner().is_user(sys_id="", user_name="")
