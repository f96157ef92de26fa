"""Which instance is meant, and what the environment adds to it."""

import pytest

from snowconf.model.connection import ApiKey, Auth, BasicAuth, BearerToken, OAuthGrant
from snowconf.model.value import SecretSource
from tests.config.stacks import Load, tell

STACK = '[stack]\nname = "tests"\n'
TWO = f'{STACK}[instance.dev]\nurl = "sandbox:dev"\n[instance.prod]\nurl = "sandbox:prod"\n'
FAR = f'{STACK}[instance.far-1]\nurl = "https://acme.service-now.com"\n'


def env(name: str) -> SecretSource:
    """A secret that is in a variable."""
    return SecretSource("env", name)


@pytest.mark.parametrize(
    ("text", "instance", "environ", "chosen"),
    [
        (f'{STACK}[instance.only]\nurl = "sandbox:"', None, {}, "only"),
        (f"{TWO}default = true", None, {}, "prod"),
        (f"{TWO}default = true", None, {"SNOWCONF_INSTANCE": "dev"}, "dev"),
        (f"{TWO}default = true", "prod", {"SNOWCONF_INSTANCE": "dev"}, "prod"),
    ],
    ids=["the only one", "the default", "the environment's", "the option's"],
)
def test_an_instance_is_chosen(
    load_files: Load, text: str, instance: str | None, environ: dict[str, str], chosen: str
) -> None:
    """Option, environment, default, the only one: in this order."""
    settings = load_files({"s.toml": text}, instance=instance, environ=environ).settings
    assert settings is not None
    assert settings.name == chosen


@pytest.mark.parametrize(
    ("instance", "environ", "told"),
    [
        (
            None,
            {},
            (
                "SNC180 s.toml:3 The stack has the instances 'dev' and 'prod'. Choose one with --instance dev or "
                "SNOWCONF_INSTANCE, or write default = true into one of the blocks."
            ),
        ),
        ("prd", {}, "SNC181 - --instance asks for 'prd'. Did you mean 'prod'?"),
        (
            None,
            {"SNOWCONF_INSTANCE": "zzz"},
            "SNC181 - SNOWCONF_INSTANCE asks for 'zzz'. There are 'dev' and 'prod'.",
        ),
    ],
    ids=["nobody chooses", "option", "environment"],
)
def test_an_instance_that_is_not_chosen_well_is_told(
    load_files: Load, instance: str | None, environ: dict[str, str], told: str
) -> None:
    """No instance is guessed; the resources are loaded all the same."""
    loaded = load_files({"s.toml": TWO}, instance=instance, environ=environ)
    assert [tell(each) for each in loaded.diagnostics] == [told]
    assert loaded.settings is None
    assert loaded.desired is not None


def test_a_chosen_block_with_mistakes_is_told_once(load_files: Load) -> None:
    """The mistake in the block is the reason why there are no settings, and no second problem."""
    loaded = load_files({"s.toml": f"{STACK}[instance.dev]"})
    assert [each.code for each in loaded.diagnostics] == ["SNC172"]
    assert loaded.settings is None


def test_mistakes_in_all_blocks_leave_none_to_choose(load_files: Load) -> None:
    """When `instance` is no block at all, nobody is told to write one."""
    loaded = load_files({"s.toml": f"instance = 5\n{STACK}"})
    assert [each.code for each in loaded.diagnostics] == ["SNC185"]


PARTS = {
    "SNOWCONF_FAR_1_CLIENT_ID": "id",
    "SNOWCONF_FAR_1_CLIENT_SECRET": "s",
    "SN_USERNAME": "me",
    "SERVICENOW_PASSWORD": "pw",
}


@pytest.mark.parametrize(
    ("auth", "environ", "whole"),
    [
        ('{ token = { env = "T" } }', {}, BearerToken(token=env("T"))),
        ('{ api_key = { file = "k" } }', {}, ApiKey(key=SecretSource("file", "k"))),
        ('{ username = "u", password = { env = "P" } }', PARTS, BasicAuth(username="u", password=env("P"))),
        ('{ username = "u" }', PARTS, BasicAuth(username="u", password=env("SERVICENOW_PASSWORD"))),
        (
            '{ grant = "client_credentials", client_id = "c" }',
            PARTS,
            OAuthGrant(
                grant="client_credentials", client_id="c", client_secret=env("SNOWCONF_FAR_1_CLIENT_SECRET")
            ),
        ),
        (
            '{ client_id = "c", client_secret = { env = "S" } }',
            {"SN_GRANT_TYPE": "refresh_token", "SN_REFRESH_TOKEN": "r"},
            OAuthGrant(
                grant="refresh_token",
                client_id="c",
                client_secret=env("S"),
                refresh_token=env("SN_REFRESH_TOKEN"),
            ),
        ),
        (
            '{ grant = "password" }',
            PARTS,
            OAuthGrant(
                grant="password",
                client_id="id",
                client_secret=env("SNOWCONF_FAR_1_CLIENT_SECRET"),
                username="me",
                password=env("SERVICENOW_PASSWORD"),
            ),
        ),
    ],
)
def test_what_auth_leaves_out_comes_from_the_environment(
    load_files: Load, auth: str, environ: dict[str, str], whole: Auth
) -> None:
    """What is written counts; the rest is found by name, and secrets are named and not read."""
    settings = load_files({"s.toml": f"{FAR}auth = {auth}"}, environ=environ).settings
    assert settings is not None
    assert settings.auth == whole


@pytest.mark.parametrize(
    ("environ", "whole"),
    [
        (
            {"SN_USERNAME": "u", "SN_PASSWORD": "p"},
            BasicAuth(username="u", password=env("SN_PASSWORD")),
        ),
        ({"SN_ACCESS_TOKEN": "t", "SN_USERNAME": "u"}, BearerToken(token=env("SN_ACCESS_TOKEN"))),
        ({"SNOWCONF_FAR_1_API_KEY": "k"}, ApiKey(key=env("SNOWCONF_FAR_1_API_KEY"))),
        (
            {"SN_CLIENT_ID": "c", "SN_CLIENT_SECRET": "s"},
            OAuthGrant(grant="client_credentials", client_id="c", client_secret=env("SN_CLIENT_SECRET")),
        ),
        (
            {"SN_CLIENT_ID": "c", "SN_CLIENT_SECRET": "s", "SN_USERNAME": "u", "SN_PASSWORD": "p"},
            OAuthGrant(
                grant="password",
                client_id="c",
                client_secret=env("SN_CLIENT_SECRET"),
                username="u",
                password=env("SN_PASSWORD"),
            ),
        ),
        (
            {"SN_CLIENT_ID": "c", "SN_CLIENT_SECRET": "s", "SN_REFRESH_TOKEN": "r", "SN_PASSWORD": ""},
            OAuthGrant(
                grant="refresh_token",
                client_id="c",
                client_secret=env("SN_CLIENT_SECRET"),
                refresh_token=env("SN_REFRESH_TOKEN"),
            ),
        ),
        (
            {"SNOWCONF_FAR_1_PASSWORD": "p", "SN_PASSWORD": "p", "SN_USERNAME": "u"},
            BasicAuth(username="u", password=env("SNOWCONF_FAR_1_PASSWORD")),
        ),
    ],
)
def test_a_block_without_auth_takes_what_the_environment_suffices_for(
    load_files: Load, environ: dict[str, str], whole: Auth
) -> None:
    """The names other tools use work here; two that agree are no quarrel, and empty ones are not set."""
    settings = load_files({"s.toml": FAR}, environ=environ).settings
    assert settings is not None
    assert settings.auth == whole


@pytest.mark.parametrize(
    ("auth", "environ", "told"),
    [
        (
            "",
            {},
            (
                "SNC177 s.toml:3 Nothing says how to log in to 'far-1'. Set SNOWCONF_FAR_1_USERNAME and "
                "SNOWCONF_FAR_1_PASSWORD, or write into its block:\n\n"
                '    auth = { username = "svc_snowconf", password = { env = "SNOWCONF_FAR_1_PASSWORD" } }'
            ),
        ),
        (
            'auth = { username = "u" }',
            {},
            (
                "SNC177 s.toml:3 The auth of 'far-1' is not whole. Write 'password' (or set SNOWCONF_FAR_1_PASSWORD or "
                "SN_PASSWORD or SERVICENOW_PASSWORD)."
            ),
        ),
        (
            'auth = { client_id = "c" }',
            {},
            (
                "SNC177 s.toml:3 The auth of 'far-1' is not whole. Write 'grant' (or set SNOWCONF_FAR_1_GRANT or SN_GRANT_TYPE "
                "or SERVICENOW_GRANT)."
            ),
        ),
        (
            "",
            {"SN_CLIENT_ID": "c", "SN_GRANT_TYPE": "pasword"},
            "SNC175 s.toml:3 SN_GRANT_TYPE says 'pasword'. Did you mean 'password'?",
        ),
        (
            "",
            {"SNOWCONF_FAR_1_PASSWORD": "canary-1", "SN_PASSWORD": "canary-2", "SN_USERNAME": "u"},
            (
                "SNC178 s.toml:3 SNOWCONF_FAR_1_PASSWORD and SN_PASSWORD both give 'password' and differ. Unset the one that is "
                "not meant."
            ),
        ),
    ],
    ids=["nothing", "a part", "the grant", "a wrong grant", "a quarrel"],
)
def test_auth_that_cannot_be_made_whole_is_told(
    load_files: Load, auth: str, environ: dict[str, str], told: str
) -> None:
    """What is missing is named with every place it could be, and no value is shown."""
    loaded = load_files({"s.toml": FAR + auth}, environ=environ)
    assert [tell(each) for each in loaded.diagnostics] == [told]
    assert loaded.settings is None


def test_the_environment_of_an_embedded_instance_is_not_asked(load_files: Load) -> None:
    """The sandbox needs no login, so variables for other tools do not disturb it."""
    settings = load_files(
        {"s.toml": f'{STACK}[instance.a]\nurl = "sandbox:"'}, environ={"SN_USERNAME": "u"}
    ).settings
    assert settings is not None
    assert settings.auth is None


def test_an_embedded_instance_can_be_logged_in_to(load_files: Load) -> None:
    """Auth that is written for the sandbox counts."""
    text = f'{STACK}[instance.a]\nurl = "sandbox:"\nauth = {{ username = "u", password = {{ env = "P" }} }}'
    settings = load_files({"s.toml": text}).settings
    assert settings is not None
    assert settings.auth == BasicAuth(username="u", password=env("P"))


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("acme.service-now.com", "https://acme.service-now.com"),
        ("https://acme.service-now.com/", "https://acme.service-now.com"),
        ("sandbox:", "sandbox:"),
    ],
)
def test_a_stack_without_instances_takes_the_environments(load_files: Load, host: str, url: str) -> None:
    """SN_HOST and its kin name the instance when no block does."""
    environ = {"SN_HOST": host, "SN_USERNAME": "u", "SN_PASSWORD": "p"}
    settings = load_files({"s.toml": STACK}, environ=environ).settings
    assert settings is not None
    assert (settings.name, settings.url, str(settings.origin)) == ("default", url, "(environment):1")


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        (
            {},
            (
                "SNC182 - Nothing says which instance to work on: there is no [instance.*] block, and none of "
                "SNOWCONF_DEFAULT_URL, SN_HOST, SERVICENOW_INSTANCE_URL is set. Write this into a file of the stack:\n\n"
                '    [instance.sandbox]\n    url = "sandbox:"\n    default = true'
            ),
        ),
        (
            {"SN_HOST": "http://acme.service-now.com"},
            "SNC174 (environment):1 Credentials would travel to acme.service-now.com in clear text. Write https:// instead.",
        ),
        (
            {"SN_HOST": "a.service-now.com", "SERVICENOW_INSTANCE_URL": "b.service-now.com"},
            "SNC178 - SN_HOST and SERVICENOW_INSTANCE_URL both give 'url' and differ. Unset the one that is not meant.",
        ),
    ],
    ids=["nothing", "clear text", "a quarrel"],
)
def test_an_environment_that_names_no_instance_well_is_told(
    load_files: Load, environ: dict[str, str], told: str
) -> None:
    """Without blocks and without a usable variable the message shows a block to copy."""
    assert [tell(each) for each in load_files({"s.toml": STACK}, environ=environ).diagnostics] == [told]
