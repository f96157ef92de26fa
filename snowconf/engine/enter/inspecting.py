"""Looking at what a refused identity needs to get in: with the runner's own session, some lists for all of them.

What the runner does not see is never taken for absent.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from snowconf.dictionary import find_table
from snowconf.engine.context import Context
from snowconf.engine.enter.remedies import Blocks
from snowconf.engine.observe.inquiring import UNTOLD
from snowconf.engine.port import Instance, Row
from snowconf.engine.workers import Workers
from snowconf.kinds.stakes.case import isin
from snowconf.kinds.stakes.of_tokens import CLIENT_CREDENTIALS_GATE, ROPC_SWITCH
from snowconf.model.connection import OAuthGrant
from snowconf.model.grant import Refusal
from snowconf.model.query import Condition, Query

GATE = CLIENT_CREDENTIALS_GATE
GRANT_OFF = ROPC_SWITCH
RESET_MANDATORY = "glide.authenticate.api.user.reset_password.mandatory"
RESTRICTION = "glide.authenticate.basic_auth.restriction.active"
ENFORCEMENT = "glide.authenticate.basic_auth.restriction.enforce"
RESTRICTED_ROLES = "glide.authenticate.basic_auth.allowed_roles"
RESTRICTED_USERS = "glide.authenticate.basic_auth.allowed_users"
RESTRICTION_SPARES_SERVICES = "glide.authenticate.basic_auth.allow_wsao"
PROPERTIES = (
    GATE,
    GRANT_OFF,
    RESET_MANDATORY,
    RESTRICTION,
    ENFORCEMENT,
    RESTRICTED_ROLES,
    RESTRICTED_USERS,
    RESTRICTION_SPARES_SERVICES,
)
# The last is read for its form alone: a password that was stored without being hashed lets nobody in.
ACCOUNT = (
    "user_name",
    "active",
    "locked_out",
    "password_needs_reset",
    "failed_attempts",
    "web_service_access_only",
    "user_password",
)
ABLE = ("user_name", "active", "locked_out", "password_needs_reset")
CLIENT = ("name", "client_id", "active", "user", "restricted_binding", *(f"user.{each}" for each in ABLE))
POLICY = ("name", "api_path", "http_method", "apply_global", "apply_all", "apply_all_methods")
MAPPING = ("api_access_policy", "inbound_auth_profile", "inbound_auth_profile.active")
ACTIVE = (Condition("active", "=", ("true",)),)

Question: TypeAlias = tuple[str, Query, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Seen:
    """Rows of one table. `is_whole`: what is not among them is not there."""

    rows: Sequence[Row] = ()
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was seen, by table; a table that was not asked was not seen."""

    tables: Mapping[str, Seen]

    def of(self, table: str) -> Seen:
        """The rows of a table."""
        return self.tables.get(table, Seen())

    def find(self, table: str, column: str, value: str) -> Row | None:
        """The first row that holds the value, whatever the case of its letters, as on the platform."""
        wanted = value.casefold()
        rows = self.of(table).rows
        return next((row for row in rows if value and row.get(column, "").casefold() == wanted), None)


def inspect(refusals: Sequence[Refusal], blocks: Blocks, instance: Instance, context: Context) -> Evidence:
    """Ask for everything that the refusals may come from, clients by their names in the stack as well.

    Raises:
        InstanceError: the instance did not answer.
    """

    def ask(question: Question) -> Seen:
        table, query, columns = question
        try:
            listing = instance.list_rows(table, query, columns)
            is_whole = not listing.hidden and _is_sighted(table, listing.rows, instance)
        except UNTOLD:
            return Seen()
        return Seen(listing.rows, is_whole)

    questions = tuple(_questions(refusals, blocks))
    with Workers(max(1, context.parallelism)) as workers:
        futures = {each[0]: workers.submit(ask, each) for each in questions}
        return Evidence({table: future.result() for table, future in futures.items()})


def _questions(refusals: Sequence[Refusal], blocks: Blocks) -> Iterable[Question]:
    names = [each.entrance.user_name for each in refusals]
    clients = [
        each.entrance.auth.client_id for each in refusals if isinstance(each.entrance.auth, OAuthGrant)
    ]
    yield "sys_properties", _any("sys_properties", isin("name", PROPERTIES)), ("name", "value")
    yield "sys_user", _any("sys_user", isin("user_name", names)), ACCOUNT
    if clients:
        called = (blocks.name_of(each.entrance.client) for each in refusals)
        conditions = (*isin("client_id", clients), *isin("name", called))
        yield "oauth_entity", Query((conditions,)), CLIENT
    if any(is_at_api(each) for each in refusals):
        yield from _questions_of_apis(names)


def _questions_of_apis(names: Iterable[str]) -> Iterable[Question]:
    """What decides over credentials that the token endpoint has no part in."""
    yield "sys_api_access_policy", Query((ACTIVE,)), POLICY
    yield "sys_auth_profile_mapping", Query(), MAPPING
    yield "std_http_auth", Query((ACTIVE,)), ("name", "type", "oauth_entity")
    yield "sys_user_basic_auth_exception", Query((isin("user.user_name", names),)), ("user.user_name",)
    state = (Condition("state", "=", ("active",)),)
    grants = Query((isin("user.user_name", names), state))
    yield "sys_user_has_role", grants, ("user.user_name", "role.name")


def is_at_api(refusal: Refusal) -> bool:
    """Was it an API that did not take the credentials? The token endpoint is none."""
    return "/api/" in refusal.request


def _any(table: str, conditions: tuple[Condition, ...]) -> Query:
    """Any of them, and the row that practically every instance has: who sees that one is not blind."""
    known = find_table(table)
    witness = known.witness if known else {}
    return Query(((*conditions, *(Condition(column, "=", (value,)) for column, value in witness.items())),))


def _is_sighted(table: str, rows: Sequence[Row], instance: Instance) -> bool:
    """Is a row that is not shown not there? Told by the table's witness, else by any row, else by the count of all."""
    known = find_table(table)
    witness = known.witness if known else {}
    if witness:
        return any(all(row.get(column) == value for column, value in witness.items()) for row in rows)
    if rows:
        return True
    canary = instance.list_rows(table, Query(), ("sys_id",), limit=1)
    return bool(canary.rows) or not (canary.hidden or (known and known.never_empty))
