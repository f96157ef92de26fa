"""Plans that are long: within the limits of every host, soon, and with a word on what was left out."""

import re
from dataclasses import replace

import pytest

from snowconf.model.address import Address
from snowconf.model.hazard import Hazard
from snowconf.model.plan import Action, Change
from snowconf.report.annotations import render_annotations
from snowconf.report.hosts import Host
from snowconf.report.html_page import render_html
from snowconf.report.issues import Subject
from snowconf.report.markdown import fenced, render_markdown
from snowconf.report.sarif import RESULTS, sarif_document

MANY = 10_000


@pytest.fixture
def long(subject: Subject) -> Subject:
    """Ten thousand changes with a hazard each."""
    user = next(each for each in subject.plan.changes if each.action is Action.UPDATE)
    return replace(
        subject, plan=replace(subject.plan, changes=tuple(_like(user, each) for each in range(MANY)))
    )


def _like(change: Change, number: int) -> Change:
    address = Address("user", f"svc_{number:05}")
    danger = Hazard(code="live_tokens", sentence=f"Tokens of {number} are cut off.", address=address)
    return replace(change, address=address, hazards=(danger,))


@pytest.mark.parametrize("host", Host)
def test_comments_keep_to_the_limit_and_say_what_is_missing(long: Subject, host: Host) -> None:
    """At most five, each whole in itself; what is shown and what is left out are all there is."""
    parts = render_markdown(long, host)
    shown = sum(len(re.findall(r"^```diff", part, re.MULTILINE)) for part in parts)
    left = re.findall(r"The details of ([\d,]+) changes are left out", "".join(parts))
    assert len(parts) == 5
    assert [len(each) for each in parts if len(each) > host.longest] == []
    assert shown + int(left[0].replace(",", "")) == MANY
    assert [part for part in parts if part.count("<details>") != part.count("</details>")] == []
    assert "… and 9,800 more resources" in "".join(parts)


def test_each_part_has_a_marker_and_a_number(long: Subject) -> None:
    """So that each is updated by its own."""
    parts = render_markdown(long, Host.GITHUB)
    heads = [part.split("\n")[:2] for part in parts]
    assert [marker for marker, _ in heads] == [
        f"<!-- snowconf:plan:finout:dev:{each} -->" for each in range(1, 6)
    ]
    assert [title[-8:] for _, title in heads] == [f"({each} of 5)" for each in range(1, 6)]


def test_the_other_forms_say_what_they_leave_out(long: Subject) -> None:
    """GitHub shows ten annotations of a sort and five thousand results."""
    annotations = render_annotations(long).splitlines()
    (run,) = sarif_document(long, "1")["runs"]
    (said,) = run["invocations"][0]["toolExecutionNotifications"]
    assert [each for each in annotations if "more, which GitHub would not show" in each] != []
    assert max(sum(each.startswith(sort) for each in annotations) for sort in ("::error", "::warning")) == 10
    assert len(run["results"]) == RESULTS
    assert "results are left out" in said["message"]["text"]
    assert "The details of the last 8,000 are left out" in render_html(long)


def test_a_block_that_is_too_long_is_cut_with_a_word() -> None:
    """And its fence is longer than any in it."""
    text = fenced("`````\n" + "x" * 20_000)
    assert (text[:7], text[-8:]) == ("``````\n", "\n``````\n")
    assert "8,006 more characters" in text


def test_a_change_with_many_attributes_names_six(subject: Subject) -> None:
    """The line of a resource stays a line."""
    user = next(each for each in subject.plan.changes if each.action is Action.UPDATE)
    wide = replace(user, attributes=user.attributes * 4, members=())
    (text,) = render_markdown(replace(subject, plan=replace(subject.plan, changes=(wide,))), Host.GITHUB)
    assert f"and {len(wide.attributes) - 6} more`" in text
