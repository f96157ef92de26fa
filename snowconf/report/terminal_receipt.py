"""Receipts as a person reads them: a line for each, or one with every write."""

from collections.abc import Iterable

from snowconf.model.outcome import Status
from snowconf.model.plan import Verb, Write
from snowconf.model.receipt import Receipt, Step
from snowconf.report.page import Page, counted, flow, indented, paragraph, stacked
from snowconf.report.styled import Line, Lines, Span, Style, line
from snowconf.report.values import fitted, fitted_pair

INDENT = 6
# As many as the name of its file has.
DIGITS = 8
SIGNS = {Verb.INSERT: "+", Verb.UPDATE: "~", Verb.DELETE: "-"}


def render_receipts(named: Iterable[tuple[str, Receipt]], page: Page) -> Lines:
    """One line each: the name, where, how it ended, by whom."""
    lines = [each for name, receipt in named for each in _listed(name, receipt, page)]
    return tuple(lines) or paragraph("There are no receipts here.", width=page.width)


def render_receipt(receipt: Receipt, page: Page) -> Lines:
    """Who, where, when, and each change with its writes: before, what was sent, and what became of it."""
    return stacked(
        [
            _head(receipt, page),
            *(_step(each, page) for each in receipt.steps),
            _waived(receipt, page),
            paragraph(f"{_summary(receipt)}.", width=page.width, style=Style.STRONG),
        ]
    )


def _waived(receipt: Receipt, page: Page) -> Lines:
    """What policies found, and by whose word it was taken."""
    lines: list[Line] = []
    for each in receipt.waived:
        where = f" in {each.address}" if each.address else ""
        text = (
            f"Waived until {each.waiver.expires}: {each.waiver.rule}{where}. {each.message} {each.waiver.owner} says: "
            f"{each.waiver.reason}"
        )
        lines += paragraph(text, width=page.width, indent=2, style=Style.MUTED)
    return tuple(lines)


def _listed(name: str, receipt: Receipt, page: Page) -> Lines:
    under = [line(f"under {receipt.change}", Style.MUTED)] if receipt.change else []
    back = [line("takes another back", Style.MUTED)] if receipt.takes_back else []
    chunks = [
        line(name, Style.STRONG),
        line(f"{receipt.stack} on {receipt.instance}"),
        line(_summary(receipt)),
        line(f"by {_who(receipt)}", Style.MUTED),
        *under,
        *back,
    ]
    return flow(chunks, width=page.width, indent=0)


def _summary(receipt: Receipt) -> str:
    counts = ", ".join(f"{receipt.count(each)} {each.value}" for each in Status if receipt.count(each))
    stopped = ", interrupted" if receipt.interrupted else ""
    return f"{counts or 'nothing done'}{stopped}"


def _who(receipt: Receipt) -> str:
    place = f"{receipt.runner} on {receipt.host}" if receipt.host else receipt.runner
    return f"{place} as {receipt.who}" if receipt.who else place


def _head(receipt: Receipt, page: Page) -> Lines:
    title = f"Stack {receipt.stack} on instance {receipt.instance}, {receipt.url}"
    sent = counted(sum(receipt.requests.values()), "request")
    when = f"{receipt.started} to {receipt.ended} UTC, by {_who(receipt)}, snowconf {receipt.version}, {sent}"
    return (
        *paragraph(title, width=page.width, style=Style.STRONG),
        *paragraph(when, width=page.width, indent=2, style=Style.MUTED),
        *paragraph(_control(receipt), width=page.width, indent=2, style=Style.MUTED),
    )


def _control(receipt: Receipt) -> str:
    taken_by = receipt.update_set
    said = (
        f"under the change request {receipt.change}" if receipt.change else "",
        f"into the update set '{taken_by.name}' ({taken_by.sys_id})" if taken_by else "",
        f"takes back the receipt {receipt.takes_back[:DIGITS]}" if receipt.takes_back else "",
    )
    return ", ".join(filter(None, said))


def _step(step: Step, page: Page) -> Lines:
    change = step.change
    head = [
        line(f"{change.action.glyph} {change.address}", Style.STRONG),
        line(step.status.value, Style.ADDED if step.status is Status.DONE else Style.ERROR),
        line(f"({change.origin.place})", Style.MUTED),
    ]
    problem = paragraph(step.problem, width=page.width, indent=INDENT) if step.problem else ()
    notes = (each for note in step.notes for each in paragraph(note, width=page.width, indent=INDENT))
    writes = (each for write in step.possible for each in _write(step, write, page))
    return (*flow(head, width=page.width, indent=2), *writes, *notes, *problem)


def _write(step: Step, write: Write, page: Page) -> Lines:
    head = line(f"{SIGNS[write.verb]} {write.table} {step.id_of(write.sys_id)}", Style.MUTED)
    shown = write.before if write.verb is Verb.DELETE else write.columns
    rows = (
        *(_column(write, column, page) for column in shown if write.verb is not Verb.DELETE or shown[column]),
        *(line(f"{column}  (sensitive, from {source})") for column, source in write.secrets.items()),
        *(line(f"{column}  (sensitive)") for column in sorted(write.masked)),
    )
    return (indented(head, INDENT), *(indented(each, INDENT + 4) for each in rows))


def _column(write: Write, column: str, page: Page) -> Line:
    room = page.width - INDENT - len(column) - 12
    match write.verb:
        case Verb.INSERT:
            return line(f"{column}  {fitted(write.columns[column], room)}")
        case Verb.DELETE:
            return line(f"{column}  {fitted(write.before[column], room)}")
        case Verb.UPDATE:
            before, after = fitted_pair(write.before.get(column), write.columns[column], room)
            return Span(f"{column}  {before} -> "), Span(after)
