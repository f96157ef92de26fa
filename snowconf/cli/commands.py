"""What each command does. Whatever is slow to import is imported by the command that needs it."""

from snowconf.cli.access_options import AccessOptions
from snowconf.cli.ci_options import CiOptions
from snowconf.cli.drift_options import DriftOptions
from snowconf.cli.exit_codes import ExitCode
from snowconf.cli.export_options import ImportSetOptions, UpdateSetOptions
from snowconf.cli.fmt_options import FmtOptions
from snowconf.cli.ledger_options import (
    EntryOptions,
    ForgetOptions,
    LedgerOptions,
    MoveOptions,
    RehomeOptions,
    UnlockOptions,
)
from snowconf.cli.options import (
    ApplyOptions,
    ExplainOptions,
    FolderOptions,
    PlanOptions,
    ResetOptions,
    SchemaOptions,
    ShowOptions,
    ValidateOptions,
)
from snowconf.cli.policy_options import CheckOptions, RuleOptions, TestOptions
from snowconf.cli.receipt_options import ImportOptions, ReceiptOptions, ReceiptsOptions, UndoOptions
from snowconf.cli.report_options import ReportOptions
from snowconf.cli.rotation_options import RotateOptions
from snowconf.cli.sandbox_options import (
    ExportOptions,
    LogOptions,
    SeedOptions,
    ServeOptions,
    StatusOptions,
)
from snowconf.cli.session import Session
from snowconf.cli.token_options import TokenOptions
from snowconf.cli.verify_options import VerifyOptions


def init(options: FolderOptions, session: Session) -> ExitCode:
    """Write a small, valid stack to start from. Nothing that is there is overwritten."""
    from snowconf.cli.initialising import next_steps, write_stack

    for path in write_stack(options.stack):
        session.terminal.out.write(f"Wrote {path}\n")
    session.hint(next_steps(options.stack))
    return ExitCode.DONE


def validate(options: ValidateOptions, session: Session) -> ExitCode:
    """Check the files of a stack. Asks no instance and needs no secret."""
    from snowconf.cli.concluding import of_diagnostics
    from snowconf.cli.reading import read_stack
    from snowconf.model.plan_json import diagnostics_document
    from snowconf.report.validation import render_validation

    stack = read_stack(options, session)
    found = stack.diagnostics if options.instance else stack.of_files()
    lines = render_validation(found, session.page, resources=stack.size, files=stack.files)
    session.show(lines, diagnostics_document(found))
    return of_diagnostics(found)


def fmt(options: FmtOptions, session: Session) -> ExitCode:
    """Put stack files into one form, comments kept. Changes blanks and line breaks, and never a value."""
    from snowconf.cli.retouching import format_files

    return format_files(options, session)


def plan(options: PlanOptions, session: Session) -> ExitCode:
    """Show what apply would do. Writes nothing on the instance."""
    from snowconf.cli.planning import show_plan

    return show_plan(options, session)


def ci(options: CiOptions, session: Session) -> ExitCode:
    """Do a pipeline's step for a pull request: check the files, plan, ask the policies, and report all of it there."""
    from snowconf.cli.piloting import pilot

    return pilot(options, session)


def apply(options: ApplyOptions, session: Session) -> ExitCode:
    """Show the plan, ask, and make the instance what the files say."""
    from snowconf.cli.conducting import conduct

    return conduct(options, session)


def undo(options: UndoOptions, session: Session) -> ExitCode:
    """Take an apply back by its receipt: show the plan, ask, and restore what nobody has changed since."""
    from snowconf.cli.taking_back import take_back

    return take_back(options, session)


def import_(options: ImportOptions, session: Session) -> ExitCode:
    """Take over a record that is there already, and print the block for it. Changes nothing of the record."""
    from snowconf.cli.taking_over import take_over

    return take_over(options, session)


def receipts_list(options: ReceiptsOptions, session: Session) -> ExitCode:
    """List what applies have left behind in .snowconf/receipts, oldest first."""
    from snowconf.cli.taking_back import list_receipts

    return list_receipts(options, session)


def receipts_show(options: ReceiptOptions, session: Session) -> ExitCode:
    """Show one receipt: who changed what, from what to what, and what became of it."""
    from snowconf.cli.taking_back import show_receipt

    return show_receipt(options, session)


def drift(options: DriftOptions, session: Session) -> ExitCode:
    """Show what the instance holds otherwise than the files say, who changed it and when. Ends with 2 on drift."""
    from snowconf.cli.drifting import show_drift

    return show_drift(options, session)


def report(options: ReportOptions, session: Session) -> ExitCode:
    """Show a plan or drift that was kept, and write reports of it. Asks no instance."""
    from snowconf.cli.recalling import report_kept

    return report_kept(options, session)


def verify(options: VerifyOptions, session: Session) -> ExitCode:
    """Act as the users that the stack declares, and show whether they can do what access promises, and no more."""
    from snowconf.cli.verifying import try_promises

    return try_promises(options, session)


def show(options: ShowOptions, session: Session) -> ExitCode:
    """Show what the instance holds for the stack's resources, or for one of them. Secrets are not read."""
    from snowconf.cli.concluding import of_diagnostics
    from snowconf.cli.wiring import open_workspace
    from snowconf.model.plan_json import holding_document
    from snowconf.report.terminal_show import render_holding

    with open_workspace(options, session) as workspace:
        holding = workspace.show()
    session.show(render_holding(holding, session.page), holding_document(holding))
    return of_diagnostics(holding.diagnostics)


def export(options: UpdateSetOptions, session: Session) -> ExitCode:
    """Write what is planned as an update set, for what REST may not write. Writes nothing on the instance."""
    from snowconf.cli.exporting import export as export_update_set

    return export_update_set(options, session)


def access(options: AccessOptions, session: Session) -> ExitCode:
    """Show what a user may do in all: roles, what they open, and what of it its access does not need."""
    from snowconf.cli.disclosing import tell_access

    return tell_access(options, session)


def token(options: TokenOptions, session: Session) -> ExitCode:
    """Get the refresh token of a declared user, as integrations ask for it: printed once, or kept in a store."""
    from snowconf.cli.minting import give_token

    return give_token(options, session)


def doctor(options: ValidateOptions, session: Session) -> ExitCode:
    """Look at all that a run needs: files, secrets, the way to the instance, its clock, the account, the ledger."""
    from snowconf.cli.doctoring import examine

    return examine(options, session)


def schema(options: SchemaOptions, session: Session) -> ExitCode:
    """Print the JSON Schema of a stack, for editors, or of a plan's document, for tools."""
    from snowconf.cli.describing import schema_text, write_schema

    if options.write:
        path = write_schema(options.stack, of_plan=options.plan)
        session.terminal.out.write(f"Wrote {path}\n")
        if not options.plan:
            session.hint(
                "Editors find it by this first line of a file:\n\n    #:schema .snowconf/schema.json"
            )
    else:
        session.terminal.out.write(schema_text(of_plan=options.plan))
    return ExitCode.DONE


def explain(options: ExplainOptions, session: Session) -> ExitCode:
    """Explain the code of a diagnostic, as in SNC124."""
    from snowconf.cli.explaining import explain as explained
    from snowconf.report.page import paragraph

    text = explained(options.code)
    session.show(paragraph(text, width=min(session.page.width, 100)))
    return ExitCode.DONE


def rotate(options: RotateOptions, session: Session) -> ExitCode:
    """Exchange a secret: an OAuth client gets a second one beside it, with a hand-over; a password is replaced."""
    from snowconf.cli.rotating import rotate as rotated

    return rotated(options, session)


def ledger_list(options: LedgerOptions, session: Session) -> ExitCode:
    """List the records that the stack owns, created or adopted, and the other stacks on the instance."""
    from snowconf.cli.bookkeeping import list_entries

    return list_entries(options, session)


def ledger_show(options: EntryOptions, session: Session) -> ExitCode:
    """Show all that the ledger remembers of a record: what is put back, what becomes of it, what it refers to."""
    from snowconf.cli.bookkeeping import show_entries

    return show_entries(options, session)


def ledger_forget(options: ForgetOptions, session: Session) -> ExitCode:
    """Own records no more and leave them as they are."""
    from snowconf.cli.bookkeeping import forget

    return forget(options, session)


def ledger_move(options: MoveOptions, session: Session) -> ExitCode:
    """Give a record the address that its block has now; lifecycle.previously does the same in the files."""
    from snowconf.cli.bookkeeping import move

    return move(options, session)


def ledger_rehome(options: RehomeOptions, session: Session) -> ExitCode:
    """Say on a clone, or at a new address, that the stack owns here what it owned there."""
    from snowconf.cli.bookkeeping import rehome

    return rehome(options, session)


def ledger_unlock(options: UnlockOptions, session: Session) -> ExitCode:
    """Break the lock of a run that died. First make certain that it did."""
    from snowconf.cli.bookkeeping import unlock

    return unlock(options, session)


def ledger_verify(options: LedgerOptions, session: Session) -> ExitCode:
    """Look at the ledger and at every record in it: which are gone, renamed, or not readable. Ends with 1 then."""
    from snowconf.cli.bookkeeping import verify

    return verify(options, session)


def policy_check(options: CheckOptions, session: Session) -> ExitCode:
    """Hold a plan against the policies: of a document that is there, or of a stack. Writes nothing on the instance."""
    from snowconf.cli.adjudicating import check

    return check(options, session)


def policy_test(options: TestOptions, session: Session) -> ExitCode:
    """Run the tests of policies: the test_ rules of *_test.rego. Needs no instance."""
    from snowconf.cli.adjudicating import test

    return test(options, session)


def policy_explain(options: RuleOptions, session: Session) -> ExitCode:
    """Show what a rule says of itself: what it looks for, why, and how to mend what it finds. Or list all rules."""
    from snowconf.cli.adjudicating import explain as explain_rule

    return explain_rule(options, session)


def sandbox_serve(options: ServeOptions, session: Session) -> ExitCode:
    """Serve an instance of your own over HTTP, until it is interrupted."""
    from snowconf.cli.serving import serve

    return serve(options, session)


def sandbox_reset(options: ResetOptions, session: Session) -> ExitCode:
    """Remove the stack's embedded sandbox, so that the next command finds a fresh one."""
    from snowconf.cli.resetting import reset

    return reset(options, session)


def sandbox_seed(options: SeedOptions, session: Session) -> ExitCode:
    """Put the records of JSON, TOML or CSV files into a sandbox's file: all of them, or none."""
    from snowconf.cli.seeding import seed

    return seed(options, session)


def sandbox_export(options: ExportOptions, session: Session) -> ExitCode:
    """Print the records of a sandbox's file as JSON, as sandbox seed takes them. Secrets are left out."""
    from snowconf.cli.seeding import write_export

    return write_export(options, session)


def sandbox_import_update_set(options: ImportSetOptions, session: Session) -> ExitCode:
    """Load the XML of an update set into a sandbox, preview it, and commit it when nothing stands against it."""
    from snowconf.cli.importing_sets import import_set

    return import_set(options, session)


def sandbox_log(options: LogOptions, session: Session) -> ExitCode:
    """Show what was asked of a sandbox, by whom, and which access control or rule decided."""
    from snowconf.cli.recounting import log

    return log(options, session)


def sandbox_status(options: StatusOptions, session: Session) -> ExitCode:
    """Show what is in a sandbox's file: tables, records, requests."""
    from snowconf.cli.recounting import status

    return status(options, session)


COMMANDS = (
    init,
    validate,
    fmt,
    plan,
    ci,
    apply,
    undo,
    drift,
    report,
    verify,
    token,
    doctor,
    show,
    access,
    import_,
    rotate,
    export,
    schema,
    explain,
)
LEDGER_COMMANDS = (
    ledger_list,
    ledger_show,
    ledger_forget,
    ledger_move,
    ledger_rehome,
    ledger_unlock,
    ledger_verify,
)
RECEIPTS_COMMANDS = (receipts_list, receipts_show)
POLICY_COMMANDS = (policy_check, policy_test, policy_explain)
SANDBOX_COMMANDS = (
    sandbox_serve,
    sandbox_reset,
    sandbox_seed,
    sandbox_export,
    sandbox_import_update_set,
    sandbox_log,
    sandbox_status,
)
