"""Powerful roles that come by a group: by joining it, or by having it for a parent (tables.md 3.4).

Seen are the roles of the group itself and of the parents that the stack declares; not those of parents on the instance.
"""

from collections.abc import Iterable, Iterator, Mapping

from snowconf.kinds.reading import names_in, value_of
from snowconf.kinds.stakes.case import Case, Inquiry, Stake, isin
from snowconf.kinds.stakes.of_roles import POWERFUL
from snowconf.kinds.stakes.touching import linked, names, written
from snowconf.model.plan import Action
from snowconf.model.state import Resource
from snowconf.model.value import Named

GROUPS = "sys_user_group"
MEMBERSHIPS = "sys_user_grmember"
GROUP_ROLES = "sys_group_has_role"
ELEVATED = "works in elevated sessions"


def powerful_groups(case: Case) -> Iterator[str]:
    """What a member gets along with a group is a grant like any other."""
    for group in _joined(case):
        for role, why in sorted(_powerful_roles(case, group).items()):
            yield f"{_by(case, group)} the role {role}, which {why}."


def _by(case: Case, group: str) -> str:
    """Who gets it and how: the subject of a sentence and its verb."""
    if case.change.table != GROUPS:
        return f"Gives, by the group {_name(case, group)},"
    if group == case.change.sys_id:
        added = (str(ref) for each in case.change.members if each.attribute == "members" for ref in each.add)
        return f"Gives {names(added)}, by this group,"
    return f"Gives all members, by the parent group {_name(case, group)},"


def _joined(case: Case) -> list[str]:
    """The groups whose roles somebody gets through this change."""
    change = case.change
    parent = written(change).get("parent", "") if change.table == GROUPS else ""
    return sorted({*linked(change, MEMBERSHIPS, "group"), *filter(None, [parent])})


def _existing(case: Case) -> Iterator[str]:
    """Those that the instance has: one that the plan makes carries nothing there."""
    for group in _joined(case):
        change = case.around.changes.get(group)
        if change is None or change.action is not Action.CREATE:
            yield group


def _powerful_roles(case: Case, group: str) -> Mapping[str, str]:
    """Role to why it is powerful: by what the instance holds, and by what the stack's groups are to carry."""
    found = {
        row.get("role.name", ""): _why(row.get("role.name", ""), row.get("role.elevated_privilege", ""))
        for row in case.evidence.find(GROUP_ROLES, "group", group)
    }
    block = case.around.declared.get(group)
    # What this very change gives the group is told as such.
    declared = _roles_of(block, case) if block is not None and group != case.change.sys_id else ()
    found |= {role: _why(role, "") for role in declared}
    return {role: why for role, why in found.items() if role and why}


def _why(role: str, elevated: str) -> str:
    return POWERFUL.get(role, "") or (ELEVATED if elevated == "true" else "")


def _roles_of(block: Resource, case: Case) -> Iterable[str]:
    """The roles of a declared group and of its declared parents."""
    groups = {each.address.label: each for each in case.around.blocks.get("group", ())}
    seen: dict[str, Resource] = {}
    here: Resource | None = block
    while here is not None and here.address.label not in seen:
        seen[here.address.label] = here
        parent = value_of(here, "parent")
        here = groups.get(parent.name) if isinstance(parent, Named) else None
    return {role for each in seen.values() for role in names_in(each, "roles")}


def _name(case: Case, group: str) -> str:
    refs = (ref for each in case.change.members for ref in each.add if ref.sys_id == group)
    rows = (row.get("group.name", "") for row in case.evidence.find(GROUP_ROLES, "group", group))
    block = case.around.declared.get(group)
    own = [str(value_of(block, "name") or block.address.label)] if block is not None else []
    return next(filter(None, (*own, *map(str, refs), *rows)), group)


ROLES_OF_GROUPS = Inquiry(
    table=GROUP_ROLES,
    columns=("group", "group.name", "role", "role.name", "role.elevated_privilege"),
    about=lambda case: isin("group", _existing(case)),
)
POWERFUL_GROUP = Stake(hazard="powerful_grant", find=powerful_groups, asks=(ROLES_OF_GROUPS,))
