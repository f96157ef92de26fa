"""The `[instance.*]` blocks: URLs, switches, auth, each mistake at its line."""

import pytest

from snowconf.model.origin import Origin
from tests.config.stacks import BASE, Load, Told, tell

SETTINGS = "'url', 'auth', 'default', 'switches', 'timeout_s' and 'elevation'"
CLIENT = "'grant', 'client_id' and 'client_secret'"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("5", 'SNC173 s.toml:2 url must be a text in quotes, as in "https://acme.service-now.com".'),
        ('""', 'SNC173 s.toml:2 url must be a text in quotes, as in "https://acme.service-now.com".'),
        (
            '"acme.service-now.com"',
            (
                "SNC173 s.toml:2 'acme.service-now.com' does not begin with https:// and a host. Did you mean "
                '"https://acme.service-now.com"?'
            ),
        ),
        ('"https://[x"', "SNC173 s.toml:2 'https://[x' does not begin with https:// and a host."),
        ('"https://x:port"', "SNC173 s.toml:2 'https://x:port' does not begin with https:// and a host."),
        ('"ftp://x"', "SNC173 s.toml:2 'ftp://x' does not begin with https:// and a host."),
        (
            '"https://acme.service-now.com/now/nav"',
            (
                "SNC173 s.toml:2 'https://acme.service-now.com/now/nav' has more than a host. Did you mean "
                '"https://acme.service-now.com"?'
            ),
        ),
        (
            '"https://me:canary-secret@acme.service-now.com"',
            (
                "SNC173 s.toml:2 The URL holds credentials, and files are shared. Write https:// and the host, and put them "
                "into auth."
            ),
        ),
        (
            '"http://acme.service-now.com"',
            "SNC174 s.toml:2 Credentials would travel to acme.service-now.com in clear text. Write https:// instead.",
        ),
        (
            '"http://10.0.0.1"',
            "SNC174 s.toml:2 Credentials would travel to 10.0.0.1 in clear text. Write https:// instead.",
        ),
    ],
)
def test_a_url_is_a_host_reached_safely(problems: Told, url: str, told: str) -> None:
    """What is wrong with a URL is told, with a guess where there is one, and never with credentials."""
    assert problems(f"[instance.dev]\nurl = {url}") == [told]


@pytest.mark.parametrize(
    ("url", "read"),
    [
        ("https://acme.service-now.com/", "https://acme.service-now.com"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://sn.localhost", "http://sn.localhost"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("sandbox:", "sandbox:"),
        ("sandbox:other.db", "sandbox:other.db"),
        ("sandbox:/tmp/dir/", "sandbox:/tmp/dir/"),
    ],
)
def test_a_sound_url_is_kept_without_its_last_slash(load_files: Load, url: str, read: str) -> None:
    """Plain http is taken for this machine alone."""
    text = f'[instance.dev]\nurl = "{url}"\nauth = {{ token = {{ env = "T" }} }}'
    loaded = load_files({"base.toml": BASE, "s.toml": text}, instance="dev")
    assert loaded.settings is not None
    assert (loaded.settings.url, loaded.settings.is_sandbox) == (read, read.startswith("sandbox:"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "instance = 5",
            (
                "SNC185 s.toml:1 instance must be a block with a name, as in [instance.dev] with url = "
                '"https://acme-dev.service-now.com".'
            ),
        ),
        (
            '[instance]\nurl = "sandbox:"',
            (
                "SNC185 s.toml:2 instance.url must be a block with a name, as in [instance.dev] with url = "
                '"https://acme-dev.service-now.com".'
            ),
        ),
        (
            '[instance."my dev"]\nurl = "sandbox:"',
            "SNC170 s.toml:1 'my dev' must be made of letters, digits, '-' and '_' alone.",
        ),
        (
            '[instance.sandbox]\nurl = "sandbox:"',
            "SNC171 s.toml:1 [instance.sandbox] stands in base.toml:4 already. Keep one of the two.",
        ),
        (
            "[instance.dev]",
            'SNC172 s.toml:1 [instance.dev] does not say where it is. Write url = "https://acme.service-now.com".',
        ),
        (
            '[instance.dev]\nurl = "sandbox:"\nswitch = 1',
            "SNC113 s.toml:3 [instance.dev] has no setting 'switch'. Did you mean 'switches'?",
        ),
        (
            '[instance.dev]\nurl = "sandbox:"\nzzz = 1',
            f"SNC113 s.toml:3 [instance.dev] has no setting 'zzz'. There are {SETTINGS}.",
        ),
        (
            '[instance.dev]\nurl = "sandbox:"\ndefault = "yes"',
            "SNC185 s.toml:3 default is true or false, without quotes.",
        ),
        (
            '[instance.dev]\nurl = "sandbox:"\ntimeout_s = 0',
            "SNC185 s.toml:3 timeout_s is a number of seconds between 0 and 3600.",
        ),
        (
            '[instance.dev]\nurl = "sandbox:"\ntimeout_s = true',
            "SNC185 s.toml:3 timeout_s is a number of seconds between 0 and 3600.",
        ),
        (
            '[instance.dev]\nurl = "sandbox:"\ndefault = true',
            "SNC179 s.toml:3 'sandbox' (base.toml:6) and 'dev' both say default = true. Take one of them out.",
        ),
        (
            '[instance.dev]\nurl = "https://x.service-now.com"\nelevation = true',
            'SNC185 s.toml:3 elevation is "on" or "off".',
        ),
        (
            '[instance.dev]\nurl = "sandbox:"\nelevation = "off"',
            (
                "SNC183 s.toml:3 The embedded sandbox decides this itself. Write it as a switch: switches = "
                '{ elevation = "off" }.'
            ),
        ),
        (
            '[instance.dev]\nurl = "https://x.service-now.com"\nswitches = { elevation = "off" }',
            (
                'SNC183 s.toml:3 Only the embedded sandbox has switches, and the url of this block is not "sandbox:". Take '
                "them out."
            ),
        ),
        (
            '[instance.dev]\nurl = "sandbox:"\nswitches = "off"',
            'SNC183 s.toml:3 switches is a table, as in { elevation = "off" }.',
        ),
        (
            '[instance.dev]\nurl = "sandbox:"\nswitches = { elevation = false }',
            "SNC183 s.toml:3 The switch 'elevation' must be a text in quotes, as in \"off\".",
        ),
    ],
)
def test_a_block_holds_what_an_instance_needs_and_nothing_else(problems: Told, text: str, told: str) -> None:
    """Each mistake is told at its line."""
    assert problems(text) == [told]


@pytest.mark.parametrize(
    ("switches", "told"),
    [
        ('{ elevatio = "off" }', "The sandbox has no switch 'elevatio'. Did you mean 'elevation'?"),
        ('{ zzz = "off" }', "The sandbox has no switch 'zzz'. There are 'elevation' and 'release'."),
        ('{ elevation = "of" }', "The switch 'elevation' has no value 'of'. Did you mean 'off'?"),
        ('{ elevation = "maybe" }', "The switch 'elevation' has no value 'maybe'. There are 'on' and 'off'."),
    ],
)
def test_switches_are_those_of_the_sandbox_when_it_is_asked(
    load_files: Load, switches: str, told: str
) -> None:
    """Names and values are checked against what the sandbox knows."""
    text = f'[instance.dev]\nurl = "sandbox:"\nswitches = {switches}'
    known = {"elevation": ("on", "off"), "release": ("zurich",)}
    found = load_files({"base.toml": BASE, "s.toml": text}, switches=known).diagnostics
    assert [tell(each) for each in found] == [f"SNC183 s.toml:3 {told}"]


def test_switches_pass_when_nobody_knows_them(load_files: Load) -> None:
    """Without a list of switches any name is taken."""
    text = '[instance.dev]\nurl = "sandbox:"\nswitches = { elevation = "off", new = "x" }\ntimeout_s = 5'
    settings = load_files({"base.toml": BASE, "s.toml": text}, instance="dev").settings
    assert settings is not None
    assert (settings.switches, settings.elevation, settings.timeout_s, settings.origin) == (
        {"elevation": "off", "new": "x"},
        False,
        5,
        Origin("s.toml", 1, 11),
    )


@pytest.mark.parametrize(("line", "elevation"), [("", True), ('elevation = "off"', False)])
def test_elevation_is_needed_unless_the_block_says_otherwise(
    load_files: Load, line: str, elevation: object
) -> None:
    """An instance whose security_admin is no elevated privilege says so."""
    text = (
        f'[instance.dev]\nurl = "https://x.service-now.com"\nauth = {{ api_key = {{ env = "K" }} }}\n{line}'
    )
    settings = load_files({"base.toml": BASE, "s.toml": text}, instance="dev").settings
    assert settings is not None
    assert (settings.elevation, settings.timeout_s, settings.default) == (elevation, 70.0, False)


@pytest.mark.parametrize(
    ("auth", "told"),
    [
        (
            '"canary-secret"',
            'SNC176 s.toml:3 auth is a table, as in { username = "svc_snowconf", password = { env = "SNOWCONF_PASSWORD" } }.',
        ),
        (
            '{ username = "u", password = "canary-secret" }',
            (
                "SNC130 s.toml:3 'password' is a secret and its value stands in the file. Write where it is instead, as in "
                'password = { env = "PASSWORD" }. If this file was shared, change the secret.'
            ),
        ),
        (
            '{ token = { evn = "canary-secret" } }',
            "SNC131 s.toml:3 Nothing here provides secrets as 'evn'. Did you mean 'env'?",
        ),
        (
            '{ username = "", password = { env = "P" } }',
            "SNC185 s.toml:3 username must be a text in quotes that is not empty.",
        ),
        (
            '{ usrname = "u", password = { env = "P" } }',
            "SNC176 s.toml:3 auth has no part 'usrname'. Did you mean 'username'?",
        ),
        (
            '{ grant = "client_credential" }',
            "SNC175 s.toml:3 'client_credential' is no grant. Did you mean 'client_credentials'?",
        ),
        (
            '{ grant = "magic" }',
            "SNC175 s.toml:3 'magic' is no grant. There are 'client_credentials', 'password' and 'refresh_token'.",
        ),
        (
            '{ token = { env = "T" }, username = "u" }',
            "SNC176 s.toml:3 'username' does not belong to auth with 'token'. Take it out, or take those out.",
        ),
        (
            '{ client_id = "c", api_key = { env = "T" } }',
            (
                "SNC176 s.toml:3 'api_key' does not belong to auth with 'grant', 'client_id', 'client_secret', 'refresh_token', "
                "'username' and 'password'. Take it out, or take those out."
            ),
        ),
        (
            '{ grant = "client_credentials", username = "u" }',
            f"SNC176 s.toml:3 'username' does not belong to auth with {CLIENT}. Take it out, or take those out.",
        ),
    ],
)
def test_auth_is_one_of_four_ways(problems: Told, auth: str, told: str) -> None:
    """What auth cannot mean is told at its line, also for instances that are not chosen, and without secrets."""
    assert problems(f'[instance.dev]\nurl = "https://acme.service-now.com"\nauth = {auth}') == [told]


def test_the_query_of_a_url_is_not_repeated(problems: Told) -> None:
    """A token may stand there."""
    told = "\n".join(problems('[instance.dev]\nurl = "https://acme.service-now.com/?token=canary-s3cret"'))
    assert ("SNC173" in told, "canary" in told) == (True, False)
