"""Who may call the platform's own REST APIs: access controls of type REST_Endpoint, which are inactive at first.

There are no scripted REST APIs here, which would name theirs themselves (docs/platform.md).
"""

from collections.abc import Mapping
from types import MappingProxyType

from snowconf.sandbox.acting.session import Caller
from snowconf.sandbox.identity.identities import Gate
from snowconf.sandbox.identity.policies import Target
from snowconf.sandbox.rights.acls import Acl, find_endpoint_acls
from snowconf.sandbox.rights.weighing import Scales
from snowconf.sandbox.wire.decisions import Ruling

EXECUTE = "execute"
# The names of the access controls that come with an instance, by the path of the API.
NAMES: Mapping[str, str] = MappingProxyType(
    {
        "now/table": "Table API",
        "now/stats": "Aggregate API",
        "now/import": "Import Set API",
        "now/attachment": "Attachment API",
    }
)


def find_refusal(gate: Gate, caller: Caller, target: Target) -> Ruling | None:
    """What keeps the caller out of the API; None when nothing does.

    Each deny-unless must pass, and of those that allow one (tables.md 4.3).
    """
    name = NAMES.get(target.path, "")
    acls = find_endpoint_acls(gate.store, EXECUTE, name) if name else ()
    if not acls:
        return None
    get = gate.switches.get
    scales = Scales(
        store=gate.store,
        caller=caller,
        lenient=get("undecidable_scripts") == "allow",
        unbound=get("role_checks_of_admins") == "passed",
    )
    return _weigh(scales, acls)


def _weigh(scales: Scales, acls: tuple[Acl, ...]) -> Ruling | None:
    denying = (scales.weigh(acl, "", None) for acl in acls if acl.deny_unless)
    lost = next((ruling for ruling in denying if not ruling.allowed), None)
    allowing = [scales.weigh(acl, "", None) for acl in acls if not acl.deny_unless]
    if lost or not allowing or any(ruling.allowed for ruling in allowing):
        return lost
    return allowing[0]
