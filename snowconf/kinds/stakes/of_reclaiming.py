"""Accounts that are meant to delete users over the API, as tools that take licences back do (tables.md 9, 12.17)."""

from collections.abc import Iterator

from snowconf.kinds.stakes.case import Case, Inquiry, Stake, isin
from snowconf.kinds.stakes.of_roles import GRANTS
from snowconf.kinds.stakes.touching import linked, names, untold
from snowconf.model.plan import Action

USERS = "sys_user"
ADMIN = "admin"


def reclamation(case: Case) -> Iterator[str]:
    """What is lost with a user whom such an account deletes, and whom it may delete besides those that are meant."""
    if _begins(case):
        yield (
            "It is meant to delete users (access: delete sys_user). Each DELETE /api/now/v2/table/sys_user/{sys_id} takes a "
            "whole account for good, with its role grants, group memberships and tokens, and any user can be named in it."
        )
        admins = {row.get("user.user_name", "") for row in case.evidence.find(GRANTS, "role.name", ADMIN)}
        if reached := admins - {"", case.change.name}:
            yield f"Within its reach {'is' if len(reached) == 1 else 'are'} {names(reached)} too, by the role {ADMIN}."
        if declared := sorted(set(_declared(case)) - {case.change.name}):
            yield f"Within its reach {'is' if len(declared) == 1 else 'are'} {names(declared)} too, of this stack."
        yield from untold(case, GRANTS, "Which administrators are within its reach")


def _begins(case: Case) -> bool:
    """Is it the plan that makes the account what it is, or gives it more roles?"""
    promised = {each.partition(".")[0] for each in case.resource.access.get("delete", ())}
    is_begun = case.change.action in (Action.CREATE, Action.ADOPT) or bool(
        linked(case.change, GRANTS, "role")
    )
    return USERS in promised and is_begun


def _declared(case: Case) -> Iterator[str]:
    for block in case.around.blocks.get("user", ()):
        written = block.attributes.get("user_name")
        yield str(written.value) if written else block.address.label


ADMINS = Inquiry(
    table=GRANTS,
    columns=("user", "user.user_name", "role.name"),
    about=lambda case: isin("role.name", [ADMIN] if _begins(case) else []),
)
RECLAMATION = Stake(hazard="reclamation", find=reclamation, asks=(ADMINS,))
