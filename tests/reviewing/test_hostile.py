"""Names that were made to act pass through every report as names."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from markdown_it import MarkdownIt

from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic, Severity
from snowconf.model.finding import Finding, Review, Rule, Waiver
from snowconf.model.hazard import Hazard
from snowconf.model.origin import Origin
from snowconf.model.plan import Action, AttributeChange, Change, MembersChange, Plan, Why
from snowconf.model.plan_json import dump, plan_document
from snowconf.model.value import RecordRef
from snowconf.report.annotations import render_annotations
from snowconf.report.events import dump_event, plan_events
from snowconf.report.hosts import Host
from snowconf.report.html_page import render_html
from snowconf.report.issues import Subject
from snowconf.report.junit import render_junit
from snowconf.report.markdown import render_markdown
from snowconf.report.page import Page
from snowconf.report.sarif import sarif_document
from snowconf.report.styled import to_ansi, to_plain
from snowconf.report.terminal_plan import render_plan
from tests.reviewing.hostile import NAMES

UNSEEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\u3164\u2800\u180b\U0001d159\ud800-\udfff\uffff\ufffe]"
)
# What may stand in the Markdown outside code: what snowconf itself says.
OURS = re.compile(r"[A-Za-z ,.…:()0-9#*\-+>]*")


def about(name: str) -> Subject:
    """A plan in which the name is wherever a name can be."""
    at = Origin(name, 3, 1)
    address = Address("user", name)
    change = Change(
        address=address,
        action=Action.UPDATE,
        table="sys_user",
        sys_id="1" * 32,
        origin=at,
        name=name,
        attributes=(
            AttributeChange(
                attribute=name, before=name, after=f"{name}x", origin=at, note=name, why=Why.BOTH
            ),
            AttributeChange(attribute="script", before=f"a\n{name}\n", after=f"b\n{name}\nc\n", origin=at),
        ),
        members=(
            MembersChange(
                attribute="roles",
                add=(RecordRef("2" * 32, name),),
                remove=(RecordRef("3" * 32, name),),
                kept=(),
                origin=at,
            ),
        ),
        updated_by=name,
        updated_on=name,
        notes=(name,),
        hazards=(Hazard(code="deletion", sentence=f"Something about {name}.", address=address),),
    )
    problem = Diagnostic(code="SNC900", summary="Bad name", detail=f"It is {name} that is bad.", origin=at)
    plan = Plan(stack=name, instance=name, url=name, changes=(change,), diagnostics=(problem,))
    return Subject(plan=plan, summary=f"Plan of {name}.")


def judged(name: str) -> Subject:
    """The same, with the name wherever a finding and its waiver have words."""
    at = Origin(name, 3, 1)
    rule = Rule(id=name, query=name, severity=Severity.ERROR, origin=at, title=name, why=name, fix=name)
    waiver = Waiver(rule=name, address=name, owner=name, reason=name, expires=date(2026, 12, 24), origin=at)
    found = Finding(
        id=name,
        rule=rule,
        message=name,
        severity=Severity.ERROR,
        address=Address("user", name),
        origin=at,
        attribute=name,
    )
    findings = (found, replace(found, waiver=waiver))
    return replace(about(name), review=Review(engine="regorus", rules=(rule,), findings=findings))


@pytest.fixture(scope="module")
def subjects() -> list[Subject]:
    """A plan for each name."""
    return [about(each) for each in NAMES]


def texts_outside_code(text: str) -> Iterator[str]:
    """What a reader of Markdown takes for anything else than code or the tags that snowconf writes."""
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        for child in token.children or ():
            if child.type not in ("code_inline", "softbreak"):
                yield child.content
        if token.type == "html_block":
            yield re.sub(r"<code>[^<]*</code>", "", token.content)


def test_there_are_two_hundred_names_at_least() -> None:
    """As was promised."""
    assert len(set(NAMES)) >= 200


@pytest.mark.parametrize("host", Host)
def test_comments_hold_names_in_code_alone(subjects: list[Subject], host: Host) -> None:
    """No markup, mention, link, image or HTML comes of them, as a reader of CommonMark sees it."""
    for subject in subjects:
        for part in render_markdown(subject, host):
            outside = [each for each in texts_outside_code(part) if not OURS.fullmatch(each)]
            tags = ("<details>", "</details>", "<!-- snowconf:plan:", "user")
            assert [each for each in outside if not each.strip().startswith(tags)] == [], subject.plan.stack
            assert UNSEEN.search(part) is None, subject.plan.stack


def test_tables_of_comments_keep_their_columns(subjects: list[Subject]) -> None:
    """A pipe in a name makes no cell."""
    for subject in subjects:
        (part, *_) = render_markdown(subject, Host.GITHUB)
        (row,) = [each for each in part.splitlines() if each.startswith("| update")]
        assert row.count("|") == 5, row


class Tags(HTMLParser):
    """The elements of a page with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what begins."""
        self.names.add(tag)
        self.attributes.update((tag, name) for name, _ in attrs)


def test_pages_have_the_same_elements_whatever_names_are_in_them(subjects: list[Subject]) -> None:
    """No element and no attribute comes of a name."""
    expected = Tags()
    expected.feed(render_html(about("plain")))
    for subject in subjects:
        found, text = Tags(), render_html(subject)
        found.feed(text)
        assert (found.names, found.attributes) == (expected.names, expected.attributes), subject.plan.stack
        assert UNSEEN.search(text) is None, subject.plan.stack


def test_findings_and_their_waivers_are_only_text(subjects: list[Subject]) -> None:
    """In comments, pages, tests and annotations alike."""
    expected = Tags()
    expected.feed(render_html(judged("plain")))
    for subject in (judged(each.plan.stack) for each in subjects[::3]):
        for part in render_markdown(subject, Host.GITHUB):
            outside = [each for each in texts_outside_code(part) if not OURS.fullmatch(each)]
            tags = ("<details>", "</details>", "<!-- snowconf:plan:", "user")
            assert [each for each in outside if not each.strip().startswith(tags)] == [], subject.plan.stack
        found = Tags()
        found.feed(render_html(subject))
        assert (found.names, found.attributes) == (expected.names, expected.attributes), subject.plan.stack
        assert len([*ET.fromstring(render_junit(subject)).iter("testcase")]) == 4
        lines = render_annotations(subject).removesuffix("\n").split("\n")
        sorts = [each.split(" ")[0] for each in lines]
        assert sorts == ["::error", "::error", "::warning", "::notice"], subject.plan.stack


def test_annotations_are_one_command_a_line_and_none_of_a_name(subjects: list[Subject]) -> None:
    """Each line begins one of our commands, and no line holds another sort of command."""
    for subject in subjects:
        lines = render_annotations(subject).removesuffix("\n").split("\n")
        assert [each.split(" ")[0] for each in lines] == ["::error", "::warning"], subject.plan.stack
        assert [each for each in lines if "##[" in each or UNSEEN.search(each)] == [], subject.plan.stack
        assert [each for each in lines if each.split(" ", 1)[1].split("::")[0].count(",") != 2] == []


def test_sarif_holds_no_link_and_nothing_unseen(subjects: list[Subject]) -> None:
    """Brackets are escaped, paths are percent-encoded, and the text is ASCII."""
    for subject in subjects:
        document = sarif_document(subject, "1")
        (run,) = document["runs"]
        for each in run["results"]:
            assert re.search(r"(?<!\\)\[[^\]]*(?<!\\)\]\(", each["message"]["text"]) is None
            uri = each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
            assert re.fullmatch(r"[A-Za-z0-9%_.~/-]*", uri), uri
        assert dump(document).isascii()


def test_junit_is_xml_with_our_elements_alone(subjects: list[Subject]) -> None:
    """It parses, and says the same of each."""
    for subject in subjects:
        root = ET.fromstring(render_junit(subject))
        found = [each.tag for each in root.iter()]
        assert found == ["testsuites", "testsuite", "testcase", "system-out", "testcase", "failure"]


def test_json_and_events_hold_no_commands_and_say_the_name(subjects: list[Subject]) -> None:
    """In ASCII, one event a line, and nothing that an agent looks for; read back, the name is as it was."""
    for subject in subjects:
        text = dump(plan_document(subject.plan))
        lines = "".join(dump_event(each, "") for each in plan_events(subject.plan))
        assert (text.isascii(), "##" in text, "##" in lines, lines.count("\n")) == (True, False, False, 3)
        assert json.loads(text)["stack"] == subject.plan.stack


@pytest.mark.parametrize("width", [40, 80])
def test_terminals_and_the_logs_of_pipelines_hold_no_command(subjects: list[Subject], width: int) -> None:
    """No line begins with two colons, and none holds what Azure Pipelines or GitHub would act on."""
    for subject in subjects:
        lines = render_plan(subject.plan, Page(width=width))
        for each in to_plain(lines).split("\n"):
            assert not each.lstrip().startswith("::"), each
            assert re.search(r"##[\w.]*\[", each) is None, each
            assert UNSEEN.search(each) is None, each
        assert [each for each in to_ansi(lines).split("\n") if each.lstrip().startswith("::")] == []


def test_a_marker_ends_no_comment(subjects: list[Subject]) -> None:
    """The first line is one HTML comment, whatever the stack is called."""
    for subject in subjects:
        first = render_markdown(subject, Host.GITHUB)[0].split("\n")[0]
        assert re.fullmatch(r"<!-- [^<>]* -->", first), first
        assert "--" not in first[4:-3], first


def test_two_stacks_have_two_markers() -> None:
    """Each finds its own comment."""
    one, other = about("a:b"), replace(about("a"), plan=replace(about("a").plan, instance="b:a"))
    assert (
        render_markdown(one, Host.GITHUB)[0].split("\n")[0]
        != render_markdown(other, Host.GITHUB)[0].split("\n")[0]
    )
