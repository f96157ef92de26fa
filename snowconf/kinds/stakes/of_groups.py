"""Groups: what the runner has through one, and powerful roles that a group gives to all its members."""

from collections.abc import Iterator

from snowconf.kinds.stakes.case import Case, Inquiry, Stake, isin
from snowconf.kinds.stakes.of_joining import POWERFUL_GROUP
from snowconf.kinds.stakes.of_roles import POWERFUL_GRANT
from snowconf.kinds.stakes.touching import is_deleted, is_switched_off, names, removed_names
from snowconf.model.plan import Change

MEMBERSHIPS = "sys_user_grmember"


def own_group(case: Case) -> Iterator[str]:
    """The runner must not lose roles that a group gives it."""
    if _removes_runner(case):
        yield "The account that snowconf runs as would leave this group, and lose the roles it has through it."
    elif _is_member(case):
        yield f"The account that snowconf runs as is a member of this group, which would {_loss(case.change)}."


def _loss(change: Change) -> str:
    """What the group's members lose; empty when nothing."""
    if is_deleted(change):
        return "be deleted"
    if is_switched_off(change):
        return "be switched off"
    roles = removed_names(change, "roles")
    return f"no longer carry {names(roles)}" if roles else ""


def _removes_runner(case: Case) -> bool:
    gone = (ref for each in case.change.members if each.attribute == "members" for ref in each.remove)
    return any(case.around.runner.is_user(sys_id=ref.sys_id, user_name=ref.name) for ref in gone)


def _is_member(case: Case) -> bool:
    if not _loss(case.change):
        return False
    rows = case.evidence.find(MEMBERSHIPS, "group", case.change.sys_id)
    return any(row.get("user") == case.around.runner.sys_id for row in rows)


def _runner_at_stake(case: Case) -> list[str]:
    return [case.around.runner.sys_id] if _loss(case.change) else []


# A person is in few groups, a group may hold everybody: so it is the runner's memberships that are asked for.
MEMBERSHIPS_OF_RUNNER = Inquiry(
    table=MEMBERSHIPS,
    columns=("user", "group"),
    about=lambda case: isin("user", _runner_at_stake(case)),
)

STAKES = (
    Stake(hazard="self_lockout", find=own_group, asks=(MEMBERSHIPS_OF_RUNNER,), forbidden=True),
    POWERFUL_GRANT,
    POWERFUL_GROUP,
)
