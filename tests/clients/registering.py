"""Registers clients of OAuth at a sandbox, as an administrator would in its pages."""

from secrets import token_hex

from tests.clients.site import ADMIN_ID, Site

GATE = "glide.oauth.inbound.client.credential.grant_type.enabled"


def register(site: Site) -> tuple[str, str]:
    """Id and secret of a new client that may also act by itself, as admin."""
    client_id, secret = token_hex(16), token_hex(8)
    identity = {"name": f"client {client_id}", "type": "client", "client_id": client_id}
    site.write("oauth_entity", identity | {"client_secret": secret, "user": ADMIN_ID})
    if not site.count("sys_properties", f"name={GATE}"):
        site.write("sys_properties", {"name": GATE, "value": "true", "type": "boolean"})
    return client_id, secret
