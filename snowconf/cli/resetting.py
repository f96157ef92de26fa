"""Removing the stack's embedded sandbox with all that was done to it."""

from pathlib import Path

from snowconf.cli.exit_codes import ExitCode
from snowconf.cli.options import ResetOptions
from snowconf.cli.places import database_of, journal_of, rescue_of, shelf_of
from snowconf.cli.reading import read_stack
from snowconf.cli.refusals import InvalidStackError, NotApprovedError, NotEmbeddedError
from snowconf.cli.session import Session
from snowconf.model.connection import InstanceSettings

# SQLite keeps up to three files for one database.
SUFFIXES = ("", "-wal", "-shm")


def reset(options: ResetOptions, session: Session) -> ExitCode:
    """Ask, then remove the file, and what is noted of runs that were cut short; the ledger was in the file.

    Raises:
        InvalidStackError: the files do not say which instance is meant.
        NotEmbeddedError: it is no embedded sandbox.
        NotApprovedError: nobody said yes.
    """
    files = [each for each in _files(_settings(options, session), options.stack) if each.exists()]
    if not files:
        session.terminal.out.write("There is no sandbox to remove.\n")
        return ExitCode.DONE
    _approve(files[0], options, session)
    for each in files:
        each.unlink()
    session.terminal.out.write(f"Removed {files[0]}\n")
    return ExitCode.DONE


def _settings(options: ResetOptions, session: Session) -> InstanceSettings:
    stack = read_stack(options, session)
    settings = stack.loaded.settings
    if settings is None:
        raise InvalidStackError(stack.diagnostics)
    if not settings.is_sandbox:
        raise NotEmbeddedError(
            f"The instance {settings.name} is no embedded sandbox, and nothing is removed elsewhere. "
            "Choose one whose url begins with sandbox: by --instance."
        )
    return settings


def _files(settings: InstanceSettings, stack: Path) -> list[Path]:
    database = database_of(stack, settings.url)
    runs = (each(stack, settings.name) for each in (journal_of, rescue_of, shelf_of))
    return [*(Path(f"{database}{suffix}") for suffix in SUFFIXES), *runs]


def _approve(database: Path, options: ResetOptions, session: Session) -> None:
    if options.auto_approve:
        return
    if not session.terminal.prompts:
        raise NotApprovedError(
            f"This removes {database}, so somebody has to say yes, and nobody can be asked here. Run the same command "
            "with --auto-approve."
        )
    if session.terminal.ask(f"Remove {database} and all that is in it? Only 'yes' counts: ") != "yes":
        raise NotApprovedError("The answer was not 'yes'. Nothing was removed.")
