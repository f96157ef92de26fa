"""What a stack owns, as a person reads it: a line for each record, or all that is remembered of some."""

from collections.abc import Iterable, Sequence

from snowconf.model.examination import Condition, Examination, Examined
from snowconf.model.ownership import Custody, Ledger, Owned
from snowconf.report.page import Page, counted, flow, paragraph, stacked
from snowconf.report.styled import Line, Lines, Span, Style, line
from snowconf.report.values import quoted

STYLES = {
    Condition.SOUND: Style.PLAIN,
    Condition.GONE: Style.ERROR,
    Condition.RENAMED: Style.WARNING,
    Condition.UNREADABLE: Style.WARNING,
}


def render_ledger(ledger: Ledger, page: Page, others: Sequence[str] = ()) -> Lines:
    """A line for each record, and how many there are."""
    entries = [ledger.entries[address] for address in sorted(ledger.entries)]
    rows = [each for owned in entries for each in _row(owned, page)]
    beside = f"Other stacks with a ledger here: {', '.join(others)}." if others else ""
    return stacked(
        [
            tuple(rows),
            paragraph(_summary(ledger), width=page.width, style=Style.STRONG),
            paragraph(beside, width=page.width, style=Style.MUTED) if beside else (),
        ]
    )


def render_entries(entries: Iterable[Owned], page: Page) -> Lines:
    """All that the ledger remembers of each, but for digests and fingerprints."""
    blocks = [_block(each, page) for each in entries]
    return stacked(blocks) or paragraph("The stack owns nothing here.", width=page.width)


def render_examination(examination: Examination, page: Page) -> Lines:
    """Everything that is not as the ledger has it, then the lock and other versions, then how many were looked at."""
    found = [
        each
        for examined in examination.examined
        if examined.condition is not Condition.SOUND
        for each in _finding(examined, page)
    ]
    lock = f"The lock is held by {examination.holder}." if examination.holder else ""
    notes = [
        paragraph(each, width=page.width, style=Style.MUTED) for each in (lock, *examination.copies) if each
    ]
    return stacked(
        [tuple(found), *notes, paragraph(_verdict(examination), width=page.width, style=Style.STRONG)]
    )


def _row(owned: Owned, page: Page) -> Lines:
    style = Style.CHANGED if owned.custody is Custody.ADOPTED else Style.PLAIN
    chunks = [
        line(str(owned.address), Style.STRONG),
        line(owned.custody.value, style),
        line(f"{owned.table} {owned.sys_id}", Style.MUTED),
    ]
    return flow(chunks, width=page.width, indent=0)


def _summary(ledger: Ledger) -> str:
    records = counted(len(ledger.entries), "record")
    return f"Stack {ledger.stack} owns {records} on {ledger.url} (version {ledger.serial} of its ledger)."


def _block(owned: Owned, page: Page) -> Lines:
    rows = [(name, text) for name, text in _facts(owned) if text]
    width = max(len(name) for name, _ in rows)
    body = [
        each for name, text in rows for each in flow([_fact(name, text, width)], width=page.width, indent=2)
    ]
    return (line(str(owned.address), Style.STRONG), *body)


def _fact(name: str, text: str, width: int) -> Line:
    return (Span(f"{name:<{width}}  ", Style.MUTED), Span(text))


def _facts(owned: Owned) -> Iterable[tuple[str, str]]:
    """What is said of an entry, line by line; what is empty is left out."""
    yield "record", f"{owned.table} {owned.sys_id}"
    yield "name", quoted(owned.name) if owned.name else ""
    yield "custody", owned.custody.value
    yield "block", owned.origin
    yield "when it leaves the files", _fate(owned)
    yield "remembered", ", ".join(sorted(owned.digests))
    for column, fingerprint in sorted(owned.secrets.items()):
        yield f"secret {column}", "written" if fingerprint else "begun, never confirmed"
    for column, value in sorted(owned.before.items()):
        yield f"before: {column}", quoted(value)
    yield "refers to", ", ".join(map(str, owned.depends_on))


def _fate(owned: Owned) -> str:
    if owned.prevent_delete:
        return "nothing: prevent_delete"
    return "put back as it was" if owned.custody is Custody.ADOPTED else owned.on_remove.value


def _finding(examined: Examined, page: Page) -> Lines:
    owned = examined.owned
    called = f"now called {quoted(examined.name)}, was {quoted(owned.name)}"
    chunks = [
        line(str(owned.address), Style.STRONG),
        line(examined.condition.value, STYLES[examined.condition]),
        line(f"{owned.table} {owned.sys_id}", Style.MUTED),
        *([line(called)] if examined.condition is Condition.RENAMED else []),
    ]
    return flow(chunks, width=page.width, indent=0)


def _verdict(examination: Examination) -> str:
    looked = counted(len(examination.examined), "record")
    wrong = sum(each.condition is not Condition.SOUND for each in examination.examined)
    if not wrong:
        return f"The ledger is whole, and all is there under its name ({looked} looked at)."
    return f"The ledger is whole. Of {looked}, {wrong} {'is' if wrong == 1 else 'are'} not as it says."
