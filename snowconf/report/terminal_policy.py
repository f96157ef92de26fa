"""What policies say of a plan, as a person reads it in a terminal; rules and their tests, too."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from snowconf.model.diagnostic import Diagnostic, Severity
from snowconf.model.finding import Finding, Review, Rule
from snowconf.model.origin import Origin
from snowconf.report.diagnostics import render_diagnostics
from snowconf.report.page import Page, counted, indented, paragraph, stacked
from snowconf.report.quoting import quote
from snowconf.report.styled import Line, Lines, Style

# So many findings of one rule are shown; what is mended in one place is often mended in all.
SHOWN = 10
WORDS = {Severity.ERROR: "Denied", Severity.WARNING: "Warning"}
STYLES = {Severity.ERROR: Style.ERROR, Severity.WARNING: Style.WARNING}


def render_review(review: Review | None, page: Page) -> Lines:
    """Each finding with its place, what is waived, what is wrong with the policies, and the verdict last."""
    if review is None:
        return ()
    return stacked(
        [
            *_findings((*review.denying, *review.warning), page),
            _waived(review.waived, page),
            render_diagnostics(review.diagnostics, page),
            paragraph(summarise(review), width=page.width, style=Style.STRONG),
        ]
    )


def summarise(review: Review) -> str:
    """The sentence at the end."""
    if not review.was_judged:
        return "Policies: not judged. Nothing can be applied until the errors above are mended."
    counts = ((review.denying, "denied"), (review.warning, "warned of"), (review.waived, "waived"))
    said = ", ".join(f"{len(each):,} {word}" for each, word in counts if each) or "nothing found"
    refusal = " Nothing can be applied until what is denied is mended or waived." if review.is_denied else ""
    if review.is_denied and not review.denying:
        refusal = " Nothing can be applied until the errors above are mended."
    return f"Policies: {said} by {counted(len(review.rules), 'rule')}.{refusal}"


def render_rules(rules: Sequence[Rule], page: Page) -> Lines:
    """One line each: the id, how grave, the title and the place."""
    lines: list[Line] = []
    for rule in sorted(rules, key=lambda each: each.id):
        lines += paragraph(
            f"{rule.id}  {WORDS[rule.severity].lower()}  {rule.origin}", width=page.width, style=Style.STRONG
        )
        lines += paragraph(rule.title, width=page.width, indent=2) if rule.title else ()
    return tuple(lines)


def render_rule(rule: Rule, page: Page) -> Lines:
    """All that a rule says of itself."""
    parts = (("", rule.description), ("Why: ", rule.why), ("To mend it: ", rule.fix))
    waivable = "" if rule.waivable else "No stack can waive it."
    return stacked(
        [
            (
                *paragraph(f"{rule.id}: {rule.title or rule.query}", width=page.width, style=Style.STRONG),
                *paragraph(_place(rule), width=page.width, indent=2, style=Style.MUTED),
            ),
            *(paragraph(f"{word}{text}", width=page.width, indent=2) for word, text in parts if text),
            paragraph(waivable, width=page.width, indent=2) if waivable else (),
        ]
    )


def render_tests(
    tests: Sequence[tuple[str, Origin, str | None]], diagnostics: Iterable[Diagnostic], page: Page
) -> Lines:
    """Each test by name and place, with what is against those that do not hold; how many do, last."""
    lines: list[Line] = []
    for name, origin, why in tests:
        style = Style.ADDED if why is None else Style.ERROR
        lines += paragraph(
            f"{'pass' if why is None else 'FAIL'}  {name}  ({origin})", width=page.width, style=style
        )
        lines += paragraph(why, width=page.width, indent=6) if why else ()
    held = sum(why is None for *_, why in tests)
    summary = paragraph(
        f"{held} of {counted(len(tests), 'test')} hold.", width=page.width, style=Style.STRONG
    )
    return stacked([tuple(lines), render_diagnostics(diagnostics, page), summary if tests else ()])


def _place(rule: Rule) -> str:
    verdict = "refuses a plan" if rule.severity is Severity.ERROR else "warns of a plan"
    return f"{verdict}; {rule.query} in {rule.origin}"


def _findings(findings: Sequence[Finding], page: Page) -> Iterator[Lines]:
    shown, totals = Counter[str](), Counter(each.id for each in findings)
    for each in findings:
        shown[each.id] += 1
        if shown[each.id] <= SHOWN:
            yield _finding(each, page)
        elif shown[each.id] == totals[each.id]:
            more = f"… and {totals[each.id] - SHOWN:,} more of {each.id}. --json has them all."
            yield paragraph(more, width=page.width, style=Style.MUTED)


def _finding(finding: Finding, page: Page) -> Lines:
    title = finding.rule.title or "A rule of the policies"
    head = f"{WORDS[finding.severity]}: {title} [{finding.id}]"
    quoted = quote(
        Diagnostic(code=finding.id, summary=title, detail=finding.message, origin=finding.origin), page
    )
    return (
        *paragraph(head, width=page.width, style=STYLES[finding.severity]),
        *paragraph(", ".join(_where(finding)), width=page.width, indent=2, style=Style.MUTED),
        *(indented(each, 0) for each in quoted),
        *paragraph(finding.message, width=page.width, indent=2),
    )


def _where(finding: Finding) -> Iterator[str]:
    if finding.origin:
        yield finding.origin.place if finding.origin.gone else f"on {finding.origin}"
    if finding.address:
        yield f"in {finding.address}"
    yield f"by {finding.rule.origin}"


def _waived(findings: Iterable[Finding], page: Page) -> Lines:
    lines: list[Line] = []
    for each in findings:
        assert each.waiver is not None, each
        where = f" in {each.address}" if each.address else ""
        text = (
            f"Waived until {each.waiver.expires}: {each.id}{where} ({each.waiver.origin}). {each.message} "
            f"{each.waiver.owner} says: {each.waiver.reason}"
        )
        lines += paragraph(text, width=page.width, style=Style.MUTED)
    return tuple(lines)
