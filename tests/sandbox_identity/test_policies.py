"""API keys and REST API access policies (wire-contract.md 4.4, tables.md 2.3, docs/platform.md)."""

import pytest

from snowconf.sandbox.storage.store import Row
from tests.sandbox_identity.site import TABLE, Site, basic, bearer

KEY = ("x-sn-apikey", "now_k3y")


@pytest.fixture
def key(site: Site, joe: Row) -> Row:
    """A key of joe's."""
    return site.desk.insert("api_key", name="Key", user=joe["sys_id"], token="now_k3y")


def test_a_key_is_stored_sealed(key: Row) -> None:
    """Reading it back gives something that is no key."""
    assert "now_k3y" not in key.values()


def test_a_key_that_nobody_chose_is_generated(site: Site, joe: Row) -> None:
    """The platform makes one."""
    assert site.desk.insert("api_key", name="Other", user=joe["sys_id"])["token"]


def test_a_key_needs_a_policy_that_takes_keys(site: Site, key: Row) -> None:
    """Without one it is the ordinary 401."""
    before = site.call(KEY)
    assert (before.status, site.why()) == (401, "no API access policy takes keys here")
    site.policy(site.key_profile())
    assert site.call(KEY).status == 200
    assert key["active"] == "true"


def test_a_key_acts_as_its_user(site: Site, key: Row) -> None:
    """A user without roles sees what he may."""
    site.policy(site.key_profile())
    rows = site.call(KEY, target="/api/now/table/sys_properties").json()["result"]
    assert rows == []
    assert key["active"] == "true"


@pytest.mark.parametrize(
    "change", [{"active": "false"}, {"expires": "2026-06-30 00:00:00"}, {"token": "now_other"}]
)
def test_a_key_ends(site: Site, key: Row, change: dict[str, str]) -> None:
    """Switched off, expired or replaced."""
    site.policy(site.key_profile())
    site.desk.update("api_key", key, **change)
    assert site.call(KEY).status == 401


def test_a_key_of_a_user_out_of_use_lets_nobody_in(site: Site, key: Row, joe: Row) -> None:
    """Inactive, and then gone."""
    site.policy(site.key_profile())
    site.desk.update("sys_user", joe, active="false")
    assert (site.call(KEY).status, site.why()) == (401, "the user is inactive")
    site.desk.delete("sys_user", joe)
    assert site.call(KEY).status == 401
    assert key["name"] == "Key"


def test_a_key_in_the_query_needs_a_profile_for_the_query(site: Site, key: Row) -> None:
    """Header and query parameter are two auth parameters."""
    policy = site.policy(site.key_profile())
    target = f"{TABLE}&x-sn-apikey=now_k3y"
    assert site.call(target=target).status == 401
    pair = {"api_access_policy": policy["sys_id"]}
    site.desk.insert(
        "sys_auth_profile_mapping", inbound_auth_profile=site.key_profile("query_param")["sys_id"], **pair
    )
    assert site.call(target=target).status == 200
    assert key["active"] == "true"


def test_a_prefix_stands_before_the_key(site: Site, key: Row) -> None:
    """Without it there is no key."""
    parameter = site.desk.one("sys_token_auth_parameter", type="auth_header")
    site.desk.update("sys_token_auth_parameter", parameter, prefix="Key ")
    site.policy(site.key_profile())
    assert site.call(KEY).status == 401
    assert site.call(("x-sn-apikey", "Key now_k3y")).status == 200
    assert key["active"] == "true"


def test_a_policy_replaces_the_usual_kinds(site: Site, key: Row) -> None:
    """Who adds one for keys locks out passwords and tokens, for that API alone (tables.md 2.3)."""
    site.client()
    token = site.token(grant_type="password", username="joe", password="pw").json()["access_token"]
    site.policy(site.key_profile())
    assert [site.call(header).status for header in (basic("joe", "pw"), bearer(token))] == [401, 401]
    assert site.why() == "the API access policy Tables does not take bearer"
    assert site.call(basic("joe", "pw"), target="/api/now/attachment").status == 200
    assert key["active"] == "true"


@pytest.mark.parametrize(
    ("kinds", "offered", "statuses"),
    [
        (("basic_auth",), ['BASIC realm="Service-now"'], [200, 401]),
        (("oauth",), ['BEARER realm="Service-now"'], [401, 200]),
        (("basic_auth", "oauth"), ['BEARER realm="Service-now"', 'BASIC realm="Service-now"'], [200, 200]),
        (("id_token",), ['BASIC realm="Service-now"'], [401, 401]),
    ],
)
def test_a_401_offers_what_the_policy_takes(
    site: Site, joe: Row, kinds: tuple[str, ...], offered: list[str], statuses: list[int]
) -> None:
    """The scheme list may have BEARER, BASIC or both (wire-contract.md 1.4)."""
    site.client()
    token = site.token(grant_type="password", username="joe", password="pw").json()["access_token"]
    site.policy(*(site.profile(kind) for kind in kinds))
    assert site.call().all("WWW-Authenticate") == offered
    assert [site.call(header).status for header in (basic("joe", "pw"), bearer(token))] == statuses
    assert joe["active"] == "true"


def test_a_policy_without_a_profile_changes_nothing(site: Site, joe: Row) -> None:
    """Nor does one that is inactive, or whose profile is."""
    profile = site.key_profile()
    site.policy()
    site.policy(profile, name="Inactive", active="false")
    site.policy(site.profile("oauth", active="false"), name="Inactive profile")
    assert site.call(basic("joe", "pw")).status == 200
    assert joe["active"] == "true"


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"apply_all_tables": "false", "api_tablename": "incident"}, 200),
        ({"apply_all_tables": "false", "api_tablename": "incident,sys_user"}, 401),
        ({"apply_all_methods": "false", "http_method": "POST"}, 200),
        ({"apply_all_methods": "false", "http_method": "GET"}, 401),
        ({"apply_all_versions": "false", "version": "v2"}, 200),
        ({"apply_all_versions": "false", "version": ""}, 401),
        ({"api_path": "now/stats"}, 200),
        ({"api_path": "now/stats", "apply_global": "true"}, 401),
        ({"apply_all": "true", "http_method": "POST"}, 401),
    ],
)
def test_a_policy_is_for_what_it_names(site: Site, joe: Row, values: dict[str, str], status: int) -> None:
    """Tables, methods and versions, unless it applies to all."""
    site.policy(site.key_profile(), **values)
    assert site.call(basic("joe", "pw")).status == status
    assert joe["active"] == "true"


def test_tables_may_be_named_by_their_sys_id(site: Site, joe: Row) -> None:
    """A glide_list holds sys_ids."""
    table = site.desk.one("sys_db_object", name="sys_user")
    site.policy(site.key_profile(), apply_all_tables="false", api_tablename=table["sys_id"])
    assert site.call(basic("joe", "pw")).status == 401
    assert joe["active"] == "true"


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"apply_all_tables": "false", "api_tablename": "sys_user"}, 200),
        ({"apply_all_methods": "false", "http_method": "GET"}, 200),
        ({"apply_all_versions": "false", "version": "v2"}, 200),
        ({"name": "Y"}, 401),
    ],
)
def test_the_most_specific_policy_decides_alone(
    site: Site, joe: Row, values: dict[str, str], status: int
) -> None:
    """One that is for this table, method or version comes before one for everything; then the name decides."""
    site.policy(site.key_profile(), name="X", apply_global="true")
    site.policy(site.key_profile("query_param"), name="XX")
    site.policy(site.profile("basic_auth"), **({"name": "Z"} | values))
    target = "/api/now/v2/table/sys_user?sysparm_limit=1"
    assert site.call(basic("joe", "pw"), target=target).status == status
    assert joe["active"] == "true"


def test_the_method_that_counts_is_the_overriding_one(site: Site, joe: Row) -> None:
    """X-HTTP-Method-Override says which (wire-contract.md 1.1)."""
    site.policy(site.key_profile(), apply_all_methods="false", http_method="DELETE")
    override = ("X-HTTP-Method-Override", "DELETE")
    place = f"/api/now/table/sys_user/{joe['sys_id']}"
    assert site.send("POST", place, basic("joe", "pw"), override).status == 401
    assert site.call(basic("joe", "pw"), target=place).status == 200


def test_a_bound_token_is_for_the_apis_that_name_its_client(site: Site, joe: Row) -> None:
    """restricted_binding: a policy must have a profile for this client (tables.md 2.1)."""
    entity = site.client(restricted_binding="true")
    header = bearer(site.token(grant_type="password", username="joe", password="pw").json()["access_token"])
    assert site.call(header).status == 401
    policy = site.policy(site.profile("oauth"))
    assert site.call(header).status == 401
    named = site.profile("oauth", oauth_entity=entity["sys_id"])
    pair = {"api_access_policy": policy["sys_id"], "inbound_auth_profile": named["sys_id"]}
    site.desk.insert("sys_auth_profile_mapping", **pair)
    assert site.call(header).status == 200
    assert joe["active"] == "true"


def test_a_profile_may_be_for_one_clients_tokens(site: Site, joe: Row) -> None:
    """Those of another are not taken."""
    site.client()
    other = site.client(name="Other", client_id="other")
    header = bearer(site.token(grant_type="password", username="joe", password="pw").json()["access_token"])
    site.policy(site.profile("oauth", oauth_entity=other["sys_id"]))
    assert site.call(header).status == 401
    assert joe["active"] == "true"


def test_what_is_no_api_has_no_policy(site: Site, joe: Row) -> None:
    """A 401 without credentials, a 400 with them (wire-contract.md 1.8)."""
    assert site.call(target="/api/").status == 401
    assert site.call(basic("joe", "pw"), target="/api/").status == 400
    assert joe["active"] == "true"
