"""Each prerequisite of each way in is broken on the instance, and the explanation names it and the block to change."""

from pathlib import Path

import pytest

from snowconf.engine.enter.inspecting import ENFORCEMENT, GRANT_OFF, RESET_MANDATORY
from snowconf.errors import UnauthenticatedError
from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic
from tests.entering.doorstep import BASIC, BY_CLIENT, BY_PASSWORD, GATE, SVC, Doorstep
from tests.hazards.bench import ENVIRONMENT

OWN_GATE = BY_CLIENT.partition("[user.svc]")
WITHOUT_GATE = f"[user.svc]{OWN_GATE[2]}"
WAYS = pytest.mark.parametrize("stack", [BY_PASSWORD, BY_CLIENT, BASIC], ids=["password", "client", "basic"])
BY_TOKEN = pytest.mark.parametrize("stack", [BY_PASSWORD, BY_CLIENT], ids=["password", "client"])
BY_NAME = pytest.mark.parametrize("stack", [BY_PASSWORD, BASIC], ids=["password", "basic"])


def place_of(found: Diagnostic) -> str:
    """File and line."""
    assert found.origin is not None
    return f"{Path(found.origin.file).name}:{found.origin.line}"


def code_of(found: list[Diagnostic]) -> str:
    """The code of the only thing that is wrong."""
    (only,) = found
    return only.code


def user(step: Doorstep, **columns: str) -> None:
    """Change the account on the instance."""
    step.change("sys_user", step.find("sys_user", user_name="svc"), **columns)


def client(step: Doorstep, **columns: str) -> None:
    """Change the client on the instance."""
    step.change("oauth_entity", step.find("oauth_entity", name="App"), **columns)


def set_property(step: Doorstep, name: str, value: str) -> None:
    """Have a property of the platform hold a value."""
    step.lay("sys_properties", name=name, value=value, type="boolean")


def test_a_gate_that_is_missing(step: Doorstep) -> None:
    """Client credentials need a property that says so, and the explanation writes its block."""
    step.build(WITHOUT_GATE)
    (found,) = step.diagnose()
    assert (found.code, f'[property."{GATE}"]' in found.detail) == ("SNC523", True)


def test_a_gate_that_is_false(step: Doorstep) -> None:
    """The block that asks for true is named with its line."""
    step.build(BY_CLIENT)
    step.change("sys_properties", step.find("sys_properties", name=GATE), value="false")
    (found,) = step.diagnose()
    assert (found.code, place_of(found), found.address) == (
        "SNC523",
        "stack.toml:10",
        Address("property", GATE),
    )
    assert (
        "asks for value = true, and the instance holds something else: run 'snowconf apply'." in found.detail
    )


def test_a_gate_that_is_false_in_the_file(step: Doorstep) -> None:
    """Its line says what is to be written there, and nothing that stands there already."""
    step.build(BY_CLIENT.replace("value = true", "value = false"))
    (found,) = step.diagnose()
    assert "asks for value = false: write value = true there" in found.detail


def test_a_gate_that_is_true_as_a_text_is_true(step: Doorstep) -> None:
    """Both ways of writing it mean the same."""
    step.build(BY_CLIENT.replace("value = true", 'value = "true"'))
    step.change("sys_properties", step.find("sys_properties", name=GATE), value="false")
    (found,) = step.diagnose()
    assert "asks for value = true, and the instance holds something else" in found.detail


def test_a_password_grant_that_is_switched_off(step: Doorstep) -> None:
    """A property closes it for everybody."""
    step.build(BY_PASSWORD)
    set_property(step, GRANT_OFF, "true")
    (found,) = step.diagnose()
    assert (found.code, GRANT_OFF in found.detail) == ("SNC524", True)


def test_an_application_user_that_is_missing(step: Doorstep) -> None:
    """Tokens of client credentials act as somebody."""
    step.build(BY_CLIENT)
    client(step, user="")
    (found,) = step.diagnose()
    assert (found.code, place_of(found)) == ("SNC525", "stack.toml:17")


def test_an_application_user_that_was_deleted(step: Doorstep) -> None:
    """A reference to nobody is as good as none."""
    step.build(BY_CLIENT)
    refusal = step.refuse_after(lambda: step.remove("sys_user", user_name="svc"))
    assert code_of(step.diagnose(refusal)) == "SNC525"


@BY_TOKEN
def test_a_client_that_is_missing(step: Doorstep, stack: str) -> None:
    """The block that describes it is named, to be applied."""
    step.build(stack)
    refusal = step.refuse_after(lambda: step.remove("oauth_entity", name="App"))
    (found,) = step.diagnose(refusal)
    assert (found.code, found.address) == ("SNC521", Address("oauth_app", "app"))


@BY_TOKEN
def test_a_client_that_is_inactive(step: Doorstep, stack: str) -> None:
    """Where the block does not say active, it is to be written."""
    step.build(stack)
    client(step, active="false")
    (found,) = step.diagnose()
    assert (found.code, "Write active = true into [oauth_app.app]" in found.detail) == ("SNC522", True)


@BY_NAME
def test_a_user_that_is_missing(step: Doorstep, stack: str) -> None:
    """Deleted by somebody."""
    step.build(stack)
    step.remove("sys_user", user_name="svc")
    (found,) = step.diagnose()
    assert (found.code, found.address) == ("SNC526", SVC)


@WAYS
def test_a_user_that_is_inactive(step: Doorstep, stack: str) -> None:
    """Whatever the way in."""
    step.build(stack)
    user(step, active="false")
    assert code_of(step.diagnose()) == "SNC527"


@WAYS
def test_a_user_that_is_locked_out(step: Doorstep, stack: str) -> None:
    """By a person, or by too many wrong passwords."""
    step.build(stack)
    user(step, locked_out="true")
    assert code_of(step.diagnose()) == "SNC528"


@WAYS
def test_a_password_that_must_be_changed(step: Doorstep, stack: str) -> None:
    """Where a property makes that count for APIs."""
    step.build(stack)
    user(step, password_needs_reset="true")
    set_property(step, RESET_MANDATORY, "true")
    assert code_of(step.diagnose()) == "SNC529"


@BY_NAME
def test_a_password_that_was_stored_unhashed(step: Doorstep, stack: str) -> None:
    """As a plain write over REST does; the explanation does not repeat it."""
    step.build(stack)
    user(step, user_password=ENVIRONMENT["SECRET"])
    (found,) = step.diagnose()
    assert (found.code, ENVIRONMENT["SECRET"] in found.detail) == ("SNC530", False)


def test_a_password_that_is_empty(step: Doorstep) -> None:
    """Nobody logs in with none; some releases may show none of anybody, so it is said and not claimed."""
    step.build(BY_PASSWORD)
    user(step, user_password="")
    (found,) = step.diagnose()
    assert (found.code, "shows no password of 'svc'" in found.detail) == ("SNC533", True)


def test_a_restriction_of_basic_authentication(step: Doorstep) -> None:
    """By the property that enforces it."""
    step.build(BASIC)
    set_property(step, ENFORCEMENT, "true")
    (found,) = step.diagnose()
    assert (found.code, "snc_basic_auth_api_access" in found.detail) == ("SNC531", True)


def test_a_restriction_that_no_property_shows(step: Doorstep) -> None:
    """New instances enforce it by themselves; a right password is then not counted as wrong."""
    step.build(BASIC)
    step.switch(basic_auth_restriction="on")
    assert code_of(step.diagnose()) == "SNC531"


def test_a_policy_that_takes_no_passwords(step: Doorstep) -> None:
    """It is named, as it is called on the instance."""
    step.build(BASIC)
    step.close_tables_to_all_but("oauth")
    (found,) = step.diagnose()
    assert (found.code, "'Tables only so'" in found.detail) == ("SNC532", True)


@BY_TOKEN
def test_a_policy_that_takes_no_tokens(step: Doorstep, stack: str) -> None:
    """The token was given, and the API does not want it."""
    step.build(stack)
    step.close_tables_to_all_but("basic_auth")
    assert code_of(step.diagnose()) == "SNC532"


def test_apis_that_ask_for_a_role(step: Doorstep) -> None:
    """Everybody gets a token, and nobody without the role gets any further."""
    step.build(BY_PASSWORD)
    step.switch(platform_rest_role="required")
    assert code_of(step.diagnose()) == "SNC535"


@WAYS
def test_a_secret_that_opens_nothing(step: Doorstep, stack: str) -> None:
    """What is left when everything else stands."""
    step.build(stack)
    step.secrets["SECRET"] = "made-up-Wrong-1"
    (found,) = step.diagnose()
    assert (found.code, "made-up-Wrong-1" in found.detail) == ("SNC533", False)


def test_a_wrong_password_is_told_from_a_wrong_client_secret(step: Doorstep) -> None:
    """The instance counts a wrong password, which it looks at only for a client that it believes."""
    step.build(BY_PASSWORD)
    user(step, user_password="$scrypt1$" + "x" * 83)
    (found,) = step.diagnose()
    assert (found.code, found.address) == ("SNC533", SVC)


def test_a_wrong_client_secret_is_told_first(step: Doorstep) -> None:
    """Nothing was counted against the account."""
    step.build(BY_PASSWORD)
    client(step, client_secret="made-up-Other-1")
    (found,) = step.diagnose()
    assert (found.code, found.address) == ("SNC533", Address("oauth_app", "app"))


def test_an_account_for_web_services_may_be_the_reason(step: Doorstep) -> None:
    """The documentation asks for a user who may log in with a browser; it is said, and not claimed."""
    step.build(BY_PASSWORD.replace("[user.svc]", '[user.svc]\nidentity = "machine"'))
    step.secrets["SECRET"] = "made-up-Wrong-1"
    (found,) = step.diagnose()
    assert (found.code, "web services only" in found.detail) == ("SNC533", True)


def test_everything_that_is_wrong_is_told_at_once(step: Doorstep) -> None:
    """Nobody mends one cause to be told of the next."""
    step.build(BY_PASSWORD)
    user(step, active="false")
    client(step, active="false")
    assert [each.code for each in step.diagnose()] == ["SNC522", "SNC527"]


def test_a_block_that_asks_for_the_wrong_thing_is_quoted(step: Doorstep) -> None:
    """The stack itself may be the cause."""
    step.build(BY_PASSWORD.replace("[user.svc]", "[user.svc]\nactive = false"))
    (found,) = step.diagnose()
    assert "stack.toml:9 asks for active = false: write active = true there" in found.detail


def test_who_sees_nothing_is_not_told_a_guess(step: Doorstep) -> None:
    """An account without rights says what it could not see."""
    step.build(BY_PASSWORD)
    step.secrets["SECRET"] = "made-up-Wrong-1"
    refusal = step.refuse()
    step.make_runner()
    (found,) = step.diagnose(refusal)
    assert (found.code, "could not see" in found.detail) == ("SNC534", True)


def test_a_token_that_is_refused_for_nothing_visible(step: Doorstep) -> None:
    """A secret that got a token is none that drifted."""
    step.build(BY_PASSWORD)
    refusal = step.as_if(UnauthenticatedError("no", request="GET /api/now/table/incident", status=401))
    assert code_of(step.diagnose(refusal)) == "SNC534"


def test_nobody_refused_asks_for_nothing(step: Doorstep) -> None:
    """No request is made for it."""
    step.build(BY_PASSWORD)
    step.gets.clear()
    assert step.diagnose_none() == {}
    assert not step.gets


def test_many_refusals_take_as_many_lists_as_one(step: Doorstep) -> None:
    """Ten users are looked at together."""
    users = "".join(f'\n[user.u{number}]\npassword = {{ env = "SECRET" }}\n' for number in range(10))
    step.build(BY_PASSWORD + users)
    step.secrets["SECRET"] = "made-up-Wrong-1"
    refusals = [step.refuse(Address("user", f"u{number}")) for number in range(10)]
    step.gets.clear()
    step.diagnose(*refusals)
    assert sum(step.gets.values()) == 3


def test_a_client_whose_id_was_changed(step: Doorstep) -> None:
    """The stack shows the one that its block writes, and the instance has another by now."""
    step.build(BY_PASSWORD.replace('name = "App"', 'name = "App"\nclient_id = "made-up-id-1"'))
    client(step, client_id="made-up-id-2")
    (found,) = step.diagnose()
    assert (found.code, "'made-up-id-2'" in found.detail, "'made-up-id-1'" in found.detail) == (
        "SNC521",
        True,
        True,
    )


def test_a_client_that_the_platform_named_and_that_is_gone(step: Doorstep) -> None:
    """Its client_id is known to nobody any more; its name is."""
    step.build(BY_PASSWORD)
    step.remove("oauth_entity", name="App")
    (found,) = step.diagnose()
    assert (found.code, "'App'" in found.detail) == ("SNC521", True)


def test_a_release_that_wants_interactive_users(step: Doorstep) -> None:
    """Nothing on the instance says that it does, so the rule is told beside the secrets that may be wrong."""
    step.build(BY_PASSWORD.replace("[user.svc]", '[user.svc]\nidentity = "machine"'))
    assert step.enter() == "svc"
    step.switch(password_grant="interactive")
    (found,) = step.diagnose()
    assert (found.code, "may log in with a browser" in found.detail) == ("SNC533", True)


@pytest.mark.parametrize(
    ("policy", "kind", "code"),
    [
        ({"apply_global": "true"}, "oauth", "SNC532"),
        ({"api_path": "now/table", "http_method": "GET"}, "oauth", "SNC532"),
        ({"api_path": "now/table", "apply_all_methods": "true"}, "http_key", "SNC532"),
        ({"api_path": "now/table", "http_method": "POST"}, "oauth", "SNC533"),
        ({"api_path": "now/stats", "apply_all": "true"}, "oauth", "SNC533"),
        ({"api_path": "now/table", "apply_all": "true"}, "", "SNC533"),
        ({"api_path": "now/table", "apply_all": "true"}, "basic_auth", "SNC533"),
    ],
)
def test_only_a_policy_for_this_api_is_accused(
    step: Doorstep, policy: dict[str, str], kind: str, code: str
) -> None:
    """By path and method; one without a profile decides nothing."""
    step.build(BASIC)
    step.secrets["SECRET"] = "made-up-Wrong-1"
    user(step, failed_attempts="1")
    step.lay_policy(kind, **policy)
    assert code_of(step.diagnose()) == code


def test_an_account_of_the_instance_alone_has_no_block(step: Doorstep) -> None:
    """The client acts as somebody whom the stack does not declare: what to change is on the instance."""
    step.build(BY_CLIENT)
    other = step.put("sys_user", user_name="somebody", active="false")
    client(step, user=other)
    (found,) = step.diagnose()
    assert (found.code, "no block of the stack is about it" in found.detail) == ("SNC527", True)


def test_a_secret_that_is_not_here_is_compared_with_nothing(step: Doorstep) -> None:
    """The form of what is stored says enough."""
    step.build(BY_PASSWORD)
    user(step, user_password="short")
    refusal = step.refuse()
    step.secrets.pop("SECRET")
    step.keeper.secrets.pop("SECRET")
    (found,) = step.diagnose(refusal)
    assert found.code == "SNC530"
