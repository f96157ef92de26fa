"""From the report of an apply to its receipt: what could be taken back by it, without a value that is a secret. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from snowconf.engine.context import Context
from snowconf.model.address import Address
from snowconf.model.fingerprinting import checksum
from snowconf.model.outcome import ApplyReport, Outcome
from snowconf.model.ownership import Ledger, Owned
from snowconf.model.plan import AttributeChange, Change, Write
from snowconf.model.receipt import Receipt, Step, UpdateSetName
from snowconf.model.value import SecretSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """Who applied where and when. Times are UTC, as the platform writes them."""

    started: str
    ended: str
    runner: str = ""
    host: str = ""
    who: str = ""
    version: str = ""
    takes_back: str = ""
    change: str = ""
    update_set: UpdateSetName | None = None


def receipt_of(report: ApplyReport, context: Context, circumstances: Circumstances) -> Receipt:
    """The receipt of an apply that knew this context's ledger."""
    entries = context.ledger.entries if context.ledger else {}
    plan = report.plan
    return Receipt(
        stack=plan.stack,
        instance=plan.instance,
        url=plan.url,
        plan=checksum(plan),
        steps=tuple(_step(each, entries, context.ledger) for each in report.outcomes),
        started=circumstances.started,
        ended=circumstances.ended,
        runner=circumstances.runner,
        host=circumstances.host,
        who=circumstances.who,
        version=circumstances.version,
        requests=report.requests,
        interrupted=report.interrupted,
        takes_back=circumstances.takes_back,
        change=circumstances.change,
        update_set=circumstances.update_set,
    )


def _step(outcome: Outcome, entries: Mapping[Address, Owned], ledger: Ledger | None) -> Step:
    change = outcome.change
    entry = entries.get(change.address) or (ledger.find_sys_id(change.sys_id) if ledger else None)
    return Step(
        change=_bare(change),
        status=outcome.status,
        sent=outcome.sent,
        verdicts=tuple(
            replace(each, sent="", held="") if each.sensitive else each for each in outcome.verdicts
        ),
        problem=f"{outcome.problem.code} {outcome.problem.detail}" if outcome.problem else "",
        notes=outcome.notes,
        given=outcome.given,
        entry=entry,
    )


def _bare(change: Change) -> Change:
    """Without what is masked: in memory as in the file."""
    attributes = tuple(map(_bare_attribute, change.attributes))
    return replace(change, attributes=attributes, writes=tuple(map(_bare_write, change.writes)))


def _bare_attribute(change: AttributeChange) -> AttributeChange:
    if not change.sensitive:
        return change
    return replace(
        change, before=None, after=change.after if isinstance(change.after, SecretSource) else None
    )


def _bare_write(write: Write) -> Write:
    columns, before = (
        {column: text for column, text in held.items() if column not in write.masked}
        for held in (write.columns, write.before)
    )
    return replace(write, columns=columns, before=before)
