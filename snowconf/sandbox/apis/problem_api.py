"""The API by which Red Hat's store application moves problems from state to state (docs/platform.md "Problems").

The Table API leaves a problem's state alone since the release Rome; scripts of applications may still change it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from snowconf.sandbox.answers.answering import failure, no_method, no_place, result
from snowconf.sandbox.answers.call import Call
from snowconf.sandbox.answers.displaying import Library, make_displayer
from snowconf.sandbox.answers.negotiating import read_method, refuse_size, refuse_types
from snowconf.sandbox.answers.shaping import Manner, Shaper, find_outline
from snowconf.sandbox.storage.store import Row
from snowconf.sandbox.wire.decoding import UnreadableBodyError, decode
from snowconf.sandbox.wire.requests import Answer
from snowconf.sandbox.writing import glide

TABLE, NEW_STATE = "problem", "new_state"
FIX_IN_PROGRESS, RESOLVED = "104", "106"
# What each state may become next.
NEXT: Mapping[str, frozenset[str]] = {
    "101": frozenset({"102"}),
    "102": frozenset({"103", "107"}),
    "103": frozenset({"104", "106", "107"}),
    "104": frozenset({"103", "106", "107"}),
    "106": frozenset({"103", "107"}),
    "107": frozenset({"103"}),
}
# What a problem needs from that state on.
NEEDED: Mapping[str, tuple[str, ...]] = {
    "101": ("short_description",),
    "102": ("assigned_to",),
    FIX_IN_PROGRESS: ("cause_notes", "fix_notes"),
    RESOLVED: ("resolution_code",),
}
NEEDED_BY_CODE: Mapping[str, tuple[str, ...]] = {
    "fix_applied": ("cause_notes", "fix_notes"),
    "risk_accepted": ("cause_notes", "close_notes"),
    "canceled": ("close_notes",),
    "duplicate": ("duplicate_of",),
}
NEVER_FIXED = frozenset({"canceled", "duplicate"})


class _RefusedError(Exception):
    """The application refuses, with this status and text."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def answer(call: Call) -> Answer:
    """PATCH of `{number}/new_state/{state}`: the problem as it is then, each column as a text."""
    if call.session.switches.get("ansible_app") == "absent" or call.sys_id != NEW_STATE:
        return no_place()
    if read_method(call.request) != "PATCH":
        return no_method(("PATCH",))
    return refuse_types(call.request) or refuse_size(call.request) or _answer(call)


def _answer(call: Call) -> Answer:
    try:
        with call.session.store.transaction():
            return _move(call, call.steps[2], decode(call.request.body))
    except UnreadableBodyError:
        return failure(400, "Exception while reading request", "The payload is not valid JSON.")
    except _RefusedError as refused:
        return failure(refused.status, refused.message, "")
    except glide.Aborted as aborted:
        return failure(403, aborted.message, aborted.detail)


def _move(call: Call, state: str, sent: Mapping[str, str]) -> Answer:
    problem = _find(call)
    _check_step(problem["state"], state)
    after = problem | {name: value for name, value in sent.items() if value}
    for column in _needed(state, after.get("resolution_code", "")):
        if not after.get(column):
            raise _RefusedError(400, f"Missing field {column}.")
    script = replace(call.session, scripted=True)
    values = dict(sent) | {"state": state, "problem_state": state}
    row = glide.update(script, TABLE, problem["sys_id"], values)
    return result(200, _shaper(call).shape(row))


def _find(call: Call) -> Row:
    number = call.steps[0]
    found = next(iter(call.session.store.find(TABLE, number=number)), None)
    if found is None:
        raise _RefusedError(404, f"No problem with number {number} exists.")
    if not all(call.access.may(operation, TABLE, found) for operation in ("read", "write")):
        raise _RefusedError(406, "Cannot read or write into a problem record")
    return found


def _check_step(before: str, after: str) -> None:
    if before not in NEXT:
        raise _RefusedError(409, "Current state is not valid.")
    if after not in NEXT:
        raise _RefusedError(400, f"Given new state {after} is not a valid state.")
    if after not in NEXT[before]:
        raise _RefusedError(400, f"Problem state transition from state {before} to {after} is not possible.")


def _needed(state: str, code: str) -> Iterator[str]:
    """The columns that may not be empty in that state; what was never fixed needs no notes of a fix."""
    for begin, columns in NEEDED.items():
        if begin <= state and not (begin == FIX_IN_PROGRESS and code in NEVER_FIXED):
            yield from columns
    if state >= RESOLVED:
        if code and code not in NEEDED_BY_CODE:
            raise _RefusedError(400, f"resolution_code is set to {code}, which is not a valid value.")
        yield from NEEDED_BY_CODE.get(code, ())


def _shaper(call: Call) -> Shaper:
    library = Library(store=call.session.store)
    return Shaper(
        access=call.access,
        library=library,
        displayer=make_displayer(call.session, library),
        manner=Manner(mode=call.parameters.mode, links=False, base=call.base),
        table=TABLE,
        outline=find_outline(call.session.switches, TABLE, ""),
    )
