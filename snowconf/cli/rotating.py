"""Rotate: which step comes next, the question before it, and what somebody has to do after it."""

from collections.abc import Callable
from datetime import timedelta

from snowconf.cli.approving import obtain_yes
from snowconf.cli.exit_codes import ExitCode
from snowconf.cli.policing import pass_step
from snowconf.cli.refusals import MisusedError, UnknownAddressError, did_you_mean
from snowconf.cli.rotation_options import RotateOptions
from snowconf.cli.session import Session
from snowconf.cli.wiring import LockedWorkspace, lock_workspace, open_workspace
from snowconf.config.secret_stores import provider_names
from snowconf.engine.enter.proving import Prover
from snowconf.engine.rotate.renewing import Exchange
from snowconf.engine.rotate.rotating import Succession
from snowconf.engine.rotate.swapping import Swap
from snowconf.kinds.oauth_app import OAUTH_APP
from snowconf.model.ownership import Ledger
from snowconf.model.plan import Action
from snowconf.model.rotation import Rotation, RotationReport, Stage
from snowconf.model.rotation_json import rotation_document, rotations_document
from snowconf.model.state import Desired, Resource
from snowconf.model.value import SecretSource
from snowconf.report.escaping import visible
from snowconf.report.terminal_rotation import render_rotation, render_rotations

# How long a secret is whose block does not say it.
USUAL_LENGTH = 48


def rotate(options: RotateOptions, session: Session) -> ExitCode:
    """Go one step further, or finish the one that was cut short.

    Raises:
        MisusedError: arguments that do not go together.
        NotApprovedError: nobody said yes; nothing was sent.
        PolicyDeniedError: the policies say no.
        RotationRefusedError: the secret cannot be exchanged, or not now.
        ProofFailedError: the next secret opens nothing.
    """
    _check(options)
    if options.status:
        return _status(options, session)
    with lock_workspace(options, session, command="rotate") as workspace:
        report = _step(options, session, workspace)
    if workspace.books.lost:
        raise workspace.books.lost
    session.show(render_rotation(report, session.page), rotation_document(report))
    return ExitCode.DONE


def _check(options: RotateOptions) -> None:
    if options.status and (options.continue_ or options.abort or options.store):
        raise MisusedError("--status only looks. Leave out the other options, or --status.")
    if options.continue_ and options.abort:
        raise MisusedError("--continue goes on and --abort goes back. Leave out one of the two.")
    if not options.status and options.address is None:
        raise MisusedError("Say whose secret is to be exchanged, as in snowconf rotate oauth_app.finout.")


def _status(options: RotateOptions, session: Session) -> ExitCode:
    with open_workspace(options, session) as workspace:
        found = workspace.keeper.ledger.rotations
    chosen = [found[each] for each in sorted(found) if options.address in (None, str(each))]
    session.show(render_rotations(chosen, session.page), rotations_document(chosen))
    return ExitCode.DONE


def _step(options: RotateOptions, session: Session, workspace: LockedWorkspace) -> RotationReport:
    block = _block(options.address or "", workspace.desired)
    exchange = _exchange(block, workspace)
    question, work = _next_step(options, exchange)
    if question:
        pass_step((Action.UPDATE, block.address), options, session, workspace)
        _approve(
            f"{question} on {workspace.context.instance_name} ({workspace.context.url})", options, session
        )
    return work()


def _next_step(options: RotateOptions, exchange: Exchange) -> tuple[str, Callable[[], RotationReport]]:
    """What is asked before it, and the work; nothing is asked where nothing is written."""
    if exchange.kind.name != OAUTH_APP.name:
        if options.continue_ or options.abort or options.store:
            raise MisusedError(
                f"The secret of {exchange.block.address} is exchanged in its place and in one step, so there is nothing to "
                "continue or to abort. --continue, --abort and --store are for OAuth clients."
            )
        return _question_of_swap(exchange), Swap(exchange).run
    succession = Succession(
        exchange=exchange, store=_store(options.store), grace=timedelta(hours=options.grace)
    )
    if options.abort:
        return f"Take the second client of {exchange.block.address} away", succession.abort
    if exchange.rotation is None and not options.continue_:
        return f"Make a second client beside {exchange.block.address}", succession.begin
    work = succession.hand_over if options.continue_ else succession.resume
    return _question(exchange.rotation, options), work


def _question_of_swap(exchange: Exchange) -> str:
    return f"Replace the secret of {exchange.block.address}: whoever uses the present one is refused from then on,"


def _question(rotation: Rotation | None, options: RotateOptions) -> str:
    match rotation.stage if rotation else None:
        case Stage.CREATING:
            return "Go on making the second client"
        case Stage.WAITING if options.continue_:
            return "Switch to the second client, and the first one off,"
        case Stage.SWITCHING:
            return "Go on switching to the second client"
        case Stage.RETIRED:
            return "End the rotation, and delete the first client if its time has come,"
        case _:
            return ""


def _exchange(block: Resource, workspace: LockedWorkspace) -> Exchange:
    books = workspace.books

    def save(ledger: Ledger) -> Ledger:
        books.save(ledger)
        return books.stored

    prover = Prover(desired=workspace.desired, instance=workspace.instance, door=workspace.door)
    return Exchange(
        block=block,
        ledger=workspace.keeper.ledger,
        instance=workspace.instance,
        secrets=workspace.secrets,
        prover=prover,
        context=workspace.context,
        save=save,
    )


def _block(text: str, desired: Desired) -> Resource:
    blocks = {str(each.address): each for each in desired.resources}
    if text not in blocks:
        raise UnknownAddressError(f"The stack has no resource '{text}'.{did_you_mean(text, blocks)}")
    return blocks[text]


def _store(text: str) -> SecretSource | None:
    if not text:
        return None
    provider, _, name = text.partition("=")
    known = [each for each in provider_names() if each != "env"]
    if not name or provider not in known:
        raise MisusedError(
            f"--store is one provider and one name, as in file=secrets/next. Providers here: {', '.join(known)}."
        )
    return SecretSource(provider, name, USUAL_LENGTH)


def _approve(question: str, options: RotateOptions, session: Session) -> None:
    obtain_yes(
        visible(question),
        session,
        auto_approve=options.auto_approve,
        otherwise="rotate changes the instance, so somebody has to say yes, and nobody can be asked here. Run the same command "
        "with --auto-approve.",
    )
