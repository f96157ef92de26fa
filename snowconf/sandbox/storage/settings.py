"""What sys_properties tells the platform itself. A property without a row is absent, which is not empty."""

from snowconf.sandbox.storage.remembering import recall
from snowconf.sandbox.storage.store import Store

CLIENT_CREDENTIALS = "glide.oauth.inbound.client.credential.grant_type.enabled"
ROPC_DISABLED = "glide.oauth.inbound.ropc.grant_type.disabled"
BODY_ONLY = "glide.oauth.allow.parameters.in.post.body.only"
STATE_REQUIRED = "glide.oauth.state.parameter.required"
LIFESPAN_CAP = "glide.oauth.access_token.expire_in.system_max_seconds"
SCOPE_CHECK = "com.glide.rest.api.auth.scope.check.enable"
BASIC_RESTRICTION = "glide.authenticate.basic_auth.restriction.active"
BASIC_ENFORCEMENT = "glide.authenticate.basic_auth.restriction.enforce"
BASIC_ROLES = "glide.authenticate.basic_auth.allowed_roles"
BASIC_USERS = "glide.authenticate.basic_auth.allowed_users"
BASIC_ACCESS_ONLY = "glide.authenticate.basic_auth.allow_wsao"
MULTIFACTOR = "glide.authenticate.multifactor"
LOCK_AFTER = "glide.user.max_unlock_attempts"
UNLOCK_AFTER_MIN = "glide.user.unlock_timeout_in_mins"
RESET_MANDATORY = "glide.authenticate.api.user.reset_password.mandatory"
DEFAULT_MODE = "glide.sm.default_mode"
AUDIT_INSERTS = "glide.sys.audit_inserts"
TIME_ZONE = "glide.sys.default.tz"
ADMIN_ONLY_COLUMNS = "glide.rest.table_api.admin_only_sys_fields"
TWO_STEPS = "glide.sc.checkout.twostep"
DATE_FORMAT = "glide.sys.date_format"
TIME_FORMAT = "glide.sys.time_format"


def find_setting(store: Store, name: str) -> str | None:
    """The property's value, None when nobody created it."""
    known = recall(store, ("sys_properties",), _nothing_yet)
    if name not in known:
        known[name] = next((row["value"] for row in store.find("sys_properties", name=name)), None)
    return known[name]


def find_number(store: Store, name: str, default: int) -> int:
    """The property as a number that is not negative; the default when it is none."""
    text = (find_setting(store, name) or "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else default


def find_words(store: Store, name: str, default: str = "") -> frozenset[str]:
    """The property as a comma list, without blanks and in lower case."""
    text = find_setting(store, name)
    words = (default if text is None else text).lower().split(",")
    return frozenset(word.strip() for word in words if word.strip())


def is_on(store: Store, name: str, *, absent: bool = False) -> bool:
    """Whether a boolean property is true; what it counts as when nobody created it."""
    value = find_setting(store, name)
    return absent if value is None else value.strip().lower() == "true"


def _nothing_yet(_store: Store) -> dict[str, str | None]:
    return {}
