"""What happens to everything that goes wrong in a command."""

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest

from snowconf.cli.exit_codes import ExitCode
from snowconf.cli.session import Session
from snowconf.cli.sources import SourceFiles
from snowconf.cli.terminal import Stream, Terminal
from snowconf.errors import NotFoundError, OutcomeUnknownError


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """A session that masks one word, in an empty folder, with nothing written yet."""

    def redact(text: str) -> str:
        return text.replace("hunter2", "(secret)")

    out, err = (Stream(StringIO(), colour=False, redact=redact) for _ in range(2))
    terminal = Terminal(out=out, err=err, width=100, prompts=False, live=False)
    return Session(terminal=terminal, environ={}, folder=tmp_path)


def said(session: Session) -> str:
    """What went to standard error."""
    file = session.terminal.err.file
    assert isinstance(file, StringIO)
    return file.getvalue()


def test_foreseen_failure_is_a_diagnostic(session: Session) -> None:
    """Summary, code and detail, on standard error, with secrets masked."""
    with session:
        raise NotFoundError("There is no record of hunter2.")
    assert session.code is ExitCode.FAILED
    assert said(session) == "Error: Record not found [SNC405]\n  There is no record of (secret).\n"


def test_unknown_outcome_has_a_code_of_its_own(session: Session) -> None:
    """Whoever repeats a command must be able to tell."""
    with session:
        raise OutcomeUnknownError("Look first.")
    assert session.code is ExitCode.UNKNOWN


def test_interrupt_ends_with_130(session: Session) -> None:
    """Ctrl-C anywhere in a command."""
    with session:
        raise KeyboardInterrupt
    assert session.code is ExitCode.INTERRUPTED


def test_mistake_of_ours_is_one_sentence(session: Session) -> None:
    """The traceback is kept for its owner alone, with secrets masked, and not printed."""
    with session:
        raise RuntimeError("hunter2 broke it")
    kept = session.folder / ".snowconf" / "crash.log"
    shown = said(session)
    assert ("Traceback" in shown, "crash.log" in shown.replace("\n  ", "")) == (False, True)
    assert kept.read_text("utf-8").endswith("RuntimeError: (secret) broke it\n")
    assert kept.stat().st_mode & 0o077 == 0


def test_mistake_of_ours_where_nothing_can_be_kept(session: Session) -> None:
    """Even then there is no traceback on the screen."""
    session.folder /= "nowhere"
    with session:
        raise RuntimeError("x")
    assert "could not be kept" in " ".join(said(session).split())


def test_system_errors_are_passed_on(session: Session) -> None:
    """A full disk is no mistake of ours."""
    with session:
        raise OSError(28, "No space left on device")
    assert "The system says: No space left on device." in said(session)


def test_what_is_no_failure_goes_through(session: Session) -> None:
    """An exit that somebody asked for is left alone."""
    with pytest.raises(SystemExit), session:
        raise SystemExit(3)


def test_reader_that_goes_away_is_no_error(stack: Path) -> None:
    """`snowconf show | head` ends quietly, with the code of the command."""
    code = (
        "import os, sys\nfrom snowconf.cli import main\nread, write = os.pipe()\nos.close(read)\n"
        "os.dup2(write, 1)\nsys.exit(main(['explain']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=stack
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_stream_without_the_characters_shows_escapes(stack: Path) -> None:
    """An ASCII terminal is no reason to fail."""
    (stack / "more.toml").write_text('[role.other]\ndescription = "Grüße"\n', encoding="utf-8")
    command = [sys.executable, "-X", "utf8=0", "-m", "snowconf", "plan"]
    environ = {"PYTHONIOENCODING": "ascii", "PATH": "", "SMALL_PASSWORD": "x"}
    done = subprocess.run(command, capture_output=True, check=False, cwd=stack, env=environ)
    assert (done.returncode, b"Gr\\xfc\\xdfe" in done.stdout) == (0, True)


def test_only_stack_files_are_quoted(tmp_path: Path) -> None:
    """Files of variables hold secrets, so no line of theirs is ever shown; what is gone is not there."""
    (tmp_path / "a.toml").write_text("one\ntwo", encoding="utf-8")
    (tmp_path / ".env").write_text("A=hunter2", encoding="utf-8")
    (tmp_path / "b.toml").write_bytes(b"\xff")
    sources = SourceFiles()
    names = [str(tmp_path / each) for each in ("a.toml", ".env", "b.toml", "gone.toml")]
    assert [sources.get(each) for each in names] == [["one", "two"], None, None, None]
    assert (list(sources), len(sources)) == (names[:1], 1)


def test_stream_whose_reader_has_gone_stays_quiet() -> None:
    """What is under way goes on: an apply is not stopped half way because nobody reads its report."""
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w", encoding="utf-8") as file:
        stream = Stream(file, colour=False, redact=str)
        stream.write("one")
        stream.write("two")
    assert stream.broken
