"""OAuth providers and their profiles: what must agree between them, and who uses a profile (tables.md 2.1, 2.2)."""

from collections.abc import Iterator

from snowconf.kinds.findings import (
    GRANTS_DIFFER,
    PROVIDER_WITHOUT_PROFILE,
    SCOPE_OF_ANOTHER_PROVIDER,
    SECOND_DEFAULT_PROFILE,
)
from snowconf.kinds.grants import GRANTS
from snowconf.kinds.reading import text_of, value_of
from snowconf.kinds.stakes import of_clients
from snowconf.kinds.stakes.case import Case, CrossCheck, Inquiry, Stake, isin
from snowconf.kinds.stakes.linked_blocks import blocks_of, find_block, names_block, said
from snowconf.kinds.stakes.touching import counted, goes, is_deleted, names, untold, updated, written
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.plan import Action
from snowconf.model.value import Named

TABLE = "oauth_entity"
PROFILES = "oauth_entity_profile"
CREDENTIALS = "oauth_2_0_credentials"
USUAL = "authorization_code"


def made_name(provider: str) -> str:
    """What the platform calls the profile that it makes along with a provider."""
    return f"{provider} default_profile"


def without_profile(case: Case) -> Iterator[Diagnostic]:
    """The platform makes a profile whether or not a block speaks for it."""
    profiles = blocks_of(case, "oauth_profile")
    if case.change.action is Action.CREATE and not any(
        names_block(said(each, "provider", "oauth_entity"), case.resource) for each in profiles
    ):
        name, label = case.change.name, case.resource.address.label
        yield PROVIDER_WITHOUT_PROFILE.at(
            case.resource,
            "name",
            f"The platform makes the profile '{made_name(name)}' along with this provider, and no block speaks for it. Write "
            f'[oauth_profile.{label}] with name = "{made_name(name)}", provider = "{label}" and its grant_type.',
        )


def grants_differ(case: Case) -> Iterator[Diagnostic]:
    """A profile gets tokens as its provider does, or not at all."""
    asked, provider = text_of(case.resource, "grant_type"), _grant_of_provider(case)
    if not is_deleted(case.change) and asked and provider and asked != provider:
        yield GRANTS_DIFFER.at(
            case.resource,
            "grant_type",
            f"The profile says '{asked}', and its provider '{provider}': every request for a token would fail. Make "
            "grant_type and the provider's default_grant_type agree.",
        )


def profiles_differ(case: Case) -> Iterator[Diagnostic]:
    """The same from the provider's side: a profile that says what the provider says no more."""
    grant = text_of(case.resource, "default_grant_type")
    for each in blocks_of(case, "oauth_profile") if "default_grant_type" in updated(case.change) else ():
        asked = str(said(each, "grant_type") or "")
        if names_block(said(each, "provider", "oauth_entity"), case.resource) and asked not in ("", grant):
            yield GRANTS_DIFFER.at(
                case.resource,
                "default_grant_type",
                f"The provider would say '{grant}', and {each.address} says '{asked}': every request for a token would "
                "fail. Make the profile's grant_type and default_grant_type agree.",
            )


def second_default(case: Case) -> Iterator[Diagnostic]:
    """A provider has one default profile, and the platform makes it."""
    if value_of(case.resource, "default") is not True or case.change.action is not Action.CREATE:
        return
    block = find_block(case, value_of(case.resource, "provider"))
    change = case.around.changes.get(written(case.change).get("oauth_entity", ""))
    is_new = block is not None and change is not None and change.action is Action.CREATE
    made = made_name(change.name) if is_new and change else _default_there(case)
    if made and made != text_of(case.resource, "name"):
        yield SECOND_DEFAULT_PROFILE.at(
            case.resource,
            "name",
            f"The provider has the default profile '{made}', or gets it when it is made. Write name = \"{made}\" to take "
            "that one over, or default = false to have another one beside it.",
        )


def foreign_scopes(case: Case) -> Iterator[Diagnostic]:
    """The platform refuses a scope of another provider (rule `Validate oauth scope in profile`)."""
    provider, scopes = value_of(case.resource, "provider"), value_of(case.resource, "scopes")
    for scope in sorted(scopes) if isinstance(scopes, frozenset) else ():
        block = find_block(case, scope)
        other = said(block, "provider", "oauth_entity") if block else None
        if isinstance(other, Named) and other != provider:
            yield SCOPE_OF_ANOTHER_PROVIDER.at(
                case.resource,
                "scopes",
                f"The scope '{scope}' is one of '{other}', and the profile one of '{provider}'. Take it out, or name a "
                "scope of the same provider.",
            )


def taken_over(case: Case) -> Iterator[str]:
    """The default profile comes with its provider, and the plan only changes it."""
    provider = case.around.changes.get(written(case.change).get("oauth_entity", ""))
    is_new = provider is not None and Action.CREATE is provider.action is case.change.action
    if is_new and provider and case.change.name == made_name(provider.name):
        yield f"the platform makes it along with {provider.address}: that one is taken over, and not doubled"


def users(case: Case) -> Iterator[str]:
    """Credentials that get their tokens by a profile that goes."""
    if is_deleted(case.change):
        rows = case.evidence.find(CREDENTIALS, PROFILES, case.change.sys_id)
        left = [row for row in rows if not goes(case, row["sys_id"])]
        if left:
            verb = "gets its tokens" if len(left) == 1 else "get their tokens"
            listed = names(row.get("name", "") or row["sys_id"] for row in left)
            yield f"{counted(len(left), 'credential')} {verb} by this profile: {listed}"
        yield from untold(case, CREDENTIALS, "Which credentials use this profile")


def _grant_of_provider(case: Case) -> str:
    """As people write it; empty when nobody says."""
    provider = value_of(case.resource, "provider")
    block = find_block(case, provider)
    if block is not None and "default_grant_type" in block.attributes:
        return text_of(block, "default_grant_type")
    sys_id = written(case.change).get("oauth_entity", "")
    change = case.around.changes.get(sys_id)
    if change is not None and change.action is Action.CREATE:
        return USUAL
    rows = case.evidence.find(TABLE, "sys_id", sys_id)
    stored = rows[0].get("default_grant_type", "") if rows else ""
    return next((asked for asked, known in GRANTS.items() if known == stored), stored)


def _default_there(case: Case) -> str:
    """The default profile that the instance has for the provider."""
    rows = case.evidence.find(PROFILES, "oauth_entity", written(case.change).get("oauth_entity", ""))
    return next((row.get("name", "") for row in rows if row.get("default") == "true"), "")


def _provider_of_new_default(case: Case) -> list[str]:
    asks = value_of(case.resource, "default") is True and case.change.action is Action.CREATE
    return [written(case.change).get("oauth_entity", "")] if asks else []


ITS_DEFAULT = Inquiry(
    table=PROFILES,
    columns=("name", "oauth_entity", "default"),
    about=lambda case: isin("oauth_entity", _provider_of_new_default(case)),
)
ITS_CREDENTIALS = Inquiry(
    table=CREDENTIALS,
    columns=("name", PROFILES),
    about=lambda case: isin(PROFILES, [case.change.sys_id] if is_deleted(case.change) else []),
)

STAKES = of_clients.STAKES
PROVIDER_CHECKS = (CrossCheck(find=without_profile), CrossCheck(find=profiles_differ))
PROFILE_STAKES = (
    Stake(find=taken_over),
    Stake(hazard="connections_broken", find=users, asks=(ITS_CREDENTIALS,)),
)
PROFILE_CHECKS = (
    CrossCheck(find=grants_differ),
    CrossCheck(find=second_default, asks=(ITS_DEFAULT,)),
    CrossCheck(find=foreign_scopes),
)
