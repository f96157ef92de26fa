"""Accounts made by hand, with everything in them that can be said of one, and one that may do very much."""

from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic, Severity
from snowconf.model.privilege import (
    Account,
    Answer,
    Expectation,
    Fate,
    Grant,
    HeldRole,
    Need,
    Opening,
    Privileges,
    Source,
    Way,
)

HOSTILE = "\x1b[2J</text><script>alert(1)</script>&\u202e\x00"
UNKNOWN = (Way(source=Source.UNKNOWN),)


def opening(name: str, operation: str, *roles: str, need: Need = Need.SURPLUS) -> Opening:
    """Something on records that is open by these roles."""
    return Opening(
        type="record", name=name, operation=operation, answer=Answer.ALLOWED, roles=roles, need=need
    )


def everything() -> Privileges:
    """Whatever can be said of an account, some of it with names that somebody chose to do harm."""
    needed = Need.NEEDED
    return Privileges(
        account=Account(
            user_name=HOSTILE,
            sys_id="1" * 32,
            address=Address("user", "svc_finout"),
            state="The account is locked, so nothing of this works now.",
        ),
        stack="finout",
        instance="dev",
        url="https://acme-dev.service-now.com",
        planned=True,
        roles=(
            HeldRole(
                name="user_admin",
                sys_id="a" * 32,
                ways=(Way(source=Source.GROUP, groups=("Operations", "All of IT")),),
                power="may change and delete every account and grant roles",
                need=Need.SURPLUS,
                opens=4,
            ),
            HeldRole(
                name="security_admin",
                sys_id="b" * 32,
                ways=(Way(source=Source.DIRECT),),
                power="may change access controls",
                elevated=True,
                need=Need.SURPLUS,
            ),
            HeldRole(
                name="finout_reader",
                sys_id="c" * 32,
                ways=(Way(source=Source.DIRECT), Way(source=Source.GROUP, groups=("A",)), *UNKNOWN, *UNKNOWN),
                fate=Fate.ADDED,
                need=needed,
                opens=3,
            ),
            HeldRole(
                name=HOSTILE,
                sys_id="d" * 32,
                ways=(Way(source=Source.DIRECT, roles=("finout_reader", "inner")),),
                need=Need.PERHAPS,
                door="some web services ask for it",
                opens=1,
            ),
            HeldRole(
                name="itil", sys_id="e" * 32, ways=UNKNOWN, fate=Fate.REMOVED, need=Need.SURPLUS, opens=1
            ),
            HeldRole(
                name="snc_read_only", sys_id="f" * 32, ways=(Way(source=Source.DIRECT),), need=Need.RESTRICTS
            ),
        ),
        grants=(
            Grant(source=Source.DIRECT, name="finout_reader", sys_id="c" * 32, need=needed),
            Grant(source=Source.DIRECT, name="security_admin", sys_id="b" * 32, need=Need.SURPLUS),
            Grant(source=Source.GROUP, name="Operations", sys_id="9" * 32, need=Need.SURPLUS),
        ),
        openings=(
            Opening(
                type="record",
                name="incident",
                operation="read",
                answer=Answer.DEPENDS,
                roles=("finout_reader", HOSTILE, "one", "two", "three"),
                doubts=("condition", "script"),
                need=Need.PERHAPS,
            ),
            opening("incident", "create", "finout_reader", need=needed),
            opening("incident.*", "read", "finout_reader", need=needed),
            opening("*", "read", "user_admin"),
            opening("*.number", "write", "user_admin"),
            Opening(
                type="record",
                name="task",
                operation="delete",
                answer=Answer.ALLOWED,
                roles=("user_admin",),
                heirs=("change_task", "problem"),
                fate=Fate.ADDED,
                need=Need.SURPLUS,
            ),
            Opening(
                type="record",
                name="kb_knowledge",
                operation="report_view",
                answer=Answer.ALLOWED,
                roles=("itil",),
                fate=Fate.REMOVED,
                need=Need.SURPLUS,
            ),
            opening(f"{HOSTILE}.state", "write", "user_admin"),
            Opening(
                type="REST_Endpoint",
                name="Table API",
                operation="execute",
                answer=Answer.ALLOWED,
                roles=("user_admin",),
                need=Need.SURPLUS,
            ),
            opening("sys_user", "read"),
        ),
        expectations=(
            Expectation(
                operation="read", reach="incident.*", answer=Answer.DEPENDS, roles=("finout_reader",)
            ),
            Expectation(
                operation="create", reach="incident", answer=Answer.ALLOWED, roles=("finout_reader",)
            ),
            Expectation(operation="read", reach="sys_user", answer=Answer.ALLOWED),
            Expectation(
                operation="write",
                reach="problem",
                answer=Answer.DENIED,
                refused="no role passes its access controls",
            ),
            Expectation(
                operation="delete",
                reach="task",
                answer=Answer.ALLOWED,
                wanted=False,
                roles=("user_admin",),
            ),
            Expectation(
                operation="delete",
                reach="sys_user",
                answer=Answer.DENIED,
                wanted=False,
                refused="no access control speaks of it",
            ),
        ),
        controls=1204,
        overridden=1000,
        is_admin=True,
        is_read_only=True,
        diagnostics=(
            Diagnostic(
                code="SNC622",
                summary="Not everything was seen",
                detail="The instance does not show all rows of sys_user_group.",
                severity=Severity.WARNING,
            ),
        ),
    )


def crowded(tables: int = 3_000, roles: int = 60) -> Privileges:
    """An account with very many roles that open very many tables."""
    names = [f"role_{number:02}" for number in range(roles)]
    operations = ("read", "create", "write", "delete")
    return Privileges(
        account=Account(user_name="svc_all", sys_id="1" * 32),
        stack="demo",
        instance="dev",
        url="https://acme-dev.service-now.com",
        planned=False,
        roles=tuple(
            HeldRole(name=name, sys_id=name, ways=(Way(source=Source.DIRECT),), opens=tables)
            for name in names
        ),
        grants=(),
        openings=tuple(
            Opening(
                type="record",
                name=f"u_table_{number:04}",
                operation=operation,
                answer=Answer.ALLOWED,
                roles=(names[number % roles],),
            )
            for number in range(tables)
            for operation in operations
        ),
        expectations=(),
        controls=tables * 4,
    )


def modest() -> Privileges:
    """An account that may do just what it is for."""
    return Privileges(
        account=Account(user_name="svc_one", sys_id="1" * 32),
        stack="demo",
        instance="dev",
        url="https://acme-dev.service-now.com",
        planned=False,
        roles=(
            HeldRole(
                name="itil",
                sys_id="2" * 32,
                ways=(Way(source=Source.DIRECT),),
                need=Need.NEEDED,
                opens=1,
            ),
        ),
        grants=(Grant(source=Source.DIRECT, name="itil", sys_id="2" * 32, need=Need.NEEDED),),
        openings=(opening("incident", "read", "itil", need=Need.NEEDED),),
        expectations=(
            Expectation(operation="read", reach="incident", answer=Answer.ALLOWED, roles=("itil",)),
        ),
        controls=1,
    )
