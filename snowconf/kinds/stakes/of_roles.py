"""Roles: grants that make powerful, and what ends with a role."""

from collections.abc import Iterable, Iterator, Mapping

from snowconf.kinds.stakes.case import Case, Inquiry, Stake, isin
from snowconf.kinds.stakes.touching import (
    counted,
    is_deleted,
    linked,
    names,
    removed_names,
    untold,
    updated,
)
from snowconf.model.plan import Change
from snowconf.model.state import Resource

TABLE = "sys_user_role"
CONTAINS = "sys_user_role_contains"
GRANTS = "sys_user_has_role"
# The link tables that give a role away, and their column for it (tables.md 3.2 to 3.4).
GIVING = {GRANTS: "role", "sys_group_has_role": "role", CONTAINS: "contains"}
# Roles as good as admin, or a step from it (tables.md 3.5).
POWERFUL: Mapping[str, str] = {
    "admin": "may do everything",
    "security_admin": "may change access controls",
    "maint": "is meant for the vendor",
    "user_admin": "may change and delete every account and grant roles",
    "impersonator": "may act as other users",
    "import_scheduler": "may run scripts as admin",
    "import_admin": "contains import_scheduler, which may run scripts as admin",
    "oauth_admin": "may let any client in",
    "credential_admin": "may change stored credentials",
}
# Whoever wants to know whether a role is in use needs no longer list than this.
MOST_HOLDERS = 1_000


def given(change: Change) -> list[str]:
    """The sys_ids of the roles that the change gives away."""
    return [role for table, column in GIVING.items() for role in linked(change, table, column)]


def powerful_grants(case: Case) -> Iterator[str]:
    """Who gets roles that are admin in all but name, or that must be elevated."""
    told: dict[str, str] = {}
    for sys_id in given(case.change):
        name = _name(case, sys_id)
        why = POWERFUL.get(name, "") or _why_powerful(case, sys_id)
        if why:
            told[name or sys_id] = why
    for name, why in sorted(told.items()):
        yield f"Gives the role {name}, which {why}."


def own_roles(case: Case) -> Iterator[str]:
    """A role that the runner holds must not lose what it carries."""
    change, held = case.change, case.around.runner.roles or frozenset()
    if change.name not in held:
        return
    lost = held.intersection(removed_names(change, "contains"))
    if is_deleted(change):
        yield f"The account that snowconf runs as holds {change.name}, which would be deleted."
    elif updated(change).get("elevated_privilege") == "true":
        yield f"The account that snowconf runs as holds {change.name}, which would work only in elevated sessions."
    elif lost:
        yield f"The account that snowconf runs as holds {change.name}, which would no longer contain {names(lost)}."


def holders(case: Case) -> Iterator[str]:
    """Who is concerned by a role that goes or carries something else, and what it contains."""
    if _matters(case.change):
        users = {row.get("user", "") for row in case.evidence.find(GRANTS, "role", case.change.sys_id)}
        more = " or more" if len(case.evidence.rows(GRANTS)) >= MOST_HOLDERS else ""
        yield f"held by {counted(len(users), 'user')}{more}"
        rows = case.evidence.find(CONTAINS, "role", case.change.sys_id)
        contained = [row.get("contains.name", "") or row.get("contains", "") for row in rows]
        if contained:
            yield f"contains {names(contained)}"
        yield from untold(case, GRANTS, "Who holds the role")


def _matters(change: Change) -> bool:
    return is_deleted(change) or (bool(removed_names(change, "contains")) and change.table == TABLE)


def _name(case: Case, sys_id: str) -> str:
    refs = (ref for each in case.change.members for ref in each.add if ref.sys_id == sys_id)
    block = case.around.declared.get(sys_id)
    found = [row.get("name", "") for row in case.evidence.find(TABLE, "sys_id", sys_id)]
    return (_block_name(block) if block else "") or next(map(str, refs), "") or next(iter(found), "")


def _block_name(block: Resource) -> str:
    located = block.attributes.get("name")
    return str(located.value) if located else ""


def _why_powerful(case: Case, sys_id: str) -> str:
    """By what the role is: of the stack first, then of the instance."""
    block = case.around.declared.get(sys_id)
    if block is not None:
        elevated = block.attributes.get("elevated_privilege")
        if elevated is not None and elevated.value is True:
            return "works in elevated sessions"
        contained = _contained_names(block)
    else:
        if any(
            row.get("elevated_privilege") == "true" for row in case.evidence.find(TABLE, "sys_id", sys_id)
        ):
            return "works in elevated sessions"
        contained = [row.get("contains.name", "") for row in case.evidence.find(CONTAINS, "role", sys_id)]
    powerful = [name for name in contained if name in POWERFUL]
    return f"contains {names(powerful)}" if powerful else ""


def _contained_names(block: Resource) -> list[str]:
    located = block.attributes.get("contains")
    return [str(each) for each in located.value] if located and isinstance(located.value, frozenset) else []


def _unseen(case: Case) -> Iterable[str]:
    """Those of which what was observed does not tell whether they are elevated."""
    return (
        each
        for each in _given_by_instance(case)
        if not case.evidence.holds(TABLE, each, ["elevated_privilege"])
    )


def _given_by_instance(case: Case) -> Iterable[str]:
    """Roles whose names do not tell, and that the files do not describe."""
    return (
        each
        for each in given(case.change)
        if each not in case.around.declared and _name(case, each) not in POWERFUL
    )


def _concerned(case: Case) -> list[str]:
    return [case.change.sys_id] if _matters(case.change) else []


GIVEN_ROLE = Inquiry(
    table=TABLE,
    columns=("name", "elevated_privilege"),
    about=lambda case: isin("sys_id", _unseen(case)),
)
GIVEN_ROLE_CONTAINS = Inquiry(
    table=CONTAINS,
    columns=("role", "contains", "contains.name"),
    about=lambda case: isin("role", _given_by_instance(case)),
)
POWERFUL_GRANT = Stake(hazard="powerful_grant", find=powerful_grants, asks=(GIVEN_ROLE, GIVEN_ROLE_CONTAINS))

HOLDERS = Inquiry(
    table=GRANTS,
    columns=("user", "role"),
    about=lambda case: isin("role", _concerned(case)),
    at_most=MOST_HOLDERS,
)
CONTAINED = Inquiry(
    table=CONTAINS,
    columns=("role", "contains", "contains.name"),
    about=lambda case: isin("role", _concerned(case)),
)

STAKES = (
    Stake(hazard="self_lockout", find=own_roles, forbidden=True),
    POWERFUL_GRANT,
    Stake(find=holders, asks=(HOLDERS, CONTAINED)),
)
