"""Whether a REST API lets a request in: known credentials, of a kind that the API takes, with the scope it wants."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from snowconf.sandbox.acting.session import Caller
from snowconf.sandbox.answers.answering import failure, unauthenticated
from snowconf.sandbox.answers.negotiating import read_method
from snowconf.sandbox.identity.credentials import SESSION_COOKIE, read_cookie
from snowconf.sandbox.identity.identities import Gate, Identity, Stranger, identify
from snowconf.sandbox.identity.policies import Policy, Target, find_policy, find_target
from snowconf.sandbox.identity.scopes import missing_scope
from snowconf.sandbox.rights.endpoints import find_refusal
from snowconf.sandbox.wire.decisions import Decision, Ruling
from snowconf.sandbox.wire.refusals import API_CLOSED
from snowconf.sandbox.wire.requests import Answer, Request

WORDINGS = {"new": "User is not authenticated", "old": "User Not Authenticated"}
NO_SCOPE = "User Not Authorized"
REST_ROLE = "snc_platform_rest_api_access"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Somebody who came in. `turn_away` is what he is answered instead when his credentials are not for a request."""

    caller: Caller
    turn_away: Callable[[Request], Answer | None]


def admit(gate: Gate, request: Request) -> Guest | Answer:
    """Who comes in, or the 401 or 403 that stops him (wire-contract.md 1.4, 1.5)."""
    found = identify(gate, request)
    if isinstance(found, Stranger):
        target = find_target(request, read_method(request))
        return _turn_away(gate, found, find_policy(gate.store, target) if target else None)
    return _refuse(gate, found, request) or _welcome(gate, found)


def _refuse(gate: Gate, identity: Identity, request: Request) -> Answer | None:
    """What keeps somebody known from what he asks for; asked again for each request of a batch."""
    target = find_target(request, read_method(request))
    policy = find_policy(gate.store, target) if target else None
    why = _why_unsuitable(identity, policy)
    if why:
        return _turn_away(gate, Stranger(why=why, user_name=identity.caller.user_name), policy)
    refused = _refuse_role(gate, identity) or _refuse_scope(gate, identity, target)
    return refused or (_refuse_endpoint(gate, identity.caller, target) if target else None)


def keep_session(request: Request, answer: Answer) -> Answer:
    """The answer without a new session for who has one, or a browser would lose the one it logged in with."""
    if not read_cookie(request, SESSION_COOKIE):
        return answer
    new = ("Set-Cookie", f"{SESSION_COOKIE}=")
    kept = tuple(each for each in answer.headers if (each[0], each[1][: len(new[1])]) != new)
    return replace(answer, headers=kept)


def _why_unsuitable(identity: Identity, policy: Policy | None) -> str:
    """Why good credentials do not count here. A policy replaces the usual kinds, and keys need one (4.4)."""
    kind = identity.credentials.kind
    client = identity.client["sys_id"] if identity.client else ""
    if policy is None:
        bound = identity.client is not None and identity.client["restricted_binding"] == "true"
        if kind == "api_key":
            return "no API access policy takes keys here"
        return "the token is bound to API access policies, and none names it here" if bound else ""
    if not policy.takes(kind, parameter=identity.credentials.parameter, client=client):
        return f"the API access policy {policy.name} does not take {kind}"
    if identity.client and identity.client["restricted_binding"] == "true" and not policy.names(client):
        return "the token is bound to API access policies, and none names it here"
    return ""


def _turn_away(gate: Gate, stranger: Stranger, policy: Policy | None) -> Answer:
    ruling = Ruling(allowed=False, by=policy.sys_id if policy else "", why=stranger.why)
    gate.sink(Decision(who=stranger.user_name, operation="authenticate", ruling=ruling))
    schemes = policy.schemes if policy else ("BASIC",)
    return unauthenticated(WORDINGS[gate.switches.get("wording_401")], schemes, stranger.hint)


def _refuse_role(gate: Gate, identity: Identity) -> Answer | None:
    """403 on instances whose REST APIs ask for a role (wire-contract.md 1.7, 1.9)."""
    caller = identity.caller
    if gate.switches.get("platform_rest_role") == "not_required" or caller.admin or REST_ROLE in caller.roles:
        return None
    ruling = Ruling(allowed=False, by="platform_rest_role", why=f"the caller does not hold {REST_ROLE}")
    gate.sink(Decision(who=caller.user_name, operation="authenticate", ruling=ruling))
    return failure(403, API_CLOSED.message, API_CLOSED.detail)


def _refuse_endpoint(gate: Gate, caller: Caller, target: Target) -> Answer | None:
    """403 where an access control on the API itself is active (docs/platform.md)."""
    ruling = find_refusal(gate, caller, target)
    if ruling is None:
        return None
    gate.sink(Decision(who=caller.user_name, operation="authenticate", ruling=ruling))
    return failure(403, API_CLOSED.message, API_CLOSED.detail)


def _refuse_scope(gate: Gate, identity: Identity, target: Target | None) -> Answer | None:
    if target is None:
        return None
    missing = missing_scope(gate.store, identity.scopes, target, restricted=identity.is_restricted)
    if not missing:
        return None
    detail = f"Missing required api access scope: {missing}"
    ruling = Ruling(allowed=False, by="sys_api_access_scope", why=detail)
    gate.sink(Decision(who=identity.caller.user_name, operation="authenticate", ruling=ruling))
    return failure(403, NO_SCOPE, detail)


def _welcome(gate: Gate, identity: Identity) -> Guest:
    ruling = Ruling(allowed=True, by=identity.credentials.kind)
    gate.sink(Decision(who=identity.caller.user_name, operation="authenticate", ruling=ruling))
    return Guest(caller=identity.caller, turn_away=lambda request: _refuse(gate, identity, request))
