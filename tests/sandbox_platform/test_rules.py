"""The platform's rules on the managed tables, but for inherited roles, which have a file of their own."""

import pytest

from snowconf.sandbox.rules import CASCADES, RULES
from snowconf.sandbox.rules.properties import VALIDATIONS, Validation
from snowconf.sandbox.rules.rule import Rule
from snowconf.sandbox.storage.passwords import is_hash, matches
from snowconf.sandbox.storage.store import Row
from snowconf.sandbox.writing.glide import Aborted
from tests.sandbox_platform.desk import Desk

ADMIN = "6816f79cc0a8016401c5a33be04be441"
HTTP_RETRIES = "ef751ff07301330025d71afe2ff6a7f9"


def schedule(desk: Desk, **values: str) -> Row:
    """A scheduled import in the zone of Berlin, two hours ahead in July, unless the values say otherwise."""
    return desk.insert("scheduled_import_set", **({"name": "Nightly", "time_zone": "Europe/Berlin"} | values))


def alias(desk: Desk, **values: str) -> Row:
    """An alias."""
    return desk.insert("sys_alias", **({"name": "Acme SaaS"} | values))


# -- the list itself


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_has_a_number_of_32_hex(rule: Rule) -> None:
    """A rule that aborts is named with its sys_id (wire-contract.md 1.7)."""
    assert (len(rule.number), int(rule.number, 16) > 0) == (32, True)


def test_no_two_rules_of_a_table_share_a_name() -> None:
    """The name in an answer tells which rule it was."""
    named = [(rule.table, rule.name) for rule in RULES]
    assert sorted(named) == sorted(set(named))


def test_no_cascade_is_declared_twice() -> None:
    """Each dependence is said once."""
    assert len(CASCADES) == len(set(CASCADES))


# -- users


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        ({"first_name": "Ada", "last_name": "Lovelace"}, "Ada Lovelace"),
        ({"first_name": "Ada", "middle_name": "King", "last_name": "Lovelace"}, "Ada King Lovelace"),
        ({"last_name": "Lovelace"}, "Lovelace"),
        ({}, ""),
    ],
)
def test_a_users_name_is_computed(desk: Desk, parts: dict[str, str], name: str) -> None:
    """From what there is of it (tables.md 3.1)."""
    assert desk.insert("sys_user", user_name="ada", **parts)["name"] == name


def test_a_users_name_follows_its_parts(desk: Desk) -> None:
    """And whoever writes the name itself is not heard."""
    row = desk.insert("sys_user", user_name="ada", first_name="Ada", last_name="Byron", name="Countess")
    assert desk.update("sys_user", row, last_name="Lovelace")["name"] == "Ada Lovelace"


@pytest.mark.parametrize("identity", ["", "unclassified"])
def test_an_identity_without_opinion_leaves_web_service_access_alone(desk: Desk, identity: str) -> None:
    """Only machine, human and agent decide it."""
    row = desk.insert("sys_user", user_name="svc", identity_type=identity, web_service_access_only="true")
    assert row["web_service_access_only"] == "true"


def test_the_mid_role_restricts_its_user_to_web_services(desk: Desk) -> None:
    """*Web Service Access Only for MID Role* (tables.md 3.3)."""
    mid = desk.user("mid", "mid_server")
    joe = desk.user("joe", "soap")
    only = [desk.one("sys_user", sys_id=user["sys_id"])["web_service_access_only"] for user in (mid, joe)]
    assert only == ["true", "false"]


# -- registries


def test_a_client_without_id_and_secret_gets_both(desk: Desk) -> None:
    """Generated: 32 hex and something sealed (tables.md 2.1)."""
    row = desk.insert("oauth_entity", name="Generated", type="client")
    assert (len(row["client_id"]), len(row["client_uuid"])) == (32, 32)
    assert is_hash(row["client_secret"])


def test_a_clients_own_id_and_secret_are_kept(desk: Desk) -> None:
    """Whoever chooses them has them (recorded answer 19)."""
    row = desk.client()
    assert (row["client_id"], matches(row["client_secret"], "s3cret")) == ("finout", True)


def test_a_public_client_has_no_secret(desk: Desk) -> None:
    """PKCE alone protects it."""
    assert desk.client(public_client="true", client_secret="")["client_secret"] == ""


# -- schedules


def test_the_run_time_follows_from_the_entered_time(desk: Desk) -> None:
    """Two hours earlier in UTC than people in Berlin say (tables.md 6.1)."""
    row = schedule(desk, entered_time="1970-01-01 01:30:00")
    assert row["run_time"] == "1970-01-01 23:30:00"


def test_a_time_of_day_has_no_date(desk: Desk) -> None:
    """Whatever day was entered, the first and the last there are included."""
    times = ("0001-01-01 01:30:00", "9999-12-31 01:30:00")
    assert [schedule(desk, entered_time=time)["run_time"] for time in times] == ["1970-01-01 23:30:00"] * 2


def test_both_times_sent_both_stand(desk: Desk) -> None:
    """Whoever writes both is believed."""
    row = schedule(desk, entered_time="1970-01-01 02:00:00", run_time="1970-01-01 05:00:00")
    assert (row["entered_time"], row["run_time"]) == ("1970-01-01 02:00:00", "1970-01-01 05:00:00")


@pytest.mark.parametrize("entered", ["", "soon"])
def test_without_an_entered_time_the_run_time_stands(desk: Desk, entered: str) -> None:
    """There is nothing to compute it from."""
    row = desk.insert("scheduled_import_set", name="Nightly", run_time="1970-01-01 05:00:00")
    assert row["run_time"] == "1970-01-01 05:00:00"
    assert desk.update("scheduled_import_set", row, entered_time=entered)["run_time"] == "1970-01-01 05:00:00"


@pytest.mark.parametrize("zone", ["", "floating"])
def test_a_schedule_without_a_zone_of_its_own_is_in_the_systems(desk: Desk, zone: str) -> None:
    """Los Angeles is seven hours behind in July."""
    row = schedule(desk, time_zone=zone, entered_time="1970-01-01 02:00:00")
    assert row["run_time"] == "1970-01-01 09:00:00"


@pytest.mark.parametrize("zone", ["Mars/Olympus", "GMT"])
def test_an_unknown_zone_is_utc(desk: Desk, zone: str) -> None:
    """And in UTC nothing is moved."""
    row = schedule(desk, time_zone=zone, entered_time="1970-01-01 02:00:00")
    assert row["run_time"] == "1970-01-01 02:00:00"


# -- access controls


@pytest.mark.parametrize(
    ("script", "advanced"), [("answer = true;", "true"), ("", "false"), ("  \n", "false")]
)
def test_advanced_follows_the_script(desk: Desk, script: str, advanced: str) -> None:
    """*AdvancedCheckbox*, whatever was sent (tables.md 4.4)."""
    desk.switch(elevation="off")
    sent = "false" if advanced == "true" else "true"
    row = desk.insert("sys_security_acl", name="incident", operation="read", script=script, advanced=sent)
    assert row["advanced"] == advanced


# -- properties


@pytest.mark.parametrize("validation", VALIDATIONS, ids=lambda validation: validation.rule)
def test_some_properties_validate_their_value(desk: Desk, validation: Validation) -> None:
    """The abort names the rule and not the reason (wire-contract.md 1.7)."""
    with pytest.raises(Aborted) as caught:
        desk.insert("sys_properties", name=validation.name, value="§")
    assert caught.value.detail.startswith(
        f"Operation against file 'sys_properties' was aborted by Business Rule '{validation.rule}^"
    )
    assert caught.value.detail.endswith(f"Business Rule Stack:{validation.rule}")


def test_a_valid_value_passes(desk: Desk) -> None:
    """Only other forms are refused."""
    row = desk.one("sys_properties", name="password_reset.request.expiry")
    assert desk.update("sys_properties", row, value="60")["value"] == "60"


@pytest.mark.parametrize("kind", ["password", "password2"])
def test_the_value_of_a_password_property_is_not_shown(desk: Desk, kind: str) -> None:
    """And writing something else of it does not seal it again."""
    row = desk.insert("sys_properties", name="acme.token", type=kind, value="s3cret")
    assert matches(row["value"], "s3cret")
    assert desk.update("sys_properties", row, description="Of Acme")["value"] == row["value"]


# -- aliases and connections


def test_a_retry_policy_is_filled_in(desk: Desk) -> None:
    """By connection type, where nobody chose one (tables.md 7.1)."""
    policies = [alias(desk)["retry_policy"], alias(desk, name="B", retry_policy="f" * 32)["retry_policy"]]
    assert policies == [HTTP_RETRIES, "f" * 32]


def test_an_alias_of_a_scope_has_its_prefix(desk: Desk) -> None:
    """`<scope>.<name>` with underscores; no prefix in global."""
    row = alias(desk, name="Plugin CICD-Auth")
    scope = desk.one("sys_scope", scope="x_fls_flexera_fnms")
    desk.store.update("sys_alias", row["sys_id"], {"sys_scope": scope["sys_id"]})
    scoped = desk.update("sys_alias", row, description="Of Flexera")
    assert (row["id"], scoped["id"]) == ("Plugin_CICD_Auth", "x_fls_flexera_fnms.Plugin_CICD_Auth")


def test_an_aliass_parent_is_fixed(desk: Desk) -> None:
    """Immutable after insert (tables.md 7.1)."""
    parent, row = alias(desk, name="Parent"), alias(desk)
    assert desk.update("sys_alias", row, parent=parent["sys_id"])["parent"] == ""


def test_an_alias_may_allow_several_connections(desk: Desk) -> None:
    """Then two are active; and a connection of no alias bothers nobody."""
    row = alias(desk, multiple_connections="true")
    for name in ("a", "b"):
        assert desk.insert("http_connection", name=name, connection_alias=row["sys_id"])["active"] == "true"
    assert [desk.insert("http_connection", name=name)["active"] for name in ("c", "d")] == ["true", "true"]


# -- providers, their profiles and scopes, numbers


def test_a_default_profile_may_not_be_made(desk: Desk) -> None:
    """Whether REST makes one as the form does is not established."""
    desk.switch(default_profile="absent")
    desk.insert("oauth_entity", name="P", type="oauth_provider")
    assert desk.store.find("oauth_entity_profile") == []


@pytest.mark.parametrize(("switch", "left"), [("leaves", [1, 1, 1]), ("cascades", [0, 0, 0])])
def test_what_belongs_to_a_deleted_registry_stays_or_goes(desk: Desk, switch: str, left: list[int]) -> None:
    """A support article has people delete profile, scope and profile scope by hand."""
    desk.switch(deleted_registry=switch)
    provider = desk.insert("oauth_entity", name="P", type="oauth_provider")
    profile = desk.one("oauth_entity_profile", oauth_entity=provider["sys_id"])["sys_id"]
    scope = desk.insert(
        "oauth_entity_scope", name="s", oauth_entity_scope="s", oauth_entity=provider["sys_id"]
    )
    desk.insert(
        "oauth_entity_profile_scope", oauth_entity_profile=profile, oauth_entity_scope=scope["sys_id"]
    )
    desk.delete("oauth_entity", provider)
    tables = ("oauth_entity_profile", "oauth_entity_scope", "oauth_entity_profile_scope")
    assert [len(desk.store.find(table)) for table in tables] == left


def test_a_profile_takes_only_its_own_registrys_scopes(desk: Desk) -> None:
    """*Validate oauth scope in profile* (tables.md 2.2)."""
    mine, other = (
        desk.insert("oauth_entity", name=name, client_id=name, type="oauth_provider")
        for name in ("mine", "other")
    )
    profile = desk.one("oauth_entity_profile", oauth_entity=mine["sys_id"])["sys_id"]
    scopes = [
        desk.insert("oauth_entity_scope", name="s", oauth_entity_scope="s", oauth_entity=row["sys_id"])[
            "sys_id"
        ]
        for row in (mine, other)
    ]
    table = "oauth_entity_profile_scope"
    row = desk.insert(table, oauth_entity_profile=profile, oauth_entity_scope=scopes[0])
    assert row["oauth_entity_scope"] == scopes[0]
    with pytest.raises(Aborted, match="Validate oauth scope in profile"):
        desk.insert(table, oauth_entity_profile=profile, oauth_entity_scope=scopes[1])


def test_tasks_are_numbered(desk: Desk) -> None:
    """Counted up from the highest of the class, unless the caller has a number."""
    numbers = [desk.insert("incident")["number"], desk.insert("incident")["number"]]
    assert numbers == ["INC0010001", "INC0010002"]
    assert desk.insert("incident", number="INC0020000")["number"] == "INC0020000"
    assert desk.insert("incident")["number"] == "INC0020001"
    assert desk.insert("problem")["number"] == "PRB0010001"
    assert desk.insert("task")["number"] == "TASK0010001"
