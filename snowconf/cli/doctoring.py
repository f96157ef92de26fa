"""The command that looks at everything a run needs, before it is needed: files, secrets, the way, the account, the ledger.

Each check stands on others; what cannot be looked at is skipped and says so, and no failure leaves a check.
"""

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass

from snowconf.cli.checking_up import (
    Patient,
    check_account,
    check_authentication,
    check_clock,
    check_connection,
    check_files,
    check_instance,
    check_ledger,
    check_lock,
    check_proxy,
    check_release,
    check_secrets,
    look_at_elevation,
    look_at_roles,
)
from snowconf.cli.exit_codes import ExitCode
from snowconf.cli.options import ValidateOptions
from snowconf.cli.reading import Stack, read_stack
from snowconf.cli.session import Session, diagnostic_of
from snowconf.errors import SnowconfError
from snowconf.model.checkup import Check, Checkup, State
from snowconf.model.checkup_json import checkup_document
from snowconf.report.terminal_doctor import render_checkup


@dataclass(frozen=True, slots=True)
class Step:
    """One check, and the checks that it stands on."""

    name: str
    look: Callable[[Patient], Check]
    needs: tuple[str, ...] = ()


STEPS = (
    Step("files", check_files),
    Step("instance", check_instance),
    Step("secrets", check_secrets, ("instance",)),
    Step("proxy", check_proxy, ("instance",)),
    Step("connection", check_connection, ("instance",)),
    Step("clock", check_clock, ("connection",)),
    Step("authentication", check_authentication, ("secrets", "connection")),
    Step("release", check_release, ("authentication",)),
    Step("account", check_account, ("authentication",)),
    Step("roles", look_at_roles, ("files", "account")),
    Step("elevation", look_at_elevation, ("files", "instance")),
    Step("ledger", check_ledger, ("authentication",)),
    Step("lock", check_lock, ("authentication",)),
)


def examine(options: ValidateOptions, session: Session) -> ExitCode:
    """All checks, whatever is wrong; failed when one of them is."""
    stack, problem = _read(options, session)
    with ExitStack() as opened:
        patient = Patient(stack=stack, problem=problem, folder=options.stack, opened=opened)
        checkup = _checkup(patient, _looked(patient))
    session.show(render_checkup(checkup, session.page), checkup_document(checkup))
    return ExitCode.DONE if checkup.is_sound else ExitCode.FAILED


def _read(options: ValidateOptions, session: Session) -> tuple[Stack | None, str]:
    try:
        return read_stack(options, session), ""
    except (SnowconfError, OSError) as problem:
        return None, getattr(problem, "detail", "") or f"The files cannot be read ({problem})."


def _looked(patient: Patient) -> Iterable[Check]:
    states: dict[str, State] = {}
    for step in STEPS:
        missing = next((each for each in step.needs if states[each] in (State.BAD, State.SKIPPED)), "")
        check = _skipped(step, missing) if missing else _look(step, patient)
        states[step.name] = check.state
        yield check


def _look(step: Step, patient: Patient) -> Check:
    try:
        return step.look(patient)
    except SnowconfError as error:
        found = diagnostic_of(error)
        return Check(name=step.name, state=State.BAD, said=found.detail, code=found.code)
    except OSError as error:
        said = f"The system says of {error.filename or 'a file'}: {error.strerror or type(error).__name__}."
        return Check(name=step.name, state=State.BAD, said=said)


def _skipped(step: Step, missing: str) -> Check:
    return Check(name=step.name, state=State.SKIPPED, said=f"Not looked at, because of: {missing}.")


def _checkup(patient: Patient, checks: Iterable[Check]) -> Checkup:
    listed = tuple(checks)
    settings = patient.settings
    return Checkup(
        stack=patient.stack.loaded.stack if patient.stack else "",
        instance=settings.name if settings else "",
        url=settings.url if settings else "",
        checks=listed,
    )
