"""Import: a record that is there comes into the ledger, and its block is printed for the files."""

from typing import Any

from snowconf.cli.exit_codes import ExitCode
from snowconf.cli.policing import pass_step
from snowconf.cli.receipt_options import ImportOptions
from snowconf.cli.refusals import NotApprovedError, UnknownAddressError, did_you_mean
from snowconf.cli.session import Session
from snowconf.cli.wiring import LockedWorkspace, lock_workspace
from snowconf.config.writing import block_text
from snowconf.engine.plan.importing import Found, Wish, find_record
from snowconf.kinds import KINDS
from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.plan import Action
from snowconf.model.value import Value
from snowconf.report.page import paragraph


def take_over(options: ImportOptions, session: Session) -> ExitCode:
    """Find the record, print its block, get a yes where the files have none, and own it.

    Raises:
        ImportRefusedError: it cannot be owned.
        PolicyDeniedError: the policies say no.
        NotApprovedError: nobody said yes; the ledger is as it was.
    """
    with lock_workspace(options, session, command="import") as workspace:
        wish = _wish(options, workspace)
        with workspace.watched() as context:
            found = find_record(wish, workspace.instance, context)
        text = _block(wish, found)
        if not session.json:
            session.terminal.out.write(text)
        pass_step((Action.ADOPT, wish.address), options, session, workspace)
        if wish.resource is None:
            _approve(wish, found, options, session)
        unsaved = workspace.books.keep(workspace.keeper.ledger.with_entry(found.owned))
    return _conclude(found, text, unsaved, session)


def _wish(options: ImportOptions, workspace: LockedWorkspace) -> Wish:
    address = _address(options.address)
    blocks = {each.address: each for each in workspace.desired.resources}
    return Wish(
        stack=workspace.desired.stack,
        address=address,
        record=options.record,
        table=options.table,
        resource=blocks.get(address),
    )


def _address(text: str) -> Address:
    try:
        address = Address.parse(text)
    except ValueError as error:
        raise UnknownAddressError(f"{error}.") from None
    if address.kind not in KINDS:
        raise UnknownAddressError(f"There is no kind '{address.kind}'.{did_you_mean(address.kind, KINDS)}")
    return address


def _block(wish: Wish, found: Found) -> str:
    """What to paste. A record of any table says which, and has its columns in a part of their own."""
    values = {name: _plain(value) for name, value in found.attributes.items()}
    comments = [
        *(f'{name} is not shown; where it is a secret: {name} = {{ env = "…" }}' for name in found.hidden),
        *(f"{name} refers to what this user is not shown, and is left out" for name in found.unnamed),
    ]
    if found.key:
        where = {"table": found.table, "key": found.key}
        return block_text(wish.address, where, columns=values, comments=comments)
    return block_text(wish.address, values, comments=comments)


def _plain(value: Value | tuple[str, ...]) -> object:
    return value if isinstance(value, (bool, int, tuple)) else str(value)


def _approve(wish: Wish, found: Found, options: ImportOptions, session: Session) -> None:
    """Only a record without a block needs a yes: without one, the next apply would let it go again."""
    if options.auto_approve:
        return
    if not session.terminal.prompts or session.json:
        raise NotApprovedError(
            f"The files have no block for {wish.address}, so somebody has to say yes, and nobody can be asked here. Paste the "
            "block into a file and import again, or run the same command with --auto-approve."
        )
    question = f"\nOwn {found.table} {found.record.sys_id} as {wish.address}? Only 'yes' counts: "
    if session.terminal.ask(question) != "yes":
        raise NotApprovedError("The answer was not 'yes'. Nothing was changed.")


def _conclude(found: Found, text: str, unsaved: Diagnostic | None, session: Session) -> ExitCode:
    if unsaved:
        session.complain(unsaved)
        return ExitCode.FAILED
    owned = found.owned
    said = f"{owned.address} is owned now: {owned.table} {owned.sys_id}, {owned.custody.value}."
    document: dict[str, Any] = {
        "address": str(owned.address),
        "table": owned.table,
        "sys_id": owned.sys_id,
        "custody": owned.custody.value,
        "block": text,
    }
    session.show(paragraph(said, width=session.page.width), document)
    session.hint("With the block in the files, 'snowconf plan' shows what apply would change of it.")
    return ExitCode.DONE
