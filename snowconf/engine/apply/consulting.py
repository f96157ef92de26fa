"""Change requests: found, held against what an apply needs of them, and written to. Read with the runner's own rights.

Columns, states and the meaning of each are graded in docs/platform.md.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from snowconf.engine.port import Instance, Row
from snowconf.errors import ForbiddenError, InstanceError, NotFoundError
from snowconf.model.change_control import ChangeRequest, ChangeSettings
from snowconf.model.change_failures import ChangeRefusedError, NotNotedError
from snowconf.model.query import where

TABLE = "change_request"
APPROVED = "approved"
DECISIVE = ("state", "approval", "active", "on_hold")
WINDOW = ("start_date", "end_date")
COLUMNS = ("number", *DECISIVE, *WINDOW, "sys_mod_count")
CODE = re.compile(r"\[(/?code)\]", re.IGNORECASE)
MOMENT = "%Y-%m-%d %H:%M:%S"
# change_request.state of the base system; a shop's own states go by their number.
NAMES = {
    "-5": "New",
    "-4": "Assess",
    "-3": "Authorize",
    "-2": "Scheduled",
    "-1": "Implement",
    "0": "Review",
    "3": "Closed",
    "4": "Canceled",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Asks one instance about change requests, for a stack that says `settings` of them."""

    settings: ChangeSettings
    instance: Instance

    def find(self, number: str) -> ChangeRequest:
        """The change request of that number, in one request.

        Raises:
            ChangeRefusedError: there is none that the runner may see.
            InstanceError: the instance did not answer.
        """
        if not number.isascii() or not number.isalnum():
            raise self._refusal("That is no number of a change request; one looks like CHG0030001.")
        try:
            listing = self.instance.list_rows(TABLE, where(number=number), COLUMNS)
        except (ForbiddenError, NotFoundError) as error:
            said = f"The change request {number} cannot be read: {error.detail}"
            raise self._refusal(f"{said} Whoever applies needs to read and to write it.") from None
        return _only(number, listing.rows, listing.hidden, self)

    def pass_through(self, request: ChangeRequest, now: datetime) -> None:
        """Return when the request allows to apply at that moment.

        Raises:
            ChangeRefusedError: it does not; all that stands against it is said.
        """
        if said := self.objections(request, now):
            raise self._refusal(f"{request.number} does not allow to apply{self._where('to')} now. {said}")

    def objections(self, request: ChangeRequest, now: datetime) -> str:
        """All that stands against it at that moment, in sentences; empty when nothing does."""
        return " ".join([*_objections(request, self.settings), *self._untimely(request, now)])

    def note(self, request: ChangeRequest, text: str) -> ChangeRequest:
        """Write the text into the work notes, plain, in one request; the change request as it is afterwards.

        Raises:
            NotNotedError: it was not taken.
        """
        try:
            row = self.instance.update(TABLE, request.sys_id, {"work_notes": _plain(text)})
        except InstanceError as error:
            raise self._unnoted(request, error.detail) from None
        after = _request(row)
        # Work notes read as empty, so that only the revision tells whether they were taken (wire-contract.md 2.2).
        if after.columns.get("sys_mod_count", "") == request.columns.get("sys_mod_count", ""):
            raise self._unnoted(
                request,
                "The instance answered with success and changed nothing, so the runner may not write work notes.",
            )
        return after

    def _untimely(self, request: ChangeRequest, now: datetime) -> Iterator[str]:
        if self.settings.window:
            yield from _outside(request, now)

    def _unnoted(self, request: ChangeRequest, why: str) -> NotNotedError:
        return NotNotedError(
            f"The work notes of {request.number} did not take what is done under it. {why}",
            self.settings.origin,
        )

    def _where(self, word: str) -> str:
        """The instance that asks for one, by its name in the stack."""
        return f" {word} {self.settings.required_on[0]}" if self.settings.required_on else ""

    def _refusal(self, said: str) -> ChangeRefusedError:
        return ChangeRefusedError(f"{said} Nothing was written.", self.settings.origin)

    def missing(self, number: str, hidden: int) -> ChangeRefusedError:
        """There is no such request, as far as the runner sees."""
        if hidden:
            return self._refusal(
                f"There is a change request {number}{self._where('on')}, and the runner may not see it."
            )
        return self._refusal(
            f"There is no change request {number}, or none that the runner may see{self._where('on')}."
        )

    def doubled(self, number: str, rows: Sequence[Row]) -> ChangeRefusedError:
        """Numbers are to be unique and are not kept so."""
        ids = " and ".join(row["sys_id"] for row in rows)
        return self._refusal(
            f"There are several change requests {number}{self._where('on')} ({ids}), so none is the one that is meant."
        )


def moment_of(request: ChangeRequest) -> datetime | None:
    """When it was last written, by the instance's clock."""
    return _moment(request.columns.get("sys_updated_on", ""))


def _only(number: str, rows: Sequence[Row], hidden: int, gate: Gate) -> ChangeRequest:
    if not rows:
        raise gate.missing(number, hidden)
    if len(rows) > 1:
        raise gate.doubled(number, rows)
    return _request(rows[0])


def _request(row: Row) -> ChangeRequest:
    return ChangeRequest(number=row.get("number", ""), sys_id=row["sys_id"], columns=dict(row))


def _objections(request: ChangeRequest, settings: ChangeSettings) -> Iterator[str]:
    """What stands against it whatever the time; a column that is not shown stands against it."""
    held = request.columns
    if hidden := [each for each in (*DECISIVE, *(WINDOW if settings.window else ())) if each not in held]:
        yield f"The runner may not read {', '.join(hidden)} of it, and without them nothing is allowed."
        return
    if held["state"] not in settings.states:
        wanted = " or ".join(map(_named, settings.states))
        yield f"Its state is {_named(held['state'])}; it must be {wanted}."
    if held["approval"] != APPROVED:
        yield f"Its approval is '{held['approval']}'; it must be '{APPROVED}'."
    if held["active"] != "true":
        yield "It is closed or cancelled (active is false)."
    if held["on_hold"] == "true":
        yield "It is on hold."


def _outside(request: ChangeRequest, now: datetime) -> Iterator[str]:
    start, end = (_moment(request.columns.get(each, "")) for each in WINDOW)
    clock = f"it is {now.astimezone(UTC):{MOMENT}} UTC on the instance"
    if start is None or end is None:
        if all(each in request.columns for each in WINDOW):
            yield "It has no planned start and end; window = false below [change] does without."
    elif now < start:
        yield f"Its window begins at {start:{MOMENT}} UTC, and {clock}."
    elif now >= end:
        yield f"Its window ended at {end:{MOMENT}} UTC, and {clock}."


def _plain(text: str) -> str:
    """As it is read: what stands between [code] and [/code] would be shown as HTML, and control characters not at all."""
    seen = "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)
    return CODE.sub(r"(\1)", seen)


def _named(state: str) -> str:
    return f"{NAMES[state]} ({state})" if state in NAMES else f"'{state}'"


def _moment(text: str) -> datetime | None:
    """As stored, in UTC (tables.md 1.9)."""
    try:
        return datetime.strptime(text, MOMENT).replace(tzinfo=UTC)
    except ValueError:
        return None
