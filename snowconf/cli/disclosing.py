"""The command `access`: what an account may do, drawn as a table, a document or a picture."""

from pathlib import Path

from snowconf.cli.access_options import AccessOptions
from snowconf.cli.concluding import of_diagnostics
from snowconf.cli.exit_codes import ExitCode
from snowconf.cli.refusals import NothingDeclaredError, UnusableFileError
from snowconf.cli.session import Session
from snowconf.cli.wiring import Workspace, open_workspace
from snowconf.engine.disclose.disclosing import Wanted, disclose, plan_of_access
from snowconf.files import write_out
from snowconf.kinds import kind_of
from snowconf.model.privilege import Privileges
from snowconf.model.privilege_json import privileges_document
from snowconf.model.state import Resource
from snowconf.report.svg_access import draw_privileges
from snowconf.report.terminal_access import render_privileges

TABLE = "sys_user"


def tell_access(options: AccessOptions, session: Session) -> ExitCode:
    """Everything that is open to the user, and what of it nobody asked for.

    Raises:
        NothingDeclaredError: surplus was asked for, and nothing says what is needed.
        UnusableFileError: the picture would take the place of a file of the stack.
    """
    if options.svg:
        _check_free(options.directory / options.svg)
    with open_workspace(options, session) as workspace:
        wanted = _wanted(options.user, workspace)
        if options.fail_on_surplus and not wanted.access:
            raise NothingDeclaredError(_undeclared(wanted))
        with workspace.watched() as context:
            plan = None if options.now else plan_of_access(workspace.desired, workspace.instance, context)
            found = disclose(wanted, plan, workspace.instance, context)
    if options.svg:
        picture = session.terminal.out.redact(draw_privileges(found))
        write_out(options.directory / options.svg, picture.encode())
        session.hint(f"Wrote {options.directory / options.svg}")
    session.show(
        render_privileges(found, session.page, everything=options.everything), privileges_document(found)
    )
    return _code_of(found, options)


def _code_of(found: Privileges, options: AccessOptions) -> ExitCode:
    """Errors first: what could not be seen whole must not pass for little."""
    code = of_diagnostics(found.diagnostics)
    too_much = bool(found.surplus or found.forbidden)
    return ExitCode.DENIED if code is ExitCode.DONE and options.fail_on_surplus and too_much else code


def _wanted(text: str, workspace: Workspace) -> Wanted:
    """A label, an address or a user ID of the stack first, then a user ID of the instance."""
    users = [each for each in workspace.desired.resources if kind_of(each).table == TABLE]
    block = next((each for each in users if text in (each.address.label, str(each.address))), None)
    block = block or next((each for each in users if _user_name(each) == text), None)
    if block is None:
        return Wanted(user_name=text)
    ledger = workspace.context.ledger
    owned = ledger.entries.get(block.address) if ledger else None
    return Wanted(user_name=_user_name(block), block=block, sys_id=owned.sys_id if owned else "")


def _user_name(block: Resource) -> str:
    return str(block.attributes["user_name"].value)


def _check_free(path: Path) -> None:
    if path.suffix == ".toml":
        raise UnusableFileError(
            f"{path} would be taken for a file of the stack. Give the picture a name that ends with .svg."
        )


def _undeclared(wanted: Wanted) -> str:
    who = (
        f"The block {wanted.block.address}"
        if wanted.block
        else f"The stack has no block for {wanted.user_name}, which"
    )
    return (
        f"{who} declares no access, so nobody can tell what the account needs. Write what it is for, as in "
        'access = { read = ["incident.*"], create = ["incident"] }.'
    )
