"""Access controls: those that end up without a criterion, and rules that deny and go (tables.md 4.3)."""

from collections.abc import Iterator

from snowconf.kinds.reading import names_in, value_of
from snowconf.kinds.stakes.case import Case, Inquiry, Stake, isin
from snowconf.kinds.stakes.touching import is_deleted, is_switched_off, stored, to_ask, updated
from snowconf.model.plan import Action

TABLE = "sys_security_acl"
LINK = "sys_security_acl_role"
CRITERIA = ("condition", "script", "security_attribute")


def without_criterion(case: Case) -> Iterator[str]:
    """It denies everybody but admins who may override it (tables.md 12.6)."""
    if _may_lack_criterion(case) and not (_has_roles(case) or any(_holds(case, each) for each in CRITERIA)):
        yield "Without role, condition, script and security attribute it denies everybody but admins."


def deny_rule_removed(case: Case) -> Iterator[str]:
    """What a deny rule stopped, others may let through again."""
    if _stops_denying(case) and _denied(case):
        yield "This rule denies; without it, whatever other rules allow is let through."


def _may_lack_criterion(case: Case) -> bool:
    """A new one, or one that loses a criterion."""
    if is_deleted(case.change):
        return False
    blanked = any(updated(case.change).get(each) == "" for each in CRITERIA)
    stripped = any(each.attribute == "roles" and each.remove for each in case.change.members)
    return case.change.action is Action.CREATE or blanked or stripped


def _has_roles(case: Case) -> bool:
    """By the change, by the block, or by the instance: a record that is put back has no block any more."""
    if any(each.attribute == "roles" and (each.add or each.kept) for each in case.change.members):
        return True
    if value_of(case.resource, "roles") is not None:
        return bool(names_in(case.resource, "roles"))
    return bool(case.evidence.find(LINK, "sys_security_acl", case.change.sys_id))


def _holds(case: Case, criterion: str) -> bool:
    return bool(stored(case, TABLE, sys_id=case.change.sys_id, column=criterion))


def _stops_denying(case: Case) -> bool:
    turned = updated(case.change).get("decision_type") == "allow"
    return is_deleted(case.change) or is_switched_off(case.change) or turned


def _denied(case: Case) -> bool:
    held = [row.get("decision_type", "") for row in case.evidence.find(TABLE, "sys_id", case.change.sys_id)]
    return "deny" in held


def _stripped(case: Case) -> list[str]:
    return (
        to_ask(case, TABLE, sys_id=case.change.sys_id, columns=CRITERIA) if _may_lack_criterion(case) else []
    )


def _of_unwritten_roles(case: Case) -> list[str]:
    exists = _may_lack_criterion(case) and case.change.action is not Action.CREATE
    return [case.change.sys_id] if exists and value_of(case.resource, "roles") is None else []


HELD_CRITERIA = Inquiry(table=TABLE, columns=CRITERIA, about=lambda case: isin("sys_id", _stripped(case)))
HELD_ROLES = Inquiry(
    table=LINK,
    columns=("sys_security_acl",),
    about=lambda case: isin("sys_security_acl", _of_unwritten_roles(case)),
)
HELD_DECISION = Inquiry(
    table=TABLE,
    columns=("decision_type",),
    about=lambda case: isin("sys_id", [case.change.sys_id] if _stops_denying(case) else []),
)

STAKES = (
    Stake(hazard="acl_without_criterion", find=without_criterion, asks=(HELD_CRITERIA, HELD_ROLES)),
    Stake(hazard="deny_rule_removed", find=deny_rule_removed, asks=(HELD_DECISION,)),
)
