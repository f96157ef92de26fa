"""Every 403 told apart by its words, and what a ServiceNow admin can do about each (wire-contract.md 1.5, 1.7)."""

import re
from collections.abc import Callable

from snowconf.errors import ForbiddenError, Reason
from snowconf.servicenow.answer import Envelope

_RULE = re.compile(r"by Business Rule '(.+?)(?:\^[0-9a-f]*)?'(?:\.|$)", re.IGNORECASE)
_SCOPE = re.compile(r"api access scope:\s*(.+)", re.IGNORECASE)
_LABELS = re.compile(r"mandatory:\s*(.+)", re.IGNORECASE)
_ELEVATED = frozenset({"sys_security_acl", "sys_security_acl_role"})


def forbid(request: str, envelope: Envelope) -> ForbiddenError:
    """The error for a 403 whose body is this envelope."""
    reason = _reason(envelope)
    detail = f"{request} was refused: {_explanation(reason)(request, envelope)}"
    return ForbiddenError(detail, reason=reason, request=request)


def _reason(envelope: Envelope) -> Reason:
    told = (reason for words, reason in _WORDS if envelope.says(words))
    return next(told, Reason.UNKNOWN)


# In this order: the business rule's answer may hold any words in the name of the rule.
_WORDS = (
    ("aborted by business rule", Reason.BUSINESS_RULE),
    ("data policy exception", Reason.DATA_POLICY),
    ("missing required api access scope", Reason.AUTH_SCOPE),
    ("insufficient rights to query records", Reason.QUERY_RIGHTS),
    ("failed api level acl validation", Reason.API_CLOSED),
    ("acl exception", Reason.ACL),
    ("security constraints", Reason.ACL),
    ("unique key", Reason.UNIQUE_KEY),
    ("unique constraint", Reason.UNIQUE_KEY),
    ("error during insert of", Reason.UNIQUE_KEY),
    ("error during update of", Reason.UNIQUE_KEY),
)


def _explanation(reason: Reason) -> Callable[[str, Envelope], str]:
    return {
        Reason.API_CLOSED: _closed,
        Reason.QUERY_RIGHTS: _query_rights,
        Reason.ACL: _access_control,
        Reason.BUSINESS_RULE: _business_rule,
        Reason.DATA_POLICY: _data_policy,
        Reason.UNIQUE_KEY: _unique_key,
        Reason.AUTH_SCOPE: _auth_scope,
        Reason.UNKNOWN: _unknown,
    }[reason]


def table_of(request: str) -> str:
    """The table that a request line such as "GET /api/now/table/sys_user/<id>" is about; "" when it is about none."""
    _, found, rest = request.partition("/api/now/table/")
    return rest.partition("/")[0] if found else ""


def _closed(request: str, _: Envelope) -> str:
    return (
        f"the REST API is closed to this user for {_subject(request)}. "
        "It is not the password. Some tables are closed to REST for everybody (sys_plugins, sys_store_app, sys_package); "
        "otherwise check that the table allows access through web services (sys_db_object.ws_access) and that the user "
        "holds the roles that the instance asks of REST callers (snc_platform_rest_api_access, web_service_admin)."
    )


def _query_rights(request: str, envelope: Envelope) -> str:
    if envelope.says("present in the query"):
        return (
            f"the user may not read a column of {_subject(request)} that the query names. "
            "Give the user a role that reads that column (a table.column or table.* read ACL)."
        )
    return (
        f"the user may not query records of {_subject(request)}, or the query names a column that is not there. "
        "Give the user a role that the read ACLs of the table and its columns accept."
    )


def _access_control(request: str, envelope: Envelope) -> str:
    if table_of(request) in _ELEVATED:
        return (
            "access controls can be changed only with security_admin elevated, and no token or password can elevate: "
            "elevation belongs to a browser session. Ways out: import the change as an update set with an elevated "
            "admin, make it by hand in an elevated session, or use an instance whose rules let this user write ACLs."
        )
    return (
        f"an access control (ACL) of {_subject(request)} does not let this user do it (“{envelope.detail}”). "
        "Give the user a role that the table's ACL for this operation accepts; records of another application scope "
        "must be written from that scope."
    )


def _business_rule(request: str, envelope: Envelope) -> str:
    found = _RULE.search(envelope.words)
    rule = f"“{found.group(1)}”" if found else f"(“{envelope.words}”)"
    return (
        f"the business rule {rule} on {_subject(request)} aborted it. The rule's own message does not cross REST. "
        "Read the rule's script on the instance (System Definition > Business Rules) to see what it asks for."
    )


def _data_policy(request: str, envelope: Envelope) -> str:
    found = _LABELS.search(envelope.words)
    labels = f"these to be filled in: {found.group(1)}" if found else f"more (“{envelope.words}”)"
    return (
        f"a data policy on {_subject(request)} asks for {labels}. These are labels as forms show them, not column names. "
        "A choice value that the instance does not know arrives there as empty: check the choices first."
    )


def _unique_key(request: str, envelope: Envelope) -> str:
    return (
        f"a unique key of {_subject(request)} is most likely taken (“{envelope.words}”). The answer does not name the key; "
        "the instance's system log does. Look for a record with the same key, also an inactive one or one this user "
        "may not see."
    )


def _auth_scope(_: str, envelope: Envelope) -> str:
    found = _SCOPE.search(envelope.words)
    scope = f"“{found.group(1)}”" if found else "that the API asks for"
    return (
        f"the token lacks the API scope {scope}. Add the scope to the Application Registry entry of this client "
        "(Auth Scopes), or let the entry use the useraccount scope, and get another token."
    )


def _unknown(_: str, envelope: Envelope) -> str:
    words = f"it said “{envelope.words}”" if envelope.words else "it gave no reason"
    return f"{words}. Check the roles of the user, and the instance's access policies and IP address rules."


def _subject(request: str) -> str:
    return table_of(request) or "this address"
