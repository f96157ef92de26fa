"""Whom an instance takes us for: by the user name of the credentials, or, for tokens and keys, by asking."""

from dataclasses import replace
from typing import assert_never

from snowconf.errors import ForbiddenError, NotFoundError
from snowconf.model.connection import ApiKey, Auth, BasicAuth, BearerToken, InstanceSettings, OAuthGrant
from snowconf.model.query import where
from snowconf.model.runner import Runner
from snowconf.servicenow.addressing import table_path
from snowconf.servicenow.fates import Fate, Undone
from snowconf.servicenow.listing import Reading, Row, decode_rows, read_list
from snowconf.servicenow.querying import escape
from snowconf.servicenow.sending import Ask, Line

TABLE = "sys_user"
# The embedded sandbox's admin, whose sys_id is the same on every instance (its record ships with the platform).
EMBEDDED = Runner(user_name="admin", sys_id="6816f79cc0a8016401c5a33be04be441", is_trusted=True)
# A fixed text: no value that anybody writes ever begins with javascript: (design.md 5).
_MYSELF = "sys_id=javascript:gs.getUserID()"
_COLUMNS = ("sys_id", "user_name")


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
    """The runner with the sys_id and the user name of its record, as far as the instance shows that; one request.

    Raises:
        InstanceError: the instance did not answer, or refused for another reason than the runner's rights.
    """
    if runner.is_trusted:
        return runner
    try:
        row = _find_named(line, runner.user_name) if runner.user_name else _find_myself(line)
    except (ForbiddenError, NotFoundError):
        return runner
    found = row or {}
    return replace(
        runner, sys_id=found.get("sys_id", ""), user_name=found.get("user_name", "") or runner.user_name
    )


def _find_named(line: Line, user_name: str) -> Row | None:
    listing = read_list(line, Reading(table=TABLE, query=where(user_name=user_name), columns=_COLUMNS))
    return listing.rows[0] if len(listing.rows) == 1 else None


def _find_myself(line: Line) -> Row | None:
    """A release that does not evaluate the condition shows everybody or nobody; neither is an answer."""
    parameters = (
        f"sysparm_query={escape(_MYSELF)}&sysparm_fields={','.join(_COLUMNS)}&sysparm_limit=2"
        "&sysparm_exclude_reference_link=true"
    )
    ask = Ask(verb="GET", path=table_path(TABLE), parameters=parameters, expects=list)
    outcome = line.send(ask, repeatable=frozenset(Fate))
    if isinstance(outcome, Undone):
        raise outcome.problem
    rows = decode_rows(ask, outcome.answer)
    return rows[0] if len(rows) == 1 else None
