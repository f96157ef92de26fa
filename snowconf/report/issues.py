"""What reports for reviewers are of, and everything in it that somebody should look at, in one form for all of them.

A problem of the files, a danger of a change, a finding of a policy and a drifted record are issues alike.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum

from snowconf.model.diagnostic import Diagnostic, Severity, has_errors
from snowconf.model.finding import Finding, Review, Waiver
from snowconf.model.hazard import Hazard
from snowconf.model.origin import Origin
from snowconf.model.plan import Change, Plan
from snowconf.model.privilege import Privileges
from snowconf.report.page import counted

# What drift calls what a plan would do.
DRIFTED = {"create": "missing", "update": "differs", "adopt": "differs", "delete": "not wanted"}


class Occasion(Enum):
    """What made the changes that are shown: the wish to write them, or the look for what has drifted."""

    PLAN = "plan"
    DRIFT = "drift"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a report is of. On drift the plan's changes are what differs, `summary` is its sentence in any case.

    `more` are problems that came of the occasion and are no part of the plan. `privileges` are what accounts may do
    once it is applied, drawn where a form has pictures. `home` is where problems are shown that have no place of their
    own, by who shows none without. It is not made when something prevented it that is no matter of the files.
    """

    plan: Plan
    summary: str
    occasion: Occasion = Occasion.PLAN
    review: Review | None = None
    more: tuple[Diagnostic, ...] = ()
    privileges: tuple[Privileges, ...] = ()
    home: Origin | None = None
    is_made: bool = True

    @property
    def title(self) -> str:
        """What it is, of which stack, on which instance."""
        where = f" of stack {self.plan.stack} on instance {self.plan.instance}" if self.plan.stack else ""
        return f"snowconf {self.occasion.value}{where}"

    def word_of(self, change: Change) -> str:
        """What is to be done with the record, or how it has drifted."""
        action = change.action.value
        return action if self.occasion is Occasion.PLAN else DRIFTED.get(action, action)

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Of the plan, of the policies and of what came besides."""
        return (*self.plan.diagnostics, *self.more, *(self.review.diagnostics if self.review else ()))

    @property
    def verdict(self) -> str:
        """One word for whoever reads nothing else."""
        if has_errors(self.diagnostics):
            return "failed"
        if self.review and self.review.is_denied:
            return "denied by policy"
        if not self.plan.pending:
            return "nothing to do" if self.occasion is Occasion.PLAN else "no drift"
        return "changes" if self.occasion is Occasion.PLAN else "drift"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One thing to look at. `rule` is stable: a diagnostic's code, a policy rule's id, `hazard.live_tokens`, `drift`.

    With a `waiver` somebody has taken it. `why` and `fix` are the rule's own words, where it has any.
    """

    rule: str
    title: str
    text: str
    severity: Severity
    origin: Origin | None = None
    address: str = ""
    attribute: str = ""
    waiver: Waiver | None = None
    why: str = field(default="", compare=False)
    fix: str = field(default="", compare=False)

    @property
    def word(self) -> str:
        """How grave it is, in a word."""
        return "Waived" if self.waiver else self.severity.value.capitalize()

    @property
    def places(self) -> str:
        """Where it is: the line, and the resource; nothing for what has no place."""
        place = self.origin.place if self.origin else ""
        return ", ".join(filter(None, (place, self.address)))

    @property
    def preposition(self) -> str:
        """What goes before `places` in a sentence."""
        return " " if self.origin and self.origin.gone else " at " if self.places else ""


def harmless(change: Change) -> Change:
    """The change without what writing it would put at risk: who looks for drift writes nothing."""
    return replace(change, hazards=())


def issues_of(subject: Subject) -> tuple[Issue, ...]:
    """All of them: what stops the plan first, then what is only told, what is waived last."""
    found = (
        *map(_of_diagnostic, subject.diagnostics),
        *(_of_finding(each) for each in (subject.review.findings if subject.review else ())),
        *_of_changes(subject),
    )
    return tuple(sorted(found, key=_rank))


def standing_out(subject: Subject) -> tuple[Issue, ...]:
    """Those that no change says itself: hazards that stop nothing, and drift, stand with the change they are of."""
    return tuple(each for each in issues_of(subject) if not _stands_with_change(each))


def _stands_with_change(issue: Issue) -> bool:
    is_hazard = issue.rule.startswith("hazard.") and issue.severity is Severity.WARNING
    return is_hazard or issue.rule == "drift"


def _rank(issue: Issue) -> int:
    return 2 if issue.waiver else int(issue.severity is Severity.WARNING)


def tally(issues: Iterable[Issue]) -> str:
    """`2 errors, 1 warning, 1 waived`, or nothing."""
    listed = [*issues]
    waived = sum(each.waiver is not None for each in listed)
    counts = ((_number(listed, each), each.value) for each in Severity)
    words = [counted(number, word) for number, word in counts if number]
    return ", ".join([*words, *([f"{waived:,} waived"] if waived else [])])


def policy_sentence(review: Review) -> str:
    """What the policies say, in numbers."""
    if not review.was_judged:
        return "Policies: not judged."
    counts = ((review.denying, "denied"), (review.warning, "warned of"), (review.waived, "waived"))
    said = ", ".join(f"{len(each):,} {word}" for each, word in counts if each)
    return f"Policies: {said or 'nothing found'}."


def _number(issues: Iterable[Issue], severity: Severity) -> int:
    return sum(each.severity is severity and each.waiver is None for each in issues)


def _of_diagnostic(diagnostic: Diagnostic) -> Issue:
    return Issue(
        rule=diagnostic.code,
        title=diagnostic.summary,
        text=diagnostic.detail,
        severity=diagnostic.severity,
        origin=diagnostic.origin,
        address=str(diagnostic.address or ""),
    )


def _of_finding(finding: Finding) -> Issue:
    return Issue(
        rule=finding.id,
        title=finding.rule.title or "A rule of the policies",
        text=finding.message,
        severity=finding.severity,
        origin=finding.origin,
        address=str(finding.address or ""),
        attribute=finding.attribute,
        waiver=finding.waiver,
        why=finding.rule.why,
        fix=finding.rule.fix,
    )


def _of_changes(subject: Subject) -> Iterator[Issue]:
    for change in subject.plan.pending:
        if subject.occasion is Occasion.DRIFT:
            yield _drifted(change)
        else:
            yield from (_of_hazard(each, change) for each in change.hazards if not _is_said(each, subject))


def _is_said(hazard: Hazard, subject: Subject) -> bool:
    """Is it among the plan's errors already?"""
    return hazard.severity is Severity.ERROR and any(
        each.address == hazard.address and hazard.sentence in each.detail for each in subject.plan.diagnostics
    )


def _of_hazard(hazard: Hazard, change: Change) -> Issue:
    return Issue(
        rule=f"hazard.{hazard.code}",
        title=f"Hazard: {hazard.code.replace('_', ' ')}",
        text=hazard.sentence,
        severity=hazard.severity,
        origin=change.origin,
        address=str(change.address),
    )


def _drifted(change: Change) -> Issue:
    attributes = [each.attribute for each in change.attributes]
    names = ", ".join([*attributes, *(each.attribute for each in change.members)])
    what = {"create": "It is not on the instance.", "delete": "It is there, and must not be."}
    by = f" Last changed by {change.updated_by} on {change.updated_on} UTC." if change.updated_by else ""
    return Issue(
        rule="drift",
        title="The instance holds something else than the files say",
        text=what.get(change.action.value, f"Differing: {names}.") + by,
        severity=Severity.WARNING,
        origin=change.origin,
        address=str(change.address),
    )
