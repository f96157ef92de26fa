"""What an account may do as a JSON document for machines, whole: nothing is folded."""

from snowconf.model.plan_json import FORMAT_VERSION, Document, diagnostics_document
from snowconf.model.privilege import Expectation, Grant, HeldRole, Opening, Privileges, Way


def privileges_document(privileges: Privileges) -> Document:
    """Everything that is known. `surplus` names the grants that `access` does not need; all of them can go together."""
    account = privileges.account
    return {
        "format_version": FORMAT_VERSION,
        "stack": privileges.stack,
        "instance": privileges.instance,
        "url": privileges.url,
        "planned": privileges.planned,
        "account": {
            "user_name": account.user_name,
            "sys_id": account.sys_id,
            "address": str(account.address) if account.address else None,
            "state": account.state,
            "is_admin": privileges.is_admin,
            "is_read_only": privileges.is_read_only,
        },
        "roles": [_role(each) for each in privileges.roles],
        "grants": [_grant(each) for each in privileges.grants],
        "access": [_expectation(each) for each in privileges.expectations if each.wanted],
        "no_access": [_expectation(each) for each in privileges.expectations if not each.wanted],
        "openings": [_opening(each) for each in privileges.openings],
        "surplus": [each.name for each in privileges.surplus],
        "summary": {
            "access_controls": privileges.controls,
            "overridden": privileges.overridden,
            "openings": len(privileges.openings),
            "by_roles": len(privileges.by_roles),
        },
        **{
            name: value
            for name, value in diagnostics_document(privileges.diagnostics).items()
            if name in ("diagnostics", "errored")
        },
    }


def _role(role: HeldRole) -> Document:
    return {
        "name": role.name,
        "sys_id": role.sys_id,
        "ways": [_way(each) for each in role.ways],
        "elevated": role.elevated,
        "admin_like": role.power or None,
        "door": role.door or None,
        "change": role.fate.value,
        "need": role.need.value,
        "opens": role.opens,
    }


def _way(way: Way) -> Document:
    return {"source": way.source.value, "groups": [*way.groups], "roles": [*way.roles]}


def _grant(grant: Grant) -> Document:
    return {
        "source": grant.source.value,
        "name": grant.name,
        "sys_id": grant.sys_id,
        "need": grant.need.value,
    }


def _expectation(expectation: Expectation) -> Document:
    return {
        "operation": expectation.operation,
        "reach": expectation.reach,
        "answer": expectation.answer.value,
        "broken": expectation.is_broken,
        "roles": [*expectation.roles],
        "refused": expectation.refused or None,
    }


def _opening(opening: Opening) -> Document:
    """Of a wildcard the tables are not named one by one: they are all that have no access control of their own."""
    heirs = len(opening.heirs)
    return {
        "type": opening.type,
        "name": opening.name,
        "operation": opening.operation,
        "answer": opening.answer.value,
        "depends_on": [*opening.doubts],
        "roles": [*opening.roles],
        "access_controls": [*opening.acls],
        "inherited_by": [] if opening.is_wildcard else [*opening.heirs],
        "inherited_by_count": heirs,
        "wildcard": opening.is_wildcard,
        "change": opening.fate.value,
        "need": opening.need.value,
    }
