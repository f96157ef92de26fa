"""Trying what only a write shows, as a user, on a record that is made for it and removed again.

No dry way tells: a write to a record that is not there is 404 whoever asks, and what an empty change or a sys_id that is
taken is answered is not established (docs/platform.md, "Trying rights").
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from snowconf.engine.port import Instance, Row, Visitor
from snowconf.engine.verify.canaries import Brood, Canary, marker_of, sample, tried, why_not
from snowconf.engine.verify.glimpsing import Shown, judge_reading, look
from snowconf.engine.verify.verdicts import canaries_left, canaries_stay
from snowconf.errors import (
    BadRequestError,
    ForbiddenError,
    InstanceError,
    NotFoundError,
    OutcomeUnknownError,
    Reason,
)
from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.query import Condition, Query
from snowconf.model.verification import Finding, Promise, Verdict

# What a refusal tells of rights; the others come after the access controls, and whether these were asked is not said.
OF_RIGHTS = frozenset({Reason.ACL, Reason.API_CLOSED, Reason.QUERY_RIGHTS, Reason.AUTH_SCOPE, Reason.UNKNOWN})
TURNED = " *"
NOT_SHOWN = "The user is not shown the record, so it cannot be changed."
GONE = (
    "The record that was made to try it on was removed by somebody else, perhaps by another run of this stack that tries the "
    "same. Run it again."
)


def unprobed(promises: Iterable[Promise]) -> Iterator[Finding]:
    """What only a write would show, where none is wanted."""
    for each in promises:
        if each.operation != "read":
            yield Finding(promise=each, verdict=Verdict.NOT_PROBED, tried=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What became of one write: `refused` says why not, `unclear` why nothing can be told; neither means it was done."""

    refused: str = ""
    unclear: str = ""


@dataclass(slots=True, kw_only=True)
class Prober:
    """Tries things with the runner's help, who makes what is to be changed and removes what was made."""

    instance: Instance
    brood: Brood
    elsewhere: Shown
    said: list[Diagnostic] = field(default_factory=list)

    def sweep(self, tables: Mapping[str, Iterable[Address]]) -> None:
        """Remove what a killed run has left of what it made for these users."""
        for table, users in tables.items():
            left = [] if why_not(table) else self._left_in(table, users)
            for sys_id in left:
                self.instance.delete(table, sys_id)
            if left:
                self.said.append(canaries_left(table, len(left)))

    def _left_in(self, table: str, users: Iterable[Address]) -> list[str]:
        """By their words, and by the sys_ids that they would have: a user may not be allowed to write the words."""
        column, beginning = marker_of(table), self.brood.beginning
        ids = {self.brood.make(each, table).sys_id for each in users}
        by_words = Condition(column, "STARTSWITH", (beginning,))
        query = Query(((by_words, Condition("sys_id", "IN", tuple(sorted(ids)))),))
        try:
            rows = self.instance.list_rows(table, query, (column,)).rows
        except (ForbiddenError, NotFoundError, BadRequestError):
            return []
        return [
            row["sys_id"] for row in rows if row["sys_id"] in ids or row.get(column, "").startswith(beginning)
        ]

    def try_table(self, visitor: Visitor, table: str, promises: Sequence[Promise]) -> list[Finding]:
        """Everything that is promised of one table to one user, or must be refused to it."""
        reason = why_not(table)
        if reason:
            return [*self._knock(visitor, table, promises, reason)]
        canary = self.brood.make(promises[0].user, table)
        trial = _Trial(instance=self.instance, visitor=visitor, canary=canary, elsewhere=self.elsewhere)
        try:
            return list(trial.run(promises))
        finally:
            self.said += trial.clear()

    def _knock(
        self, visitor: Visitor, table: str, promises: Sequence[Promise], reason: str
    ) -> Iterator[Finding]:  # fmt: skip
        """Where no record may be made: a change of one that is there, in which nothing is to be changed.

        A refusal of it is a refusal. That it was taken proves nothing by itself (docs/platform.md, "Trying rights").
        """
        attempt = Attempt(unclear=reason)
        if any(each.operation == "write" for each in promises):
            attempt = self._change_nothing(visitor, table) or attempt
        for each in (each for each in promises if each.operation != "read"):
            if each.operation == "write" and attempt.refused:
                yield judge_writing(each, attempt, {})
            else:
                accepted = each.operation == "write" and _is_done(attempt)
                yield Finding(
                    promise=each, verdict=Verdict.UNDECIDABLE, told=reason, tried=False, accepted=accepted
                )

    def _change_nothing(self, visitor: Visitor, table: str) -> Attempt | None:
        """On a record that the user is shown, else on one that the runner is; None where neither is."""
        seen = next(filter(None, (_first(each, table) for each in (visitor, self.instance))), "")
        return _attempt(lambda: visitor.update(table, seen, {})) if seen else None


@dataclass(slots=True, kw_only=True)
class _Trial:
    """One user and one table. `ids` are the records that may be there, `unnamed` that one has an id nobody knows."""

    instance: Instance
    visitor: Visitor
    canary: Canary
    elsewhere: Shown
    ids: dict[str, None] = field(default_factory=dict)
    unnamed: bool = False

    def run(self, promises: Sequence[Promise]) -> Iterator[Finding]:
        """In this order, so that one record does for all."""
        steps = {"create": self._create, "read": self._read, "write": self._write, "delete": self._delete}
        for operation, step in steps.items():
            concerned = [each for each in promises if each.operation == operation]
            if concerned:
                yield from step(concerned)

    def clear(self) -> Iterator[Diagnostic]:
        """Remove everything, even when somebody interrupts just this."""
        try:
            self._remove()
        except KeyboardInterrupt:
            self._remove()
            raise
        except InstanceError as error:
            yield canaries_stay(self.canary.table, error.detail)

    def _remove(self) -> None:
        known = [*self.ids, *(row["sys_id"] for row in self._look(()))] if self.unnamed else [*self.ids]
        for sys_id in dict.fromkeys(known):
            self.instance.delete(self.canary.table, sys_id)

    # -- the operations

    def _create(self, promises: Sequence[Promise]) -> Iterator[Finding]:
        body = {**_samples(self.canary.table, promises, {}), **self.canary.row}
        self.ids[self.canary.sys_id] = None
        attempt = _attempt(lambda: self._note(self.visitor.insert(self.canary.table, body)))
        if attempt.refused:
            self.ids.clear()
        held = self._held(promises) if _is_done(attempt) and _about_columns(promises) else {}
        for each in promises:
            yield judge_writing(
                each, attempt, {name: held.get(name) == value for name, value in body.items()}
            )

    def _read(self, promises: Sequence[Promise]) -> Iterator[Finding]:
        """Of a table that was empty: now there is a record."""
        blocked = self._ensure()
        sight = look(self.visitor, self.canary.table, promises)
        for each in promises:
            if blocked:
                yield Finding(promise=each, verdict=Verdict.UNDECIDABLE, told=blocked)
            else:
                yield judge_reading(each, sight, self.elsewhere)

    def _write(self, promises: Sequence[Promise]) -> Iterator[Finding]:
        blocked = self._ensure()
        held = {} if blocked or not _about_columns(promises) else self._held(promises)
        sent = {**_samples(self.canary.table, promises, held), self.canary.column: self.canary.words + TURNED}
        attempt = Attempt(unclear=blocked)
        if not blocked:
            attempt = _attempt(lambda: self.visitor.update(self.canary.table, self._sys_id, sent))
        if attempt.refused == NOT_SHOWN and not self._look(()):
            attempt = Attempt(unclear=GONE)
        after = self._held(promises) if _is_done(attempt) else {}
        taken = {name: after.get(name) == value for name, value in sent.items()}
        if _is_done(attempt) and not any(taken.values()):
            attempt = Attempt(
                unclear="The instance answered that it changed the record, and changed nothing of it."
            )
        for each in promises:
            yield judge_writing(each, attempt, taken)

    def _delete(self, promises: Sequence[Promise]) -> Iterator[Finding]:
        blocked = self._ensure()
        attempt = Attempt(unclear=blocked)
        if not blocked:
            attempt = _attempt(lambda: self.visitor.delete(self.canary.table, self._sys_id))
        if _is_done(attempt) and self._look(()):
            attempt = Attempt(refused="The record is not found by the user, and still there.")
        elif _is_done(attempt):
            self.ids.clear()
        for each in promises:
            yield judge_writing(each, attempt, {})

    # -- the record

    @property
    def _sys_id(self) -> str:
        return next(reversed(self.ids))

    def _note(self, row: Row) -> None:
        """The instance may have given it another sys_id; who may not read the record is not told which."""
        self.unnamed = "sys_id" not in row
        if not self.unnamed:
            self.ids.clear()
            self.ids[row["sys_id"]] = None

    def _ensure(self) -> str:
        """See that there is a record; why there is none."""
        if self.unnamed:
            self.ids.update(dict.fromkeys(row["sys_id"] for row in self._look(())))
        if self.ids:
            return ""
        self.ids[self.canary.sys_id] = None
        try:
            self._note(self.instance.insert(self.canary.table, self.canary.row))
        except (ForbiddenError, NotFoundError, BadRequestError) as error:
            self.ids.clear()
            return f"The runner could not make a record to try it on: {error.detail}"
        return ""

    def _held(self, promises: Sequence[Promise]) -> Row:
        columns = [column.name for each in promises for column in tried(each.table, each.column)]
        return next(iter(self._look(columns)), {})

    def _look(self, columns: Sequence[str]) -> Sequence[Row]:
        """What the runner sees of it."""
        known = [Condition("sys_id", "IN", tuple(self.ids))] if self.ids else []
        group = (*known, Condition(self.canary.column, "STARTSWITH", (self.canary.words,)))
        return self.instance.list_rows(
            self.canary.table, Query((group,)), (self.canary.column, *columns)
        ).rows


def judge_writing(promise: Promise, attempt: Attempt, taken: Mapping[str, bool]) -> Finding:
    """What one write says of one promise. `taken` says of each column that was sent whether it is held now."""
    if attempt.unclear:
        return Finding(promise=promise, verdict=Verdict.UNDECIDABLE, told=attempt.unclear)
    if attempt.refused:
        verdict = Verdict.DENIED if promise.allowed else Verdict.PROVEN
        return Finding(promise=promise, verdict=verdict, told=attempt.refused if promise.allowed else "")
    if not promise.column or promise.operation == "delete":
        verdict = Verdict.PROVEN if promise.allowed else Verdict.OPEN
        told = "" if promise.allowed else "The instance did it."
        return Finding(promise=promise, verdict=verdict, told=told)
    return _judge_columns(promise, taken)


def _judge_columns(promise: Promise, taken: Mapping[str, bool]) -> Finding:
    """Columns that may not be written are passed over without a word (wire-contract.md 1.7)."""
    asked = tuple(column.name for column in tried(promise.table, promise.column) if column.name in taken)
    if not asked:
        told = "No value is known that could be tried there without harm."
        return Finding(promise=promise, verdict=Verdict.UNDECIDABLE, told=told)
    kept = tuple(each for each in asked if taken[each])
    dropped = tuple(each for each in asked if not taken[each])
    wrong = dropped if promise.allowed else kept
    if not wrong:
        return Finding(promise=promise, verdict=Verdict.PROVEN)
    verdict = Verdict.DENIED if promise.allowed else Verdict.OPEN
    done = "passed over" if promise.allowed else "took"
    told = f"The instance {done} {', '.join(wrong[:6])}{f' and {len(wrong) - 6} more' if len(wrong) > 6 else ''}."
    return Finding(promise=promise, verdict=verdict, told=told, columns=wrong)


def _attempt(write: Callable[[], object]) -> Attempt:
    """Do it, and tell a lack of rights from every other refusal."""
    try:
        write()
    except NotFoundError:
        return Attempt(refused=NOT_SHOWN)
    except ForbiddenError as error:
        if error.reason in OF_RIGHTS:
            return Attempt(refused=f"The instance refuses it: {error.reason.value}.")
        return Attempt(unclear=f"Not the user's rights but something else refused it: {error.detail}")
    except (BadRequestError, OutcomeUnknownError) as error:
        return Attempt(unclear=error.detail)
    return Attempt()


def _first(instance: Instance, table: str) -> str:
    """The sys_id of a record that is shown; "" when none is."""
    try:
        rows = instance.list_rows(table, Query(), ("sys_id",), limit=1).rows
    except (ForbiddenError, NotFoundError, BadRequestError):
        return ""
    return rows[0]["sys_id"] if rows else ""


def _is_done(attempt: Attempt) -> bool:
    return not (attempt.refused or attempt.unclear)


def _about_columns(promises: Iterable[Promise]) -> bool:
    return any(each.column for each in promises)


def _samples(table: str, promises: Iterable[Promise], held: Row) -> dict[str, str]:
    """A value for every column that the promises are about."""
    columns = {column.name: column for each in promises for column in tried(table, each.column)}
    values = {name: sample(column, held.get(name, "")) for name, column in columns.items()}
    return {name: value for name, value in values.items() if value is not None}
