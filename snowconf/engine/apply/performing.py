"""Sending one change's writes, in their order, and judging each answer."""

from dataclasses import dataclass, field
from threading import Lock

from snowconf.engine.apply.accompanying import find_companions, find_made, renumbered
from snowconf.engine.apply.following import Course
from snowconf.engine.observe.problems import not_remembered
from snowconf.engine.port import Instance, Journal, Row, SecretKeeper
from snowconf.engine.stopping import StoppedError
from snowconf.errors import OutcomeUnknownError, SnowconfError
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.outcome import Outcome, Status
from snowconf.model.plan import Change, Verb, Write


def diagnose(error: SnowconfError, change: Change | None = None) -> Diagnostic:
    """The error as a diagnostic, at the block whose change met it."""
    return Diagnostic(
        code=error.code,
        summary=error.summary,
        detail=error.detail,
        origin=change.origin if change else None,
        address=change.address if change else None,
    )


@dataclass(slots=True)
class Performer:
    """Sends writes to one instance. Safe to share among threads.

    `given` maps a sys_id that was asked for to the one the instance gave, where it did not take ours: whether every
    release does is not certain (wire-contract.md 6.1), and later writes must name the record that exists.
    """

    instance: Instance
    secrets: SecretKeeper
    journal: Journal
    given: dict[str, str] = field(default_factory=dict)
    # Records that the platform has made where the plan expected to, and that are changed and not made again.
    made: set[str] = field(default_factory=set)
    lock: Lock = field(default_factory=Lock)

    def perform(self, change: Change) -> Outcome:
        """Do one change. What the instance refuses ends it, and is in the outcome."""
        try:
            settled = self._settled(change)
        except SnowconfError as error:
            status = Status.NOT_ATTEMPTED if isinstance(error, StoppedError) else Status.FAILED
            return self._ended(Course.of(change), status, diagnose(error, change))
        self.journal.change_begun(settled)
        outcome = self._carry_out(settled)
        self.journal.change_ended(outcome)
        return outcome

    def _settled(self, change: Change) -> Change:
        """The change as it is sent: with the records that exist now in place of those the plan expected to make."""
        made = find_made(change, self.instance, self.given)
        with self.lock:
            self.given.update(made)
            self.made.update(made.values())
            given = dict(self.given)
        return renumbered(change, given)

    def _carry_out(self, change: Change) -> Outcome:
        course = Course.of(change)
        try:
            self._intend(change)
            for write in change.writes:
                course.take(write, self._noted(change, write))
        except OutcomeUnknownError as error:
            return self._ended(course, Status.UNKNOWN, diagnose(error, change))
        except StoppedError as error:
            status = Status.FAILED if course.sent else Status.NOT_ATTEMPTED
            return self._ended(course, status, diagnose(error, change))
        except SnowconfError as error:
            return self._ended(course, Status.FAILED, diagnose(error, change))
        except OSError as error:
            return self._ended(course, Status.FAILED, not_remembered(change, error))
        return self._ended(course, Status.DONE)

    def _ended(self, course: Course, status: Status, problem: Diagnostic | None = None) -> Outcome:
        asked = {write.sys_id for write in course.change.writes}
        return Outcome(
            change=course.change,
            status=status,
            verdicts=tuple(course.verdicts),
            sent=course.sent,
            problem=problem,
            notes=tuple(course.notes),
            given={sys_id: self.given[sys_id] for sys_id in sorted(asked) if sys_id in self.given},
        )

    def _noted(self, change: Change, write: Write) -> Row:
        """Send it, with a note on the disk before and after."""
        self.journal.write_begun(change, write)
        answered = False
        try:
            answer = self._send(change, write)
            answered = True
        finally:
            self.journal.write_ended(change, write, answered=answered)
        return answer

    def _intend(self, change: Change) -> None:
        """Before the record is made: a run killed between record and password must not leave it without (6.5)."""
        for write in change.writes:
            for column in write.secrets:
                self.secrets.intend(change.address, column, self._id(write.sys_id))

    def _send(self, change: Change, write: Write) -> Row:
        """The record as it is afterwards; of one that is gone, nothing."""
        match write.verb:
            case Verb.DELETE:
                for table, sys_id in find_companions(change, write, self.instance):
                    self.instance.delete(table, sys_id)
                self.instance.delete(write.table, self._id(write.sys_id))
                return {}
            case Verb.INSERT if write.sys_id in self.made:
                answer = self.instance.update(write.table, write.sys_id, self._columns(write))
            case Verb.INSERT:
                answer = self.instance.insert(write.table, {**self._columns(write), "sys_id": write.sys_id})
                self._remember(write.sys_id, answer)
            case Verb.UPDATE:
                columns, sys_id = self._columns(write), self._id(write.sys_id)
                answer = self.instance.update(write.table, sys_id, columns, display_input=write.display_input)
        for column, source in write.secrets.items():
            self.secrets.written(change.address, column, source, self._id(write.sys_id))
        return answer

    def _columns(self, write: Write) -> dict[str, str]:
        """What is sent: references to the records that exist, secrets only here and only now."""
        columns = {name: self._id(value) for name, value in write.columns.items()}
        return columns | {
            name: self.secrets.resolve(source).reveal() for name, source in write.secrets.items()
        }

    def _id(self, asked: str) -> str:
        return self.given.get(asked, asked)

    def _remember(self, asked: str, answer: Row) -> None:
        with self.lock:
            if answer.get("sys_id", asked) != asked:
                self.given[asked] = answer["sys_id"]
