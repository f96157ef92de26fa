"""Writing what is planned as an update set, for an instance that takes it no other way. Writes nothing on the instance."""

from pathlib import Path

from snowconf.cli.concluding import of_diagnostics
from snowconf.cli.exit_codes import ExitCode
from snowconf.cli.export_options import UpdateSetOptions
from snowconf.cli.policing import pass_policies
from snowconf.cli.refusals import MisusedError, NothingToExportError, WouldOverwriteError
from snowconf.cli.reviewing import Asking, read, review_of
from snowconf.cli.session import Session
from snowconf.cli.wiring import Workspace, open_workspace
from snowconf.engine.apply.confirming import Confirmed
from snowconf.engine.travel.packing import pack
from snowconf.engine.travel.travelling import unspeakable_in
from snowconf.files import write_out
from snowconf.model.diagnostic import has_errors
from snowconf.model.plan import Plan
from snowconf.model.update_set import UpdateSet
from snowconf.model.update_set_json import update_set_document
from snowconf.report.page import paragraph, stacked
from snowconf.report.styled import BLANK
from snowconf.report.terminal_export import NEXT, render_contents, render_left_behind, render_warnings
from snowconf.report.update_set_xml import HEAD, render_update_set

STANDARD_OUTPUT = "-"
# What sys_remote_update_set.name holds.
LONGEST_NAME = 80


def export(options: UpdateSetOptions, session: Session) -> ExitCode:
    """Plan, or hold a saved plan against today, and write what of it travels; the rest is listed with reasons.

    Raises:
        MisusedError: the name or the file is none that can be used.
        WouldOverwriteError: the file is something else than an update set.
        NothingToExportError: nothing that is planned travels.
        PolicyDeniedError: the policies say no; no file was written.
        PlanFileError: a saved plan does not fit what is here.
    """
    _check(options)
    # Standard output is for the update set alone then, and what policies say gives way.
    session.gives_way = _is_printed(options)
    with open_workspace(options, session) as opened:
        workspace = opened.not_writing()
        confirmed = _confirmed(options, workspace)
        plan = confirmed.plan
        if confirmed.refused:
            session.complain(*confirmed.refused.values())
            return ExitCode.STALE
        if has_errors(plan.diagnostics):
            session.complain(*plan.diagnostics)
            return ExitCode.FAILED
        pass_policies(plan, options, session, workspace)
        packed = pack(plan, workspace.instance, options.name)
    return _conclude(packed, plan, options, session)


def _check(options: UpdateSetOptions) -> None:
    if _is_printed(options) and options.json:
        raise MisusedError(
            "Standard output can hold the update set or a JSON document. Name a file, or leave out --json."
        )
    if options.plan_file and options.target:
        raise MisusedError(
            f"{options.plan_file} is a saved plan, and says itself what is to be done. Leave out --target."
        )
    unfit = unspeakable_in(options.name) or any(each in options.name for each in "\t\r\n")
    if unfit or len(options.name) > LONGEST_NAME:
        raise MisusedError(
            f"An update set's name has at most {LONGEST_NAME} characters, all on one line; --name has {len(options.name)}, or "
            "others than text. Give a shorter one."
        )
    if not _is_printed(options):
        _check_file(_file(options))


def _check_file(path: Path) -> None:
    """Pass when it is not there, or is what an earlier export left."""
    if path.is_dir():
        raise WouldOverwriteError(f"{path} is a folder. Name the file to write in it.")
    beginning = f"{HEAD}<unload"
    if path.exists() and path.stat().st_size:
        with path.open("rb") as file:
            found = file.read(len(beginning))
        if found != beginning.encode():
            raise WouldOverwriteError(
                f"{path} is something else than an update set, and is left alone. Name another file."
            )


def _confirmed(options: UpdateSetOptions, workspace: Workspace) -> Confirmed:
    if options.plan_file is None:
        return Confirmed(plan=workspace.plan())
    saved = read(options.plan_file, workspace)
    asking = Asking(
        review=review_of(saved),
        rewritten=saved.rewritten,
        workspace=workspace,
        instance=workspace.instance,
        today=True,
    )
    return asking.confirmed()


def _conclude(packed: UpdateSet, plan: Plan, options: UpdateSetOptions, session: Session) -> ExitCode:
    if has_errors(packed.diagnostics):
        session.complain(*packed.diagnostics)
        return of_diagnostics(packed.diagnostics)
    page, terminal = session.page, session.terminal
    said = stacked([render_warnings(plan, page), render_left_behind(packed, page)])
    terminal.err.show((*said, BLANK) if said else ())
    if not plan.pending:
        return _nothing(packed, plan, options, session)
    if not packed.updates:
        raise NothingToExportError(
            "Nothing of what is planned travels in an update set; the reasons are above. No file was written: 'snowconf apply' "
            "does it."
        )
    text = render_update_set(packed)
    if _is_printed(options):
        terminal.out.write(text)
        return ExitCode.DONE
    path = _file(options)
    write_out(path, text.encode())
    document = update_set_document(packed, plan, file=str(path), diagnostics=plan.diagnostics)
    session.show(render_contents(packed, f"Wrote {path}", page), document)
    session.hint(NEXT.format(file=path))
    return ExitCode.DONE


def _nothing(packed: UpdateSet, plan: Plan, options: UpdateSetOptions, session: Session) -> ExitCode:
    """The instance is as it should be, which is no failure; a file of an earlier export must not pass for this one."""
    text = "The instance holds what the files ask for, so there is nothing to put into an update set. No file was written."
    if not _is_printed(options) and _file(options).exists():
        text = f"{text} {_file(options)} is of an earlier export."
    session.terminal.err.show(paragraph(text, width=session.page.width))
    session.show((), update_set_document(packed, plan, file=None, diagnostics=plan.diagnostics))
    return ExitCode.DONE


def _is_printed(options: UpdateSetOptions) -> bool:
    return str(options.update_set) == STANDARD_OUTPUT


def _file(options: UpdateSetOptions) -> Path:
    return options.directory / options.update_set
