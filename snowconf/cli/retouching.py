"""Stack files put into one form, or looked at for it. What cannot be read as TOML is told and left alone."""

import stat
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path
from typing import Any

from snowconf.cli.exit_codes import ExitCode
from snowconf.cli.fmt_options import FmtOptions
from snowconf.cli.session import Session
from snowconf.config.documents import as_typed, parse, read_text, stack_files
from snowconf.config.formatting import format_text
from snowconf.config.statements import veiled
from snowconf.files import write_whole
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.formatted import Formatted
from snowconf.model.plan_json import FORMAT_VERSION, diagnostics_json
from snowconf.report.terminal_format import render_formatting

ENDS = "(line ends, or the mark at the beginning of the file)"


def format_files(options: FmtOptions, session: Session) -> ExitCode:
    """Format each file, or only say which are not, and show what came of it."""
    results = [_of_file(each, options) for each in _files(options)]
    files = [each for each in results if isinstance(each, Formatted)]
    wrong = [each for each in results if isinstance(each, Diagnostic)]
    lines = render_formatting(files, wrong, session.page, written=options.writes)
    session.show(lines, _document(files, wrong, written=options.writes))
    if wrong:
        return ExitCode.FAILED
    return ExitCode.CHANGES if not options.writes and any(each.differs for each in files) else ExitCode.DONE


def _files(options: FmtOptions) -> Iterator[Path | Diagnostic]:
    """Each file once, in the order given; folders give what a stack in them would be read from."""
    seen: set[Path] = set()
    for each in options.paths or [Path()]:
        path = options.directory / each
        for file in stack_files(path) if path.is_dir() else (path,):
            if isinstance(file, Diagnostic):
                yield file
            elif file.resolve() not in seen:
                seen.add(file.resolve())
                yield file


def _of_file(path: Path | Diagnostic, options: FmtOptions) -> Formatted | Diagnostic:
    if isinstance(path, Diagnostic):
        return path
    text, file = read_text(path), as_typed(path)
    if isinstance(text, Diagnostic):
        return text
    before = parse(file, text)
    if isinstance(before, Diagnostic):
        return before
    made = format_text(text)
    after = parse(file, made)
    assert not isinstance(after, Diagnostic), file
    assert repr(before.content) == repr(after.content), file
    differs = path.read_bytes() != made.encode()
    if differs and options.writes:
        _put(path, made)
    return Formatted(
        file=file, differs=differs, diff=_diff(file, text, made) if differs and options.diff else ()
    )


def _put(path: Path, text: str) -> None:
    """In place of the file, behind a link where it is one, with the rights that it had."""
    place = path.resolve()
    mode = stat.S_IMODE(place.stat().st_mode)
    write_whole(place, text.encode())
    place.chmod(mode)


def _diff(file: str, before: str, after: str) -> tuple[str, ...]:
    left, right = (veiled(each.replace("\r\n", "\n")).split("\n") for each in (before, after))
    return tuple(unified_diff(left, right, f"a/{file}", f"b/{file}", lineterm="")) or (ENDS,)


def _document(files: list[Formatted], wrong: list[Diagnostic], *, written: bool) -> dict[str, Any]:
    return {
        "format_version": FORMAT_VERSION,
        "written": written,
        "files": [
            {"file": each.file, "differs": each.differs, "diff": "\n".join(each.diff)} for each in files
        ],
        "diagnostics": diagnostics_json(wrong),
        "errored": bool(wrong),
    }
