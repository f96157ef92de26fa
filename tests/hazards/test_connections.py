"""What changes of aliases, connections, credentials and OAuth providers can break."""

import pytest

from snowconf.model.plan import Plan
from tests.hazards.bench import Bench, change_of, codes, entry, hazards_of, owning, sentence_of

ALIAS = '[alias.acme]\nname = "Acme"\n'
BLUE = '[http_connection.blue]\nalias = "acme"\nurl = "https://blue.example"\n'
GREEN = '[http_connection.green]\nalias = "acme"\nurl = "https://green.example"\n'
PROVIDER = '[oauth_provider.acme]\nname = "Acme"\ndefault_grant_type = "client_credentials"\ntoken_url = "https://t.example"\n'
PROFILE = '[oauth_profile.acme]\nname = "Acme default_profile"\nprovider = "acme"\ngrant_type = "client_credentials"\n'
CONNECTIONS = "http_connection"


@pytest.fixture
def alias(bench: Bench) -> str:
    """An alias on the instance, of the name that the stack uses."""
    return bench.put("sys_alias", name="Acme")


def problems(plan: Plan) -> list[str]:
    """What the plan says besides its changes."""
    return [each.detail for each in plan.diagnostics]


# -- connections


def test_trap_11_a_second_active_connection_is_refused_by_the_plan(bench: Bench, alias: str) -> None:
    """One that nobody manages here is in the way."""
    bench.put(CONNECTIONS, name="By hand", connection_alias=alias)
    plan = bench.plan(ALIAS + BLUE)
    assert (codes(plan), "By hand" in problems(plan)[0]) == (["SNC542"], True)


@pytest.mark.parametrize(
    ("line", "found"),
    [("active = false\n", []), ("active = true\n", ["SNC542"]), ("", ["SNC542"])],
)
def test_a_connection_that_rests_is_no_second_one(
    bench: Bench, alias: str, line: str, found: list[str]
) -> None:
    """An active one is, whether it says so or not."""
    bench.put(CONNECTIONS, name="By hand", connection_alias=alias)
    assert codes(bench.plan(ALIAS + BLUE + line)) == found


def test_an_alias_may_have_several(bench: Bench, alias: str) -> None:
    """When its block says so, or when it does on the instance."""
    bench.put(CONNECTIONS, name="By hand", connection_alias=alias)
    assert codes(bench.plan(f"{ALIAS}multiple_connections = true\n{BLUE}")) == []
    bench.change("sys_alias", alias, multiple_connections="true")
    assert codes(bench.plan(ALIAS + BLUE)) == []
    assert codes(bench.plan(BLUE.replace('"acme"', '"Acme"'))) == []


def test_two_blocks_are_told_each(bench: Bench) -> None:
    """Neither is the one that is too many."""
    plan = bench.plan(ALIAS + BLUE + GREEN)
    assert (codes(plan), "green" in problems(plan)[0], "blue" in problems(plan)[1]) == (
        ["SNC542", "SNC542"],
        True,
        True,
    )


def test_what_goes_with_the_plan_is_not_in_the_way(bench: Bench) -> None:
    """Its block has left the files."""
    bench.apply(ALIAS + BLUE)
    ledger = owning(entry("alias.acme", "sys_alias"), entry("http_connection.blue", CONNECTIONS))
    plan = bench.plan(ALIAS + GREEN, ledger=ledger)
    assert (codes(plan), hazards_of(plan)) == ([], ["deletion"])


def test_switching_on_one_that_was_resting_is_asked_about(bench: Bench, alias: str) -> None:
    """Its alias is known to the instance alone when the block does not change it."""
    bench.put(CONNECTIONS, name="By hand", connection_alias=alias)
    bench.put(CONNECTIONS, name="blue", connection_alias=alias, active="false")
    assert codes(bench.plan(f"{ALIAS}{BLUE}active = true\n")) == ["SNC542"]


@pytest.mark.parametrize("how", ["deleted", "switched off", "moved"])
def test_an_alias_that_is_left_without_a_connection_is_a_hazard(bench: Bench, how: str) -> None:
    """Whatever used it fails."""
    both = f'{ALIAS}[alias.beta]\nname = "Beta"\n'
    bench.apply(both + BLUE)
    ledger = owning(entry("http_connection.blue", CONNECTIONS, bench.find(CONNECTIONS, name="blue")))
    left = {
        "deleted": "",
        "switched off": f"{BLUE}active = false\n",
        "moved": BLUE.replace('"acme"', '"beta"'),
    }
    plan = bench.plan(both + left[how], ledger=ledger)
    assert "alias_unconnected" in hazards_of(plan)
    assert "without an active connection" in sentence_of(plan, "alias_unconnected")


@pytest.mark.parametrize("then", [f"{BLUE}base_path = '/v2'\n", f"{BLUE}active = true\n"])
def test_a_connection_that_goes_on_is_none(bench: Bench, then: str) -> None:
    """Another path, or what was so anyway."""
    bench.apply(ALIAS + BLUE)
    assert (
        hazards_of(bench.plan(ALIAS + then, ledger=owning(entry("http_connection.blue", CONNECTIONS)))) == []
    )


def test_an_alias_that_goes_itself_needs_none(bench: Bench) -> None:
    """Connection and alias leave the files together."""
    bench.apply(ALIAS + BLUE)
    ledger = owning(entry("alias.acme", "sys_alias"), entry("http_connection.blue", CONNECTIONS))
    assert hazards_of(bench.plan("", ledger=ledger)) == ["deletion", "deletion"]


# -- bindings


@pytest.mark.parametrize(("listed", "found"), [("", ["SNC541"]), ("acme", []), ("beta,acme", [])])
def test_the_credential_of_the_instance_lists_the_alias_too(
    bench: Bench, alias: str, listed: str, found: list[str]
) -> None:
    """What no block speaks for is looked at."""
    beta = bench.put("sys_alias", name="Beta")
    tags = ",".join({"acme": alias, "beta": beta}[each] for each in listed.split(",") if each)
    bench.put("basic_auth_credentials", name="By hand", tag=tags)
    assert codes(bench.plan(f'{ALIAS}{BLUE}credential = "By hand"\n')) == found


@pytest.mark.parametrize(
    ("aliases", "found"),
    [('aliases = ["acme"]', []), ("aliases = []", ["SNC541"]), ("", ["SNC541"])],
)
def test_the_credential_of_the_stack_lists_the_alias_too(
    bench: Bench, aliases: str, found: list[str]
) -> None:
    """By its block alone."""
    key = f"[api_key_credential.key]\n{aliases}\n"
    assert codes(bench.plan(f'{ALIAS}{key}{BLUE}credential = "key"\n')) == found


def test_a_list_of_sys_ids_is_believed(bench: Bench, alias: str) -> None:
    """A record may write its list as the instance holds it."""
    record = '[record.key]\ntable = "api_key_credentials"\nkey = ["name"]\n'
    columns = f'columns = {{ name = "key", tag = "{alias}" }}\n'
    assert codes(bench.plan(f'{ALIAS}{record}{columns}{BLUE}credential = "key"\n')) == []


def test_the_connection_names_the_credential_that_lists_its_alias(bench: Bench) -> None:
    """A credential without a connection is as good as none."""
    key = '[api_key_credential.key]\naliases = ["acme"]\n'
    assert codes(bench.plan(ALIAS + key + BLUE)) == ["SNC541"]


def test_a_credential_alone_is_in_order(bench: Bench) -> None:
    """Aliases of credentials have no connections."""
    key = '[api_key_credential.key]\naliases = ["acme"]\n'
    assert codes(bench.plan(f'{ALIAS}type = "credential"\n{key}')) == []


# -- credentials


@pytest.mark.parametrize(("end", "says"), [("", "is deleted"), ("active = false\n", "is switched off")])
def test_connections_that_go_on_naming_a_credential_are_told(bench: Bench, end: str, says: str) -> None:
    """They would have none, or one that opens nothing."""
    key = "[api_key_credential.key]\n"
    bench.apply(key + ALIAS)
    held = bench.find("api_key_credentials", name="key")
    bench.put(
        CONNECTIONS, name="By hand", credential=held, connection_alias=bench.find("sys_alias", name="Acme")
    )
    plan = bench.plan(
        ALIAS + (key + end if end else ""),
        ledger=owning(entry("api_key_credential.key", "api_key_credentials")),
    )
    assert (
        sentence_of(plan, "connections_broken")
        == f"1 connection names this credential, which {says}: By hand"
    )


def test_connections_that_get_another_one_are_not(bench: Bench) -> None:
    """The plan points them elsewhere."""
    key, other = (
        "[api_key_credential.key]\naliases = ['acme']\n",
        "[api_key_credential.other]\naliases = ['acme']\n",
    )
    bench.apply(f'{ALIAS}{key}{BLUE}credential = "key"\n')
    owned = [
        entry("api_key_credential.key", "api_key_credentials"),
        entry("http_connection.blue", CONNECTIONS),
    ]
    plan = bench.plan(f'{ALIAS}{other}{BLUE}credential = "other"\n', ledger=owning(*owned))
    assert "connections_broken" not in hazards_of(plan)
    assert "deletion" in hazards_of(plan)


# -- aliases


def test_a_renamed_alias_has_another_id(bench: Bench) -> None:
    """Which is what flows name it by."""
    bench.apply(ALIAS)
    plan = bench.plan(ALIAS.replace("Acme", "Beta"), ledger=owning(entry("alias.acme", "sys_alias")))
    assert hazards_of(plan) == ["alias_renamed"]


def test_connections_behind_an_alias_that_goes_are_told(bench: Bench) -> None:
    """Those that stay."""
    bench.apply(ALIAS)
    held = bench.find("sys_alias", name="Acme")
    for name in ("a", "b"):
        bench.put(CONNECTIONS, name=name, connection_alias=held, active="false")
    plan = bench.plan("", ledger=owning(entry("alias.acme", "sys_alias")))
    assert sentence_of(plan, "connections_broken") == (
        "2 connections stand behind this alias and would lead nowhere: a and b"
    )


# -- providers and profiles


def test_a_provider_without_a_profile_is_told(bench: Bench) -> None:
    """With the block that would speak for it."""
    plan = bench.plan(PROVIDER)
    assert (codes(plan), "Acme default_profile" in problems(plan)[0]) == (["SNC546"], True)


def test_a_provider_with_its_profile_is_in_order(bench: Bench) -> None:
    """And says that the platform makes it."""
    plan = bench.plan(PROVIDER + PROFILE)
    assert (codes(plan), len(change_of(plan, "oauth_profile.acme").notes)) == ([], 1)


@pytest.mark.parametrize("exists", [False, True])
def test_a_profile_gets_tokens_as_its_provider_does(bench: Bench, *, exists: bool) -> None:
    """Whether the provider is of the stack, or of the instance alone."""
    if exists:
        grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
        bench.put("oauth_entity", name="acme", type="oauth_provider", default_grant_type=grant)
    provider = "" if exists else PROVIDER
    plan = bench.plan(
        provider + PROFILE.replace('"client_credentials"', '"password"').replace("Acme def", "Other def")
    )
    assert "SNC544" in codes(plan)
    assert ("'jwt_bearer'" if exists else "'client_credentials'") in " ".join(problems(plan))


def test_a_provider_that_says_no_grant_has_the_usual_one(bench: Bench) -> None:
    """The kind sends it."""
    provider = PROVIDER.replace('default_grant_type = "client_credentials"', 'auth_url = "https://a.example"')
    assert codes(bench.plan(provider + PROFILE)) == ["SNC544"]


def test_a_provider_that_changes_its_grant_leaves_its_profiles_behind(bench: Bench) -> None:
    """Only the provider is in the plan."""
    bench.apply(PROVIDER + PROFILE)
    other = PROVIDER.replace("client_credentials", "password")
    assert codes(bench.plan(other + PROFILE)) == ["SNC544"]


@pytest.mark.parametrize("exists", [False, True])
def test_trap_07_a_second_default_profile_is_an_error(bench: Bench, *, exists: bool) -> None:
    """The platform makes the first."""
    if exists:
        bench.apply(PROVIDER)
    plan = bench.plan(PROVIDER + PROFILE.replace("Acme default_profile", "Ours") + "default = true\n")
    assert (codes(plan), "'Acme default_profile'" in problems(plan)[0]) == (["SNC545"], True)


def test_another_profile_may_stand_beside_the_default_one(bench: Bench) -> None:
    """It says that it is none."""
    plan = bench.plan(PROVIDER + PROFILE.replace("Acme default_profile", "Ours") + "default = false\n")
    assert codes(plan) == []


def test_a_scope_of_another_provider_is_an_error(bench: Bench) -> None:
    """Before the platform refuses it."""
    beta = PROVIDER.replace("acme", "beta").replace("Acme", "Beta")
    scope = '[oauth_scope.read]\nscope = "read"\nprovider = "beta"\n'
    plan = bench.plan(PROVIDER + beta + scope + PROFILE + 'scopes = ["read"]\n')
    assert codes(plan) == ["SNC546", "SNC547"]


def test_credentials_of_a_profile_that_goes_are_told(bench: Bench) -> None:
    """Those that stay."""
    bench.apply(PROVIDER + PROFILE)
    profile = bench.find("oauth_entity_profile", name="Acme default_profile")
    bench.put("oauth_2_0_credentials", name="By hand", oauth_entity_profile=profile)
    plan = bench.plan(PROVIDER, ledger=owning(entry("oauth_profile.acme", "oauth_entity_profile", profile)))
    assert sentence_of(plan, "connections_broken") == "1 credential gets its tokens by this profile: By hand"
