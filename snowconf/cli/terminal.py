"""Where output goes, and what may be assumed of the other side: colours, width, a person who answers."""

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from io import UnsupportedOperation
from pathlib import Path
from typing import TextIO

from snowconf.engine.port import Watch
from snowconf.report.styled import Line, to_ansi, to_plain

# Set by continuous integration: nobody answers, and nothing is redrawn (ecosystem.md B.3).
AUTOMATION = ("CI", "GITHUB_ACTIONS", "GITLAB_CI", "TF_BUILD", "JENKINS_URL")
WIDTH_OF_FILES = 100
CLEAR_LINE = "\r\x1b[2K"

Redact = Callable[[str], str]


@dataclass(slots=True)
class Stream:
    """One of the two streams. A reader that has gone away is no error: what is under way goes on.

    Nor is a full disk, unless the stream `matters`: work is never given up because nobody can be told of it.
    """

    file: TextIO
    colour: bool
    redact: Redact
    broken: bool = False
    matters: bool = True

    def write(self, text: str) -> None:
        """The text with every secret in it masked."""
        self._put(self.redact(text))

    def hand_over(self, text: str) -> None:
        """A secret that was asked for, as it is: the one thing that nothing masks."""
        self._put(text)

    def _put(self, text: str) -> None:
        if self.broken:
            return
        try:
            self.file.write(text)
            self.file.flush()
        except BrokenPipeError:
            self.give_up()
        except OSError:
            self.give_up()
            if self.matters:
                raise

    def give_up(self) -> None:
        """Nothing is written any more, not even what is still to be flushed."""
        self.broken = True
        _silence(self.file)

    def show(self, lines: Iterable[Line]) -> None:
        """The lines, in colour where that is wanted."""
        self.write((to_ansi if self.colour else to_plain)(lines))


@dataclass(slots=True)
class Terminal:
    """`out` takes results, `err` everything else. `prompts`: a person can be asked. `live`: a line can be redrawn.

    `watchers` are told how the work goes on.
    """

    out: Stream
    err: Stream
    width: int
    prompts: bool
    live: bool
    redactors: list[Redact] = field(default_factory=list)
    watchers: list[Watch] = field(default_factory=list)

    def ask(self, question: str) -> str:
        """The answer of the person at the terminal, without blanks around; empty at the end of input."""
        self.err.write(question)
        return sys.stdin.readline().strip()


def open_terminal(environ: Mapping[str, str], *, colour: bool | None, no_input: bool) -> Terminal:
    """The process's streams; `colour` is what the command line says of it, None when it says nothing."""
    redactors: list[Redact] = []

    def redact(text: str) -> str:
        for each in redactors:
            text = each(text)
        return text

    automated = any(environ.get(name) for name in AUTOMATION)
    dumb = environ.get("TERM") == "dumb"
    return Terminal(
        out=Stream(_tolerant(sys.stdout), _in_colour(sys.stdout, environ, wanted=colour), redact),
        err=Stream(
            _tolerant(sys.stderr), _in_colour(sys.stderr, environ, wanted=colour), redact, matters=False
        ),
        width=_width(sys.stdout, environ),
        prompts=sys.stdin.isatty() and sys.stderr.isatty() and not (automated or no_input),
        live=sys.stderr.isatty() and not (automated or dumb),
        redactors=redactors,
    )


def _in_colour(file: TextIO, environ: Mapping[str, str], *, wanted: bool | None) -> bool:
    if wanted is not None:
        return wanted
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR") or environ.get("CLICOLOR_FORCE"):
        return True
    return file.isatty() and environ.get("TERM") != "dumb"


def _width(file: TextIO, environ: Mapping[str, str]) -> int:
    stated = environ.get("COLUMNS", "")
    if stated.isdecimal() and int(stated):
        return int(stated)
    return shutil.get_terminal_size().columns if file.isatty() else WIDTH_OF_FILES


def _tolerant(file: TextIO) -> TextIO:
    """A stream whose encoding lacks a character shows its escape instead of failing."""
    reconfigure = getattr(file, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")
    return file


def _silence(file: TextIO) -> None:
    """Nothing more reaches the reader that has gone, not even what is flushed when the process ends."""
    with suppress(UnsupportedOperation), Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        os.dup2(nowhere.fileno(), file.fileno())
