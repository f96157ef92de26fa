"""Each form of one rich plan, as agreed; SNOWCONF_REWRITE_GOLDEN=1 writes the files for a person to review."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from snowconf.model.finding import Review
from snowconf.model.outcome import ApplyReport, Outcome, Status
from snowconf.model.plan import Plan
from snowconf.model.plan_json import dump
from snowconf.report.annotations import render_annotations
from snowconf.report.events import (
    apply_events,
    dump_event,
    plan_events,
    progress_event,
    review_events,
    version_event,
)
from snowconf.report.hosts import Host
from snowconf.report.html_page import render_html
from snowconf.report.issues import Subject
from snowconf.report.junit import render_junit
from snowconf.report.markdown import render_markdown
from snowconf.report.sarif import sarif_document

GOLDEN = Path(__file__).parent / "golden"


def golden(name: str, text: str) -> None:
    """Compare with a file, or write it."""
    path = GOLDEN / name
    if os.environ.get("SNOWCONF_REWRITE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("host", [Host.GITHUB, Host.BITBUCKET])
def test_a_comment_reads_as_agreed(subject: Subject, host: Host) -> None:
    """The verdict, one line a resource, problems, then the details, folded where the host folds."""
    (text,) = render_markdown(subject, host)
    golden(f"plan-{host.value}.md", text)


def test_a_comment_on_drift_reads_as_agreed(drifted: Subject) -> None:
    """It speaks of what differs and not of what would be done."""
    (text,) = render_markdown(drifted, Host.GITLAB)
    golden("drift.md", text)


def test_a_page_is_as_agreed(subject: Subject) -> None:
    """Every byte of the page is a matter of the plan."""
    golden("plan.html", render_html(subject))


def test_a_page_on_drift_is_as_agreed(drifted: Subject) -> None:
    """Its columns are the instance and the file."""
    golden("drift.html", render_html(drifted))


def test_sarif_is_as_agreed(subject: Subject) -> None:
    """Problems, hazards and findings with their places; what is waived is suppressed with the reason."""
    golden("plan.sarif", dump(sarif_document(subject, "1.2.3")))


def test_junit_is_as_agreed(subject: Subject) -> None:
    """Each resource and each rule is a test."""
    golden("plan-junit.xml", render_junit(subject))


def test_junit_on_drift_fails_by_what_differs(drifted: Subject) -> None:
    """A nightly run turns red."""
    golden("drift-junit.xml", render_junit(drifted))


def test_annotations_are_as_agreed(subject: Subject) -> None:
    """Errors, warnings, and notices of what is waived."""
    golden("annotations.txt", render_annotations(subject))


def test_events_are_as_agreed(plan: Plan, review: Review) -> None:
    """One object a line; the clock is the only thing that is not the run's own."""
    role, user, app, *_ = plan.changes
    report = ApplyReport(
        plan=plan,
        outcomes=(
            Outcome(change=role, status=Status.DONE),
            Outcome(change=user, status=Status.FAILED, problem=plan.diagnostics[0]),
            Outcome(change=app, status=Status.NOT_ATTEMPTED),
        ),
        diagnostics=plan.diagnostics,
    )
    events = (
        version_event("1.2.3"),
        progress_event("reading", "sys_user", done=1, total=4),
        *plan_events(plan),
        *review_events(review),
        *apply_events(report),
    )
    golden("events.ndjson", "".join(dump_event(each, "2026-11-21T08:00:00.000Z") for each in events))


def test_no_policies_make_no_events() -> None:
    """Who asked none hears of none."""
    assert list(review_events(None)) == []


def test_policies_that_could_not_be_asked_fail_the_report(subject: Subject) -> None:
    """That is never a yes, in any form."""
    assert subject.review is not None
    unasked = replace(subject, review=replace(subject.review, was_judged=False, findings=()))
    (event,) = [each for each in review_events(unasked.review) if each["type"] == "policy_verdict"]
    assert event["@message"] == "Policies: not judged."


def test_a_plan_without_changes_is_said_in_a_line(subject: Subject) -> None:
    """A comment that was there before is updated by one that says so."""
    quiet = replace(
        subject, plan=replace(subject.plan, changes=(), diagnostics=()), review=None, summary="None."
    )
    (text,) = render_markdown(quiet, Host.GITHUB)
    assert text == (
        "<!-- snowconf:plan:finout:dev:1 -->\n### snowconf plan of stack `finout` on instance `dev`: nothing to do\n\n"
        "```\nNone.\n```\n\n"
    )
    assert "nothing to do" in render_html(quiet)
