"""The command `report`: a plan or drift that somebody has kept, shown again, and reported in other forms."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from snowconf.cli.concluding import of_diagnostics
from snowconf.cli.exit_codes import ExitCode
from snowconf.cli.publishing import check_places, publish
from snowconf.cli.refusals import BadDocumentError
from snowconf.cli.report_options import ReportOptions
from snowconf.cli.session import Session
from snowconf.model.plan_file import load_plan
from snowconf.model.plan_json import FORMAT_VERSION
from snowconf.model.plan_reading import is_readable, read_plan, read_review
from snowconf.report.diagnostics import render_diagnostics
from snowconf.report.issues import Occasion, Subject, harmless, policy_sentence
from snowconf.report.page import Page, counted, paragraph, stacked
from snowconf.report.styled import Lines, Style
from snowconf.report.terminal_drift import render_difference
from snowconf.report.terminal_plan import render_plan, summarise
from snowconf.report.terminal_policy import render_review

MAKE = "Make one with 'snowconf plan --out plan.json', 'snowconf plan --json' or 'snowconf drift --json'."


def report_kept(options: ReportOptions, session: Session) -> ExitCode:
    """Read it, write the reports, show it.

    Raises:
        BadDocumentError: it is no document of a plan or of drift.
        PlanDamagedError: it is a saved plan that was changed.
        UnwritableReportError: a report has no place.
    """
    check_places(options, session)
    path = options.directory / options.plan
    document = _read(path)
    try:
        subject = _subject(document)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise BadDocumentError(
            f"{path} is JSON, and no document of a plan or of drift ({type(problem).__name__}). {MAKE}"
        ) from None
    publish(subject, options, session)
    session.show(_render(subject, session.page), document)
    return of_diagnostics(subject.diagnostics)


def _read(path: Path) -> dict[str, Any]:
    """The document; that of a saved plan only as it was written."""
    try:
        text = path.read_text("utf-8")
        document = json.loads(text)
    except UnicodeDecodeError:
        raise BadDocumentError(f"{path} holds bytes that are no UTF-8. {MAKE}") from None
    except (ValueError, RecursionError):
        raise BadDocumentError(f"{path} is no JSON. {MAKE}") from None
    if not isinstance(document, dict):
        raise BadDocumentError(f"{path} is JSON, and no document of a plan: it is no object. {MAKE}")
    _check_version(path, document)
    if "saved_plan" in document:
        load_plan(text, where=str(path))
    return document


def _check_version(path: Path, document: dict[str, Any]) -> None:
    found = document.get("format_version")
    if isinstance(found, str) and not is_readable(found):
        raise BadDocumentError(
            f"{path} has format_version {found[:20]}, and this version of snowconf reads {FORMAT_VERSION} and what differs in "
            f"its minor number alone. Show it with the version that wrote it, or make it again. {MAKE}"
        )


def _subject(document: dict[str, Any]) -> Subject:
    plan, review = read_plan(document), read_review(document)
    if "resource_changes" in document:
        said = [summarise(plan, folder="the stack"), *([policy_sentence(review)] if review else [])]
        return Subject(plan=plan, review=review, summary=" ".join(said))
    compared = int(document["summary"]["compared"])
    differ = f"Drift: {counted(len(plan.changes), 'resource')} of {compared:,} differ."
    return Subject(
        plan=replace(plan, changes=tuple(map(harmless, plan.changes))),
        occasion=Occasion.DRIFT,
        summary=differ if plan.changes else f"No drift ({counted(compared, 'resource')} compared).",
    )


def _render(subject: Subject, page: Page) -> Lines:
    if subject.occasion is Occasion.PLAN:
        return stacked([render_plan(subject.plan, page), render_review(subject.review, page)])
    return stacked(
        [
            *(render_difference(each, page) for each in subject.plan.changes),
            render_diagnostics(subject.diagnostics, page),
            paragraph(subject.summary, width=page.width, style=Style.STRONG),
        ]
    )
