"""Groups, their roles and their members (tables.md 3.4)."""

from snowconf.kinds import writers
from snowconf.kinds.attributes import Boolean, Members, Reference, Text
from snowconf.kinds.kind import Kind
from snowconf.kinds.stakes import of_groups
from snowconf.kinds.targets import GROUP as TO_GROUP, ROLE, USER

GROUP = Kind(
    name="group",
    table="sys_user_group",
    deactivation={"active": "false"},
    doc="A group of users: its members hold its roles.",
    key=("name",),
    attributes=(
        Text("name", "The group's name."),
        Text("description", "What the group is for."),
        Boolean("active", "Inactive groups are offered nowhere."),
        Text("email", "The address that mail to the group goes to."),
        Reference("manager", "The user who is responsible for the group.", target=USER, loose=True),
        Reference("parent", "The group whose roles this one inherits.", target=TO_GROUP),
        Reference(
            "default_assignee", "The user whom new work of the group goes to.", target=USER, loose=True
        ),
        Boolean("include_members", "Mail goes to the members as well as to the group's address."),
        Boolean("exclude_manager", "The manager gets no mail of the group."),
        Text("type", "The group's types, as sys_ids with commas between."),
        Text("source", "Where the group comes from when a directory brings it, and then owned elsewhere."),
        Members(
            "roles",
            "The roles every member of the group holds.",
            link="sys_group_has_role",
            owner="group",
            member="role",
            target=ROLE,
        ),
        Members(
            "members",
            "The users in the group.",
            link="sys_user_grmember",
            owner="group",
            member="user",
            target=USER,
        ),
    ),
    stakes=of_groups.STAKES,
    writers=writers.ACCOUNTS,
)
