"""What a change of an account can break: the runner itself, living tokens, and schedules that run as the account."""

from collections.abc import Iterator

from snowconf.kinds.findings import INACTIVE_WITH_ROLES
from snowconf.kinds.reading import names_in, value_of
from snowconf.kinds.stakes.case import Case, CrossCheck, Inquiry, Row, Stake, isin
from snowconf.kinds.stakes.of_joining import POWERFUL_GROUP
from snowconf.kinds.stakes.of_reclaiming import RECLAMATION
from snowconf.kinds.stakes.of_roles import POWERFUL_GRANT
from snowconf.kinds.stakes.of_tokens import PASSWORD_GRANT_OFF, TOKENS, is_living
from snowconf.kinds.stakes.touching import (
    counted,
    is_deleted,
    is_switched_off,
    names,
    removed_names,
    rewritten_secrets,
    stored,
    to_ask,
    untold,
    updated,
)
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.plan import Action, Change

TABLE = "sys_user"
SCHEDULES = "sysauto"
# Stops every write of its holders, whatever their other roles allow (tables.md 3.3).
READ_ONLY = "snc_read_only"
# What keeps an account from calling APIs, by the column and value that say so (tables.md 3.1).
STOPS = {
    ("active", "false"): "be switched off",
    ("locked_out", "true"): "be locked out",
    ("password_needs_reset", "true"): "have to change its password before it may call again",
    ("enable_multifactor_authn", "true"): "need a second factor",
}


def end_of(change: Change) -> str:
    """How the account stops working; empty when it goes on."""
    if is_deleted(change):
        return "deleted"
    if is_switched_off(change):
        return "switched off"
    return "locked out" if updated(change).get("locked_out") == "true" else ""


def own_account(case: Case) -> Iterator[str]:
    """The account that snowconf logs in with must not lose what it works with."""
    losses = [*_losses(case.change)]
    if losses and _is_runner(case):
        yield f"snowconf runs as this account, which would {', '.join(losses)}."


def live_tokens(case: Case) -> Iterator[str]:
    """Tokens act as a user, and end with it."""
    if end_of(case.change):
        rows = case.evidence.find(TOKENS, "user", case.change.sys_id)
        living = [row for row in rows if is_living(row, case)]
        if living:
            yield f"{counted(len(living), 'live token')} of this user {'ends' if len(living) == 1 else 'end'}."
        yield from untold(case, TOKENS, "How many live tokens end")


def broken_schedules(case: Case) -> Iterator[str]:
    """Jobs of an account that cannot work fail without a word (tables.md 6.1); they restrict its deletion (12.10)."""
    end = end_of(case.change)
    if end:
        if jobs := _jobs(case):
            runs = "runs" if len(jobs) == 1 else "run"
            then = (
                ", so the platform refuses the deletion"
                if end == "deleted"
                else " and would fail without a word"
            )
            yield f"{names(jobs)} {runs} as this user{then}."
        yield from untold(case, SCHEDULES, "Which schedules run as this user")


def last_login(case: Case) -> Iterator[str]:
    """Whether anybody still uses an account that is about to end."""
    if end_of(case.change):
        for row in case.evidence.find(TABLE, "sys_id", case.change.sys_id):
            when = row.get("last_login_time")
            if when is not None:
                yield f"last login {when[:10]}" if when else "never logged in"


def deletion(case: Case) -> Iterator[str]:
    """Deleting an account takes its grants, memberships and tokens along (tables.md 12.17, 12.18)."""
    if is_deleted(case.change):
        yield (
            "The account goes with its role grants, group memberships and tokens, and records lose whom they name. "
            'on_remove = "deactivate" keeps all that.'
        )


def inactive_with_roles(case: Case) -> Iterator[Diagnostic]:
    """Roles of an account that cannot log in wait for whoever switches it on again."""
    granted = names_in(case.resource, "roles") | names_in(case.resource, "groups")
    if granted and stored(case, TABLE, sys_id=case.change.sys_id, column="active") == "false":
        where = (
            "its block says so" if value_of(case.resource, "active") is False else "so it is on the instance"
        )
        yield INACTIVE_WITH_ROLES.at(
            case.resource,
            "active",
            f"The account is inactive ({where}) and would hold {names(granted)}. Write active = true if it is to work, "
            "or take its roles and groups away.",
        )


def _is_runner(case: Case) -> bool:
    """By its sys_id, by its name, or by the name that it has until the plan changes that."""
    runner, change = case.around.runner, case.change
    names_of_it = (change.name, *(write.before.get("user_name", "") for write in change.writes))
    return any(runner.is_user(sys_id=change.sys_id, user_name=each) for each in names_of_it)


def _losses(change: Change) -> Iterator[str]:
    columns = updated(change)
    if is_deleted(change):
        yield "be deleted"
    yield from (loss for (column, value), loss in STOPS.items() if columns.get(column) == value)
    if "user_name" in columns:
        yield "get another user name"
    if rewritten_secrets(change):
        yield "get another password"
    if roles := removed_names(change, "roles"):
        yield f"no longer hold {names(roles)}"
    if groups := removed_names(change, "groups"):
        yield f"no longer be a member of {names(groups)}"
    if change.action is not Action.CREATE and READ_ONLY in _added(change):
        yield f"hold {READ_ONLY}, which stops every write"


def _added(change: Change) -> set[str]:
    return {str(ref) for each in change.members for ref in each.add}


def _jobs(case: Case) -> list[str]:
    """The jobs that run as this user once the plan is done."""
    rows = case.evidence.find(SCHEDULES, "run_as", case.change.sys_id)
    return [row.get("name", "") or row["sys_id"] for row in rows if _stays(row, case)]


def _stays(row: Row, case: Case) -> bool:
    change = case.around.changes.get(row["sys_id"])
    moved = change is not None and ("run_as" in updated(change) or is_deleted(change))
    return row.get("active") != "false" and not moved


def _ended(case: Case) -> list[str]:
    return [case.change.sys_id] if end_of(case.change) else []


def _of_unknown_activity(case: Case) -> list[str]:
    """An account that exists, is to hold something, and of which the files do not say whether it is active."""
    granted = names_in(case.resource, "roles") | names_in(case.resource, "groups")
    return to_ask(case, TABLE, sys_id=case.change.sys_id, columns=["active"]) if granted else []


ACTIVITY = Inquiry(
    table=TABLE, columns=("active",), about=lambda case: isin("sys_id", _of_unknown_activity(case))
)
LAST_LOGIN = Inquiry(
    table=TABLE, columns=("last_login_time",), about=lambda case: isin("sys_id", _ended(case))
)
TOKENS_OF_USER = Inquiry(
    table=TOKENS,
    columns=("user", "expires"),
    about=lambda case: isin("user", _ended(case)),
    living="expires",
)
RUN_AS = Inquiry(
    table=SCHEDULES,
    columns=("name", "run_as", "active"),
    about=lambda case: isin("run_as", _ended(case)),
)

STAKES = (
    Stake(hazard="self_lockout", find=own_account, forbidden=True),
    Stake(hazard="user_deletion", find=deletion),
    Stake(hazard="live_tokens", find=live_tokens, asks=(TOKENS_OF_USER,)),
    Stake(hazard="broken_schedule", find=broken_schedules, asks=(RUN_AS,)),
    POWERFUL_GRANT,
    POWERFUL_GROUP,
    RECLAMATION,
    Stake(find=last_login, asks=(LAST_LOGIN,)),
)
CROSS_CHECKS = (CrossCheck(find=inactive_with_roles, asks=(ACTIVITY,)), PASSWORD_GRANT_OFF)
