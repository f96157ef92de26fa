"""One step of a pipeline: the files checked, the plan made, the policies asked, and everything reported where it is read."""

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

from snowconf.cli.ci_options import CiOptions
from snowconf.cli.exit_codes import ExitCode
from snowconf.cli.pipelines import HandOver, Outputs, Pipeline, pipeline_of
from snowconf.cli.places import private_folder
from snowconf.cli.planning import Shown, show_plan_of
from snowconf.cli.session import Session
from snowconf.cli.terminal import Stream
from snowconf.errors import SnowconfError
from snowconf.model.diagnostic import has_errors
from snowconf.model.fingerprinting import checksum
from snowconf.model.plan import Action

PRINTED = Path("-")
# A line that GitHub's runner would take for a command, blanks before it or not.
COMMAND_LINE = re.compile(r"^(\s*):(?=:)", re.MULTILINE)


def pilot(options: CiOptions, session: Session) -> ExitCode:
    """Do all of it. What fails is reported and handed on, too, and then ends the step as it would end any command.

    Raises:
        SnowconfError: there is no plan.
    """
    pipeline = pipeline_of(session.environ)
    options = _settled(options, pipeline, session)
    _clear(options)
    _guard(session, pipeline)
    try:
        shown = show_plan_of(options, session)
    except SnowconfError:
        _hand_over({"verdict": "failed", "changes": "unknown"}, options, pipeline, session)
        raise
    _hand_over(_outputs(shown), options, pipeline, session)
    return shown.code


def _settled(options: CiOptions, pipeline: Pipeline | None, session: Session) -> CiOptions:
    """Every report that is not sent elsewhere goes to the folder of reports."""
    if options.reports is None:
        private_folder(options.stack)
    (options.directory / options.shelf).mkdir(parents=True, exist_ok=True)
    prints = pipeline is Pipeline.GITHUB and options.annotations is None and not session.json
    return replace(
        options,
        out=options.out or options.shelf / "plan.json",
        markdown=options.markdown or options.shelf / "comment.md",
        html=options.html or options.shelf / "plan.html",
        sarif=options.sarif or options.shelf / "snowconf.sarif",
        junit=options.junit or options.shelf / "junit.xml",
        annotations=PRINTED if prints else options.annotations,
    )


def _clear(options: CiOptions) -> None:
    """A plan of an earlier run must not pass for the one that this run could not make."""
    if options.out:
        (options.directory / options.out).unlink(missing_ok=True)


def _guard(session: Session, pipeline: Pipeline | None) -> None:
    """What comes from an instance is no command to the pipeline, whatever it says."""
    terminal = session.terminal
    if pipeline is Pipeline.AZURE and not session.json:
        session.gives_way = True
    if pipeline is not None:
        terminal.err = _harmless(terminal.err)


def _harmless(stream: Stream) -> Stream:
    redact = stream.redact
    return replace(stream, redact=lambda text: COMMAND_LINE.sub(r"\1\\x3a", redact(text)))


def _hand_over(outputs: Outputs, options: CiOptions, pipeline: Pipeline | None, session: Session) -> None:
    shelf = options.directory / options.shelf
    given = HandOver(outputs={**outputs, **_paths(options)}, comment=_comment(options), shelf=shelf)
    printed = given.to(pipeline, session.environ)
    (session.terminal.err if session.json else session.terminal.out).write(printed)


def _outputs(shown: Shown) -> Outputs:
    counts = Counter(each.action for each in shown.plan.pending)
    sound = {} if has_errors(shown.plan.diagnostics) else {"checksum": checksum(shown.plan)}
    return {
        "verdict": _verdict(shown),
        "changes": str(bool(shown.plan.pending)).lower(),
        "to_create": str(counts[Action.CREATE]),
        "to_update": str(counts[Action.UPDATE] + counts[Action.ADOPT]),
        "to_delete": str(counts[Action.DELETE]),
        **sound,
    }


def _verdict(shown: Shown) -> str:
    match shown.code:
        case ExitCode.DENIED:
            return "denied"
        case ExitCode.DONE | ExitCode.CHANGES:
            return "changes" if shown.plan.pending else "nothing to do"
        case _:
            return "failed"


def _paths(options: CiOptions) -> Outputs:
    """Where reports are that were really written."""
    named = {"plan": options.out, "comment": options.markdown, "html": options.html}
    named |= {"sarif": options.sarif, "junit": options.junit}
    places = {name: options.directory / path for name, path in named.items() if path and path != PRINTED}
    return {f"{name}_path": str(path) for name, path in places.items() if path.is_file()}


def _comment(options: CiOptions) -> tuple[Path, ...]:
    """The files of the comment: FILE, FILE-2 and so on."""
    if options.markdown is None or options.markdown == PRINTED:
        return ()
    first = options.directory / options.markdown
    more = (first.with_name(f"{first.stem}-{number}{first.suffix}") for number in range(2, 100))
    return tuple(each for each in (first, *more) if each.is_file())
