"""Rows of link tables that are managed as `record`: what the runner loses with one, what one gives away."""

from collections.abc import Iterator

from snowconf.kinds.stakes.case import Case, Inquiry, Stake, isin
from snowconf.kinds.stakes.of_joining import POWERFUL_GROUP
from snowconf.kinds.stakes.of_roles import GRANTS, POWERFUL_GRANT
from snowconf.kinds.stakes.touching import is_deleted, updated

MEMBERSHIPS = "sys_user_grmember"


def own_link(case: Case) -> Iterator[str]:
    """A grant or a membership of the account that snowconf runs as."""
    rows = case.evidence.find(case.change.table, "sys_id", case.change.sys_id)
    if any(case.around.runner.is_user(sys_id=row.get("user", "")) for row in rows):
        yield "This row gives the account that snowconf runs as a role or a group, and would be no more what it was."


def _changed(case: Case, table: str) -> list[str]:
    touched = is_deleted(case.change) or bool(updated(case.change))
    return [case.change.sys_id] if touched and case.change.table == table else []


OWN_GRANT = Inquiry(
    table=GRANTS, columns=("user", "role"), about=lambda case: isin("sys_id", _changed(case, GRANTS))
)
OWN_MEMBERSHIP = Inquiry(
    table=MEMBERSHIPS,
    columns=("user", "group"),
    about=lambda case: isin("sys_id", _changed(case, MEMBERSHIPS)),
)

STAKES = (
    Stake(hazard="self_lockout", find=own_link, asks=(OWN_GRANT, OWN_MEMBERSHIP), forbidden=True),
    POWERFUL_GRANT,
    POWERFUL_GROUP,
)
