"""What is said of an account: its roles, what is open to it, what of it is promised. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from snowconf.dictionary import table_names
from snowconf.engine.disclose.adjudging import Control, Rulebook, Ruling, Thing, rulebook_of
from snowconf.engine.disclose.entitling import READ_ONLY, Holder, Roles, Title, roles_of, titles, unexplained
from snowconf.engine.disclose.gathering import Facts
from snowconf.engine.disclose.paring import Asked, Pared
from snowconf.model.privilege import Answer, Expectation, Fate, HeldRole, Need, Opening, Way

# Whoever may write these gives rights away, or has somebody else's (tables.md 3.2 to 3.5, 4.4).
GIVING = {
    "sys_user_has_role": "may grant roles",
    "sys_group_has_role": "may give roles to groups",
    "sys_user_grmember": "may put anybody into a group that has roles",
    "sys_user_role_contains": "may put roles into roles",
    "sys_security_acl": "may change access controls",
    "sys_security_acl_role": "may change access controls",
    "oauth_entity": "may let any client in",
    "sysauto_script": "may run scripts as admin",
    "scheduled_import_set": "may run scripts as admin",
}
Rulings = Mapping[Thing, Ruling]


@dataclass(frozen=True, slots=True)
class State:
    """The account at one moment: all roles, the titles by which it has some, and what access controls see of it.

    `odd` holds the roles that it has for no visible reason.
    """

    roles: Roles
    titles: tuple[Title, ...]
    odd: Title
    book: Rulebook
    holder: Holder

    @property
    def ways(self) -> Mapping[str, tuple[Way, ...]]:
        """Of each role the shortest way of every title."""
        held = (*self.titles, self.odd)
        return {
            role: tuple(title.ways[role] for title in held if role in title.ways)
            for role in dict.fromkeys(role for title in held for role in title.ways)
        }

    def open_things(self) -> Rulings:
        """Whatever is not denied."""
        rulings = ((thing, self.book.on_thing(self.holder, thing)) for thing in self.book.controls)
        return {thing: ruling for thing, ruling in rulings if ruling.answer is not Answer.DENIED}

    def names(self, controls: Iterable[Control]) -> tuple[str, ...]:
        """The roles by which the access controls let the holder in."""
        roles = {role for each in controls for role in each.lets_in(self.holder)}
        return tuple(sorted(map(self.roles.name, roles)))


def state_of(facts: Facts, before: Facts, user: str, *, elevation: bool) -> State:
    """By these facts; what the platform had inherited `before` for no visible reason stays."""
    roles = roles_of(facts)
    odd = unexplained(before, roles_of(before), user)
    kept = Title(odd.grant, {role: way for role, way in odd.ways.items() if role not in facts.gone})
    own = titles(facts, roles, user)
    book = rulebook_of(facts, elevation=elevation)
    return State(roles=roles, titles=own, odd=kept, book=book, holder=roles.holder((*own, kept)))


@dataclass(frozen=True, slots=True)
class Portrait:
    """An account before and after, and what of it is needed."""

    was: State
    now: State
    pared: Pared

    def openings(self) -> tuple[Opening, ...]:
        """Everything that is open before or after, by type, name and operation."""
        later = self.now.open_things()
        earlier = later if self.was is self.now else self.was.open_things()
        needs, heirs = self.pared.things, self.now.book.heirs(self.now.book.parents or table_names())
        return tuple(
            self._opening(
                thing,
                _fate(before=thing in earlier, after=thing in later),
                (self.now, later[thing]) if thing in later else (self.was, earlier[thing]),
                need=self._asked_for(needs.get(thing)),
                heirs=heirs.get(thing, ()),
            )
            for thing in sorted({*earlier, *later})
        )

    def roles(self, openings: Iterable[Opening]) -> tuple[HeldRole, ...]:
        """Those of before and after, the most powerful first, then by how deep they are contained, then by name."""
        earlier, later = self.was.ways, self.now.ways
        seen = tuple(openings)
        opens, powers = Counter(name for each in seen for name in each.roles), _powers(seen)
        needs = self.pared.roles
        found = [
            self._role(
                role,
                later.get(role) or earlier[role],
                fate=_fate(before=role in earlier, after=role in later),
                need=needs.get(role),
                opens=opens,
            )
            for role in dict.fromkeys((*later, *earlier))
        ]
        found = [each if each.power else replace(each, power=powers.get(each.name, "")) for each in found]
        return tuple(sorted(found, key=lambda each: (not each.power, len(each.ways[0].roles), each.name)))

    def expectations(self, asked: Iterable[Asked]) -> tuple[Expectation, ...]:
        """Each with whether it is open, and by which roles or why not."""
        state = self.now
        rulings = ((each, each.under(state.book, state.holder)) for each in asked)
        return tuple(
            Expectation(
                operation=each.operation,
                reach=each.reach,
                wanted=each.wanted,
                answer=ruling.answer,
                roles=state.names(ruling.passed),
                refused=ruling.refused,
            )
            for each, ruling in rulings
        )

    def _role(
        self, role: str, ways: Sequence[Way], *, fate: Fate, need: Need | None, opens: Mapping[str, int]
    ) -> HeldRole:
        state = self.was if fate is Fate.REMOVED else self.now
        name = state.roles.name(role)
        restricts = name == READ_ONLY and bool(self.pared.rulings)
        need = need or (Need.PERHAPS if state.roles.door(role) else None)
        return HeldRole(
            name=name,
            sys_id=role,
            ways=tuple(ways),
            elevated=state.roles.is_elevated(role),
            power=state.roles.power(role),
            door=state.roles.door(role),
            fate=fate,
            need=Need.RESTRICTS if restricts else self._asked_for(need),
            opens=opens.get(name, 0),
        )

    def _opening(
        self, thing: Thing, fate: Fate, found: tuple[State, Ruling], *, need: Need, heirs: tuple[str, ...]
    ) -> Opening:
        state, ruling = found
        kind, operation, name = thing
        closest = [each for each in ruling.passed if each.name == name] or list(ruling.passed)
        return Opening(
            type=kind,
            name=name,
            operation=operation,
            answer=ruling.answer,
            roles=state.names(closest) or state.names(ruling.passed),
            acls=tuple(each.sys_id for each in closest),
            doubts=_doubts(ruling, state.holder),
            heirs=heirs,
            fate=fate,
            need=need,
        )

    def _asked_for(self, need: Need | None) -> Need:
        return (need or Need.SURPLUS) if self.pared.rulings else Need.UNASKED


def overridden(state: State) -> int:
    """How many access controls the account passes as an admin."""
    controls = (each for level in state.book.controls.values() for each in level)
    return sum(each.overridable for each in controls) if state.holder.admin else 0


def _powers(openings: Iterable[Opening]) -> Mapping[str, str]:
    """By role, what makes it a step from admin although its name does not tell."""
    giving = {
        name: GIVING[each.name]
        for each in openings
        if each.is_of_records and each.name in GIVING and each.operation in ("create", "write")
        for name in each.roles
    }
    return dict(sorted(giving.items()))


def _fate(*, before: bool, after: bool) -> Fate:
    if before is after:
        return Fate.KEPT
    return Fate.ADDED if after else Fate.REMOVED


def _doubts(ruling: Ruling, holder: Holder) -> tuple[str, ...]:
    """Why nobody can tell beforehand."""
    if ruling.answer is not Answer.DEPENDS:
        return ()
    limits = {"applies_to" for each in ruling.passed if each.limited}
    unsure = (each.doubts for each in ruling.passed if each.weigh(holder) is Answer.DEPENDS)
    return tuple(sorted(limits.union(*unsure))) or ("other rules",)
