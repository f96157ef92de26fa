"""What one access control says to one caller about one row, and whether any other row could change that."""

from dataclasses import dataclass

from snowconf.sandbox.acting.session import Caller
from snowconf.sandbox.queries.conditions import Scene, holds
from snowconf.sandbox.queries.encoded_query import EncodedQuery
from snowconf.sandbox.rights.acl_script import answers, is_personal
from snowconf.sandbox.rights.acls import Acl
from snowconf.sandbox.storage.store import Row, Store
from snowconf.sandbox.wire.decisions import Ruling

# tables.md 4.1.
USER_IS_AUTHENTICATED = "239bdf0c47d23110ba46ff58936d4330"
HAS_ADMIN_ROLE = "8637f144b732111074f706dd1e11a981"
# The role that is made to keep everybody out (tables.md 1.2).
NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """The caller as a script asks for him: `gs.hasRole` is true of an admin whatever the role."""

    user_sys_id: str
    user_name: str
    roles: frozenset[str]
    admin: bool

    def has_role(self, name: str) -> bool:
        """Whether he has the role."""
        return self.admin or name in self.roles


@dataclass(frozen=True, slots=True, kw_only=True)
class Scales:
    """A caller before the access controls. `lenient` is what undecidable ones come to.

    Where admins are `unbound`, they pass every check of roles but that of `nobody`, which stops even those who
    override; otherwise they need the role as anybody does.
    """

    store: Store
    caller: Caller
    lenient: bool
    unbound: bool = False

    def applies(self, acl: Acl, table: str, row: Row | None) -> bool:
        """Whether the access control is about the row at all."""
        return acl.applies_to is None or self._meets(acl.applies_to, table, row)

    def weigh(self, acl: Acl, table: str, row: Row | None) -> Ruling:
        """Roles, attribute, condition and script must all pass; without a row, whether they could for some row."""
        if self.overrides(acl):
            return Ruling(allowed=True, by=acl.sys_id, why="admins override it")
        lost = self._why_lost(acl)
        if lost:
            return Ruling(allowed=False, by=acl.sys_id, why=lost)
        if acl.condition is not None and not self._meets(acl.condition, table, row):
            return Ruling(allowed=False, by=acl.sys_id, why="the row does not meet its condition")
        if acl.script and not self._script_passes(acl, row):
            return Ruling(allowed=False, by=acl.sys_id, why="its script says no")
        undecided = self._is_undecidable(acl)
        why = "it cannot be evaluated, and undecidable_scripts is allow" if undecided else "it passes"
        return Ruling(allowed=True, by=acl.sys_id, why=why)

    def overrides(self, acl: Acl) -> bool:
        """Whether the caller passes as an admin."""
        stopped = self.unbound and acl.roles == {NOBODY}
        return self.caller.admin and acl.admin_overrides and not stopped

    def is_settled(self, acl: Acl) -> bool:
        """Whether no row, and nobody else with the same roles, would get another answer."""
        if acl.applies_to is not None:
            return False
        if self.overrides(acl) or self._why_lost(acl):
            return True
        return acl.condition is None and not (acl.expression and is_personal(acl.expression))

    def _why_lost(self, acl: Acl) -> str:
        """Why the caller fails it whatever the row holds; empty when he may pass."""
        if acl.is_bare:
            return "it has no criterion, which lets nobody pass"
        if acl.roles and not self._holds_any(acl.roles):
            return f"the caller has none of its roles: {', '.join(sorted(acl.roles))}"
        if acl.attribute == HAS_ADMIN_ROLE and not self.caller.admin:
            return "the caller is no admin"
        if not self.lenient and self._is_undecidable(acl):
            return "it cannot be evaluated, and undecidable_scripts is deny"
        return ""

    def _holds_any(self, roles: frozenset[str]) -> bool:
        as_admin = self.unbound and self.caller.admin and roles != {NOBODY}
        return as_admin or not roles.isdisjoint(self.caller.roles)

    def _is_undecidable(self, acl: Acl) -> bool:
        strange = acl.attribute not in {"", USER_IS_AUTHENTICATED, HAS_ADMIN_ROLE}
        return strange or bool(acl.script and acl.expression is None)

    def _script_passes(self, acl: Acl, row: Row | None) -> bool:
        if acl.expression is None:
            return True
        caller = self.caller
        person = Person(
            user_sys_id=caller.user_sys_id,
            user_name=caller.user_name,
            roles=caller.roles,
            admin=caller.admin,
        )
        return answers(acl.expression, person, row) is not False

    def _meets(self, condition: EncodedQuery, table: str, row: Row | None) -> bool:
        """Whether the row meets the condition; without a row, some row could."""
        if row is None:
            return True
        return holds(condition, Scene(store=self.store, table=table, row=row, caller=self.caller))
