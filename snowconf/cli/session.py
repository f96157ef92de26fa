"""One run of one command: its terminal, and what happens to everything that goes wrong in it."""

import os
import traceback
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from snowconf.cli.exit_codes import ExitCode
from snowconf.cli.refusals import CrashError, InvalidStackError, PolicyDeniedError, UnusableFileError
from snowconf.cli.sources import SourceFiles
from snowconf.cli.terminal import Terminal
from snowconf.errors import OutcomeUnknownError, SnowconfError
from snowconf.ledger.failures import LockHeldError, LockLostError
from snowconf.model.change_failures import ChangeRefusedError
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.outcome import Outcome
from snowconf.model.plan_failures import PlanFileError
from snowconf.model.plan_json import Json, diagnostics_document, dump
from snowconf.report.diagnostics import render_diagnostics, tally
from snowconf.report.events import Event, diagnostic_events
from snowconf.report.page import Page
from snowconf.report.styled import Lines

Tell = Callable[[Iterable[Event]], None]


def tell_nobody(_events: Iterable[Event]) -> None:
    """Nobody asked for events."""


@dataclass(slots=True, kw_only=True)
class Session:
    """Within `with`, every exception becomes a diagnostic and an exit code; none leaves.

    `environ` is read and never changed. `code` is what the command ends with. `tell` takes events, for who asked for them.
    """

    terminal: Terminal
    environ: Mapping[str, str]
    folder: Path = Path()
    json: bool = False
    # Something else is printed, so what people read goes to standard error.
    gives_way: bool = False
    tell: Tell = tell_nobody
    # How changes ended, as far as events have said it already.
    told: list[Outcome] = field(default_factory=list)
    # Closed when everything is said.
    closing: ExitStack = field(default_factory=ExitStack)
    code: ExitCode = ExitCode.DONE
    sources: SourceFiles = field(default_factory=SourceFiles)

    @property
    def page(self) -> Page:
        """What reports are laid out on."""
        folder = self.folder.resolve().name if self.folder == Path() else str(self.folder)
        return Page(width=self.terminal.width, folder=folder, sources=self.sources)

    def show(self, lines: Lines, document: Mapping[str, Json] | None = None) -> None:
        """The result: the document when JSON was asked for, the lines otherwise."""
        if self.json and document is not None:
            self.terminal.out.write(dump(document))
        else:
            (self.terminal.err if self.gives_way else self.terminal.out).show(lines)

    def complain(self, *diagnostics: Diagnostic, more: Mapping[str, Json] | None = None) -> None:
        """Problems that are no part of a report; `more` is what machines are told besides."""
        self.terminal.err.show(render_diagnostics(diagnostics, self.page))
        self.tell(diagnostic_events(diagnostics))
        if self.json:
            self.terminal.out.write(dump({**diagnostics_document(diagnostics), **(more or {})}))

    def hint(self, text: str) -> None:
        """What to do next; nobody needs to be told in automation."""
        if not self.environ.get("SNOWCONF_IN_AUTOMATION"):
            self.terminal.err.write(f"{text}\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        with self.closing:
            return self._concluded(error)

    def _concluded(self, error: BaseException | None) -> bool:
        match error:
            case None:
                return False
            case InvalidStackError():
                self.code = ExitCode.FAILED
                self.complain(*error.diagnostics)
                self.terminal.err.show(tally(error.diagnostics))
            case SnowconfError():
                self.code = _code_of(error)
                self.complain(diagnostic_of(error), more=getattr(error, "document", {}))
            case OSError():
                self.code = ExitCode.FAILED
                self.complain(diagnostic_of(UnusableFileError(_said_by_system(error))))
            case KeyboardInterrupt():
                self.code = ExitCode.INTERRUPTED
                self.terminal.err.write("\nInterrupted.\n")
            case Exception():
                self.code = ExitCode.FAILED
                self.complain(diagnostic_of(CrashError(self._record(error))))
            case _:
                return False
        return True

    def _record(self, error: Exception) -> str:
        text = self.terminal.err.redact("".join(traceback.format_exception(error)))
        path = self.folder / ".snowconf" / "crash.log"
        what = f"This is a mistake in snowconf ({type(error).__name__}), not in your files."
        try:
            _keep(path, text)
        except OSError as problem:
            return f"{what} The traceback could not be kept in {path} ({problem.strerror})."
        return f"{what} The traceback, with secrets masked, is in {path}; please report it."


def _keep(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    # A traceback may quote what only its owner should read.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(text)


def _said_by_system(error: OSError) -> str:
    what = f" of {error.filename}" if error.filename else ""
    reason = error.strerror or type(error).__name__
    return f"The system says{what}: {reason}. Mend that, then run the same command again."


def _code_of(error: SnowconfError) -> ExitCode:
    match error:
        case OutcomeUnknownError():
            return ExitCode.UNKNOWN
        case LockHeldError() | LockLostError():
            return ExitCode.LOCKED
        case PlanFileError():
            return ExitCode.STALE
        case PolicyDeniedError() | ChangeRefusedError():
            return ExitCode.DENIED
        case _:
            return ExitCode.FAILED


def diagnostic_of(error: SnowconfError) -> Diagnostic:
    """The error in the form of every other problem, with what was noted on its way."""
    detail = " ".join((error.detail, *getattr(error, "__notes__", ())))
    origin = getattr(error, "origin", None)
    return Diagnostic(code=error.code, summary=error.summary, detail=detail, origin=origin)
