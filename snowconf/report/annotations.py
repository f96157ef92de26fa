"""Problems, hazards and findings as workflow commands of GitHub Actions, which shows them at their lines in a pull request."""

from collections.abc import Iterator

from snowconf.model.diagnostic import Severity
from snowconf.report.escaping import visible
from snowconf.report.issues import Issue, Subject, issues_of

# So many of a sort are shown for one step; the rest would be dropped without a word.
SHOWN = 10
LONGEST = 4_000


def render_annotations(subject: Subject) -> str:
    """One command a line: errors, warnings, notices for what is waived, at most ten of each."""
    return "".join(f"{each}\n" for each in _commands(subject))


def _commands(subject: Subject) -> Iterator[str]:
    issues = issues_of(subject)
    for sort in ("error", "warning", "notice"):
        several = [each for each in issues if _sort(each) == sort]
        room = SHOWN if len(several) <= SHOWN else SHOWN - 1
        yield from (_command(sort, each) for each in several[:room])
        if len(several) > room:
            more = (
                f"… and {len(several) - room:,} more, which GitHub would not show. The report has them all."
            )
            yield f"::{sort} title=snowconf::{more}"


def _sort(issue: Issue) -> str:
    if issue.waiver:
        return "notice"
    return "error" if issue.severity is Severity.ERROR else "warning"


def _command(sort: str, issue: Issue) -> str:
    origin = issue.origin
    place = [] if origin is None or origin.gone else [("file", origin.file), ("line", str(origin.line))]
    title = f"{issue.title} [{issue.rule}]"
    values = ",".join(f"{name}={_in_property(text)}" for name, text in (*place, ("title", title)))
    about = f"{issue.address}: " if issue.address else ""
    taken = issue.waiver
    waived = f"\nWaived by {taken.owner} until {taken.expires}: {taken.reason}" if taken else ""
    return f"::{sort} {values}::{_in_message(about + issue.text + waived)}"


def _in_message(text: str) -> str:
    """Line ends stay line ends, as the runner decodes them; everything else that acts is escaped."""
    lines = (visible(each) for each in text[:LONGEST].split("\n"))
    return "%0A".join(each.replace("%", "%25").replace("##[", "#\\x23[") for each in lines)


def _in_property(text: str) -> str:
    return _in_message(text.replace("\n", " ")).replace(":", "%3A").replace(",", "%2C")
