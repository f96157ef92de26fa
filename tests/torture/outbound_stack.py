"""What the form `Create New Connection & Credential` makes, as a stack: alias, provider, scopes, profile, credential, connection."""

from pathlib import Path

ENVIRONMENT = {"TORTURE_SECRET": "staple-of-the-client"}
# Everything that a failed attempt of the form leaves behind (tables.md 7).
TABLES = (
    "sys_alias",
    "oauth_entity",
    "oauth_entity_scope",
    "oauth_entity_profile",
    "oauth_entity_profile_scope",
    "discovery_credentials",
    "oauth_2_0_credentials",
    "sys_connection",
    "http_connection",
)
STACK = """
[stack]
name = "outbound"

[instance.sandbox]
{instance}

[alias.acme]
name = "Acme SaaS"

[oauth_provider.acme]
name = "Acme SaaS"
client_id = "acme-client"
client_secret = {{ env = "TORTURE_SECRET" }}
default_grant_type = "authorization_code"
auth_url = "https://login.example.com/authorize"
token_url = "https://login.example.com/token"

[oauth_scope.read]
scope = "users.read"
provider = "acme"

[oauth_scope.write]
scope = "users.write"
provider = "acme"

[oauth_profile.acme]
name = "Acme SaaS default_profile"
provider = "acme"
grant_type = "authorization_code"
default = true
scopes = ["read", "write"]

[oauth_credential.acme]
name = "Acme SaaS"
profile = "acme"
aliases = ["acme"]

[http_connection.acme]
name = "Acme SaaS"
alias = "acme"
credential = "acme"
url = "https://api.example.com"
"""


def write_stack(folder: Path, instance: str = 'url = "sandbox:"') -> None:
    """The stack, and the instance that it is for."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "outbound.toml").write_text(STACK.format(instance=instance), "utf-8")
