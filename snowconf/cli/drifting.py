"""The command that compares an instance with the files the other way round, secrets included where that is wanted."""

from dataclasses import replace

from snowconf.cli.concluding import of_drift
from snowconf.cli.drift_options import DriftOptions
from snowconf.cli.exit_codes import ExitCode
from snowconf.cli.publishing import check_places, home_of, publish, reporting
from snowconf.cli.remembering import TrialMemory
from snowconf.cli.session import Session
from snowconf.cli.wiring import Workspace, open_workspace
from snowconf.engine.enter.trying import Trials
from snowconf.model.drift import Drift, find_drift
from snowconf.model.plan_json import drift_document
from snowconf.model.trial import Ending, Trial
from snowconf.model.trial_json import trials_document
from snowconf.report.issues import Occasion, Subject, harmless
from snowconf.report.terminal_drift import render_drift, summarise_drift


def show_drift(options: DriftOptions, session: Session) -> ExitCode:
    """What the instance holds otherwise."""
    check_places(options, session)
    with reporting(options, Occasion.DRIFT, session):
        return _show(options, session)


def _show(options: DriftOptions, session: Session) -> ExitCode:
    with open_workspace(options, session) as workspace:
        found = find_drift(workspace.not_writing().plan())
        if options.probe_secrets:
            found = found.with_trials(_try_secrets(workspace))
    publish(replace(_subject(found, session), home=home_of(options.stack)), options, session)
    document = {**drift_document(found), **trials_document(found.trials)}
    session.show(render_drift(found, session.page), document)
    return of_drift(found)


def _subject(found: Drift, session: Session) -> Subject:
    """What differs as changes, and the secrets that open no door as problems."""
    tried = (each for each in found.trials if each.ending in (Ending.DRIFTED, Ending.SHUT))
    return Subject(
        plan=replace(found.plan, changes=tuple(map(harmless, found.differing))),
        occasion=Occasion.DRIFT,
        summary=summarise_drift(found, folder=session.page.folder),
        more=tuple(problem for each in tried for problem in each.diagnostics),
    )


def _try_secrets(workspace: Workspace) -> tuple[Trial, ...]:
    """Show every declared secret at the door, at most once."""
    with workspace.watched() as context:
        return Trials(
            desired=workspace.desired,
            instance=workspace.instance,
            door=workspace.door,
            context=context,
            memory=TrialMemory(workspace.folder, context.instance_name),
        ).run()
