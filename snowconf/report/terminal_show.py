"""What the instance holds, as text that looks like a stack's blocks. Secrets are named and not shown."""

from snowconf.model.holding import Held, Holding
from snowconf.model.state import Record
from snowconf.model.value import Value
from snowconf.report.diagnostics import render_diagnostics
from snowconf.report.page import Page, paragraph, stacked
from snowconf.report.styled import Line, Lines, Span, Style, line
from snowconf.report.values import quoted, shown

MASKED = "(sensitive)"


def render_holding(holding: Holding, page: Page) -> Lines:
    """A block for each resource, and what could not be seen."""
    blocks = (_block(each, page) for each in holding.held)
    return stacked([*blocks, render_diagnostics(holding.diagnostics, page)])


def _block(held: Held, page: Page) -> Lines:
    heading = line(f"[{_dotted(held)}]", Style.STRONG)
    if held.record is None:
        return (heading, line(f"# not on the instance (declared at {held.origin})", Style.MUTED))
    record = held.record
    rows = _rows(held, record)
    width = max((len(name) for name, _ in rows), default=0)
    body = tuple((Span(f"{name:<{width}} = "), Span(value)) for name, value in rows)
    return (heading, *_evidence(held, record), *body, *_hidden(record, page))


def _dotted(held: Held) -> str:
    label = held.address.label
    is_bare = label.isascii() and label.replace("-", "").replace("_", "").isalnum()
    return f"{held.address.kind}.{label if is_bare else quoted(label)}"


def _evidence(held: Held, record: Record) -> tuple[Line, ...]:
    changed = f"last changed by {record.updated_by} on {record.updated_on} UTC"
    return tuple(line(f"# {each}", Style.MUTED) for each in (f"{held.table} {record.sys_id}", changed))


def _rows(held: Held, record: Record) -> list[tuple[str, str]]:
    """What is written in the file always, everything else unless it is empty."""
    values = {
        name: MASKED if name in held.masked else shown(value)
        for name, value in record.attributes.items()
        if name in held.declared or not _is_empty(value)
    }
    members = {
        name: f"[{', '.join(sorted(quoted(str(each.ref)) for each in rows))}]"
        for name, rows in record.members.items()
        if name in held.declared or rows
    }
    return [*values.items(), *members.items(), *((name, MASKED) for name in held.secrets)]


def _is_empty(value: Value) -> bool:
    return isinstance(value, str) and not value


def _hidden(record: Record, page: Page) -> Lines:
    if not record.hidden:
        return ()
    return paragraph(f"# not shown by the instance: {', '.join(sorted(record.hidden))}", width=page.width)
