"""The sandbox over HTTP, for people and for other clients."""

from collections.abc import Mapping, Sequence

from snowconf.cli.exit_codes import ExitCode
from snowconf.cli.options import ServeOptions
from snowconf.cli.places import check_database
from snowconf.cli.refusals import NotServedError
from snowconf.cli.session import Session
from snowconf.sandbox import serving, switches
from snowconf.sandbox.instance import ADMIN


def serve(options: ServeOptions, session: Session) -> ExitCode:
    """Serve until somebody interrupts; one line on standard output says where, once it can be reached.

    Raises:
        NotServedError: the address, a switch or the password is not usable.
        NoDatabaseError: the file is not a sandbox's.
    """
    password = _password(options.admin_password_env, session.environ)
    shown = f"admin / {ADMIN}" if password == ADMIN else f"admin / what {options.admin_password_env} holds"
    wanted = serving.Serving(
        path=check_database(options.database) if options.database else None,
        switches=_switches(options.switches or ()),
        admin_password=password,
        host=options.host,
        port=options.port,
    )
    try:
        serving.serve(wanted, lambda url: session.terminal.out.write(f"Sandbox ready at {url} ({shown})\n"))
    except serving.ServingError as error:
        raise NotServedError(str(error)) from None
    return ExitCode.DONE


def _switches(pairs: Sequence[str]) -> switches.Switches:
    for each in pairs:
        if "=" not in each:
            raise NotServedError(f"'{each}' is no switch with a value. Write one like --set elevation=off.")
    try:
        return switches.parse(dict(_pair(each) for each in pairs))
    except ValueError as error:
        raise NotServedError(str(error)) from None


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, value


def _password(variable: str | None, environ: Mapping[str, str]) -> str:
    if variable is None:
        return ADMIN
    if not environ.get(variable):
        raise NotServedError(
            f"The environment variable {variable} is not set, and it shall hold the password of admin."
        )
    return environ[variable]
