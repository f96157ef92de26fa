"""What must hold for an identity to get in, as data: when it does not, why that stops a grant, and what to change.

Sources: wire-contract.md 1.9, 4.1, 4.4, 6.5; tables.md 2.1, 2.3, 3.1.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from snowconf.engine.enter import inspecting as names
from snowconf.engine.enter.examined import Examined
from snowconf.engine.enter.policies import stopping_policy
from snowconf.engine.enter.remedies import Remedy

BASIC_ROLE = "snc_basic_auth_api_access"
REST_ROLE = "snc_platform_rest_api_access"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prerequisite:
    """`why` says in a sentence how it is broken, "" where it stands; `remedy` the one thing to change.

    `tables` are those without which nobody can tell, or that of the record whose `column` says it. It `shows` when a row
    breaks it, and none that is missing.
    """

    code: str
    summary: str
    about: str
    tables: tuple[str, ...]
    why: Callable[[Examined], str]
    remedy: Callable[[Examined], Remedy]
    column: str = ""
    shows: bool = False

    def is_seen(self, examined: Examined) -> bool:
        """Can anything be said of it?"""
        rows = {"sys_user": examined.account, "oauth_entity": examined.client}
        if self.column and (row := rows[self.tables[0]]) is not None:
            return self.column in row
        return all(examined.evidence.of(table).is_whole for table in self.tables)

    def is_broken(self, examined: Examined) -> bool:
        """Is it certain that it does not hold?"""
        return bool(self.why(examined)) and (self.shows or self.is_seen(examined))


def _is_off(column: str, sentence: str) -> Callable[[Examined], str]:
    """A yes-or-no column of the account is no."""
    return lambda examined: (
        sentence.format(examined.account_name) if (examined.account or {}).get(column) == "false" else ""
    )


def _is_on(column: str, sentence: str) -> Callable[[Examined], str]:
    return lambda examined: sentence.format(examined.account_name) if examined.account_is(column) else ""


def _account(attribute: str, *, wanted: bool) -> Callable[[Examined], Remedy]:
    return lambda examined: examined.blocks.write(examined.account_block, attribute, wanted=wanted)


def _client_missing(examined: Examined) -> str:
    if examined.client is not None:
        return ""
    name = examined.blocks.name_of(examined.entrance.client)
    namesake = examined.evidence.find("oauth_entity", "name", name)
    if namesake is not None:
        held = namesake.get("client_id", "")
        return f"The OAuth client '{name}' has the client_id '{held}' on the instance, and '{examined.client_id}' was shown."
    return f"The instance has no OAuth client '{name or examined.client_id}'."


def _client_inactive(examined: Examined) -> str:
    client = examined.client or {}
    return (
        f"The OAuth client '{client.get('name', '')}' is inactive." if client.get("active") == "false" else ""
    )


def _without_application_user(examined: Examined) -> str:
    client = examined.client
    if client is None or "user" not in client:
        return ""
    if not client["user"]:
        return f"The OAuth client '{client.get('name', '')}' has no OAuth Application User, whom its tokens would act as."
    if client.get("user.user_name") == "":
        return (
            f"The OAuth Application User of the client '{client.get('name', '')}' is gone from the instance."
        )
    return ""


def _name_application_user(examined: Examined) -> Remedy:
    label = examined.entrance.user.label
    return examined.blocks.write(examined.entrance.client, "user", wanted=label)


def _account_missing(examined: Examined) -> str:
    if examined.account is not None:
        return ""
    return f"The instance has no user '{examined.entrance.user_name}'."


def _overdue(examined: Examined) -> str:
    is_mandatory = examined.setting(names.RESET_MANDATORY) == "true"
    if not (is_mandatory and examined.account_is("password_needs_reset")):
        return ""
    return (
        f"The user '{examined.account_name}' must change the password at the next login, and {names.RESET_MANDATORY} is "
        "true, which shuts such accounts out of APIs too."
    )


def _unusable(examined: Examined) -> str:
    name = examined.account_name
    if examined.is_verbatim:
        return (
            f"The password of '{name}' was stored without being hashed, as a plain write over REST does, and then "
            "nobody can log in with it (wire-contract.md 6.5)."
        )
    return ""


def _rewrite_password(examined: Examined) -> Remedy:
    user = examined.entrance.user
    origin = examined.blocks.origin_of(user, "password")
    text = f"Write it again, so that it is hashed: snowconf apply --rewrite-secrets {user} ({origin})."
    return Remedy(text, origin, user)


def _restricted(examined: Examined) -> str:
    """The check looks for the role itself: admin does not count (wire-contract.md 1.9)."""
    if not _is_enforced(examined) or _may_come_with_password(examined):
        return ""
    return (
        f"Basic authentication is restricted on this instance ({names.RESTRICTION}), and '{examined.account_name}' holds "
        f"none of the roles that may use it ({', '.join(sorted(_basic_roles(examined)))})."
    )


def _is_enforced(examined: Examined) -> bool:
    return examined.setting(names.ENFORCEMENT) == "true" and examined.setting(names.RESTRICTION) != "false"


def _restricted_unsaid(examined: Examined) -> str:
    """New instances enforce it without these properties, and a right password is then not counted as wrong."""
    is_counted = examined.was_counted or "failed_attempts" not in (examined.account or {})
    is_said = examined.setting(names.ENFORCEMENT) or examined.setting(names.RESTRICTION) == "false"
    if is_counted or is_said or _may_come_with_password(examined):
        return ""
    return (
        f"No wrong password was counted against '{examined.account_name}', and it holds none of the roles that may use "
        f"basic authentication where that is restricted ({', '.join(sorted(_basic_roles(examined)))}), as it is on new "
        "instances (wire-contract.md 1.9)."
    )


def _may_come_with_password(examined: Examined) -> bool:
    spares = examined.setting(names.RESTRICTION_SPARES_SERVICES) != "false"
    return (
        bool(_basic_roles(examined) & examined.roles)
        or examined.account_name.lower() in examined.words_of(names.RESTRICTED_USERS)
        or (spares and examined.account_is("web_service_access_only"))
        or examined.is_excepted
    )


def _basic_roles(examined: Examined) -> frozenset[str]:
    return examined.words_of(names.RESTRICTED_ROLES, BASIC_ROLE)


def _grant_role(role: str) -> Callable[[Examined], Remedy]:
    def remedy(examined: Examined) -> Remedy:
        user = examined.entrance.user
        origin = examined.blocks.origin_of(user, "roles")
        return Remedy(
            f"Add \"{role}\" to roles of [{user}] ({origin}), then run 'snowconf apply'; or come with a token of an "
            "oauth_app instead.",
            origin,
            user,
        )

    return remedy


def _policy_refuses(examined: Examined) -> str:
    policy = stopping_policy(examined)
    if not policy:
        return ""
    kind = "OAuth tokens" if examined.client_id else "user name and password"
    return (
        f"The REST API access policy '{policy}' decides who may call this API, and no authentication profile of it takes "
        f"{kind} of this client. A policy replaces the usual ways in (wire-contract.md 4.4)."
    )


def _change_policy(examined: Examined) -> Remedy:
    policy = stopping_policy(examined)
    kind = "OAuth" if examined.client_id else "Basic Auth"
    return Remedy(
        f"Give the policy '{policy}' an authentication profile of type {kind} (System Web Services > API Access Policies), "
        'or manage it in the stack: [record.…] with table = "sys_auth_profile_mapping".'
    )


def _no_rest_role(examined: Examined) -> str:
    if examined.refusal.status != 403 or examined.roles & {REST_ROLE, "admin"}:
        return ""
    return (
        f"The REST APIs of this instance turn '{examined.account_name}' away, and it does not hold {REST_ROLE}, which "
        "some instances ask of whoever calls them (wire-contract.md 1.9)."
    )


CLIENT_THERE = Prerequisite(
    code="SNC521",
    summary="OAuth client missing",
    about="whether the OAuth client exists",
    tables=("oauth_entity",),
    why=_client_missing,
    remedy=lambda examined: examined.blocks.apply(examined.entrance.client),
)
CLIENT_ACTIVE = Prerequisite(
    code="SNC522",
    summary="OAuth client inactive",
    about="whether the OAuth client is active",
    tables=("oauth_entity",),
    column="active",
    why=_client_inactive,
    remedy=lambda examined: examined.blocks.write(examined.entrance.client, "active", wanted=True),
)
GATE_OPEN = Prerequisite(
    code="SNC523",
    summary="Client credentials are not switched on",
    about=f"the property {names.GATE}",
    tables=("sys_properties",),
    why=lambda examined: (
        ""
        if examined.setting(names.GATE) == "true"
        else f"The property {names.GATE} is not true, so the token endpoint gives nothing for client credentials."
    ),
    remedy=lambda examined: examined.blocks.write_property(names.GATE, wanted=True),
)
PASSWORD_GRANT_ON = Prerequisite(
    code="SNC524",
    summary="Password grant is switched off",
    about=f"the property {names.GRANT_OFF}",
    tables=("sys_properties",),
    shows=True,
    why=lambda examined: (
        f"The property {names.GRANT_OFF} is true, so the token endpoint gives nothing for user name and password."
        if examined.setting(names.GRANT_OFF) == "true"
        else ""
    ),
    remedy=lambda examined: examined.blocks.write_property(names.GRANT_OFF, wanted=False),
)
APPLICATION_USER = Prerequisite(
    code="SNC525",
    summary="OAuth Application User missing",
    about="the OAuth Application User of the client",
    tables=("oauth_entity",),
    column="user",
    why=_without_application_user,
    remedy=_name_application_user,
)
ACCOUNT_THERE = Prerequisite(
    code="SNC526",
    summary="User missing",
    about="whether the user exists",
    tables=("sys_user",),
    why=_account_missing,
    remedy=lambda examined: examined.blocks.apply(examined.entrance.user),
)
ACCOUNT_ACTIVE = Prerequisite(
    code="SNC527",
    summary="User inactive",
    about="whether the user is active",
    tables=("sys_user",),
    column="active",
    why=_is_off("active", "The user '{}' is inactive."),
    remedy=_account("active", wanted=True),
)
ACCOUNT_UNLOCKED = Prerequisite(
    code="SNC528",
    summary="User locked out",
    about="whether the user is locked out",
    tables=("sys_user",),
    column="locked_out",
    why=_is_on("locked_out", "The user '{}' is locked out; wrong passwords do that, and so do people."),
    remedy=_account("locked_out", wanted=False),
)
PASSWORD_NOT_OVERDUE = Prerequisite(
    code="SNC529",
    summary="Password must be changed first",
    about="whether the password must be changed",
    tables=("sys_user",),
    column="password_needs_reset",
    why=_overdue,
    remedy=_account("password_needs_reset", wanted=False),
)
PASSWORD_USABLE = Prerequisite(
    code="SNC530",
    summary="Password unusable",
    about="how the password is stored",
    tables=("sys_user",),
    column="user_password",
    why=_unusable,
    remedy=_rewrite_password,
)
BASIC_ALLOWED = Prerequisite(
    code="SNC531",
    summary="Basic authentication restricted",
    about="the restriction of basic authentication",
    tables=("sys_properties", "sys_user_has_role"),
    why=_restricted,
    remedy=_grant_role(BASIC_ROLE),
)
# What is left for a password that opens nothing, when everything else stands.
BASIC_ALLOWED_UNSAID = replace(BASIC_ALLOWED, why=_restricted_unsaid)
POLICY_TAKES = Prerequisite(
    code="SNC532",
    summary="A REST API access policy refuses",
    about="the REST API access policies",
    tables=("sys_api_access_policy",),
    shows=True,
    why=_policy_refuses,
    remedy=_change_policy,
)
REST_ROLE_HELD = Prerequisite(
    code="SNC535",
    summary="REST APIs closed to the account",
    about="the roles of the account",
    tables=("sys_user_has_role",),
    why=_no_rest_role,
    remedy=_grant_role(REST_ROLE),
)
