"""The sandbox over HTTP, for people and for other clients."""

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote

from snowconf.cli.embedding import parse_switches
from snowconf.cli.exit_codes import ExitCode
from snowconf.cli.places import check_database, private_folder
from snowconf.cli.refusals import NotServedError
from snowconf.cli.sandbox_options import ServeOptions
from snowconf.cli.session import Session
from snowconf.sandbox.doors import serving
from snowconf.sandbox.doors.certificates import VARIABLES, Certificate, keep_certificate
from snowconf.sandbox.instance import ADMIN


def serve(options: ServeOptions, session: Session) -> ExitCode:
    """Serve until somebody interrupts; the first line on standard output says where, once it can be reached.

    Raises:
        NotServedError: the address, a switch or the password is not usable.
        NoDatabaseError: the file is not a sandbox's.
        OSError: the certificate cannot be kept.
    """
    password = admin_password(options.admin_password_env, session.environ)
    shown = f"admin / {ADMIN}" if password == ADMIN else f"admin / what {options.admin_password_env} holds"
    switches = parse_switches(dict(_chosen(options)))
    certificate = keep_certificate(private_folder(Path()), datetime.now(UTC)) if options.tls else None
    wanted = serving.Serving(
        path=check_database(options.database) if options.database else None,
        switches=switches,
        admin_password=password,
        host=options.host,
        port=options.port,
        certificate=certificate.served if certificate else None,
        users=options.users,
    )

    def announce(url: str) -> None:
        lines = [f"Sandbox ready at {url} ({shown})", *_exports(certificate)]
        session.terminal.out.write("".join(f"{line}\n" for line in lines))

    try:
        serving.serve(wanted, announce)
    except serving.ServingError as error:
        raise NotServedError(str(error)) from None
    return ExitCode.DONE


def _exports(certificate: Certificate | None) -> Iterator[str]:
    """What makes clients trust the certificate, to be pasted into the shell they run in."""
    if certificate is not None:
        word, path = "set" if os.name == "nt" else "export", certificate.trusted.resolve()
        yield from (f"{word} {variable}={_quoted(path)}" for variable in VARIABLES)


def _quoted(path: Path) -> str:
    return str(path) if os.name == "nt" else quote(str(path))


def _chosen(options: ServeOptions) -> Iterator[tuple[str, str]]:
    yield from read_switches(options.switches or ())
    if options.release is not None:
        yield "release", options.release
    if options.demo:
        yield "demo_data", "present"


def read_switches(pairs: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Names and values of switches as they are written behind --set.

    Raises:
        NotServedError: one has no value.
    """
    for each in pairs:
        name, equals, value = each.partition("=")
        if not equals:
            raise NotServedError(f"'{each}' is no switch with a value. Write one like --set elevation=off.")
        yield name, value


def admin_password(variable: str | None, environ: Mapping[str, str]) -> str:
    """What admin logs in with: what the variable holds, or the password that every fresh sandbox has.

    Raises:
        NotServedError: the variable is not set.
    """
    if variable is None:
        return ADMIN
    if not environ.get(variable):
        raise NotServedError(
            f"The environment variable {variable} is not set, and it shall hold the password of admin."
        )
    return environ[variable]
