"""What happened in a sandbox and what is in it, as text and as JSON."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from time import sleep

from snowconf.cli.embedding import find_database, opened
from snowconf.cli.exit_codes import ExitCode
from snowconf.cli.sandbox_options import LogOptions, StatusOptions
from snowconf.cli.session import Session
from snowconf.report.styled import Line, Span, Style, line
from snowconf.sandbox.instance import Sandbox
from snowconf.sandbox.storage.journal import Entry, Verdict, Wish, describe
from snowconf.sandbox.storage.surveying import Survey

LOOKS_EVERY_S = 0.3


def log(options: LogOptions, session: Session) -> ExitCode:
    """The last entries, oldest first; with --follow also those that come.

    Raises:
        NoDatabaseError: there is no sandbox in the file.
    """
    wish = Wish(user=options.user, about=options.table, denied=options.denied, limit=options.last)
    with opened(options) as sandbox:
        for entries in _batches(sandbox, wish, follow=options.follow):
            _show(entries, session, as_json=options.json)
            if session.terminal.out.broken:
                break
    return ExitCode.DONE


def _batches(sandbox: Sandbox, wish: Wish, *, follow: bool) -> Iterator[Sequence[Entry]]:
    entries = sandbox.read_log(wish)
    yield entries
    while follow:
        sleep(LOOKS_EVERY_S)
        wish = replace(wish, after=entries[-1].number) if entries else wish
        entries = sandbox.read_log(wish)
        yield entries


def _show(entries: Sequence[Entry], session: Session, *, as_json: bool) -> None:
    if as_json:
        documents = (json.dumps(each.document(), ensure_ascii=False) for each in entries)
        session.terminal.out.write("".join(f"{each}\n" for each in documents))
    else:
        session.terminal.out.show([each for entry in entries for each in _lines(entry)])


def _lines(entry: Entry) -> Iterator[Line]:
    status = Style.ERROR if entry.status >= 400 else Style.CHANGED if entry.denied else Style.ADDED
    yield (
        Span(entry.at[:19], Style.MUTED),
        Span(f"  {entry.status} ", status),
        Span(f" {entry.user or 'nobody'}  ", Style.STRONG),
        Span(f"{entry.method} {entry.target}"),
        Span(f"  {entry.milliseconds:.1f} ms", Style.MUTED),
    )
    if entry.message:
        yield line(f"    {entry.message}", Style.ERROR)
    if entry.fault:
        yield line(f"    made to fail: {entry.fault}", Style.MUTED)
    yield from map(_verdict, entry.decisions)


def _verdict(verdict: Verdict) -> Line:
    return line(f"    {describe(verdict)}", Style.MUTED if verdict.allowed else Style.REMOVED)


def status(options: StatusOptions, session: Session) -> ExitCode:
    """What is in a sandbox's file.

    Raises:
        NoDatabaseError: there is no sandbox in the file.
    """
    path = find_database(options)
    with opened(options) as sandbox:
        found = sandbox.survey()
    document = {"file": str(path), "bytes": path.stat().st_size, **found.document()}
    if options.json:
        session.terminal.out.write(json.dumps(document, indent=2) + "\n")
    else:
        session.terminal.out.show([*_summary(found, f"{path}, {path.stat().st_size / 1e6:,.1f} MB")])
    return ExitCode.DONE


def _summary(found: Survey, file: str) -> Iterator[Line]:
    yield (Span(file, Style.STRONG),)
    yield line(f"{found.records:,} records in {len(found.tables)} tables")
    last = f", the last at {found.last_request[:19]} UTC" if found.last_request else ""
    yield line(f"{found.requests:,} requests in the log{last}; {found.denied:,} were denied something")
    width = max(map(len, found.tables), default=0)
    for table, rows in sorted(found.tables.items()):
        yield line(f"    {table:<{width}}  {rows:>11,}", Style.MUTED)
