"""Creating a record once, whatever becomes of the request.

A POST is never repeated before its sys_id was looked for, and not while the instance may still be at work on it.
"""

from collections.abc import Mapping
from typing import NoReturn

from snowconf.errors import ForbiddenError, InstanceError, OutcomeUnknownError, Reason
from snowconf.model.query import where
from snowconf.servicenow.answer import Answer, decode_row
from snowconf.servicenow.fates import Done, Fate, Undone
from snowconf.servicenow.listing import Reading, Row, read_list
from snowconf.servicenow.sending import Ask, Line

QUOTA_S = 60.0
"""The platform's limit for a transaction of the Table API (wire-contract.md 5.5)."""

_SLACK_S = 5.0
_TRIES = 5


class Creator:
    """Sends creations over one line, and remembers whether this instance keeps the sys_ids it is given."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._keeps_ids = True

    def create(self, table: str, ask: Ask) -> Row:
        """The record as the instance holds it after `ask`, a POST to the table."""
        sys_id = (ask.body or {}).get("sys_id", "")
        for attempt in range(_TRIES):
            outcome = self._line.send(ask, repeatable=frozenset({Fate.NOT_DONE}))
            if isinstance(outcome, Done):
                return self._note(sys_id, result_row(outcome.answer))
            problem = outcome.problem
            if not _is_in_doubt(outcome, earlier=attempt):
                break
            if (row := self._settle(table, sys_id, outcome)) is not None:
                return row
            if outcome.fate is Fate.NOT_DONE:
                break
        # Refused, or looked for when the last try could no longer come true: it is certain that nothing was created.
        raise problem

    def _note(self, sys_id: str, row: Row) -> Row:
        if sys_id and row.get("sys_id", sys_id).lower() != sys_id.lower():
            self._keeps_ids = False
        return row

    def _settle(self, table: str, sys_id: str, outcome: Undone) -> Row | None:
        """The record, if it was created after all; None only when it was not and cannot be any more."""
        if not sys_id or not self._keeps_ids:
            _give_up(outcome, "The record carries no sys_id of ours, so it cannot be looked for.")
        try:
            found = self._find(table, sys_id)
            if (
                found is None
                and outcome.may_come_late
                and self._line.wait_until(outcome.began_s + QUOTA_S + _SLACK_S, _waited_for(table, sys_id))
            ):
                found = self._find(table, sys_id)
        except InstanceError as error:
            _give_up(outcome, f"Looking for {table} {sys_id} failed as well: {error.detail}")
        return found

    def _find(self, table: str, sys_id: str) -> Row | None:
        listing = read_list(self._line, Reading(table=table, query=where(sys_id=sys_id)))
        if listing.rows:
            return listing.rows[0]
        return {"sys_id": sys_id} if listing.hidden else None


def _waited_for(table: str, sys_id: str) -> str:
    return (
        f"{table} {sys_id} was sent and the answer did not come; the instance may still be creating it, so it is looked for "
        "again when its time for that is over"
    )


def result_row(answer: Answer) -> Row:
    """The record that an answer holds."""
    record: Mapping[str, object] = (answer.document or {})["result"]
    return decode_row(record)


def raise_undone(outcome: Undone) -> NoReturn:
    """Say what became of a change or a deletion: refused, or unknown when any try of it may have been done."""
    is_refusal = outcome.fate is Fate.NOT_DONE and outcome.pause is None
    if outcome.was_unknown and not is_refusal:
        _give_up(outcome, "It was tried again, as often as is any use.")
    raise outcome.problem


def _is_in_doubt(outcome: Undone, *, earlier: int) -> bool:
    """A unique key that is taken may have been taken by an earlier try of the same creation."""
    if outcome.fate is Fate.UNKNOWN:
        return True
    is_taken = isinstance(outcome.problem, ForbiddenError) and outcome.problem.reason is Reason.UNIQUE_KEY
    return is_taken and outcome.sent + earlier > 1


def _give_up(outcome: Undone, why: str) -> NoReturn:
    problem = outcome.problem
    raise OutcomeUnknownError(
        f"{problem.request} was sent, and whether the instance did it is not known. {problem.detail} {why} "
        "Plan again: the plan shows what the instance holds.",
        request=problem.request,
        status=problem.status,
    ) from problem
