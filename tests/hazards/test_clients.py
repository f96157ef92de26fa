"""What a change of an OAuth client can break."""

from typing import Any

import pytest

from snowconf.model.address import Address
from tests.hazards.bench import (
    FUTURE,
    PAST,
    Bench,
    change_of,
    codes,
    entry,
    find_hazard,
    hazards_of,
    owning,
    sentence_of,
)

OFF = '[oauth_app.finout]\nname = "Finout"\nactive = false\n'
CLIENT_ID = "0f3c2a5be1d84c7793a6d1e2b4c5f607"
REWRITE: dict[str, Any] = {"rewrite_secrets": frozenset({Address("oauth_app", "finout")})}


@pytest.fixture
def app(bench: Bench) -> str:
    """A client on the instance."""
    return bench.put("oauth_entity", name="Finout", type="client", client_id=CLIENT_ID, active="true")


@pytest.fixture
def as_client(bench: Bench, app: str) -> str:
    """From now on snowconf logs in with tokens of that client; its sys_id."""
    secret = '{ env = "SECRET" }'
    auth = f'grant = "client_credentials", client_id = "{CLIENT_ID}", client_secret = {secret}'
    bench.change(
        "oauth_entity", app, user=bench.find("sys_user", user_name="admin"), client_secret="made-up-Secret-1"
    )
    bench.put("sys_properties", name="glide.oauth.inbound.client.credential.grant_type.enabled", value="true")
    bench.instance = f'url = "sandbox:"\nauth = {{ {auth} }}'
    return app


def test_an_ordinary_change_has_no_hazard(bench: Bench, app: str) -> None:
    """A longer lifespan cuts nobody off, and asks for nothing more."""
    bench.lay("oauth_credential", peer=app, type="access_token", expires=FUTURE)
    plan = bench.plan('[oauth_app.finout]\nname = "Finout"\naccess_token_lifespan = 900\n')
    assert (hazards_of(plan), bench.asked) == ([], {"oauth_entity": 1})


def test_tokens_of_a_client_that_is_switched_off_are_counted(bench: Bench, app: str) -> None:
    """Living ones of this client, and no others."""
    for peer, expires in ((app, FUTURE), (app, FUTURE), (app, FUTURE), (app, PAST), ("0" * 32, FUTURE)):
        bench.lay("oauth_credential", peer=peer, type="access_token", expires=expires)
    expected = "3 live tokens of this client end, or cannot be renewed, when it is switched off."
    assert sentence_of(bench.plan(OFF), "live_tokens") == expected


def test_another_secret_cuts_tokens_off(bench: Bench, app: str) -> None:
    """Whoever holds a token cannot renew it with the secret that it knows."""
    bench.lay("oauth_credential", peer=app, type="refresh_token", expires=FUTURE)
    plan = bench.plan('[oauth_app.finout]\nname = "Finout"\nclient_secret = { env = "SECRET" }\n', **REWRITE)
    assert sentence_of(plan, "live_tokens").endswith("when it gets another secret.")


def test_a_new_client_cuts_nobody_off(bench: Bench) -> None:
    """Its secret is its first."""
    plan = bench.plan('[oauth_app.new]\nclient_secret = { env = "SECRET" }\n')
    assert (hazards_of(plan), "oauth_credential" in bench.asked) == ([], False)


def test_a_deleted_client_is_weighed(bench: Bench, app: str) -> None:
    """Leaving the files with on_remove = delete ends its tokens too."""
    bench.lay("oauth_credential", peer=app, type="access_token", expires="")
    plan = bench.plan("", ledger=owning(entry("oauth_app.finout", "oauth_entity", app)))
    assert hazards_of(plan) == ["deletion", "live_tokens"]


def test_what_refers_to_a_client_is_named(bench: Bench, app: str) -> None:
    """REST messages and credentials use a client through its profiles."""
    profile = bench.put("oauth_entity_profile", name="p", oauth_entity=app, grant_type="client_credentials")
    bench.put("sys_rest_message", name="Finout costs", oauth2_profile=profile)
    bench.put("oauth_2_0_credentials", name="Finout credential", oauth_entity_profile=profile)
    assert change_of(bench.plan(OFF), "oauth_app.finout").notes == (
        "1 REST message refers to this client: Finout costs",
        "1 credential refers to this client: Finout credential",
    )


@pytest.mark.usefixtures("as_client")
@pytest.mark.parametrize(
    ("block", "loss"),
    [
        ("active = false", "which is switched off."),
        ('user = "guest"', "which gets another user."),
        ('client_secret = { env = "SECRET" }', "which gets another secret."),
        ('scope_restriction_status = "restricted"', "which gets another scope_restriction_status."),
    ],
)
def test_the_client_of_the_run_is_protected(bench: Bench, block: str, loss: str) -> None:
    """Its tokens are those that snowconf works with."""
    plan = bench.plan(f'[oauth_app.finout]\nname = "Finout"\n{block}\n', **REWRITE)
    assert sentence_of(plan, "self_lockout") == f"snowconf gets its own tokens with this client, {loss}"
    assert "SNC224" in codes(plan)


@pytest.mark.usefixtures("as_client")
def test_a_scope_of_the_own_client_is_protected(bench: Bench, as_client: str) -> None:
    """Without it the next token reaches less."""
    scope = bench.find("sys_auth_scope", name="useraccount")
    bench.put("oauth_entity_auth_scope_mapping", oauth_entity=as_client, auth_scope=scope)
    plan = bench.plan('[oauth_app.finout]\nname = "Finout"\nauth_scopes = []\n')
    assert sentence_of(plan, "self_lockout").endswith("which loses the scope useraccount.")


@pytest.mark.usefixtures("as_client")
def test_another_client_may_change(bench: Bench) -> None:
    """Only the one that the run uses is protected."""
    bench.put("oauth_entity", name="Other", type="client")
    plan = bench.plan('[oauth_app.other]\nname = "Other"\nactive = false\n')
    assert find_hazard(plan, "self_lockout") is None


@pytest.mark.usefixtures("as_client")
def test_the_gate_of_the_own_grant_is_protected(bench: Bench) -> None:
    """A property that ends client credentials ends snowconf's own."""
    gate = "glide.oauth.inbound.client.credential.grant_type.enabled"
    plan = bench.plan(f'[property."{gate}"]\nvalue = false\nignore_cache = true\n')
    assert sentence_of(plan, "self_lockout").startswith(
        "snowconf gets its own tokens with client credentials"
    )


@pytest.mark.usefixtures("as_client")
def test_removing_the_gate_of_the_own_grant_is_refused(bench: Bench) -> None:
    """Absent is as good as false there."""
    gate = "glide.oauth.inbound.client.credential.grant_type.enabled"
    plan = bench.plan(f'[property."{gate}"]\nabsent = true\n')
    assert "self_lockout" in hazards_of(plan)
