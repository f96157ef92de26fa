"""Authentication scopes of tokens and keys (wire-contract.md 1.5, recorded answer 52; tables.md 2.2)."""

import json

import pytest

from snowconf.sandbox.acting.stamping import insert_row
from snowconf.sandbox.storage.store import Row
from tests.sandbox_identity.site import TABLE, Reply, Site, basic, bearer

GUARD = {"api_path": "now/table", "http_method": "GET"}


def token(site: Site, **form: str) -> Reply:
    """The answer to a password grant."""
    return site.token(**({"grant_type": "password", "username": "joe", "password": "pw"} | form))


def header(site: Site, **form: str) -> tuple[str, str]:
    """The header of such a token."""
    return bearer(token(site, **form).json()["access_token"])


def test_a_token_without_the_apis_scope_is_refused_as_documented(site: Site, joe: Row) -> None:
    """403 with the name of the scope."""
    client = site.client()
    site.scope("tables", **GUARD)
    site.give_scope(client, site.scope("other"))
    reply = site.call(header(site))
    assert reply.status == 403
    assert reply.json()["error"] == {
        "message": "User Not Authorized",
        "detail": "Missing required api access scope: tables",
    }
    assert joe["active"] == "true"


def test_scopes_are_looked_up_at_run_time(site: Site, joe: Row) -> None:
    """Mapping one more opens the API to tokens already issued (tables.md 2.1)."""
    client, tables = site.client(), site.scope("tables", **GUARD)
    site.give_scope(client, site.scope("other"))
    issued = header(site)
    before = site.call(issued).status
    site.give_scope(client, tables)
    assert (before, site.call(issued).status) == (403, 200)
    assert joe["active"] == "true"


def test_everything_is_open_to_useraccount_and_passwords(site: Site, joe: Row) -> None:
    """A client without scopes has that of the whole account."""
    client = site.client()
    site.scope("tables", **GUARD)
    assert token(site).json()["scope"] == "useraccount"
    assert [site.call(each).status for each in (header(site), basic("joe", "pw"))] == [200, 200]
    site.give_scope(client, site.desk.one("sys_auth_scope", name="useraccount"))
    assert site.call(header(site)).status == 200
    assert joe["active"] == "true"


def test_a_property_switches_the_check_off(site: Site, joe: Row) -> None:
    """com.glide.rest.api.auth.scope.check.enable (tables.md 2.1)."""
    client = site.client()
    site.scope("tables", **GUARD)
    site.give_scope(client, site.scope("other"))
    site.desk.setting("com.glide.rest.api.auth.scope.check.enable", "false")
    assert site.call(header(site)).status == 200
    assert joe["active"] == "true"


def test_an_api_that_no_scope_guards_is_open_unless_the_client_is_restricted(site: Site, joe: Row) -> None:
    """scope_restriction_status=restricted keeps to the APIs of its scopes (tables.md 2.1)."""
    client = site.client()
    site.give_scope(client, site.scope("other", api_path="now/stats"))
    issued = header(site)
    before = site.call(issued).status
    site.desk.update("oauth_entity", client, scope_restriction_status="restricted")
    assert (before, site.call(issued).status) == (200, 403)
    assert joe["active"] == "true"


def test_a_restricted_client_without_scopes_reaches_nothing(site: Site, joe: Row) -> None:
    """Not even the whole account."""
    site.client(scope_restriction_status="restricted")
    assert token(site).json()["scope"] == ""
    assert site.call(header(site)).status == 403
    assert joe["active"] == "true"


def test_a_scope_that_is_gone_counts_for_nothing(site: Site, joe: Row) -> None:
    """Its mapping is left over; the client has the whole account again."""
    client, other = site.client(), site.scope("other")
    site.give_scope(client, other)
    site.desk.store.delete("sys_auth_scope", other["sys_id"])
    assert token(site).json()["scope"] == "useraccount"
    assert joe["active"] == "true"


def test_a_client_may_ask_for_some_of_its_scopes(site: Site, joe: Row) -> None:
    """The token has those then, and is another than the one with all (wire-contract.md 4.1)."""
    client, tables = site.client(), site.scope("tables", **GUARD)
    site.give_scope(client, tables)
    site.give_scope(client, site.scope("other"))
    everything, some = token(site).json(), token(site, scope="other").json()
    assert (everything["scope"], some["scope"]) == ("other tables", "other")
    assert everything["access_token"] != some["access_token"]
    assert [site.call(bearer(each["access_token"])).status for each in (everything, some)] == [200, 403]
    again = token(site, scope="other").json()
    assert again["access_token"] == some["access_token"]
    assert joe["active"] == "true"


def test_a_scope_that_is_not_its_own_is_no_clients_to_ask_for(site: Site, joe: Row) -> None:
    """Refused like anything else; for who has everything it says nothing."""
    client = site.client()
    assert token(site, scope="tables").json()["scope"] == "useraccount"
    site.give_scope(client, site.scope("other"))
    assert token(site, scope="tables").status == 401
    assert joe["active"] == "true"


@pytest.mark.parametrize(("scope", "status"), [("tables", 200), ("other", 403), ("", 200)])
def test_a_key_has_one_scope_or_all(site: Site, joe: Row, scope: str, status: int) -> None:
    """Its auth_scope."""
    site.scope("tables", **GUARD)
    site.scope("other")
    chosen = {"auth_scope": site.desk.one("sys_auth_scope", name=scope)["sys_id"]} if scope else {}
    site.desk.insert("api_key", name="Key", user=joe["sys_id"], token="now_k3y", **chosen)
    site.policy(site.key_profile())
    assert site.call(("x-sn-apikey", "now_k3y")).status == status


def test_a_token_may_stand_in_the_query(site: Site, joe: Row) -> None:
    """Documented, and not to be recommended (wire-contract.md 4.3)."""
    site.client()
    issued = token(site).json()["access_token"]
    assert site.call(target=f"{TABLE}&access_token={issued}").status == 200
    assert joe["active"] == "true"


def test_the_instance_caps_the_life_of_access_tokens(site: Site, joe: Row) -> None:
    """glide.oauth.access_token.expire_in.system_max_seconds, and refresh tokens live on (wire-contract.md 4.1)."""
    site.client(access_token_lifespan="7200")
    site.desk.setting("glide.oauth.access_token.expire_in.system_max_seconds", "60")
    assert token(site).json()["expires_in"] == 60
    assert site.desk.one("oauth_credential", type="refresh_token")["expires"] == "2026-10-09 12:00:00"
    assert joe["active"] == "true"


@pytest.mark.parametrize(
    ("switch", "roles", "status"),
    [
        ("not_required", (), 200),
        ("required", (), 403),
        ("required", ("itil",), 200),
        ("required", ("admin",), 200),
    ],
)
def test_an_instance_may_ask_for_a_role_to_use_rest_at_all(
    site: Site, switch: str, roles: tuple[str, ...], status: int
) -> None:
    """`itil` contains snc_platform_rest_api_access (wire-contract.md 1.9, tables.md 3.5)."""
    site.desk.user("joe", *roles, password="pw")
    site.switch(platform_rest_role=switch)
    reply = site.call(basic("joe", "pw"))
    assert reply.status == status
    if status == 403:
        assert reply.json()["error"]["detail"] == "Failed API level ACL Validation"


APIS = {
    "Table API": TABLE,
    "Aggregate API": "/api/now/stats/sys_user?sysparm_count=true",
    "Attachment API": "/api/now/attachment?sysparm_limit=1",
    "Import Set API": "/api/now/import/imp_user/x",
}


@pytest.mark.parametrize("name", APIS)
def test_an_api_has_an_access_control_that_can_be_turned_on(site: Site, name: str) -> None:
    """Inactive at first; then it is for its role and for admins, and the other APIs are open (docs/platform.md)."""
    for user, roles in {"joe": (), "jane": ("itil",), "boss": ("admin",)}.items():
        site.desk.user(user, *roles, password="pw")
    acl = site.desk.one("sys_security_acl", name=name, type="REST_Endpoint")
    assert refused(site, "joe") == []
    turn_on(site, acl)
    assert refused(site, "joe") == [name]
    assert site.call(basic("joe", "pw"), target=APIS[name]).status == 403
    assert site.why() == "the caller has none of its roles: snc_platform_rest_api_access"
    assert refused(site, "jane") == refused(site, "boss") == []


def test_an_api_can_have_more_than_one_access_control(site: Site) -> None:
    """One that allows is enough, one that denies as well."""
    site.desk.user("joe", password="pw")
    turn_on(site, site.desk.one("sys_security_acl", name="Table API", type="REST_Endpoint"))
    acl = {"name": "Table API", "type": "REST_Endpoint", "operation": "execute"}
    attribute = {"security_attribute": "239bdf0c47d23110ba46ff58936d4330"}
    insert_row(site.desk.session(), "sys_security_acl", acl | attribute)
    assert refused(site, "joe") == []
    insert_row(site.desk.session(), "sys_security_acl", acl | {"decision_type": "deny"})
    assert refused(site, "joe") == ["Table API"]


def test_a_batch_opens_no_door(site: Site, joe: Row) -> None:
    """Each of its requests is let in or not as if it had come alone: by access control, scope and policy."""
    turn_on(site, site.desk.one("sys_security_acl", name="Table API", type="REST_Endpoint"))
    assert in_batch(site, basic("joe", "pw")) == [403, 200]
    site.give_scope(site.client(), site.scope("batches", api_path="now/batch"))
    site.scope("figures", api_path="now/stats")
    assert in_batch(site, bearer(token(site).json()["access_token"])) == [403, 403]
    site.policy(site.profile("oauth"), api_path="now/stats")
    assert in_batch(site, basic("joe", "pw")) == [403, 401]
    assert joe["active"] == "true"


def in_batch(site: Site, credentials: tuple[str, str]) -> list[int]:
    """What a batch says to a list and to a figure."""
    items = [{"id": str(number), "url": APIS[name]} for number, name in enumerate(list(APIS)[:2])]
    body = json.dumps({"batch_request_id": "1", "rest_requests": items}).encode()
    sent = [credentials, ("Content-Type", "application/json")]
    answer = site.sandbox.exchange()("POST", "https://dev1.example.com/api/now/v1/batch", sent, body)
    return [each["status_code"] for each in json.loads(answer[2])["serviced_requests"]]


def turn_on(site: Site, acl: Row) -> None:
    """As an elevated admin would."""
    site.desk.store.update("sys_security_acl", acl["sys_id"], {"active": "true"})


def refused(site: Site, user: str) -> list[str]:
    """The APIs whose access control turns that user away."""
    answers = {name: site.call(basic(user, "pw"), target=target) for name, target in APIS.items()}
    return [name for name, reply in answers.items() if b"Failed API level ACL Validation" in reply.body]
