"""What the checks find in one block that no attribute sees by itself."""

from typing import Any

import pytest

from snowconf.kinds import KINDS
from snowconf.model.diagnostic import Severity
from tests.kinds.blocks import block, codes, only, record_block

ENTERED = {"run_time": "23:00", "entered_time": "00:00"}


def test_a_plain_block_of_every_kind_is_clean() -> None:
    """Nothing is found where nothing is wrong."""
    plain = [
        block("role", name="reader", contains=["itil"]),
        block("group", name="Readers", members=["jane.doe"]),
        block("user", user_name="svc", identity="machine", password={"env": "SVC"}),
        block("oauth_app", name="Finout", redirect_url="", client_secret={"env": "SECRET"}),
        block("auth_scope", name="assets", description="Reading assets"),
        block("jwt_client", name="Partner", user_field="user_id", public_client=True, clock_skew=300),
        block("jwt_verifier", name="first", jwt_client="Partner", shared_key={"env": "KEY"}),
        block("data_source", name="People", type="JDBC", jdbc_server="db", import_set_table_name="imp_user"),
        block("transform_map", name="People", source_table="imp_user", target_table="sys_user"),
        block("acl", name="incident.*", operation="read", roles=["reader"]),
        block("property", name="glide.some.switch", value=True, type="boolean"),
        block("scheduled_import", name="Nightly", run_as="svc", run_time="02:30"),
        block("oauth_provider", name="Acme", auth_url="https://a.example", token_url="https://t.example"),
        block("oauth_scope", name="read", provider="Acme", scope="users.read"),
        block("oauth_profile", name="Acme default_profile", provider="Acme", grant_type="authorization_code"),
        block("alias", name="Acme SaaS", id="Acme_SaaS"),
        block("basic_credential", name="Acme", user_name="a", password={"env": "KEY"}, aliases=["Acme_SaaS"]),
        block("api_key_credential", name="Acme", api_key={"env": "KEY"}, aliases=[]),
        block("oauth_credential", name="Acme", profile="Acme default_profile"),
        block("http_connection", name="Acme", alias="Acme_SaaS", host="api.example.com"),
        record_block("incident", ("number",), number="INC0000001", state=2),
    ]
    assert [codes(resource) for resource in plain] == [[]] * len(plain)


def test_a_role_cannot_contain_both_worlds() -> None:
    """snc_internal and snc_external together are aborted by the platform (tables.md 3.2)."""
    found = only(block("role", name="reader", contains=["snc_internal", "snc_external"]))
    assert (found.code, found.origin and found.origin.line) == ("SNC150", 3)


def test_nothing_goes_under_the_internal_role() -> None:
    """A role under snc_internal or snc_external is aborted (tables.md 3.2)."""
    assert codes(block("role", name="snc_external", contains=["reader"])) == ["SNC150"]


@pytest.mark.parametrize(
    ("identity", "web_only", "expected"),
    [
        ("machine", False, ["SNC151"]),
        ("human", True, ["SNC151"]),
        ("ai_agent", True, ["SNC151"]),
        ("machine", True, []),
        ("human", False, []),
        ("unclassified", True, []),
        ("", True, []),
    ],
)
def test_trap_12_identity_and_web_service_access_must_agree(
    identity: str, *, web_only: bool, expected: list[str]
) -> None:
    """The platform couples the two columns, so writing them apart never comes to rest."""
    assert codes(block("user", identity=identity, web_service_access_only=web_only)) == expected


def test_the_message_about_identity_says_what_to_do() -> None:
    """What the platform will store, what the file asks for, and what to take out."""
    found = only(block("user", identity="machine", web_service_access_only=False))
    assert found.detail == (
        "identity = 'machine' makes the platform store web_service_access_only = true, and the block asks for false. "
        "Take web_service_access_only out, or choose another identity."
    )


@pytest.mark.parametrize(
    ("inbound", "default", "expected"),
    [
        ("client_credential", "password", ["SNC152"]),
        ("authz_code", "client_credentials", ["SNC152"]),
        ("jwt", "password", ["SNC152"]),
        ("jwt", "jwt_bearer", []),
        ("authz_code", "authorization_code", []),
        ("multiple", "password", []),
        ("jwt", "", []),
    ],
)
def test_trap_12_the_two_grant_columns_must_agree(inbound: str, default: str, expected: list[str]) -> None:
    """inbound_grant_type and default_grant_type name the same grant in two spellings."""
    assert (
        codes(block("oauth_app", user="svc", inbound_grant_type=inbound, default_grant_type=default))
        == expected
    )


def test_one_grant_column_alone_contradicts_nothing() -> None:
    """Only what is written is compared."""
    assert codes(block("oauth_app", default_grant_type="password")) == []


def test_a_public_client_has_no_secret() -> None:
    """It proves itself with PKCE."""
    secret = {"env": "SECRET"}
    assert codes(block("oauth_app", public_client=True, client_secret=secret)) == ["SNC153"]
    assert codes(block("oauth_app", public_client=False, client_secret=secret)) == []


@pytest.mark.parametrize(
    "written", [{"inbound_grant_type": "client_credential"}, {"default_grant_type": "client_credentials"}]
)
def test_client_credentials_ask_for_an_application_user(written: dict[str, str]) -> None:
    """Without one the token endpoint refuses; it may stand on the instance already, so this only warns."""
    found = only(block("oauth_app", **written))
    assert (found.code, found.severity) == ("SNC154", Severity.WARNING)
    assert codes(block("oauth_app", user="svc", **written)) == []


@pytest.mark.parametrize(
    "name", ["incident", "incident.state", "incident.*", "*", "*.number", "*.*", "u_x1.u_y"]
)
def test_record_names_have_six_forms(name: str) -> None:
    """The forms of tables.md 4.2."""
    assert codes(block("acl", name=name, operation="read", roles=["reader"])) == []


@pytest.mark.parametrize(
    "name", ["a.b.c", "incident.", ".state", "in cident", "incident*", "**", "incident.sta-te"]
)
def test_other_record_names_protect_nothing(name: str) -> None:
    """The platform stores any name and never matches these."""
    assert codes(block("acl", name=name, operation="read", roles=["reader"])) == ["SNC155"]


def test_other_types_have_other_names() -> None:
    """An endpoint is named after its API."""
    endpoint = block("acl", type="REST_Endpoint", name="My API/v1", operation="execute", roles=["reader"])
    assert codes(endpoint) == []


def test_trap_06_an_acl_without_any_criterion_locks_everybody_out() -> None:
    """No role, condition, script or attribute denies all; the warning says so."""
    found = only(block("acl", name="incident", operation="read"))
    assert (found.code, found.severity, found.origin and found.origin.line) == ("SNC156", Severity.WARNING, 1)


@pytest.mark.parametrize(
    "written",
    [
        {"roles": ["a"]},
        {"condition": "active=true"},
        {"script": "answer = true"},
        {"security_attribute": "x"},
    ],
)
def test_one_criterion_is_enough(written: dict[str, Any]) -> None:
    """Any of the four lets somebody through."""
    assert codes(block("acl", name="incident", operation="read", **written)) == []


def test_empty_criteria_are_none() -> None:
    """An empty set of roles and an empty condition protect as little as none."""
    assert codes(block("acl", name="incident", operation="read", roles=[], condition="")) == ["SNC156"]


@pytest.mark.parametrize(
    "written", [{"name": "*.number"}, {"name": "page", "type": "ui_page"}], ids=["wildcard", "other type"]
)
def test_applies_to_needs_a_table(written: dict[str, str]) -> None:
    """It counts for type record and names that start with a table only (tables.md 4.1)."""
    acl = block("acl", operation="read", roles=["a"], applies_to="active=true", **written)
    assert codes(acl) == ["SNC157"]


def test_applies_to_with_a_table_is_fine() -> None:
    """A table's name at the front gives it something to apply to."""
    acl = block("acl", name="incident.state", operation="read", roles=["a"], applies_to="active=true")
    assert codes(acl) == []


def test_trap_06_a_condition_on_an_unknown_column_widens_the_acl() -> None:
    """The platform drops that clause, so a mistyped column is an error with the right name beside it."""
    acl = block("acl", name="incident.*", operation="read", roles=["a"], condition="active=true^asigned_to=x")
    found = only(acl)
    assert (found.code, found.severity) == ("SNC158", Severity.ERROR)
    assert "Table incident has no column 'asigned_to'." in found.detail
    assert "Did you mean 'assigned_to'?" in found.detail


@pytest.mark.parametrize(
    ("condition", "unknown"),
    [
        ("zzz=1", ["zzz"]),
        ("active=true^ORzzz=1^NQyyy=2^EQ", ["zzz", "yyy"]),
        ("caller_id.manager.zzz=1", ["zzz"]),
        ("caller_id.manager.active=true", []),
        ("short_descriptionLIKEa^^zzz=1", []),
        ("u_zzz=1^x_acme_zzz=2", []),
        ("ORDERBYnumber^123TEXTQUERY321=a^RLQUERYincident", []),
        ("active.zzz=1", []),
        ("", []),
    ],
)
def test_only_columns_that_are_known_to_lack_are_named(condition: str, unknown: list[str]) -> None:
    """Dot-walks are followed, doubled carets are values, and customers' own columns are left alone."""
    resource = block("acl", name="incident", operation="read", roles=["a"], condition=condition)
    found = [each for each in codes(resource) if each == "SNC158"]
    assert len(found) == len(unknown)


@pytest.mark.parametrize("name", ["u_custom_table", "*", "*.zzz"])
def test_nothing_is_said_about_tables_nobody_knows(name: str) -> None:
    """The dictionary cannot know what a customer's table lacks."""
    assert codes(block("acl", name=name, operation="read", roles=["a"], condition="zzz=1")) == []


def test_a_far_off_column_gets_no_guess() -> None:
    """A wrong guess is worse than none."""
    found = only(block("acl", name="incident", operation="read", roles=["a"], applies_to="qqqqqq=1"))
    assert "Did you mean" not in found.detail


def test_value_and_secret_value_are_one_column() -> None:
    """Two values for one column cannot both be meant."""
    found = only(block("property", name="p", value="x", secret_value={"env": "P"}))
    assert (found.code, found.origin and found.origin.line) == ("SNC159", 4)


@pytest.mark.parametrize(
    ("kind", "value", "choices", "fits"),
    [
        ("boolean", "true", "", True),
        ("boolean", "True", "", False),
        ("boolean", "yes", "", False),
        ("boolean", "", "", True),
        ("integer", "-12", "", True),
        ("integer", 12, "", True),
        ("integer", "12 MB", "", False),
        ("choicelist", "cmdb", "auto,Use CMDB=cmdb, sam", True),
        ("choicelist", "sam", "auto,Use CMDB=cmdb, sam", True),
        ("choicelist", "Use CMDB", "auto,Use CMDB=cmdb, sam", False),
        ("choicelist", "anything", "", True),
        ("string", "True", "", True),
    ],
)
def test_a_value_fits_the_type_that_is_written(kind: str, value: Any, choices: str, *, fits: bool) -> None:
    """The platform would store any of them (tables.md 5)."""
    resource = block("property", name="p", type=kind, value=value, choices=choices)
    assert codes(resource) == ([] if fits else ["SNC160"])


def test_without_a_written_type_nothing_is_said() -> None:
    """The instance may hold another type."""
    assert codes(block("property", name="p", value="True")) == []


def test_a_telling_value_is_not_repeated() -> None:
    """The message about a wrong type does not show what may be a secret."""
    found = only(block("property", name="acme.api.token", type="integer", value="xoxb-hunter2"))
    assert "hunter2" not in found.detail


@pytest.mark.parametrize("kind", ["password", "password2"])
def test_a_password_does_not_stand_in_a_file(kind: str) -> None:
    """A literal value of a password type is an error that does not repeat it."""
    found = only(block("property", name="p", type=kind, value="hunter2"))
    assert (found.code, "hunter2" in found.detail) == ("SNC161", False)
    assert codes(block("property", name="p", type=kind, secret_value={"env": "P"})) == []


def test_trap_12_a_zone_with_one_time_is_recomputed() -> None:
    """run_time and time_zone without entered_time run at another hour than written."""
    found = only(block("scheduled_import", run_as="svc", time_zone="Europe/Berlin", run_time="23:00"))
    assert (found.code, found.origin and found.origin.line) == ("SNC162", 4)
    assert "Write entered_time too" in found.detail
    assert codes(block("scheduled_import", run_as="svc", time_zone="Europe/Berlin", **ENTERED)) == []


def test_no_zone_needs_no_entered_time() -> None:
    """The two times are the same then, and travel together."""
    assert codes(block("scheduled_import", run_as="svc", time_zone="", run_time="23:00")) == []


@pytest.mark.parametrize(
    ("run_type", "written", "ignored"),
    [
        ("daily", {"run_dayofweek": "monday"}, 1),
        ("weekly", {"run_dayofweek": "monday", "run_time": "02:30"}, 0),
        ("monthly", {"run_dayofmonth": 31, "run_period": "1d"}, 1),
        ("periodically", {"run_period": "15m"}, 0),
        ("on_demand", {"run_time": "02:30", "run_period": "15m"}, 2),
        ("once", {"run_start": "2026-11-30T02:00:00Z"}, 0),
        ("parent", {"parent": "Nightly", "order": 100}, 0),
        ("day_and_month_in_year", {"run_dayofmonth": 1, "run_month": "march"}, 0),
    ],
)
def test_each_run_type_looks_at_some_attributes(run_type: str, written: dict[str, Any], ignored: int) -> None:
    """What it does not look at is named, as a warning."""
    resource = block("scheduled_import", run_as="svc", run_type=run_type, **written)
    assert codes(resource) == ["SNC163"] * ignored


def test_trap_10_run_as_is_the_api_caller_when_nobody_is_named() -> None:
    """Creating without run_as gives the import the rights of whoever deploys."""
    found = only(block("scheduled_import", name="Nightly"))
    assert (found.code, found.severity) == ("SNC164", Severity.WARNING)
    assert codes(block("scheduled_import", name="Nightly", run_as="")) == []


def test_a_condition_needs_its_switch() -> None:
    """The platform asks a condition only when conditional is true."""
    script = "answer = true"
    assert codes(block("scheduled_import", run_as="svc", condition=script)) == ["SNC165"]
    assert codes(block("scheduled_import", run_as="svc", condition=script, conditional=True)) == []


def test_a_computed_column_cannot_be_written() -> None:
    """The platform ignores it, so the record would differ for ever."""
    found = only(record_block("sys_alias", ("id",), id="x_acme.alias"))
    assert (found.code, "Take id out" in found.detail) == ("SNC166", True)


@pytest.mark.parametrize(
    ("column", "found"),
    [("user_name", []), ("user_id", []), ("u_own", []), ("emial", ["SNC560"]), ("zzz", ["SNC560"])],
)
def test_the_subject_of_an_assertion_is_looked_up_in_a_column_of_users(column: str, found: list[str]) -> None:
    """The platform checks no name, and finds nobody by one that is not there."""
    assert codes(block("jwt_client", name="Partner", user_field=column)) == found


def test_a_mistyped_column_of_users_is_guessed() -> None:
    """A near one is offered, and where none is near nothing is."""
    assert "Did you mean 'email'?" in only(block("jwt_client", name="x", user_field="emial")).detail
    assert "Did you mean" not in only(block("jwt_client", name="x", user_field="zzz")).detail


def test_assertions_are_not_taken_for_hours_after_they_expired() -> None:
    """Clocks differ by seconds."""
    assert codes(block("jwt_client", name="Partner", clock_skew=86_400)) == ["SNC561"]


def test_a_public_jwt_client_has_no_secret() -> None:
    """As with every other client."""
    told = block("jwt_client", name="Partner", public_client=True, client_secret={"env": "SECRET"})
    assert codes(told) == ["SNC153"]


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({}, "neither certificate nor shared_key"),
        ({"certificate": "c", "shared_key": {"env": "KEY"}}, "both certificate and shared_key"),
    ],
)
def test_a_verifier_holds_one_key(keys: dict[str, Any], said: str) -> None:
    """None verifies nothing, and of two it is not known which one counts."""
    found = only(block("jwt_verifier", name="first", jwt_client="Partner", **keys))
    assert (found.code, said in found.detail) == ("SNC562", True)


@pytest.mark.parametrize(
    ("kind", "attribute", "found"),
    [
        ("JDBC", {"sheet_number": 2}, ["SNC564"]),
        ("LDAP", {"file_path": "/x"}, ["SNC564"]),
        ("File", {"jdbc_server": "db"}, ["SNC564"]),
        ("File", {"scp_server": "files"}, []),
        ("CUSTOM", {"data_loader": "load();"}, []),
    ],
)
def test_a_data_source_looks_at_what_its_type_needs(
    kind: str, attribute: dict[str, Any], found: list[str]
) -> None:
    """Other columns would be stored without effect."""
    assert codes(block("data_source", name="x", type=kind, import_set_table_name="t", **attribute)) == found


def test_a_data_source_without_a_type_is_not_judged() -> None:
    """What is not written may be anything."""
    assert codes(block("data_source", name="x", import_set_table_name="t", jdbc_server="db")) == []


def test_an_attachment_of_a_data_source_is_of_one_instance() -> None:
    """Its address holds the sys_id of the source (tables.md 6.3)."""
    told = block(
        "data_source", name="x", import_set_table_name="t", connection_url="attachment://sys_data_source:1/"
    )
    assert codes(told) == ["SNC565"]


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("jdbc:mysql://loader:made-up@db.example.com/people", ["SNC569"]),
        ("jdbc:sqlserver://db.example.com;user=loader;Password=made-up", ["SNC569"]),
        ("jdbc:mysql://db.example.com:3306/people?useSSL=true", []),
        ("https://loader@files.example.com/people.csv", []),
    ],
)
def test_a_password_does_not_stand_in_an_address(address: str, found: list[str]) -> None:
    """An address is stored and shown in clear; the message repeats nothing of it."""
    source = block("data_source", name="x", import_set_table_name="t", connection_url=address)
    told = [each for check in KINDS["data_source"].checks for each in check(source)]
    assert [each.code for each in told] == found
    assert not any("made-up" in each.detail for each in told)
    mask = KINDS["data_source"].masked
    assert mask is not None
    assert mask(source) == (frozenset({"connection_url"}) if found else frozenset())
