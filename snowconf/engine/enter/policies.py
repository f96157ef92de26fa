"""Which REST API access policy stands before an API, and whether it takes a kind of credentials (tables.md 2.3). Pure."""

from collections.abc import Iterable

from snowconf.engine.enter.examined import Examined
from snowconf.engine.port import Row

OF_ALL = "apply_global"


def stopping_policy(examined: Examined) -> str:
    """The name of an active policy for the API that takes no credentials of this kind; "" where none is seen.

    A policy without active profiles decides nothing. Policies of single tables or versions count for all of an API.
    """
    verb, _, path = examined.refusal.request.partition(" ")
    for policy in examined.evidence.of("sys_api_access_policy").rows:
        profiles = list(_profiles(policy, examined))
        if _covers(policy, verb, path) and profiles and not any(_takes(each, examined) for each in profiles):
            return policy.get("name", "")
    return ""


def _covers(policy: Row, verb: str, path: str) -> bool:
    if policy.get(OF_ALL) == "true":
        return True
    is_api = path.startswith(f"/api/{policy.get('api_path', '').strip('/')}/")
    all_verbs = "true" in (policy.get("apply_all"), policy.get("apply_all_methods"))
    return bool(policy.get("api_path")) and is_api and (all_verbs or policy.get("http_method") in ("", verb))


def _profiles(policy: Row, examined: Examined) -> Iterable[Row]:
    """The active profiles that the policy names; those of kinds that have no record here let nobody in."""
    for mapping in examined.evidence.of("sys_auth_profile_mapping").rows:
        if mapping.get("api_access_policy") == policy["sys_id"]:
            profile = mapping.get("inbound_auth_profile", "")
            known = examined.evidence.find("std_http_auth", "sys_id", profile)
            if known is not None or mapping.get("inbound_auth_profile.active") == "true":
                yield known or {}


def _takes(profile: Row, examined: Examined) -> bool:
    kind = profile.get("type", "")
    if not examined.client_id:
        return kind == "basic_auth"
    client = examined.client or {}
    return kind.startswith("oauth") and profile.get("oauth_entity", "") in ("", client.get("sys_id", ""))
