"""What one account may do and what of it is needed: rows gathered, roles followed, access controls weighed, grants pared."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from snowconf.engine.context import Context
from snowconf.engine.disclose.gathering import CONTROL, GROUP, ROLE, SETTING, TABLE, USER, Facts, gather
from snowconf.engine.disclose.paring import Access, Paring, asked_in
from snowconf.engine.disclose.portraying import Portrait, overridden, state_of
from snowconf.engine.plan.authorizing import needs_elevation
from snowconf.engine.plan.planning import make_plan
from snowconf.engine.port import Instance
from snowconf.errors import SnowconfError
from snowconf.kinds import KINDS, kind_of
from snowconf.kinds.attributes import Members, Secret
from snowconf.model.diagnostic import Diagnostic, Severity
from snowconf.model.plan import Plan
from snowconf.model.privilege import Account, Privileges
from snowconf.model.state import Desired, Resource

# The tables whose records decide on access; those of their links follow from them.
DECIDING = frozenset({USER, ROLE, GROUP, CONTROL, SETTING, TABLE})
INACTIVE = "The account is not active, so nothing of this works now."
LOCKED = "The account is locked, so nothing of this works now."


class UnknownAccountError(SnowconfError):
    """There is no such user, neither in the stack nor on the instance."""

    summary = "Unknown account"
    code = "SNC620"


class UnseenControlsError(SnowconfError):
    """The runner sees no access controls or no roles, so that nothing can be said."""

    summary = "Access controls not seen"
    code = "SNC621"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Whose privileges are asked for: the name on the instance, the block if there is one, and its sys_id if it is known."""

    user_name: str
    block: Resource | None = None
    sys_id: str = ""

    @property
    def access(self) -> Access:
        """What the account is for."""
        return self.block.access if self.block else {}

    @property
    def no_access(self) -> Access:
        """What must be refused to it."""
        return self.block.no_access if self.block else {}


def plan_of_access(desired: Desired, instance: Instance, context: Context) -> Plan:
    """What an apply would do to accounts, groups, roles and access controls. No secret is resolved.

    Raises:
        InstanceError: the instance refused or did not answer.
    """
    owned = context.ledger.entries if context.ledger else {}
    deciding = DECIDING | _links()
    declared = {each.address for each in desired.resources if (each.table or kind_of(each).table) in deciding}
    leaving = {address for address, each in owned.items() if each.table in deciding}
    targets = frozenset(declared | leaving)
    without = replace(desired, resources=tuple(map(_without_secrets, desired.resources)))
    if not targets:
        return Plan(stack=desired.stack, instance=context.instance_name, url=context.url, changes=())
    # Nothing is written, so that REST may not write access controls is no error here.
    return make_plan(without, instance, replace(context, targets=targets, foresees=False, elevation=False))


def disclose(wanted: Wanted, plan: Plan | None, instance: Instance, context: Context) -> Privileges:
    """Everything the account may do: after the plan where there is one, else now.

    Raises:
        UnknownAccountError: there is no such account.
        UnseenControlsError: the instance shows no access controls or no roles.
        InstanceError: the instance did not answer.
    """
    sys_id = _planned_id(wanted, plan) or wanted.sys_id
    before = gather(wanted.user_name, sys_id, instance=instance, context=context)
    _check_sight(before)
    facts = before.with_writes(plan) if plan and plan.write_count else before
    account = _account(wanted, before, facts, sys_id)
    portrait = _portrait(wanted, before, facts, user=account.sys_id, elevation=context.elevation)
    openings, now = portrait.openings(), portrait.now
    return Privileges(
        account=account,
        stack=context.ledger.stack if context.ledger else "",
        instance=context.instance_name,
        url=context.url,
        planned=plan is not None,
        roles=portrait.roles(openings),
        grants=tuple(replace(each.grant, need=portrait.pared.needs[each.grant]) for each in now.titles),
        openings=openings,
        expectations=portrait.expectations(
            (*asked_in(wanted.access), *asked_in(wanted.no_access, wanted=False))
        ),
        controls=sum(map(len, now.book.controls.values())),
        overridden=overridden(now),
        is_admin=bool(now.holder.admin),
        is_read_only=now.holder.read_only,
        diagnostics=(*(_of_plan(plan, context) if plan else ()), *_unseen(before)),
    )


def _portrait(wanted: Wanted, before: Facts, after: Facts, *, user: str, elevation: bool) -> Portrait:
    was = state_of(before, before, user, elevation=elevation)
    now = was if after is before else state_of(after, before, user, elevation=elevation)
    paring = Paring(
        rulebook=now.book,
        roles=now.roles,
        titles=now.titles,
        always=now.odd,
        asked=asked_in(wanted.access),
    )
    return Portrait(was, now, paring.pare())


def _links() -> frozenset[str]:
    return frozenset(
        each.link for kind in KINDS.values() if kind.table in DECIDING for each in kind.of_type(Members)
    )


def _without_secrets(resource: Resource) -> Resource:
    """A secret opens the door and decides on nothing behind it."""
    secret = {each.name for each in kind_of(resource).of_type(Secret)}
    kept = {name: located for name, located in resource.attributes.items() if name not in secret}
    return replace(resource, attributes=kept)


def _planned_id(wanted: Wanted, plan: Plan | None) -> str:
    address = wanted.block.address if wanted.block else None
    changes = plan.changes if plan else ()
    return next((each.sys_id for each in changes if each.address == address), "")


def _account(wanted: Wanted, before: Facts, facts: Facts, sys_id: str) -> Account:
    rows = [
        row
        for row in facts.rows(USER)
        if row["sys_id"] == sys_id or (not sys_id and row.get("user_name") == wanted.user_name)
    ]
    if not rows:
        raise UnknownAccountError(_nobody(wanted, before))
    row = rows[0]
    return Account(
        user_name=row.get("user_name", "") or wanted.user_name,
        sys_id=row["sys_id"],
        address=wanted.block.address if wanted.block else None,
        state=INACTIVE if row.get("active") == "false" else LOCKED if row.get("locked_out") == "true" else "",
    )


def _nobody(wanted: Wanted, before: Facts) -> str:
    """Names count with their case here, and the instance finds them without."""
    close = next((row.get("user_name", "") for row in before.rows(USER)), "")
    if close == wanted.user_name:
        return f"An apply deletes the user '{close}'. Look at what it may do until then with --now."
    guess = f" Did you mean '{close}'?" if close else ""
    return (
        f"Neither the stack nor the instance has a user '{wanted.user_name}', or the instance does not show it to this "
        f"account.{guess} Name a user block, or the user ID of somebody on the instance."
    )


def _check_sight(facts: Facts) -> None:
    """Of these an instance always has some (tables.md 4.4)."""
    unseen = [table for table in (CONTROL, ROLE) if table in facts.unseen and not facts.tables[table]]
    if unseen:
        raise UnseenControlsError(
            f"The instance shows nothing of {' and '.join(unseen)} to the account that snowconf runs as, so nobody can tell "
            "what another account may do. Run this as an account that may read these tables, such as one with the role admin."
        )


def _of_plan(plan: Plan, context: Context) -> Iterable[Diagnostic]:
    """What stands against it; and that an apply cannot do all of it, where that is so."""
    yield from plan.diagnostics
    written = {write.table for change in plan.changes for write in change.writes}
    if context.elevation and any(map(needs_elevation, written)):
        yield Diagnostic(
            code="SNC624",
            summary="An apply cannot do all of it",
            detail="Access controls change, and REST may not write them. What is shown holds once somebody has committed "
            "them in an elevated session, as from 'snowconf export --update-set FILE'; until then see --now.",
            severity=Severity.WARNING,
        )


def _unseen(facts: Facts) -> Iterable[Diagnostic]:
    """One warning for everything that was held back; a role that nobody sees is no reason for one."""
    tables = [table for table, hidden in facts.unseen.items() if hidden > (table == ROLE)]
    if tables:
        yield Diagnostic(
            code="SNC622",
            summary="Not everything was seen",
            detail=f"The instance does not show all rows of {', '.join(tables)} to the account that snowconf runs as, so the "
            "other account may be able to do more than is said here. Run this as an account that may read these tables.",
            severity=Severity.WARNING,
        )
