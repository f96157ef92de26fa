"""The command that acts as the users of a stack: everything is tried, shown as a matrix, and counted."""

from collections import Counter
from dataclasses import replace

from snowconf.cli.concluding import of_verification
from snowconf.cli.exit_codes import ExitCode
from snowconf.cli.session import Session
from snowconf.cli.verify_options import VerifyOptions
from snowconf.cli.wiring import Workspace, open_workspace
from snowconf.engine.verify.verifying import Site, verify
from snowconf.model.verification import Verification
from snowconf.model.verify_json import verification_document
from snowconf.report.terminal_verify import render_verification


def try_promises(options: VerifyOptions, session: Session) -> ExitCode:
    """Try what the users of the stack, or the targets, are promised."""
    with open_workspace(options, session) as workspace:
        found = _verified(workspace, options)
    session.show(render_verification(found, session.page), verification_document(found))
    return of_verification(found)


def _verified(workspace: Workspace, options: VerifyOptions) -> Verification:
    site = Site(instance=workspace.instance, door=workspace.door, probes=options.write_probes)
    with workspace.watched() as context:
        found = verify(workspace.desired, site, context)
    requests = Counter(workspace.instance.counts) + Counter(found.requests)
    return replace(found, requests=requests, diagnostics=(*workspace.warnings, *found.diagnostics))
