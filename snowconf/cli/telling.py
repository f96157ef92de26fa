"""Events while they happen: to a file or to standard output, a line each, with every known secret masked."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from snowconf import __version__
from snowconf.cli.refusals import UnwritableReportError
from snowconf.cli.session import Session
from snowconf.cli.terminal import Stream
from snowconf.engine.port import Progress
from snowconf.model.diagnostic import Diagnostic, Severity
from snowconf.report.diagnostics import render_diagnostics
from snowconf.report.events import Event, dump_event, outcome_event, progress_event, version_event


def begin_telling(path: Path | None, directory: Path, session: Session) -> None:
    """From now on events go to the file, or to standard output for `-`; nothing when there is no path.

    Raises:
        UnwritableReportError: the file would be taken for one of the stack, or two things would print.
        OSError: it cannot be written.
    """
    if path is None:
        return
    session.tell = _Teller(_stream(path, directory, session), session).tell
    session.terminal.watchers.append(lambda progress: _watch(progress, session))
    session.tell([version_event(__version__)])


def _watch(progress: Progress, session: Session) -> None:
    if progress.outcome:
        session.told.append(progress.outcome)
        session.tell([outcome_event(progress.outcome)])
    session.tell([progress_event(progress.phase, progress.subject, done=progress.done, total=progress.total)])


class _Teller:
    """Called from several threads; lines stay whole. Once begun, it may fail without harm to what it tells of."""

    def __init__(self, stream: Stream, session: Session) -> None:
        self._stream = stream
        self._session = session
        self._lock = Lock()
        self._has_begun = False

    def tell(self, events: Iterable[Event]) -> None:
        """Each at its time."""
        for each in events:
            moment = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            with self._lock:
                self._write(dump_event(each, moment))

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
        except OSError as error:
            if not self._has_begun:
                raise
            lines = render_diagnostics([_incomplete(error)], self._session.page)
            self._session.terminal.err.show(lines)
        self._has_begun = True


def _incomplete(error: OSError) -> Diagnostic:
    return Diagnostic(
        code="SNC661",
        summary="Events incomplete",
        detail=f"The system says: {error.strerror}. No more events are written; everything else goes on as it would.",
        severity=Severity.WARNING,
    )


def _stream(path: Path, directory: Path, session: Session) -> Stream:
    if path == Path("-"):
        if session.json:
            raise UnwritableReportError("--json and --events would both print. Give --events a file.")
        session.gives_way = True
        return session.terminal.out
    if path.suffix == ".toml":
        raise UnwritableReportError(
            f"--events names {path}, which would be taken for a file of the stack. Give it another ending."
        )
    whole = directory / path
    whole.parent.mkdir(parents=True, exist_ok=True)
    file = session.closing.enter_context(whole.open("w", encoding="utf-8"))
    return Stream(file, colour=False, redact=session.terminal.out.redact)
