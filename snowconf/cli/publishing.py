"""Reports for reviewers and pipelines: which are asked for, where they go, and that a run that fails writes them too."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from snowconf import __version__
from snowconf.cli.refusals import InvalidStackError, UnwritableReportError
from snowconf.cli.report_options import Planning, Reporting
from snowconf.cli.session import Session, diagnostic_of
from snowconf.config.loading import Loaded, load
from snowconf.errors import SnowconfError
from snowconf.files import write_out
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.origin import Origin
from snowconf.model.plan import Plan
from snowconf.model.plan_json import dump
from snowconf.report.annotations import render_annotations
from snowconf.report.hosts import Host
from snowconf.report.html_page import render_html
from snowconf.report.issues import Occasion, Subject
from snowconf.report.junit import render_junit
from snowconf.report.markdown import MARKED, PARTS, render_markdown
from snowconf.report.masking import masked
from snowconf.report.sarif import sarif_document

PRINTED = Path("-")
MARKERS = tuple(each.encode() for each in MARKED)
# What tells whose pipeline it is, and with that whose comments.
HOSTS = {
    "GITLAB_CI": Host.GITLAB,
    "BITBUCKET_BUILD_NUMBER": Host.BITBUCKET,
    "TF_BUILD": Host.AZURE,
}


def check_places(options: Reporting, session: Session, **others: Path | None) -> None:
    """Pass when every report can go where it shall; what is printed then leaves the terminal's report to standard error.

    Raises:
        UnwritableReportError: two go to one place, or one would take the place of a file of the stack.
    """
    if others.get("out") == PRINTED:
        raise UnwritableReportError(
            "--out keeps the plan for apply. Give it a file; --json prints the document."
        )
    named = {f"--{name}": path for name, path in {**_asked(options), **others}.items() if path}
    seen: dict[Path, str] = {}
    for option, path in named.items():
        where = path if path == PRINTED else (options.directory / path).resolve()
        if where in seen:
            raise UnwritableReportError(f"{seen[where]} and {option} both name {path}. Name two files.")
        seen[where] = option
        _check_path(option, where)
    if PRINTED in seen and session.json:
        raise UnwritableReportError(
            f"--json and {seen[PRINTED]} would both print. Give {seen[PRINTED]} a file."
        )
    session.gives_way = session.gives_way or PRINTED in seen


def publish(subject: Subject, options: Reporting, session: Session) -> None:
    """Write every report that is asked for, without the secrets that are known."""
    if not any(_asked(options).values()):
        return
    subject = masked(subject, session.terminal.out.redact)
    if options.markdown:
        parts = render_markdown(subject, options.markdown_for or _host(session.environ))
        _put_parts(parts, options.markdown, options.directory, session)
    for path, text in _texts(subject, options):
        _put(text, path, options.directory, session)


def home_of(stack: Path) -> Origin | None:
    """Where problems are shown that have no place of their own: the first file."""
    return next((Origin(str(each), 1) for each in sorted(stack.glob("*.toml"))), None)


@contextmanager
def reporting(options: Planning, occasion: Occasion, session: Session) -> Iterator[None]:
    """What goes wrong within is written to the reports as well: a comment on a pull request must not stay as it was."""
    try:
        yield
    except SnowconfError as error:
        if any(_asked(options).values()):
            publish(_failed(error, options, occasion, session), options, session)
        raise


def _asked(options: Reporting) -> Mapping[str, Path | None]:
    names = ("markdown", "html", "sarif", "junit", "annotations")
    return {name: getattr(options, name) for name in names}


def _texts(subject: Subject, options: Reporting) -> Iterator[tuple[Path, str]]:
    if options.html:
        yield options.html, render_html(subject)
    if options.sarif:
        yield options.sarif, dump(sarif_document(subject, __version__))
    if options.junit:
        yield options.junit, render_junit(subject)
    if options.annotations:
        yield options.annotations, render_annotations(subject)


def _put_parts(parts: tuple[str, ...], path: Path, folder: Path, session: Session) -> None:
    """The first part goes to the file, the others beside it; those of an earlier run are taken away."""
    if path == PRINTED:
        _put("\n".join(parts), path, folder, session)
        return
    _put(parts[0], path, folder, session)
    for number in range(2, PARTS + 1):
        beside = path.with_name(f"{path.stem}-{number}{path.suffix}")
        is_free = _is_free(folder / beside)
        if number > len(parts) and is_free:
            (folder / beside).unlink(missing_ok=True)
        elif number <= len(parts) and is_free:
            _put(parts[number - 1], beside, folder, session)
        elif number <= len(parts):
            raise UnwritableReportError(
                f"The comment needs {len(parts)} files, and {folder / beside} is something else. Give --markdown another name."
            )


def _is_free(path: Path) -> bool:
    """Is nothing there, or the part of an earlier run?"""
    if not path.exists():
        return True
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(max(MARKERS, key=len))).startswith(MARKERS)


def _put(text: str, path: Path, folder: Path, session: Session) -> None:
    safe = session.terminal.out.redact(text)
    if path == PRINTED:
        session.terminal.out.write(safe)
        return
    write_out(folder / path, safe.encode("utf-8", "backslashreplace"))
    session.hint(f"Wrote {folder / path}")


def _check_path(option: str, path: Path) -> None:
    if path.suffix == ".toml":
        raise UnwritableReportError(
            f"{option} names {path}, which would be taken for a file of the stack. Give the report another ending."
        )
    if path.is_dir():
        raise UnwritableReportError(f"{option} names {path}, which is a folder. Name a file in it.")


def _host(environ: Mapping[str, str]) -> Host:
    return next((host for name, host in HOSTS.items() if environ.get(name)), Host.GITHUB)


def _failed(error: SnowconfError, options: Planning, occasion: Occasion, session: Session) -> Subject:
    """A report without changes, of the same stack and instance as one that succeeds, as far as the files say which."""
    is_of_files = isinstance(error, InvalidStackError)
    problems = error.diagnostics if isinstance(error, InvalidStackError) else (diagnostic_of(error),)
    loaded = load(options.stack, instance=options.instance, environ=session.environ)
    return Subject(
        plan=replace(_place(loaded, options), diagnostics=problems),
        occasion=occasion,
        summary=f"No {occasion.value}: {_why(problems)}.",
        home=_home(loaded, options),
        is_made=is_of_files,
    )


def _why(problems: tuple[Diagnostic, ...]) -> str:
    return problems[0].summary if problems else "it could not be made"


def _home(loaded: Loaded, options: Planning) -> Origin | None:
    """The block of the instance that is meant, where a file has one."""
    written = loaded.settings.origin if loaded.settings else None
    return written if written and Path(written.file).is_file() else home_of(options.stack)


def _place(loaded: Loaded, options: Planning) -> Plan:
    settings = loaded.settings
    return Plan(
        stack=loaded.stack or "",
        instance=settings.name if settings else options.instance or "",
        url=settings.url if settings else "",
        changes=(),
    )
