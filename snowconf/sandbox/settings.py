"""What sys_properties tells the platform itself. A property without a row is absent, which is not empty."""

from collections.abc import Mapping
from types import MappingProxyType

from snowconf.sandbox.remembering import recall
from snowconf.sandbox.store import Store

CLIENT_CREDENTIALS = "glide.oauth.inbound.client.credential.grant_type.enabled"
ROPC_DISABLED = "glide.oauth.inbound.ropc.grant_type.disabled"
BODY_ONLY = "glide.oauth.allow.parameters.in.post.body.only"
RESET_MANDATORY = "glide.authenticate.api.user.reset_password.mandatory"
DEFAULT_MODE = "glide.sm.default_mode"
TIME_ZONE = "glide.sys.default.tz"


def find_setting(store: Store, name: str) -> str | None:
    """The property's value, None when nobody created it."""
    return recall(store, ("sys_properties",), _values).get(name)


def is_on(store: Store, name: str) -> bool:
    """Whether a boolean property exists and is true."""
    return (find_setting(store, name) or "").lower() == "true"


def _values(store: Store) -> Mapping[str, str]:
    return MappingProxyType({row["name"]: row["value"] for row in store.find("sys_properties")})
