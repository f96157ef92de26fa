"""Putting records of files into a sandbox, and printing those it holds."""

import json
from collections import Counter
from collections.abc import Iterator

from snowconf.cli.embedding import opened
from snowconf.cli.exit_codes import ExitCode
from snowconf.cli.refusals import NotSeededError, did_you_mean
from snowconf.cli.sandbox_options import ExportOptions, SeedOptions
from snowconf.cli.serving import read_switches
from snowconf.cli.session import Session
from snowconf.dictionary import table_names
from snowconf.sandbox.instance import ADMIN
from snowconf.sandbox.storage.exporting import export
from snowconf.sandbox.storage.row_files import UnreadableRowsError, read_rows
from snowconf.sandbox.writing.filling import UnusableRowError, Way, fill


def seed(options: SeedOptions, session: Session) -> ExitCode:
    """All records of all files, or none.

    Raises:
        NotSeededError: a file or a record cannot be taken.
        NoDatabaseError: the sandbox's file is something else.
    """
    way = _way(options)
    counts: Counter[str] = Counter()
    try:
        files = [read_rows(path, options.table) for path in options.files]
        switches = dict(read_switches(options.switches or ()))
        with opened(options, switches) as sandbox, sandbox.act_as(ADMIN) as acting:
            for rows in files:
                counts += fill(acting, rows, way)
    except (UnreadableRowsError, UnusableRowError) as error:
        raise NotSeededError(f"{error} Nothing was written.") from None
    lines = (f"{table}: {_counted(count)}\n" for table, count in sorted(counts.items()))
    session.terminal.out.write("".join(lines) or "There was no record to write.\n")
    return ExitCode.DONE


def _way(options: SeedOptions) -> Way:
    if options.raw and options.display:
        raise NotSeededError(
            "--raw stores values as they stand, and --display resolves them. Leave one of them out."
        )
    return Way.RAW if options.raw else Way.DISPLAY if options.display else Way.RULES


def _counted(count: int) -> str:
    return "1 record" if count == 1 else f"{count:,} records"


def write_export(options: ExportOptions, session: Session) -> ExitCode:
    """The records as JSON on standard output, without secrets and without empty columns.

    Raises:
        NotSeededError: a table is not known.
        NoDatabaseError: there is no sandbox in the file.
    """
    tables = list(_tables(options))
    with opened(options) as sandbox, sandbox.act_as(ADMIN) as acting:
        found = export(acting.store, tables)
    session.terminal.out.write(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    return ExitCode.DONE


def _tables(options: ExportOptions) -> Iterator[str]:
    for name in ",".join(options.tables or ()).split(","):
        if name.strip() and name.strip() not in table_names():
            hint = did_you_mean(name, table_names())
            raise NotSeededError(f"The sandbox has no table '{name.strip()}'.{hint}")
        if name.strip():
            yield name.strip()
