"""Users: accounts of people and of integrations, their direct roles and their groups (tables.md 3.1, 3.3)."""

from collections.abc import Iterator

from snowconf.kinds import writers
from snowconf.kinds.attributes import Boolean, Choice, Members, Reference, Secret, Text
from snowconf.kinds.choices import choices_of, labels_of
from snowconf.kinds.findings import IDENTITY_CONTRADICTION
from snowconf.kinds.kind import Kind
from snowconf.kinds.reading import text_of, value_of
from snowconf.kinds.stakes import of_users
from snowconf.kinds.targets import GROUP, ROLE, USER as TO_USER
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.ownership import Removal
from snowconf.model.state import Resource

# What the platform makes of web_service_access_only when the identity is written (tables.md 12.12).
COUPLED = {"machine": True, "human": False, "ai_agent": False}


def identity_contradiction(resource: Resource) -> Iterator[Diagnostic]:
    """The identity decides whether the account is for web services only; both written must agree."""
    identity = text_of(resource, "identity")
    written = value_of(resource, "web_service_access_only")
    coupled = COUPLED.get(identity)
    if coupled is not None and written is not None and written is not coupled:
        yield IDENTITY_CONTRADICTION.at(
            resource,
            "web_service_access_only",
            f"identity = '{identity}' makes the platform store web_service_access_only = {str(coupled).lower()}, and the "
            f"block asks for {str(written).lower()}. Take web_service_access_only out, or choose another identity.",
        )


USER = Kind(
    name="user",
    table="sys_user",
    doc="A user account, of a person or of an integration.",
    key=("user_name",),
    display="user_name",
    on_remove=Removal.DEACTIVATE,
    deactivation={"active": "false"},
    attributes=(
        Text("user_name", "The user ID that the account logs in with."),
        Text("first_name", "First name."),
        Text("middle_name", "Middle name."),
        Text("last_name", "Last name."),
        Text("email", "Mail address; several accounts may share one."),
        Text("title", "Job title."),
        Text("employee_number", "Number in the personnel system."),
        Text("phone", "Business phone."),
        Text("mobile_phone", "Mobile phone."),
        Boolean("active", "Inactive accounts cannot log in, and their jobs fail without a word."),
        Boolean("locked_out", "A locked account cannot log in; failed logins lock it too."),
        Boolean(
            "password_needs_reset",
            "The password must be changed at the next login, which can stop API calls.",
        ),
        Choice(
            "identity",
            "Whether a person or a machine uses the account (Zurich and later); it decides web_service_access_only.",
            "identity_type",
            choices=choices_of("sys_user", "identity_type"),
        ),
        Boolean(
            "web_service_access_only", "The account may call web services and cannot log in to the interface."
        ),
        Boolean("internal_integration_user", "The account is used by integrations inside the platform."),
        Boolean("enable_multifactor_authn", "The account needs a second factor to log in."),
        Boolean("vip", "The account belongs to a person who is treated with priority."),
        Choice(
            "notification",
            "Whether the user gets notifications.",
            choices=labels_of("sys_user", "notification"),
        ),
        Choice(
            "calendar_integration",
            "Whether meetings go to the user's Outlook calendar.",
            choices=labels_of("sys_user", "calendar_integration"),
        ),
        Text("time_zone", "Time zone such as Europe/Berlin; empty means the instance's."),
        Text("preferred_language", "Language such as en or de; empty means the instance's."),
        Text("date_format", "How dates are shown to the user; empty means the instance's way."),
        Text("time_format", "How times are shown to the user; empty means the instance's way."),
        Text(
            "source",
            "The directory entry the account comes from; an account with a source is owned elsewhere.",
        ),
        Text("federated_id", "The name single sign-on knows the account by."),
        Reference("manager", "The user's manager.", target=TO_USER, loose=True),
        Secret(
            "password",
            "The password, written in a request of its own so that it is hashed.",
            "user_password",
            alone=True,
        ),
        Members(
            "roles",
            "The whole set of roles granted directly; roles inherited from groups or other roles are left alone.",
            link="sys_user_has_role",
            owner="user",
            member="role",
            target=ROLE,
            only={"inherited": "false", "state": "active"},
        ),
        Members(
            "groups",
            "The groups the user is a member of.",
            link="sys_user_grmember",
            owner="user",
            member="group",
            target=GROUP,
        ),
    ),
    checks=(identity_contradiction,),
    has_access=True,
    stakes=of_users.STAKES,
    cross_checks=of_users.CROSS_CHECKS,
    writers=writers.ACCOUNTS,
)
