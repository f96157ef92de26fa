"""A stack with a secret in every place that can hold one, and commands that must not tell any of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.driving.commands import Ran, run
from tests.secrecy.canaries import (
    ASSERTION_SECRET,
    BASIC_PASSWORD,
    CLIENT_SECRET,
    DATABASE_PASSWORD,
    EVERY,
    FROM_FILE,
    OUTBOUND_KEY,
    PROVIDER_SECRET,
    RECORD_SECRET,
    RUNNER_KEY,
    RUNNER_PASSWORD,
    RUNNER_REFRESH,
    RUNNER_SECRET,
    RUNNER_TOKEN,
    SECRET_VALUE,
    SHARED_KEY,
    TELLING_VALUE,
    USER_PASSWORD,
    Canary,
    leaks_in,
    leaks_in_files,
)

EMBEDDED = 'url = "sandbox:"'
RESOURCES = f"""
[role.quiet]
description = "Keeps secrets"

[user.svc_quiet]
first_name = "Quiet"
identity = "machine"
password = {{ env = "USER_PASSWORD" }}
roles = ["quiet"]

[user.svc_file]
first_name = "File"
password = {{ file = "password.txt" }}

[oauth_app.quiet]
name = "Quiet"
client_type = "integration_as_a_service"
client_secret = {{ env = "CLIENT_SECRET" }}

[jwt_client.quiet_partner]
client_secret = {{ env = "ASSERTION_SECRET" }}

[jwt_verifier.quiet_partner]
jwt_client = "quiet_partner"
shared_key = {{ env = "SHARED_KEY" }}

[data_source.quiet]
import_set_table_name = "imp_user"
jdbc_password = {{ env = "DATABASE_PASSWORD" }}

[oauth_provider.quiet_provider]
token_url = "https://quiet.example/token"
auth_url = "https://quiet.example/authorize"
client_secret = {{ env = "PROVIDER_SECRET" }}

[basic_credential.quiet]
user_name = "quiet"
password = {{ env = "BASIC_PASSWORD" }}

[api_key_credential.quiet]
api_key = {{ env = "OUTBOUND_KEY" }}

[property."acme.quiet.key"]
type = "password2"
secret_value = {{ env = "SECRET_VALUE" }}

[property."acme.quiet.api_token"]
value = '''{TELLING_VALUE.text}'''

[record.basic]
table = "basic_auth_credentials"
key = ["name"]
columns = {{ name = "Quiet record", user_name = "quiet", password = {{ env = "RECORD_SECRET" }} }}
"""
VARIABLES = {
    "USER_PASSWORD": USER_PASSWORD,
    "CLIENT_SECRET": CLIENT_SECRET,
    "SECRET_VALUE": SECRET_VALUE,
    "RECORD_SECRET": RECORD_SECRET,
    "ASSERTION_SECRET": ASSERTION_SECRET,
    "SHARED_KEY": SHARED_KEY,
    "PROVIDER_SECRET": PROVIDER_SECRET,
    "BASIC_PASSWORD": BASIC_PASSWORD,
    "OUTBOUND_KEY": OUTBOUND_KEY,
    "DATABASE_PASSWORD": DATABASE_PASSWORD,
    "RUNNER_PASSWORD": RUNNER_PASSWORD,
    "RUNNER_SECRET": RUNNER_SECRET,
    "RUNNER_REFRESH": RUNNER_REFRESH,
    "RUNNER_TOKEN": RUNNER_TOKEN,
    "RUNNER_KEY": RUNNER_KEY,
}
CLIENT = 'client_id = "quiet", client_secret = { env = "RUNNER_SECRET" }'
AUTHS = {
    "basic": '{ username = "admin", password = { env = "RUNNER_PASSWORD" } }',
    "client credentials": f'{{ grant = "client_credentials", {CLIENT} }}',
    "password grant": f'{{ grant = "password", {CLIENT}, username = "admin", password = {{ env = "RUNNER_PASSWORD" }} }}',
    "refresh token": f'{{ grant = "refresh_token", {CLIENT}, refresh_token = {{ env = "RUNNER_REFRESH" }} }}',
    "token": '{ token = { env = "RUNNER_TOKEN" } }',
    "API key": '{ api_key = { env = "RUNNER_KEY" } }',
}


@dataclass(frozen=True, slots=True)
class Keeper:
    """A folder with a stack. Every command is searched for every secret: what it says and what it leaves in files."""

    folder: Path

    def write(self, instance: str = EMBEDDED, resources: str = RESOURCES, settings: str = "") -> None:
        """The stack, as a person writes it; `settings` are lines of its [stack] block."""
        self.folder.mkdir(exist_ok=True)
        text = f'[stack]\nname = "quiet"\n{settings}\n\n[instance.dev]\n{instance}\n{resources}'
        (self.folder / "stack.toml").write_text(text, "utf-8")
        password = self.folder / "password.txt"
        password.write_text(FROM_FILE.text, "utf-8")
        password.chmod(0o600)

    def run(self, *arguments: str, env: Mapping[str, Canary] | None = None) -> Ran:
        """A command that must keep what it knows to itself."""
        values = {name: canary.text for name, canary in (VARIABLES | dict(env or {})).items()}
        ran = run(self.folder, *arguments, env=values)
        leaks = self.leaks(ran)
        assert not leaks, "\n".join([*leaks, ran.said])
        return ran

    def leaks(self, ran: Ran) -> list[str]:
        """What can be found."""
        return [
            *(f"on the screen: {leak}" for leak in leaks_in(ran.said.encode())),
            *leaks_in_files(self.folder, but=self._written(), canaries=self._kept()),
        ]

    def _written(self) -> set[str]:
        """The files that a person wrote."""
        return {"password.txt", ".env", *(path.name for path in self.folder.glob("*.toml"))}

    def _kept(self) -> tuple[Canary, ...]:
        """What must not be in any file.

        The value of a property of type string is data, whatever its name suggests: the platform keeps it as it is and
        gives it to whoever may read the property, so the sandbox's own database holds it too.
        """
        return tuple(each for each in EVERY if each != TELLING_VALUE)
