"""A plan or drift as JUnit XML, in the dialect of Jenkins: every resource and every rule of the policies is a test."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from snowconf.model.diagnostic import Severity
from snowconf.model.finding import Finding, Review
from snowconf.report.escaping import visible
from snowconf.report.issues import Issue, Occasion, Subject, issues_of

LONGEST = 2_000
# Issues of no resource are tests of their own, in this class.
OF_THE_STACK = "stack"


def render_junit(subject: Subject) -> str:
    """The XML. A test fails by an error, a finding that denies, and on drift by what differs."""
    suites = [_suite("resources", subject, [*_resources(subject)])]
    if subject.review:
        suites.append(_suite("policies", subject, [*_policies(subject.review)]))
    total = sum(int(each[0]) for each in suites)
    failures = sum(int(each[1]) for each in suites)
    head = f'<testsuites name={_attribute(subject.title)} tests="{total}" failures="{failures}" errors="0">'
    body = "".join(text for _, _, text in suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}\n{body}</testsuites>\n'


def _suite(name: str, subject: Subject, cases: Sequence[str]) -> tuple[int, int, str]:
    failures = sum("<failure" in each for each in cases)
    skipped = sum("<skipped" in each for each in cases)
    title = _attribute(f"{subject.title}: {name}")
    numbers = f'tests="{len(cases)}" failures="{failures}" errors="0" skipped="{skipped}"'
    return len(cases), failures, f"<testsuite name={title} {numbers}>\n{''.join(cases)}</testsuite>\n"


def _resources(subject: Subject) -> Iterator[str]:
    by_address: Mapping[str, list[Issue]] = defaultdict(list)
    rules = {each.id for each in (subject.review.findings if subject.review else ())}
    for issue in issues_of(subject):
        if issue.rule not in rules:
            by_address[issue.address].append(issue)
    known = [str(each.address) for each in subject.plan.changes]
    elsewhere = [each for each in by_address if each not in {*known}]
    for address in known:
        failing = [each for each in by_address[address] if _fails(each, subject)]
        yield _case(address.partition(".")[0], address, failing, by_address[address])
    for address in elsewhere:
        for each in by_address[address]:
            name = f"{each.title} {each.places}".strip()
            yield _case(OF_THE_STACK, name, [each] if _fails(each, subject) else [], [each])


def _fails(issue: Issue, subject: Subject) -> bool:
    is_drift = subject.occasion is Occasion.DRIFT and issue.rule == "drift"
    return issue.severity is Severity.ERROR or is_drift


def _policies(review: Review) -> Iterator[str]:
    """Each rule that found nothing, and each finding."""
    found = {each.rule.id for each in review.findings}
    for rule in sorted(review.rules, key=lambda each: each.id):
        if rule.id not in found:
            yield _case("policy", rule.id, (), ())
    yield from map(_finding, review.findings)


def _finding(finding: Finding) -> str:
    at = finding.address or (finding.origin.place if finding.origin else "the plan")
    name = f"{finding.id} at {at}"
    if finding.waiver:
        said = f"Waived by {finding.waiver.owner} until {finding.waiver.expires}: {finding.waiver.reason}"
        return _test("policy", name, f"<skipped message={_attribute(said)}/>")
    said = f"{finding.message} ({finding.origin.place})" if finding.origin else finding.message
    if finding.denies:
        failure = f"<failure type={_attribute(finding.id)} message={_attribute(finding.message)}>{_body(said)}</failure>"
        return _test("policy", name, failure)
    return _test("policy", name, f"<system-out>{_body(said)}</system-out>")


def _case(group: str, name: str, failing: Sequence[Issue], told: Sequence[Issue]) -> str:
    more = [each for each in told if each not in failing]
    failures = _failure(failing) if failing else ""
    out = f"<system-out>{_body(_lines(more))}</system-out>" if more else ""
    return _test(group, name, failures + out)


def _failure(issues: Sequence[Issue]) -> str:
    """One for all of them: most readers take the first of a test and drop the others."""
    rules = ", ".join(dict.fromkeys(each.rule for each in issues))
    message = "; ".join(dict.fromkeys(each.title for each in issues))
    body = _body("\n".join(map(_said, issues)))
    return f"<failure type={_attribute(rules)} message={_attribute(message)}>{body}</failure>"


def _test(group: str, name: str, inside: str) -> str:
    return (
        f"<testcase classname={_attribute(f'snowconf.{group}')} name={_attribute(name)}>{inside}</testcase>\n"
    )


def _lines(issues: Iterable[Issue]) -> str:
    return "\n".join(f"{each.word}: {_said(each)}" for each in issues)


def _said(issue: Issue) -> str:
    return f"{issue.title} [{issue.rule}]{issue.preposition}{issue.places}\n{issue.text}"


def _attribute(text: str) -> str:
    return quoteattr(visible(text[:LONGEST]))


def _body(text: str) -> str:
    return escape("\n".join(visible(each) for each in text[: 5 * LONGEST].split("\n")))
