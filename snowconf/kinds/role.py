"""Roles and the roles they contain (tables.md 3.2)."""

from collections.abc import Iterator

from snowconf.kinds import writers
from snowconf.kinds.attributes import Boolean, Choice, Members, Reference, Text
from snowconf.kinds.choices import labels_of
from snowconf.kinds.findings import EXCLUSIVE_ROLES
from snowconf.kinds.kind import Kind
from snowconf.kinds.reading import names_in, text_of
from snowconf.kinds.stakes import of_roles
from snowconf.kinds.targets import ROLE as TO_ROLE
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.state import Resource

SEPARATE = {"snc_internal", "snc_external"}


def exclusive_roles(resource: Resource) -> Iterator[Diagnostic]:
    """Nothing goes under snc_internal or snc_external, and no role contains both."""
    contained = names_in(resource, "contains")
    name = text_of(resource, "name")
    if contained and name in SEPARATE:
        yield EXCLUSIVE_ROLES.at(
            resource, "contains", f"No role can be contained in {name}. Take `contains` out of this block."
        )
    if contained >= SEPARATE:
        yield EXCLUSIVE_ROLES.at(
            resource,
            "contains",
            "The role would contain snc_internal and snc_external, which the platform aborts. Keep one of them.",
        )


ROLE = Kind(
    name="role",
    table="sys_user_role",
    doc="A role: what users are granted, and what access controls ask for.",
    key=("name",),
    attributes=(
        Text(
            "name",
            "The role's name as users and access controls are given it; it cannot be changed later.",
            immutable=True,
        ),
        Text("description", "What the role is for."),
        Boolean("elevated_privilege", "The role works only after its holder elevates it in a session."),
        Boolean("can_delegate", "Holders may delegate the role."),
        Boolean("grantable", "Administrators may grant the role to users and groups."),
        Boolean(
            "scoped_admin",
            "The role administers its application, and only it grants the application's roles.",
        ),
        Reference("assignable_by", "The role that is needed to grant this one.", target=TO_ROLE),
        Choice(
            "requires_subscription",
            "Whether holding the role needs a subscription.",
            choices=labels_of("sys_user_role", "requires_subscription"),
        ),
        Members(
            "contains",
            "The roles that holders of this one get along with it.",
            link="sys_user_role_contains",
            owner="role",
            member="contains",
            target=TO_ROLE,
        ),
    ),
    checks=(exclusive_roles,),
    stakes=of_roles.STAKES,
    writers=writers.ADMINS,
)
