"""What clients and accounts share: living tokens, and the gates that the platform has for grants (tables.md 2.1)."""

from collections.abc import Iterable, Iterator

from snowconf.kinds.findings import PASSWORD_GRANT_DISABLED
from snowconf.kinds.reading import text_of, value_of
from snowconf.kinds.stakes.case import Case, CrossCheck, Inquiry, Row, isin
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.query import Condition
from snowconf.model.state import Resource
from snowconf.model.value import SecretSource

TOKENS = "oauth_credential"
PROPERTIES = "sys_properties"
CLIENT_CREDENTIALS_GATE = "glide.oauth.inbound.client.credential.grant_type.enabled"
ROPC_SWITCH = "glide.oauth.inbound.ropc.grant_type.disabled"
# A client whose block writes none of these may ask for tokens with a password.
GRANT_ATTRIBUTES = ("inbound_grant_type", "default_grant_type")


def is_living(row: Row, case: Case) -> bool:
    """Is the token still good? One without a moment of expiry is."""
    expires = row.get("expires", "")
    return not expires or expires > case.around.now


def property_value(case: Case, name: str) -> str:
    """What a property will hold once the plan is done; empty when it has no row, or none that is shown."""
    block = case.around.named.get((PROPERTIES, name))
    if block is not None:
        return "" if block.absent else text_of(block, "value").lower()
    found = case.evidence.find(PROPERTIES, "name", name)
    return found[0].get("value", "").lower() if found else ""


def asked_for(case: Case, name: str) -> Iterable[Condition]:
    """The condition that finds a gate, unless a block says what it holds, or it was looked for beside other properties."""
    is_known = (PROPERTIES, name) in case.around.named or any(case.evidence.rows(PROPERTIES))
    return () if is_known else isin("name", [name])


def password_grant_off(case: Case) -> Iterator[Diagnostic]:
    """An account with a password and a client in one stack are there to get tokens with it (tables.md 11)."""
    if _needs_password_grant(case) and property_value(case, ROPC_SWITCH) == "true":
        yield PASSWORD_GRANT_DISABLED.at(
            case.resource,
            "password",
            f"The property {ROPC_SWITCH} is true, so the token endpoint refuses user names and passwords, and "
            "this stack has an account with a password beside an OAuth client. If its tokens come from that grant, write "
            f'the property into the stack: [property."{ROPC_SWITCH}"] with value = false.',
        )


def _needs_password_grant(case: Case) -> bool:
    blocks = case.around.blocks
    is_touched = _has_password(case.resource) or _may_use_password(case.resource)
    return (
        is_touched
        and any(map(_may_use_password, blocks.get("oauth_app", ())))
        and any(map(_has_password, blocks.get("user", ())))
    )


def _has_password(block: Resource) -> bool:
    return block.address.kind == "user" and isinstance(value_of(block, "password"), SecretSource)


def _may_use_password(block: Resource) -> bool:
    grants = {text_of(block, each) for each in GRANT_ATTRIBUTES} - {""}
    return block.address.kind == "oauth_app" and grants <= {"password"}


PASSWORD_GRANT_OFF = CrossCheck(
    find=password_grant_off,
    once=True,
    asks=(
        Inquiry(
            table=PROPERTIES,
            columns=("name", "value"),
            about=lambda case: asked_for(case, ROPC_SWITCH) if _needs_password_grant(case) else (),
        ),
    ),
)
