"""Does an instance hold what a report of an apply says? Compared write by write with the rows before and after."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from snowconf.dictionary import table_names
from snowconf.model.outcome import ApplyReport, Outcome, Status
from snowconf.model.plan import Verb, Write
from snowconf.sandbox.instance import Sandbox
from tests.torture.house_of_pain import NOTES, VOLATILE

Row: TypeAlias = Mapping[str, str]
Rows: TypeAlias = dict[tuple[str, str], Row]


def rows_of(sandbox: Sandbox) -> Rows:
    """Every row of the instance with its class, but for the ledger's and what the platform notes for itself."""
    return {
        (table, row["sys_id"]): row
        for table in table_names()
        if table not in NOTES
        for row in sandbox.store.find(table)
        if row.get("sys_class_name", table) in ("", table) and not row.get("name", "").startswith("snowconf.")
    }


def lasting(rows: Rows) -> list[list[tuple[str, str]]]:
    """What two runs have in common: neither moments nor hashes, nor the sys_ids that the platform chose."""
    return sorted(
        sorted((name, text) for name, text in row.items() if name not in VOLATILE | _inherited(row))
        for row in rows.values()
    )


def lies(report: ApplyReport, before: Rows, after: Rows) -> list[str]:
    """Every sentence of the report that the instance contradicts."""
    return [lie for outcome in report.outcomes for lie in _lies(outcome, before, after)]


def _lies(outcome: Outcome, before: Rows, after: Rows) -> Iterator[str]:
    for number, write in enumerate(outcome.change.writes):
        # One whose outcome is unknown may have been made as well.
        begun = outcome.sent + (outcome.status is Status.UNKNOWN)
        earlier = outcome.change.writes[: min(number, begun)]
        was_done, was_not = _holds(write, after), _is_as_before(write, _begun(earlier, before), after)
        claim = _claim(outcome, number)
        if (claim == "done" and not was_done) or (claim == "not done" and not was_not):
            yield f"{outcome.change.address}: {outcome.status.value}, {write.verb.value} {number} is not {claim}: {write}"


def _claim(outcome: Outcome, number: int) -> str:
    if outcome.status is Status.DONE or number < outcome.sent:
        return "done"
    if outcome.status is Status.UNKNOWN and number == outcome.sent:
        return ""
    return "not done"


def _holds(write: Write, after: Rows) -> bool:
    row = after.get((write.table, write.sys_id))
    if write.verb is Verb.DELETE:
        return row is None
    return row is not None and all(row.get(name) == text for name, text in write.columns.items())


def _begun(earlier: Iterable[Write], before: Rows) -> Rows:
    """The rows with those that earlier writes of the same change made: what an update of them found."""
    made = {(each.table, each.sys_id): each.columns for each in earlier if each.verb is Verb.INSERT}
    return {**made, **before}


def _is_as_before(write: Write, before: Rows, after: Rows) -> bool:
    """The columns in question; a row that went with another record is as good as untouched."""
    was, now = (rows.get((write.table, write.sys_id)) for rows in (before, after))
    if write.verb is Verb.DELETE or was is None or now is None:
        return write.verb is Verb.DELETE or was is now
    return all(was.get(name, "") == now.get(name, "") for name in (*write.columns, *write.secrets))


def _inherited(row: Row) -> set[str]:
    return {"sys_id", "inh_map"} if row.get("inherited") == "true" else set()
