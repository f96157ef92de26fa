"""Records of another application than the one the caller works in: sources disagree, so a switch decides.

Measured both ways: wire-contract.md 7.3 has a 403, tables.md 1.10 a write that works.
"""

from snowconf.sandbox.acting.preferences import GLOBAL, current_application
from snowconf.sandbox.rules.rule import Event
from snowconf.sandbox.wire.refusals import Operation, by_acl

OPERATIONS: dict[str, Operation] = {"update": "write", "delete": "delete"}


def refuse_foreign(event: Event) -> None:
    """Refuse to change a record of a scope that is not the caller's current one, where the instance does.

    Raises:
        AbortedError: it does.
    """
    scope = event.before.get("sys_scope", "")
    if scope in {"", GLOBAL} or event.session.switches.get("cross_scope_writes") == "allow":
        return
    if scope != current_application(event.session):
        raise by_acl(OPERATIONS[event.write])
