"""Access controls and the roles they ask for (tables.md 4). Without a natural key: ours by sys_id alone."""

import re
from collections.abc import Iterator, Mapping

from snowconf.kinds import writers
from snowconf.kinds.attributes import Boolean, Choice, Members, Reference, Script, Text
from snowconf.kinds.choices import choices_of, rows_of
from snowconf.kinds.conditions import Unknown, unknown_columns
from snowconf.kinds.findings import ACL_APPLIES_TO, ACL_CONDITION, ACL_NAME, ACL_WITHOUT_CRITERION
from snowconf.kinds.kind import Kind
from snowconf.kinds.reading import text_of, value_of
from snowconf.kinds.stakes import of_access_controls
from snowconf.kinds.targets import ROLE, SECURITY_ATTRIBUTE
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.state import Resource

TABLE = "sys_security_acl"
NAME = re.compile(r"(\*|\w+)(\.(\*|\w+))?", re.ASCII)
CRITERIA = ("roles", "condition", "script", "security_attribute")


def advanced(script: str) -> Mapping[str, str]:
    """The script counts only when this box is ticked (tables.md 4.1)."""
    return {"advanced": "true" if script else "false"}


def name_form(resource: Resource) -> Iterator[Diagnostic]:
    """The name of a record access control says what it protects (tables.md 4.2)."""
    name = text_of(resource, "name")
    if name and _is_record(resource) and not NAME.fullmatch(name):
        yield ACL_NAME.at(
            resource,
            "name",
            f"'{name}' names nothing that an access control of type record can protect. Write a table such as "
            "'incident', a column such as 'incident.state', all columns as 'incident.*', or '*', '*.state', '*.*'.",
        )


def without_criterion(resource: Resource) -> Iterator[Diagnostic]:
    """Without role, condition, script and attribute it denies everybody (tables.md 4.3, 12.6)."""
    if not any(value_of(resource, each) for each in CRITERIA):
        yield ACL_WITHOUT_CRITERION.at(
            resource,
            "roles",
            "It has no roles, condition, script or security_attribute, and so denies everybody but admins who may "
            'override it. Write roles = ["…"] with the roles that shall pass.',
        )


def applies_nowhere(resource: Resource) -> Iterator[Diagnostic]:
    """applies_to works for type record and for names that start with a table."""
    if not value_of(resource, "applies_to"):
        return
    if text_of(resource, "name").startswith("*"):
        reason = f"the name '{text_of(resource, 'name')}' starts with no table"
    elif not _is_record(resource):
        reason = f"its type is '{text_of(resource, 'type')}' and not record"
    else:
        return
    yield ACL_APPLIES_TO.at(
        resource,
        "applies_to",
        f"The platform ignores applies_to here, because {reason}. Take it out, or name the table.",
    )


def unknown_condition(resource: Resource) -> Iterator[Diagnostic]:
    """A clause on an unknown column is dropped, which widens the access control (tables.md 12.6)."""
    table = text_of(resource, "name").partition(".")[0]
    for attribute in ("condition", "applies_to"):
        for unknown in unknown_columns(table, text_of(resource, attribute)) if _is_record(resource) else ():
            yield ACL_CONDITION.at(resource, attribute, _dropped(unknown))


def _dropped(unknown: Unknown) -> str:
    guess = f" Did you mean '{unknown.guess}'?" if unknown.guess else ""
    return (
        f"Table {unknown.table} has no column '{unknown.column}'. The platform would drop that clause without a word "
        f"and let more through than the condition says.{guess} Correct the column's name."
    )


def _is_record(resource: Resource) -> bool:
    return text_of(resource, "type") in ("", "record")


ACL = Kind(
    name="acl",
    table=TABLE,
    doc="An access control: who may do one operation on a table, on columns, or on another protected thing.",
    constants={"type": "record"},
    attributes=(
        Text("name", "What is protected: table, table.column, table.*, *, *.column or *.*.", required=True),
        Choice(
            "operation",
            "The operation that is allowed or denied.",
            required=True,
            choices=rows_of("sys_security_operation"),
        ),
        Choice(
            "type",
            "The type of what is protected, record unless written; it cannot be changed later.",
            immutable=True,
            choices=rows_of("sys_security_type"),
        ),
        Boolean("active", "Inactive access controls are not evaluated."),
        Choice(
            "decision_type",
            "Whether it lets through who passes ('allow') or stops who does not ('deny').",
            choices=choices_of(TABLE, "decision_type"),
        ),
        Boolean("admin_overrides", "Admins pass without being checked."),
        Text("description", "What the access control is for."),
        Text("condition", "An encoded query that the record must match."),
        Text("applies_to", "An encoded query for the records that the access control is about."),
        Script("script", "A script that sets answer to true or false.", implies=advanced),
        Reference(
            "security_attribute",
            "A named test of the session, such as user_is_authenticated.",
            target=SECURITY_ATTRIBUTE,
        ),
        Members(
            "roles",
            "The roles of which one is enough to pass.",
            link="sys_security_acl_role",
            owner="sys_security_acl",
            member="sys_user_role",
            target=ROLE,
        ),
    ),
    checks=(name_form, without_criterion, applies_nowhere, unknown_condition),
    stakes=of_access_controls.STAKES,
    writers=writers.SECURITY,
)
