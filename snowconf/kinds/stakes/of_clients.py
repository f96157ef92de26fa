"""OAuth clients: the runner's own, living tokens, what refers to a client, and whether it can get tokens at all."""

from collections.abc import Iterator

from snowconf.kinds.findings import APPLICATION_USER_UNABLE, CLIENT_CREDENTIALS_CLOSED
from snowconf.kinds.reading import text_of
from snowconf.kinds.stakes.case import Case, CrossCheck, Inquiry, Stake, isin
from snowconf.kinds.stakes.of_tokens import (
    CLIENT_CREDENTIALS_GATE,
    PASSWORD_GRANT_OFF,
    PROPERTIES,
    TOKENS,
    asked_for,
    is_living,
    property_value,
)
from snowconf.kinds.stakes.touching import (
    counted,
    goes,
    is_deleted,
    is_switched_off,
    names,
    removed_names,
    rewritten_secrets,
    stored,
    to_ask,
    untold,
    updated,
    written,
)
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.plan import Change

TABLE = "oauth_entity"
# Columns that decide how, as whom and for what a client gets tokens.
DECIDING = (
    "user",
    "client_id",
    "default_grant_type",
    "inbound_grant_type",
    "scope_restriction_status",
    "restricted_binding",
)
# What decides whether an account can act.
ABLE = ("active", "locked_out")
CLIENT_CREDENTIALS = ("client_credential", "client_credentials")
# What refers to a client, by the dot-walked column that leads to it (tables.md 2.2).
REFERRERS = {
    "sys_rest_message": "oauth2_profile.oauth_entity",
    "oauth_2_0_credentials": "oauth_entity_profile.oauth_entity",
}


def end_of(change: Change) -> str:
    """How the client stops getting tokens as before; empty when it goes on."""
    if is_deleted(change):
        return "is deleted"
    if is_switched_off(change):
        return "is switched off"
    return "gets another secret" if rewritten_secrets(change) else ""


def own_client(case: Case) -> Iterator[str]:
    """The client that snowconf gets its tokens with must not change under it."""
    loss = _loss(case.change)
    if loss and _is_runners(case):
        yield f"snowconf gets its own tokens with this client, which {loss}."


def live_tokens(case: Case) -> Iterator[str]:
    """Tokens of a client that ends; whether they die at once is not established (tables.md 2.1)."""
    end = end_of(case.change)
    if end:
        rows = case.evidence.find(TOKENS, "peer", case.change.sys_id)
        living = [row for row in rows if is_living(row, case)]
        if living:
            verb = "ends" if len(living) == 1 else "end"
            yield f"{counted(len(living), 'live token')} of this client {verb}, or cannot be renewed, when it {end}."
        yield from untold(case, TOKENS, "How many live tokens end")


def referrers(case: Case) -> Iterator[str]:
    """REST messages and credentials that use the client through its profiles."""
    if end_of(case.change):
        for table, column in REFERRERS.items():
            rows = case.evidence.find(table, column, case.change.sys_id)
            rows = [row for row in rows if not goes(case, row["sys_id"])]
            if rows:
                what = "REST message" if table == "sys_rest_message" else "credential"
                verb = "refers" if len(rows) == 1 else "refer"
                listed = names(row.get("name", "") or row["sys_id"] for row in rows)
                yield f"{counted(len(rows), what)} {verb} to this client: {listed}"


def gate_closed(case: Case) -> Iterator[Diagnostic]:
    """The platform gives tokens for client credentials only when a property says so (tables.md 2.1)."""
    if _asks_client_credentials(case) and property_value(case, CLIENT_CREDENTIALS_GATE) != "true":
        yield CLIENT_CREDENTIALS_CLOSED.at(
            case.resource,
            "inbound_grant_type" if text_of(case.resource, "inbound_grant_type") else "default_grant_type",
            f"The client asks for tokens with client credentials, and the property {CLIENT_CREDENTIALS_GATE} is not true "
            "here, or not shown to this account. Until it is, the token endpoint refuses. Write it into the stack: "
            f'[property."{CLIENT_CREDENTIALS_GATE}"] with type = "boolean" and value = true.',
        )


def application_user_unable(case: Case) -> Iterator[Diagnostic]:
    """Tokens of client credentials act as a user, who must be able to act."""
    sys_id = _application_user(case)
    if sys_id:
        active, locked = (stored(case, "sys_user", sys_id=sys_id, column=each) for each in ABLE)
        state = "inactive" if active == "false" else "locked out" if locked == "true" else ""
        if state:
            yield APPLICATION_USER_UNABLE.at(
                case.resource,
                "user",
                f"Tokens of this client act as '{text_of(case.resource, 'user')}', and that account is {state}. The token "
                "endpoint refuses for it. Make the account active and unlocked, or name another user.",
            )


def _loss(change: Change) -> str:
    columns = [each for each in DECIDING if each in updated(change)]
    if end_of(change):
        return end_of(change)
    if columns:
        return f"gets another {names(columns)}"
    scopes = removed_names(change, "auth_scopes")
    return f"loses the scope {names(scopes)}" if scopes else ""


def _is_runners(case: Case) -> bool:
    client_id = case.around.runner.client_id
    rows = case.evidence.find(TABLE, "sys_id", case.change.sys_id)
    held = [row.get("client_id", "") for row in rows]
    return bool(client_id) and client_id in (*held, text_of(case.resource, "client_id"))


def _asks_client_credentials(case: Case) -> bool:
    asked = {text_of(case.resource, each) for each in ("inbound_grant_type", "default_grant_type")}
    return bool(asked.intersection(CLIENT_CREDENTIALS))


def _application_user(case: Case) -> str:
    """The sys_id, when the plan says whom the tokens act as."""
    return written(case.change).get("user", "") if _asks_client_credentials(case) else ""


def _ended(case: Case) -> list[str]:
    return [case.change.sys_id] if end_of(case.change) else []


def _perhaps_own(case: Case) -> list[str]:
    return [case.change.sys_id] if _loss(case.change) and case.around.runner.client_id else []


TOKENS_OF_CLIENT = Inquiry(
    table=TOKENS,
    columns=("peer", "expires"),
    about=lambda case: isin("peer", _ended(case)),
    living="expires",
)
OWN_CLIENT = Inquiry(
    table=TABLE, columns=("client_id",), about=lambda case: isin("sys_id", _perhaps_own(case))
)
GATE = Inquiry(
    table=PROPERTIES,
    columns=("name", "value"),
    about=lambda case: asked_for(case, CLIENT_CREDENTIALS_GATE) if _asks_client_credentials(case) else (),
)
APPLICATION_USER = Inquiry(
    table="sys_user",
    columns=ABLE,
    about=lambda case: isin("sys_id", to_ask(case, "sys_user", sys_id=_application_user(case), columns=ABLE)),
)
REST_MESSAGES = Inquiry(
    table="sys_rest_message",
    columns=("name",),
    about=lambda case: isin(REFERRERS["sys_rest_message"], _ended(case)),
)
CREDENTIALS = Inquiry(
    table="oauth_2_0_credentials",
    columns=("name",),
    about=lambda case: isin(REFERRERS["oauth_2_0_credentials"], _ended(case)),
)

STAKES = (
    Stake(hazard="self_lockout", find=own_client, asks=(OWN_CLIENT,), forbidden=True),
    Stake(hazard="live_tokens", find=live_tokens, asks=(TOKENS_OF_CLIENT,)),
    Stake(find=referrers, asks=(REST_MESSAGES, CREDENTIALS)),
)
CROSS_CHECKS = (
    CrossCheck(find=gate_closed, asks=(GATE,)),
    CrossCheck(find=application_user_unable, asks=(APPLICATION_USER,)),
    PASSWORD_GRANT_OFF,
)
