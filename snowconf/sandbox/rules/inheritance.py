"""Inherited roles: which rows of sys_user_has_role the platform keeps for a user, and when it looks again.

As under Role Management V2, one inherited row for each role, with the number of its reasons (tables.md 3.3).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from snowconf.sandbox.acting.session import Session
from snowconf.sandbox.acting.stamping import insert_row, stamp_change
from snowconf.sandbox.rules.rule import DELETE, EVERY_CHANGE, UPDATE, Event, Follow, Put, Refuse, Rule
from snowconf.sandbox.storage.made_ids import fresh_id, made_id
from snowconf.sandbox.storage.remembering import recall
from snowconf.sandbox.storage.store import Row, Store

GRANT = "sys_user_has_role"
# What of an inherited row nobody else changes.
PLATFORMS = ("user", "role", "state", "inh_count")
AUTOMATIC_ROLES = frozenset({"snc_internal", "snc_external"})


def contained_roles(store: Store, role: str) -> frozenset[str]:
    """The sys_ids of all roles that a role contains, directly or not, without itself."""
    contains = recall(store, ("sys_user_role_contains",), _containments)
    found: set[str] = set()
    waiting = list(contains.get(role, ()))
    while waiting:
        each = waiting.pop()
        if each not in found:
            found.add(each)
            waiting.extend(contains.get(each, ()))
    return frozenset(found - {role})


def _containments(store: Store) -> Mapping[str, list[str]]:
    contains: dict[str, list[str]] = defaultdict(list)
    for row in store.find("sys_user_role_contains"):
        contains[row["role"]].append(row["contains"])
    return contains


def renew(session: Session, user: str) -> None:
    """Make the user's inherited rows what direct grants, groups and containment justify, touching nothing else."""
    store = session.store
    if store.get("sys_user", user) is None:
        return
    wanted = Counter(_reasons(store, user))
    kept = {row["role"]: row for row in store.find(GRANT, user=user, inherited="true")}
    for role in kept.keys() - wanted.keys():
        store.delete(GRANT, kept[role]["sys_id"])
    for role, count in wanted.items():
        _keep(session, kept.get(role), {"user": user, "role": role, "inh_count": str(count)})


def _keep(session: Session, row: Row | None, columns: Row) -> None:
    if row is None:
        # There is one at most for each pair, so that a seeded instance has the same rows every time.
        usual = made_id(GRANT, f"{columns['user']} inherits {columns['role']}")
        sys_id = fresh_id() if session.store.get(GRANT, usual) else usual
        insert_row(session, GRANT, columns | {"inherited": "true", "state": "active"}, sys_id)
    elif row["inh_count"] != columns["inh_count"]:
        changes = {"inh_count": columns["inh_count"]} | stamp_change(session, row)
        session.store.update(GRANT, row["sys_id"], changes)


def _reasons(store: Store, user: str) -> Iterator[str]:
    """Every role the user inherits, once for each reason."""
    for grant in store.find(GRANT, user=user, inherited="false", state="active"):
        yield from contained_roles(store, grant["role"])
    for member in store.find("sys_user_grmember", user=user):
        for role in _group_roles(store, member["group"]):
            yield role
            yield from contained_roles(store, role)


def _group_roles(store: Store, group: str) -> Iterator[str]:
    """The roles of a group and of those above it, each group once even if they go round in a circle."""
    seen: set[str] = set()
    while group and group not in seen:
        seen.add(group)
        yield from (row["role"] for row in store.find("sys_group_has_role", group=group))
        group = (store.get("sys_user_group", group) or {}).get("parent", "")


def _renew_user(event: Event) -> None:
    for user in {event.before.get("user", ""), event.after.get("user", "")} - {""}:
        renew(event.session, user)


def _renew_group(event: Event) -> None:
    for group in {event.before.get("group", ""), event.after.get("group", "")} - {""}:
        _renew_all(event.session, _members(event.session.store, group))


def _renew_child_group(event: Event) -> None:
    _renew_all(event.session, _members(event.session.store, event.row["sys_id"]))


def _renew_holders(event: Event) -> None:
    """Everybody who has the containing role, in whatever way."""
    grants = event.session.store.find(GRANT, role=event.row["role"])
    _renew_all(event.session, (row["user"] for row in grants))


def _renew_all(session: Session, users: Iterable[str]) -> None:
    for user in sorted(set(users)):
        renew(session, user)


def _members(store: Store, group: str) -> set[str]:
    """The members of a group and of the groups below it."""
    seen: set[str] = set()
    waiting = [group]
    while waiting:
        each = waiting.pop()
        if each not in seen:
            seen.add(each)
            waiting.extend(row["sys_id"] for row in store.find("sys_user_group", parent=each))
    return {row["user"] for each in seen for row in store.find("sys_user_grmember", group=each)}


def _is_inherited(event: Event) -> bool:
    return event.before["inherited"] == "true"


def _grants_too_much(event: Event) -> bool:
    """A grant to a user or a group."""
    return _is_too_much(event, [event.after["role"]])


def _joins_too_much(event: Event) -> bool:
    """Membership in a group that has such roles, or is below one that has (tables.md 3.3)."""
    return _is_too_much(event, list(_group_roles(event.session.store, event.after["group"])))


def _hangs_too_high(event: Event) -> bool:
    """A group below one that has such roles gets them as well."""
    return _is_too_much(event, list(_group_roles(event.session.store, event.after["parent"])))


def _is_too_much(event: Event, roles: Iterable[str]) -> bool:
    """Giving admin needs admin; giving an elevated role needs it elevated, which REST cannot (tables.md 3.3)."""
    session = event.session
    given = [session.store.get("sys_user_role", role) or {} for role in roles]
    elevated = any(role.get("elevated_privilege") == "true" for role in given)
    refused = elevated and session.switches.get("elevation") == "on"
    return refused or (not session.caller.admin and any(_means_admin(session.store, role) for role in given))


def _means_admin(store: Store, role: Row) -> bool:
    contained = (
        store.get("sys_user_role", each) or {} for each in contained_roles(store, role.get("sys_id", ""))
    )
    return any(each.get("name") == "admin" for each in (role, *contained))


def _contains_too_much(event: Event) -> bool:
    """Whoever has a role that contains admin is one, so that needs an admin as well (docs/platform.md)."""
    contained = event.session.store.get("sys_user_role", event.after["contains"]) or {}
    return not event.session.caller.admin and _means_admin(event.session.store, contained)


def _contains_automatic(event: Event) -> bool:
    roles = (event.session.store.get("sys_user_role", event.after[side]) for side in ("role", "contains"))
    container, contained = ((role or {}).get("name", "") for role in roles)
    return container in AUTOMATIC_ROLES or {container, contained} == AUTOMATIC_ROLES


def _contains_itself(event: Event) -> bool:
    role, contains = event.after["role"], event.after["contains"]
    return role == contains or role in contained_roles(event.session.store, contains)


def _name_containment(event: Event) -> Row:
    store = event.session.store
    roles = (store.get("sys_user_role", event.after[side]) for side in ("contains", "role"))
    return {"sys_name": ".".join((role or {}).get("name", "") for role in roles)}


GRANT_RULES: tuple[Rule, ...] = (
    Refuse(
        name="Prevent deletion of inherited roles",
        table=GRANT,
        on=DELETE,
        when=_is_inherited,
    ),
    Refuse(
        name="Role assignment check",
        table=GRANT,
        columns=frozenset({"user", "role"}),
        when=_grants_too_much,
    ),
    Refuse(
        name="Role assignment check: group role",
        table="sys_group_has_role",
        columns=frozenset({"group", "role"}),
        when=_grants_too_much,
    ),
    Refuse(
        name="Role assignment check: membership",
        table="sys_user_grmember",
        columns=frozenset({"user", "group"}),
        when=_joins_too_much,
    ),
    Refuse(
        name="Role assignment check: group parent",
        table="sys_user_group",
        columns=frozenset({"parent"}),
        when=_hangs_too_high,
    ),
    Put(
        name="Inherited is read only",
        table=GRANT,
        values=lambda event: {"inherited": event.before.get("inherited", "false")},
    ),
    Put(
        name="Inherited roles are the platform's",
        table=GRANT,
        on=UPDATE,
        values=lambda event: {name: event.before[name] for name in PLATFORMS if _is_inherited(event)},
    ),
    Follow(
        name="Role Management V2: user",
        table=GRANT,
        on=EVERY_CHANGE | DELETE,
        columns=frozenset({"user", "role", "state", "inherited"}),
        then=_renew_user,
    ),
    Follow(
        name="Role Management V2: membership",
        table="sys_user_grmember",
        on=EVERY_CHANGE | DELETE,
        then=_renew_user,
    ),
    Follow(
        name="Role Management V2: group role",
        table="sys_group_has_role",
        on=EVERY_CHANGE | DELETE,
        then=_renew_group,
    ),
    Follow(
        name="Role Management V2: group parent",
        table="sys_user_group",
        columns=frozenset({"parent"}),
        then=_renew_child_group,
    ),
    Follow(
        name="Role Management V2: group gone",
        table="sys_user_group",
        on=DELETE,
        then=_renew_child_group,
    ),
)

CONTAINMENT_RULES: tuple[Rule, ...] = (
    Refuse(
        name="Explicit roles containment check",
        table="sys_user_role_contains",
        when=_contains_automatic,
    ),
    Refuse(
        name="Recursive role containment check",
        table="sys_user_role_contains",
        when=_contains_itself,
    ),
    Refuse(
        name="Role assignment check: containment",
        table="sys_user_role_contains",
        when=_contains_too_much,
    ),
    Put(name="Name containment", table="sys_user_role_contains", values=_name_containment),
    Follow(
        name="Role Management V2: containment",
        table="sys_user_role_contains",
        on=EVERY_CHANGE | DELETE,
        then=_renew_holders,
    ),
)

RULES: tuple[Rule, ...] = GRANT_RULES + CONTAINMENT_RULES
