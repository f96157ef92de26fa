"""Rules of application registries: what is generated, and the profile that comes with a provider (tables.md 2)."""

from snowconf.sandbox.acting.stamping import insert_row
from snowconf.sandbox.rules.capturing import Capture, keep
from snowconf.sandbox.rules.rule import INSERT, Cascade, Event, Follow, Put, Refuse, Rule
from snowconf.sandbox.storage.made_ids import fresh_id
from snowconf.sandbox.storage.passwords import seal
from snowconf.sandbox.storage.store import Row


def _generate(event: Event) -> Row:
    """Identifier and secret for those who chose none."""
    row = event.after
    secret = (
        {} if row["client_secret"] or row["public_client"] == "true" else {"client_secret": seal(fresh_id())}
    )
    client_id = {} if row["client_id"] else {"client_id": fresh_id()}
    return {"client_uuid": fresh_id(), "salt": fresh_id()} | client_id | secret


def _generate_key(event: Event) -> Row:
    """A REST API key for those who chose none (docs/platform.md)."""
    return {} if event.after["token"] else {"token": seal(f"now_{fresh_id()}")}


def _has_profile(event: Event) -> bool:
    """For providers only: an inbound client's profile is written by hand."""
    is_provider = event.after["type"] == "oauth_provider"
    return is_provider and event.session.switches.get("default_profile") == "made"


def _add_default_profile(event: Event) -> None:
    if _has_profile(event):
        profile = {
            "name": f"{event.after['name']} default_profile",
            "oauth_entity": event.after["sys_id"],
            "grant_type": event.after["default_grant_type"],
            "default": "true",
        }
        row = insert_row(event.session, "oauth_entity_profile", profile)
        keep(Capture(session=event.session, table="oauth_entity_profile", row=row, action="INSERT_OR_UPDATE"))


def _crosses_registries(event: Event) -> bool:
    store = event.session.store
    profile = store.get("oauth_entity_profile", event.after["oauth_entity_profile"]) or {}
    scope = store.get("oauth_entity_scope", event.after["oauth_entity_scope"]) or {}
    return profile.get("oauth_entity", "") != scope.get("oauth_entity", "")


RULES: tuple[Rule, ...] = (
    Put(name="Generate client credentials", table="oauth_entity", on=INSERT, values=_generate),
    Put(name="Generate REST API key", table="api_key", on=INSERT, values=_generate_key),
    Follow(name="Create default profile", table="oauth_entity", on=INSERT, then=_add_default_profile),
    Refuse(
        name="Validate oauth scope in profile",
        table="oauth_entity_profile_scope",
        when=_crosses_registries,
    ),
)

CASCADES: tuple[Cascade, ...] = (
    Cascade(parent="oauth_entity", table="oauth_credential", column="peer"),
    *(
        Cascade(parent=parent, table=table, column=parent, switch="deleted_registry")
        for parent, table in (
            ("oauth_entity", "oauth_entity_profile"),
            ("oauth_entity", "oauth_entity_scope"),
            ("oauth_entity_profile", "oauth_entity_profile_scope"),
            ("oauth_entity_scope", "oauth_entity_profile_scope"),
        )
    ),
)
