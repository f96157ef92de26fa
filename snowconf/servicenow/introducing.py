"""Whom an instance takes us for: by the user name of the credentials, or, for tokens and keys, by asking."""

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from snowconf.errors import ForbiddenError, NotFoundError
from snowconf.model.connection import ApiKey, Auth, BasicAuth, BearerToken, InstanceSettings, OAuthGrant
from snowconf.model.query import Condition, Query, where
from snowconf.model.runner import Runner
from snowconf.servicenow.addressing import table_path
from snowconf.servicenow.fates import Fate, Undone
from snowconf.servicenow.listing import Reading, Row, decode_rows, read_list
from snowconf.servicenow.querying import escape
from snowconf.servicenow.sending import Ask, Line

TABLE = "sys_user"
GRANTS = "sys_user_has_role"
# The embedded sandbox's admin, whose sys_id is the same on every instance (its record ships with the platform).
EMBEDDED = Runner(user_name="admin", sys_id="6816f79cc0a8016401c5a33be04be441", is_trusted=True)
# A fixed text: no value that anybody writes ever begins with javascript: (design.md 5).
_MYSELF = {TABLE: "sys_id=javascript:gs.getUserID()", GRANTS: "user=javascript:gs.getUserID()"}
_COLUMNS = ("sys_id", "user_name")
_GRANT = ("user", "user.user_name", "role.name", "state")


def introduce(settings: InstanceSettings) -> Runner:
    """What the `[instance]` block alone says of the runner; nothing is asked."""
    if settings.auth is None:
        return EMBEDDED if settings.is_sandbox else Runner()
    return _introduce(settings.auth)


def _introduce(auth: Auth) -> Runner:
    match auth:
        case OAuthGrant():
            return Runner(user_name=auth.username, client_id=auth.client_id, grant=auth.grant)
        case BasicAuth():
            return Runner(user_name=auth.username)
        case BearerToken() | ApiKey():
            return Runner()
        case _:
            assert_never(auth)


def identify(runner: Runner, line: Line) -> Runner:
    """The runner with its record's sys_id, its user name and its roles, as far as the instance shows them.

    One request where any role is shown, which names the account too; two where none is.

    Raises:
        InstanceError: the instance did not answer, or refused for another reason than the runner's rights.
    """
    if runner.is_trusted:
        return runner
    try:
        return _with_roles(runner, line) or _without_roles(runner, line)
    except (ForbiddenError, NotFoundError):
        return runner


def _with_roles(runner: Runner, line: Line) -> Runner | None:
    """By the roles it holds, inherited ones too; rows of several accounts are no answer."""
    rows, hidden = _grants(runner.user_name, line)
    accounts = {(row.get("user", ""), row.get("user.user_name", "")) for row in rows}
    if len(accounts) != 1:
        return None
    ((sys_id, user_name),) = accounts
    roles = frozenset(row.get("role.name", "") for row in rows if row.get("state") == "active") - {""}
    held = None if hidden or not roles else roles
    return replace(runner, sys_id=sys_id, user_name=user_name or runner.user_name, roles=held)


def _without_roles(runner: Runner, line: Line) -> Runner:
    row = _find_named(line, runner.user_name) if runner.user_name else _only(_my_rows(line, TABLE, _COLUMNS))
    found = row or {}
    name = found.get("user_name", "") or runner.user_name
    return replace(runner, sys_id=found.get("sys_id", ""), user_name=name)


def _grants(user_name: str, line: Line) -> tuple[Sequence[Row], int]:
    """The rows, and how many are hidden; none where the table is closed to the account."""
    by_name = (Condition("user.user_name", "=", (user_name,)),)
    reading = Reading(
        table=GRANTS, query=Query((by_name, (Condition("state", "=", ("active",)),))), columns=_GRANT
    )
    try:
        if not user_name:
            return _my_rows(line, GRANTS, _GRANT), 0
        listing = read_list(line, reading)
    except (ForbiddenError, NotFoundError):
        return (), 0
    return listing.rows, listing.hidden


def _find_named(line: Line, user_name: str) -> Row | None:
    listing = read_list(line, Reading(table=TABLE, query=where(user_name=user_name), columns=_COLUMNS))
    return _only(listing.rows)


def _only(rows: Sequence[Row]) -> Row | None:
    return rows[0] if len(rows) == 1 else None


def _my_rows(line: Line, table: str, columns: Sequence[str]) -> Sequence[Row]:
    """A release that does not evaluate the condition shows everybody's or nobody's."""
    parameters = (
        f"sysparm_query={escape(_MYSELF[table])}&sysparm_fields={','.join(columns)}&sysparm_limit=1000"
        "&sysparm_exclude_reference_link=true"
    )
    ask = Ask(verb="GET", path=table_path(table), parameters=parameters, expects=list)
    outcome = line.send(ask, repeatable=frozenset(Fate))
    if isinstance(outcome, Undone):
        raise outcome.problem
    return decode_rows(ask, outcome.answer)
