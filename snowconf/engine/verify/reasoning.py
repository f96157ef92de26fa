"""From what was shown of a promise to a cell: why, by which access control or role, and which block would change it. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from snowconf.engine.enter.entering import user_name_of
from snowconf.engine.verify.canaries import why_not
from snowconf.engine.verify.glimpsing import EMPTY
from snowconf.engine.verify.ruling import Rule, Rulebook, Ruling, names_of
from snowconf.errors import Reason as Refused
from snowconf.kinds.reading import names_in, text_of
from snowconf.model.address import Address
from snowconf.model.state import Desired, Resource
from snowconf.model.verification import Cell, Finding, Promise, Verdict

HOW_TO_PROBE = "Only a write shows it. 'snowconf verify --write-probes' tries it on a record of its own that it removes again."
HOW_TO_KNOW = "To be told, let the account of this run read sys_security_acl, sys_security_acl_role and sys_user_has_role."
HOW_TO_FILL = "'snowconf verify --write-probes' makes a record there to be read, and removes it again."
BY_SET = "snowconf export --update-set FILE, for an admin who elevates to commit it; REST may not write access controls here."
# What is refused before any access control is asked, by the words in which it is told.
ELSEWHERE: Mapping[str, str] = MappingProxyType(
    {
        Refused.API_CLOSED.value: "Give the account the role that this instance asks of REST callers "
        "(snc_platform_rest_api_access), or open the table to web services (sys_db_object.ws_access).",
        Refused.AUTH_SCOPE.value: "Give the client that scope: scopes of its [oauth_app.…], or none at all.",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why it is so, what to do, and the blocks of the stack that would change it."""

    why: str
    remedy: str
    blocks: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasoner:
    """A stack, and the access controls of the instance that the runner could read.

    `elevation`: the instance takes access controls from elevated sessions alone, so that no apply writes them.
    """

    desired: Desired
    rulebook: Rulebook
    elevation: bool = True

    def cell(self, finding: Finding) -> Cell:
        """The finding with its reason."""
        reason = self._reason(finding)
        why = " ".join(filter(None, (finding.told, reason.why)))
        return Cell(
            promise=finding.promise,
            verdict=finding.verdict,
            why=why,
            remedy=reason.remedy,
            blocks=reason.blocks,
            tried=finding.tried,
        )

    def _reason(self, finding: Finding) -> Reason:
        match finding.verdict:
            case Verdict.DENIED:
                return self._of_denial(finding)
            case Verdict.OPEN:
                return self._of_opening(finding)
            case Verdict.NOT_PROBED:
                return Reason(why="", remedy=HOW_TO_PROBE)
            case Verdict.UNDECIDABLE if finding.told == EMPTY:
                return Reason(why="", remedy=why_not(finding.promise.table) or HOW_TO_FILL)
            case _:
                return Reason(why="", remedy="")

    # -- refused

    def _of_denial(self, finding: Finding) -> Reason:
        promise = finding.promise
        user = self._user(promise)
        elsewhere = next((remedy for words, remedy in ELSEWHERE.items() if words in finding.told), "")
        if elsewhere:
            return Reason(why="", remedy=elsewhere, blocks=(user.address,))
        held = self.rulebook.roles_of(user_name_of(user))
        unknown = _unknown(self.rulebook, held)
        if held is None or unknown:
            return Reason(why=unknown, remedy=HOW_TO_KNOW, blocks=(user.address,))
        ruling = self._deciding(finding, held)
        refusing = ruling.refusing(held)
        why = _refusal(ruling, refusing, promise) + f" {user_name_of(user)} holds {_listed(held, 'no role')}."
        found = self._remedy(promise, refusing, held, ruling.column)
        return Reason(why=why, remedy=found.remedy, blocks=found.blocks)

    def _deciding(self, finding: Finding, held: frozenset[str]) -> Ruling:
        """For the rows, and when these are open by role for the first column that is kept back."""
        rows = self.rulebook.ruling(finding.promise)
        if rows.refusing(held) or not finding.columns:
            return rows
        return self.rulebook.ruling(finding.promise, finding.columns[0])

    def _remedy(
        self, promise: Promise, refusing: tuple[Rule, ...], held: frozenset[str], column: str = ""
    ) -> Reason:
        user = self._user(promise)
        asked = frozenset[str]().union(*(rule.roles for rule in refusing))
        lost = (asked | self._roles_of_blocks(promise, column)) & self._declared_roles(user) - held
        absent = [each for each in self._openers(promise, column) if not self._is_there(each)]
        if absent:
            blocks = tuple(each.address for each in absent)
            places = ", ".join(f"[{each.address}] ({each.origin})" for each in absent)
            how = BY_SET if self.elevation else "snowconf apply."
            remedy = f"{places} opens it, and the instance does not hold it as the block says: {how}"
            return Reason(why="", remedy=remedy, blocks=blocks)
        if lost:
            remedy = f"[{user.address}] ({user.origin}) grants {_listed(lost)}, which the account does not hold: snowconf apply."
            return Reason(why="", remedy=remedy, blocks=(user.address,))
        return Reason(why="", remedy=_advice(promise, user, asked, column), blocks=(user.address,))

    # -- open

    def _of_opening(self, finding: Finding) -> Reason:
        promise = finding.promise
        user = self._user(promise)
        held = self.rulebook.roles_of(user_name_of(user))
        remedy = f"Take the role from the account, or the promise out of no_access of [{user.address}]."
        unknown = _unknown(self.rulebook, held)
        if held is None or unknown:
            return Reason(why=unknown, remedy=f"{remedy} {HOW_TO_KNOW}", blocks=(user.address,))
        rows = self.rulebook.ruling(promise)
        of_column = self.rulebook.ruling(promise, finding.columns[0]) if finding.columns else rows
        ruling = of_column if of_column.rules else rows
        opening = ruling.opening(held)
        if not opening:
            why = "No access control that the runner can read keeps it out."
            advice = f'Write one: [acl.…] with name = "{promise.reach}", operation = "{promise.operation}" and the roles that may.'
            return Reason(why=why, remedy=advice, blocks=(user.address,))
        why = " ".join(_opened(rule, held) for rule in opening[:2])
        declared = self._declared_roles(user) & frozenset[str]().union(*(rule.roles for rule in opening))
        own = [
            each for each in self._openers(promise, ruling.column) if text_of(each, "name") == opening[0].name
        ]
        whose = (
            "It is no block of this stack."
            if not own
            else f"[{own[0].address}] ({own[0].origin}) is like it."
        )
        if declared:
            remedy = f"Take {_listed(declared)} out of roles of [{user.address}] ({_place(user, 'roles')}), or the promise out of no_access."
        blocks = (*(each.address for each in own), user.address)
        return Reason(why=f"{why} {whose}", remedy=remedy, blocks=blocks)

    # -- what the stack says

    def _user(self, promise: Promise) -> Resource:
        return next(each for each in self.desired.resources if each.address == promise.user)

    def _openers(self, promise: Promise, column: str) -> Iterator[Resource]:
        """Access controls of the stack that are to open it for a role that the stack grants to the user."""
        names = frozenset(names_of(promise.table, column))
        roles = self._declared_roles(self._user(promise))
        for each in self.desired.resources:
            is_about = text_of(each, "name") in names and text_of(each, "operation") == promise.operation
            if each.address.kind == "acl" and is_about and not roles.isdisjoint(self._roles(each)):
                yield each

    def _roles_of_blocks(self, promise: Promise, column: str) -> frozenset[str]:
        return frozenset[str]().union(*(self._roles(each) for each in self._openers(promise, column)))

    def _is_there(self, acl: Resource) -> bool:
        """Is there an active access control of that name for all the roles of the block?"""
        found = self.rulebook.rules.get((text_of(acl, "operation"), text_of(acl, "name")), ())
        return not self.rulebook.readable or any(self._roles(acl) <= rule.roles for rule in found)

    def _declared_roles(self, user: Resource) -> frozenset[str]:
        """What the files give the account: its own roles, those of its groups, and what these contain."""
        groups = self._blocks("group", names_in(user, "groups"))
        found = self._roles(user).union(*(self._roles(each) for each in groups))
        while (
            more := found.union(*(self._roles(each, "contains") for each in self._blocks("role", found)))
            - found
        ):
            found |= more
        return found

    def _roles(self, resource: Resource, attribute: str = "roles") -> frozenset[str]:
        """The roles that a block writes, as the instance calls them."""
        blocks = {
            each.address.label: text_of(each, "name")
            for each in self.desired.resources
            if each.address.kind == "role"
        }
        return frozenset(blocks.get(each, each) for each in names_in(resource, attribute))

    def _blocks(self, kind: str, names: frozenset[str]) -> Iterator[Resource]:
        """Blocks of that kind that go by one of these labels or names."""
        for each in self.desired.resources:
            if each.address.kind == kind and not names.isdisjoint(
                (each.address.label, text_of(each, "name"))
            ):
                yield each


def _unknown(rulebook: Rulebook, held: frozenset[str] | None) -> str:
    if not rulebook.readable:
        return "Which access control decides is not known: the runner may not read sys_security_acl."
    if held is None:
        return "Which role decides is not known: the runner may not read all of sys_user_has_role."
    return ""


def _refusal(ruling: Ruling, refusing: tuple[Rule, ...], promise: Promise) -> str:
    if refusing:
        shown = " ".join(_asks(each) for each in refusing[:2])
        more = f" So do {len(refusing) - 2} more." if len(refusing) > 2 else ""
        return shown + more
    if not ruling.rules:
        what = f"column {ruling.column}" if ruling.column else f"table {promise.table}"
        return f"No active access control speaks of the {what}, and the instance denies what none speaks of."
    conditions = sorted({each for rule in ruling.rules for each in rule.conditions})
    if conditions:
        name = ruling.rules[0].name
        return f"The access control {name} also has a {' and a '.join(conditions)}, which cannot be weighed from outside."
    return "No access control that the runner can read refuses it."


def _asks(rule: Rule) -> str:
    """One access control that a user does not pass."""
    what = f"The access control {rule.name} ({rule.operation}, {rule.sys_id})"
    if not rule.roles:
        return f"{what} has no criterion, which lets nobody pass."
    return f"{what} asks for {_listed(rule.roles, joint='or')}."


def _opened(rule: Rule, held: frozenset[str]) -> str:
    what = f"The access control {rule.name} ({rule.operation}, {rule.sys_id})"
    passing = rule.roles & held
    if passing:
        return f"{what} lets {_listed(passing)} through, which the account holds."
    return f"{what} lets admins through." if not rule.conditions else f"{what} asks for no role."


def _advice(promise: Promise, user: Resource, asked: frozenset[str], column: str) -> str:
    name = f"{promise.table}.{column}" if column else promise.table
    own = f'write [acl.…] with name = "{name}", operation = "{promise.operation}" and a role of the account'
    if not asked:
        return f"To open it, {own}."
    return (
        f"Add {_listed(asked, joint='or')} to roles of [{user.address}] ({_place(user, 'roles')}), or {own}."
    )


def _place(resource: Resource, attribute: str) -> str:
    located = resource.attributes.get(attribute)
    return str(located.origin if located else resource.origin)


def _listed(names: Iterable[str], none: str = "", *, joint: str = "and") -> str:
    """`the role a`, `the roles a and b`; of very many the first few."""
    ordered = sorted(names)
    if not ordered:
        return none
    shown = ordered[:4] if len(ordered) > 5 else ordered
    rest = [f"{len(ordered) - len(shown)} more"] if len(shown) < len(ordered) else []
    parts = [*shown, *rest]
    text = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {joint} {parts[-1]}"
    return (
        f"the role {text}"
        if len(ordered) == 1
        else f"the roles {text}"
        if joint == "and"
        else f"one of the roles {text}"
    )
