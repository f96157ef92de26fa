"""A sandbox whose roles, groups, access controls and users a test lays out, and what `access` says of somebody there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from snowconf.engine.context import Context
from snowconf.engine.disclose.disclosing import Wanted, disclose
from snowconf.model.address import Address
from snowconf.model.origin import Origin
from snowconf.model.privilege import Expectation, HeldRole, Need, Opening, Privileges
from snowconf.model.state import Resource
from snowconf.sandbox.acting.session import Caller, Session
from snowconf.sandbox.acting.stamping import insert_row
from snowconf.sandbox.identity.identities import caller_for
from snowconf.sandbox.rights.access import Access
from snowconf.sandbox.storage.store import Store
from snowconf.sandbox.switches import Switches
from tests.engine.pretend import PretendInstance, PretendKeeper

# Whatever decides on access; the sandbox keeps inherited rows by itself only when it is asked to.
TABLES = (
    "sys_user",
    "sys_user_role",
    "sys_user_role_contains",
    "sys_user_has_role",
    "sys_user_grmember",
    "sys_user_group",
    "sys_group_has_role",
    "sys_security_acl",
    "sys_security_acl_role",
    "sys_security_operation",
    "sys_db_object",
    "sys_properties",
)
ORIGIN = Origin("stack.toml", 1)


def block(
    name: str = "joe",
    *,
    access: Mapping[str, tuple[str, ...]] | None = None,
    no_access: Mapping[str, tuple[str, ...]] | None = None,
) -> Resource:
    """The user's block, with what it is for."""
    return Resource(
        address=Address("user", name),
        origin=ORIGIN,
        attributes={},
        access=access or {},
        no_access=no_access or {},
    )


@dataclass
class Registry:
    """An empty instance whose default mode is deny. Ids are the names, so that a test can read them."""

    store: Store = field(default_factory=lambda: Store(None))
    number: Any = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        caller = Caller(user_sys_id="", user_name="system", admin=True)
        self.session = Session(store=self.store, switches=Switches(), caller=caller)
        self.put("sys_properties", name="glide.sm.default_mode", value="deny")

    def put(self, table: str, sys_id: str = "", **columns: str) -> str:
        """A row as it stands."""
        found = insert_row(self.session, table, columns, sys_id or f"{next(self.number):032x}")
        return found["sys_id"]

    def role(self, name: str, *contains: str, elevated: bool = False) -> str:
        """A role that contains others."""
        self.put("sys_user_role", name, name=name, elevated_privilege=str(elevated).lower())
        for each in contains:
            self.put("sys_user_role_contains", role=name, contains=each)
        return name

    def user(self, name: str = "joe", *roles: str, **columns: str) -> str:
        """A user with these roles granted directly."""
        self.put("sys_user", name, **{"user_name": name, "active": "true"} | columns)
        for each in roles:
            self.grant(each, name)
        return name

    def grant(self, role: str, user: str = "joe", *, inherited: str = "false") -> None:
        """A row of sys_user_has_role."""
        self.put("sys_user_has_role", user=user, role=role, inherited=inherited, state="active")

    def group(self, name: str, *roles: str, parent: str = "", member: str = "") -> str:
        """A group with roles, below another, with a member."""
        self.put("sys_user_group", name, name=name, parent=parent)
        for each in roles:
            self.put("sys_group_has_role", group=name, role=each)
        if member:
            self.put("sys_user_grmember", user=member, group=name)
        return name

    def acl(self, name: str, operation: str = "read", *roles: str, **columns: str) -> str:
        """An access control."""
        chosen = {"type": "record", "active": "true", "admin_overrides": "true", "decision_type": "allow"}
        sys_id = self.put("sys_security_acl", **chosen | {"name": name, "operation": operation} | columns)
        for each in roles:
            self.put("sys_security_acl_role", sys_security_acl=sys_id, sys_user_role=each)
        return sys_id

    def instance(self) -> PretendInstance:
        """The same rows behind the port; it counts what it is asked for."""
        instance = PretendInstance()
        for table in TABLES:
            instance.tables[table] = {row["sys_id"]: dict(row) for row in self.store.find(table)}
        return instance

    def tell(
        self, name: str = "joe", *, resource: Resource | None = None, instance: PretendInstance | None = None
    ) -> Privileges:
        """What `access --now` finds."""
        context = Context(
            instance_name="dev", url="sandbox:", secrets=PretendKeeper(), elevation=False, parallelism=1
        )
        wanted = Wanted(user_name=name, block=resource, sys_id=name if resource else "")
        return disclose(wanted, None, instance or self.instance(), context)

    def access_of(self, name: str = "joe") -> Access:
        """What the sandbox itself lets the user do."""
        return Access(self.store, Switches(), caller_for(self.store, name))


def roles_of(privileges: Privileges) -> list[str]:
    """The names of the roles, sorted."""
    return sorted(each.name for each in privileges.roles)


def role_of(privileges: Privileges, name: str) -> HeldRole:
    """The role of that name."""
    return next(each for each in privileges.roles if each.name == name)


def opened(privileges: Privileges) -> dict[str, str]:
    """By operation and name, whether it is open."""
    return {f"{each.operation} {each.name}": each.answer.value for each in privileges.openings}


def opening_of(privileges: Privileges, name: str, operation: str = "read") -> Opening:
    """The opening of that name."""
    return next(each for each in privileges.openings if (each.name, each.operation) == (name, operation))


def needs_of(privileges: Privileges) -> dict[str, Need]:
    """By grant, what it is needed for."""
    return {each.name: each.need for each in privileges.grants}


def answers_of(expectations: Iterable[Expectation]) -> list[str]:
    """What each comes to."""
    return [each.answer.value for each in expectations]
