"""What of an account's grants and roles its `access` needs, and what it could do without. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import TypeVar

from snowconf.engine.disclose.adjudging import Control, Rulebook, Ruling, Thing
from snowconf.engine.disclose.entitling import READ_ONLY, Holder, Roles, Title
from snowconf.model.privilege import Answer, Grant, Need

Access = Mapping[str, tuple[str, ...]]
Key = TypeVar("Key")
RANKS = {Answer.DENIED: 0, Answer.DEPENDS: 1, Answer.ALLOWED: 2}


@dataclass(frozen=True, slots=True)
class Asked:
    """An operation on a table, on a column of it, or on all of them, that shall be open, or shall not."""

    operation: str
    reach: str
    wanted: bool = True

    def under(self, rulebook: Rulebook, holder: Holder) -> Ruling:
        """Whether it is open; all columns are when each of them is, or any when none shall be.

        A record is weighed by its own class, so what shall be closed may be open for those of a table below.
        """
        table = self.reach.partition(".")[0]
        ruling = self._of_class(rulebook, holder, table)
        if self.wanted or ruling.answer is not Answer.DENIED:
            return ruling
        below = (self._of_class(rulebook, holder, each) for each in rulebook.below(table))
        open_ones = [each for each in below if each.answer is not Answer.DENIED]
        return replace(open_ones[0], answer=Answer.DEPENDS) if open_ones else ruling

    def _of_class(self, rulebook: Rulebook, holder: Holder, table: str) -> Ruling:
        """For records of just this table."""
        _, dot, column = self.reach.partition(".")
        ruling = rulebook.on_table(holder, self.operation, table)
        if not dot or ruling.answer is Answer.DENIED:
            return ruling
        names = sorted(rulebook.columns_of(self.operation, table)) if column == "*" else [column]
        rulings = [
            _named(rulebook.on_column(holder, self.operation, f"{table}.{each}"), each) for each in names
        ]
        if not self.wanted:
            return ruling.and_also(max(rulings, key=lambda each: RANKS[each.answer]))
        return reduce(Ruling.and_also, rulings, ruling)


@dataclass(frozen=True, slots=True)
class Pared:
    """What each grant is needed for, and the rulings under the fewest grants that keep every promise."""

    needs: Mapping[Grant, Need]
    holder: Holder
    rulings: Mapping[Asked, Ruling]

    @property
    def roles(self) -> Mapping[str, Need]:
        """The roles that some promise rests on, by sys_id."""
        return _strongest(
            (role, need) for control, need in self._used() for role in control.lets_in(self.holder)
        )

    @property
    def things(self) -> Mapping[Thing, Need]:
        """The access controls that some promise rests on, by what they protect."""
        return _strongest(((each.type, each.operation, each.name), need) for each, need in self._used())

    def _used(self) -> Iterator[tuple[Control, Need]]:
        for ruling in self.rulings.values():
            need = Need.NEEDED if ruling.answer is Answer.ALLOWED else Need.PERHAPS
            yield from ((control, need) for control in ruling.passed)


def asked_in(access: Access, *, wanted: bool = True) -> tuple[Asked, ...]:
    """Each item of `access`, or of `no_access`, once."""
    asked = (Asked(operation, reach, wanted) for operation, reaches in access.items() for reach in reaches)
    return tuple(dict.fromkeys(asked))


@dataclass(frozen=True, slots=True, kw_only=True)
class Paring:
    """An account before it is pared: its titles, and `always`, by which it has roles that cannot be taken away."""

    rulebook: Rulebook
    roles: Roles
    titles: Sequence[Title]
    always: Title
    asked: tuple[Asked, ...]

    def pare(self) -> Pared:
        """Take the grants away one after another, the most powerful first, as long as every promise stands.

        What remains is such that nothing more can go; all that went can go together.
        """
        whole = self._rulings(self.titles)
        kept, needs = list(self.titles), dict[Grant, Need]()
        for title in sorted(self.titles, key=self._weight):
            rest = [each for each in kept if each is not title]
            needs[title.grant] = self._need(title, whole, rest)
            if needs[title.grant] is Need.SURPLUS:
                kept = rest
        return Pared(needs, self.roles.holder([*kept, self.always]), self._rulings(kept))

    def _need(self, title: Title, whole: Mapping[Asked, Ruling], rest: Sequence[Title]) -> Need:
        if not self.asked:
            return Need.UNASKED
        if self._restricts(title):
            return Need.RESTRICTS
        without = self._rulings(rest)
        needs = {_need_of(whole[each], without[each]) for each in self.asked}
        if self._is_door(title):
            needs.add(Need.PERHAPS)
        return next(each for each in (Need.NEEDED, Need.PERHAPS, Need.SURPLUS) if each in needs)

    def _restricts(self, title: Title) -> bool:
        """To take away what takes away is to give."""
        return any(self.roles.name(each) == READ_ONLY for each in title.ways)

    def _is_door(self, title: Title) -> bool:
        """Is what is granted, and not only what it contains, asked for besides access controls?"""
        return any(self.roles.door(each) and not way.roles for each, way in title.ways.items())

    def _rulings(self, titles: Iterable[Title]) -> Mapping[Asked, Ruling]:
        holder = self.roles.holder([*titles, self.always])
        return {each: each.under(self.rulebook, holder) for each in self.asked}

    def _weight(self, title: Title) -> tuple[bool, int, str]:
        """Admin-like grants first, then those of many roles, then by name."""
        powerful = any(self.roles.power(each) for each in title.ways)
        return not powerful, -len(title.ways), title.grant.name


def _need_of(whole: Ruling, without: Ruling) -> Need:
    """By what becomes of one promise. Where nobody can tell, every role that may count is perhaps needed."""
    if whole.answer is Answer.DENIED:
        return Need.SURPLUS
    if without.answer is Answer.DENIED:
        return Need.NEEDED
    if RANKS[without.answer] < RANKS[whole.answer]:
        return Need.PERHAPS
    shrunk = frozenset(_ids(without.passed)) < frozenset(_ids(whole.passed))
    return Need.PERHAPS if whole.answer is Answer.DEPENDS and shrunk else Need.SURPLUS


def _strongest(found: Iterable[tuple[Key, Need]]) -> Mapping[Key, Need]:
    """For each key, that it is needed if it ever is."""
    strongest: dict[Key, Need] = {}
    for key, need in found:
        if strongest.get(key) is not Need.NEEDED:
            strongest[key] = need
    return strongest


def _ids(controls: Iterable[Control]) -> Iterator[str]:
    return (each.sys_id for each in controls)


def _named(ruling: Ruling, column: str) -> Ruling:
    """With the column in what it says, when it is refused."""
    if ruling.answer is not Answer.DENIED:
        return ruling
    return Ruling(answer=ruling.answer, refused=f"column {column}: {ruling.refused}")
