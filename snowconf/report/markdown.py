"""A plan or drift as comments on a pull request: the verdict, one line a resource, then what is folded away.

Whatever came from an instance or a file stands in code, where no host looks for markup, mentions or links. What does
not fit into the comments that a host takes is left out, and the last of them says how much and where it is.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote as percent

from snowconf.model.plan import Action, AttributeChange, Change, MembersChange
from snowconf.report.changes import render_change
from snowconf.report.escaping import visible
from snowconf.report.hosts import Host
from snowconf.report.issues import Issue, Occasion, Subject, standing_out, tally
from snowconf.report.page import Page, counted, paragraph
from snowconf.report.styled import to_plain
from snowconf.report.terminal_drift import render_difference
from snowconf.report.terminal_plan import tell_hazards

# The first part lists so many resources and problems; more help nobody before unfolding.
ROWS = 200
ISSUES = 50
PARTS = 5
# How the first line of a part begins, by whether its host takes HTML.
MARKED = ("<!-- snowconf:", "[//]: # (snowconf:")
LONGEST_NAME = 80
LONGEST_BLOCK = 12_000
# Kept free in each part for what opens and closes it.
ROOM = 1_500
WIDTH = 100
SIGNED = re.compile(r"^  ( *)([-+](?!>) ?|[~<>!] )")
TABLES = {
    Occasion.PLAN: "| | Resource | What changes | Where |\n| --- | --- | --- | --- |\n",
    Occasion.DRIFT: "| | Resource | What differs | Where |\n| --- | --- | --- | --- |\n",
}


@dataclass(frozen=True, slots=True)
class _Piece:
    """Some lines that stay together, below a heading that each part repeats. It may be the details of a change."""

    text: str
    heading: str = ""
    is_detail: bool = False


def render_markdown(subject: Subject, host: Host) -> tuple[str, ...]:
    """The comments, each within the host's limit and with a marker as its first line."""
    kept, is_whole = _packed(_pieces(subject, host), host.longest - ROOM)
    shown = sum(piece.is_detail for pieces in kept for piece in pieces)
    end = "" if is_whole else _end(len(subject.plan.pending) - shown)
    parts = ["".join(_joined(pieces)) for pieces in kept]
    last = len(parts)
    return tuple(
        f"{marker(subject, host, number)}\n{_title(subject, number, last)}{text}{end if number == last else ''}"
        for number, text in enumerate(parts, 1)
    )


def marker(subject: Subject, host: Host, number: int) -> str:
    """The line by which a comment is found again and updated: the same for a stack, an instance and a number."""
    parts = (subject.occasion.value, subject.plan.stack, subject.plan.instance, str(number))
    name = ":".join(_in_marker(each) for each in parts)
    hidden, linked = MARKED
    return f"{hidden}{name} -->" if host.folds else f"{linked}{name})\n"


def _in_marker(text: str) -> str:
    return percent(visible(text), safe="").replace("-", "%2D")


def code(text: str) -> str:
    """The text as code within a line or a cell: shortened, and with what could end the code escaped."""
    body = visible(text) or "(empty)"
    if len(body) > LONGEST_NAME:
        body = f"{body[: LONGEST_NAME - 1]}…"
    return f"`{body.replace('`', _hex('`')).replace('|', _hex('|'))}`"


def fenced(text: str, language: str = "") -> str:
    """The text as a block of code, with a fence that is longer than any within."""
    if len(text) > LONGEST_BLOCK:
        text = f"{text[:LONGEST_BLOCK]}\n… {len(text) - LONGEST_BLOCK:,} more characters: see the HTML report or plan --json."
    runs = re.findall("`+", text)
    fence = "`" * max(3, 1 + max(map(len, runs), default=0))
    return f"{fence}{language}\n{text.rstrip()}\n{fence}\n"


def changed_parts(change: Change) -> str:
    """In a few words what changes: the attributes by name, the members by number."""
    parts = [*map(_attribute, change.attributes), *map(_members, change.members)]
    more = [f"and {len(parts) - 6} more"] if len(parts) > 6 else []
    return ", ".join([*parts[:6], *more])


def _hex(character: str) -> str:
    return f"\\x{ord(character):02x}"


def _attribute(attribute: AttributeChange) -> str:
    return attribute.attribute


def _members(members: MembersChange) -> str:
    signs = (("+", members.add), ("-", members.remove))
    return " ".join([members.attribute, *(f"{sign}{len(rows)}" for sign, rows in signs if rows)])


def _title(subject: Subject, number: int, last: int) -> str:
    stack, instance = code(subject.plan.stack), code(subject.plan.instance)
    where = f" of stack {stack} on instance {instance}" if subject.plan.stack else ""
    part = f" ({number} of {last})" if last > 1 else ""
    return f"### snowconf {subject.occasion.value}{where}: {subject.verdict}{part}\n\n"


def _end(left: int) -> str:
    said = f"The details of {counted(left, 'change')} are" if left else "Some of it is"
    more = "The HTML report (`--html FILE`) and `--json` have it all."
    return f"\n{said} left out here for length. {more}\n"


def _pieces(subject: Subject, host: Host) -> Iterator[_Piece]:
    issues = standing_out(subject)
    counts = f"Problems and findings: {tally(issues)}.\n\n" if issues else ""
    hazards = f"\nHazards: {tell_hazards(subject.plan)}." if subject.plan.hazards else ""
    yield _Piece(f"{fenced(_wrapped(subject.summary + hazards))}\n{counts}")
    yield from _rows(subject)
    yield from _issues(issues)
    for change in subject.plan.pending:
        yield _Piece(_details(change, subject, host), heading="\n#### In detail\n\n", is_detail=True)


def _rows(subject: Subject) -> Iterator[_Piece]:
    changes = subject.plan.pending
    for each in changes[:ROWS]:
        yield _Piece(_row(each, subject), heading=TABLES[subject.occasion])
    if len(changes) > ROWS:
        yield _Piece(
            f"\n… and {len(changes) - ROWS:,} more resources, in detail below as far as there is room.\n"
        )


def _row(change: Change, subject: Subject) -> str:
    name = f" {code(change.name)}" if change.name not in ("", change.address.label) else ""
    danger = f" ({counted(len(change.hazards), 'hazard')})" if change.hazards else ""
    resource = f"{code(str(change.address))}{name}"
    cells = (
        f"{subject.word_of(change)}{danger}",
        resource,
        _what(change, subject),
        code(change.origin.place),
    )
    return f"| {' | '.join(cells)} |\n"


def _what(change: Change, subject: Subject) -> str:
    """The attributes, or of what comes and goes as one that it does."""
    is_missing = change.action is Action.CREATE and subject.occasion is Occasion.DRIFT
    if is_missing or change.action is Action.DELETE:
        return "the record"
    if change.attributes or change.members:
        return code(changed_parts(change))
    return "nothing on the instance" if change.action in (Action.ADOPT, Action.FORGET) else "the record"


def _issues(issues: Sequence[Issue]) -> Iterator[_Piece]:
    heading = "\n#### Problems and findings\n\n"
    for each in issues[:ISSUES]:
        yield _Piece(_issue(each), heading=heading)
    if len(issues) > ISSUES:
        yield _Piece(
            f"… and {len(issues) - ISSUES:,} more. The HTML report and `--json` have them all.\n", heading
        )


def _issue(issue: Issue) -> str:
    at = f"{issue.preposition}{code(issue.places)}" if issue.places else ""
    head = f"**{issue.word}** {code(issue.rule)} {code(issue.title)}{at}"
    taken = issue.waiver
    said = f"Waived until {taken.expires} by {taken.owner}: {taken.reason}" if taken else ""
    more = (f"{word}: {text}" for word, text in (("Why", issue.why), ("To mend it", issue.fix)) if text)
    text = "\n".join(filter(None, (issue.text, said, *more)))
    return f"{head}\n\n{fenced(_wrapped(text))}\n"


def _details(change: Change, subject: Subject, host: Host) -> str:
    render = render_change if subject.occasion is Occasion.PLAN else render_difference
    body = fenced(_signed(to_plain(render(change, Page(width=WIDTH)))), "diff")
    word = subject.word_of(change)
    if not host.folds:
        return f"{word} {code(str(change.address))}\n\n{body}\n"
    # Within a block of HTML nothing is Markdown until an empty line.
    summary = f"{word} <code>{escape(visible(str(change.address)))}</code>"
    return f"<details><summary>{summary}</summary>\n\n{body}\n</details>\n"


def _signed(text: str) -> str:
    """The sign of each line moved to its beginning, where diffs have it."""
    return "\n".join(SIGNED.sub(r"\2\1", each) for each in text.split("\n"))


def _wrapped(text: str) -> str:
    return to_plain(paragraph(text, width=WIDTH))


def _packed(pieces: Iterable[_Piece], room: int) -> tuple[list[list[_Piece]], bool]:
    """The pieces in parts of at most `room` characters, and whether all of them have found room."""
    parts: list[list[_Piece]] = [[]]
    size = 0
    for piece in pieces:
        need = _need(piece, parts[-1])
        if size + need > room and len(parts) == PARTS:
            return parts, False
        if size + need > room:
            parts.append([])
            size, need = 0, _need(piece, ())
        parts[-1].append(piece)
        size += need
    return parts, True


def _need(piece: _Piece, before: Sequence[_Piece]) -> int:
    """A heading is written once for those below it."""
    is_told = bool(before) and before[-1].heading == piece.heading
    return _length(piece.text) + (0 if is_told else _length(piece.heading))


def _length(text: str) -> int:
    """As hosts count that keep text in UTF-16."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "replace")) // 2


def _joined(pieces: Iterable[_Piece]) -> Iterator[str]:
    heading = ""
    for each in pieces:
        yield f"{each.heading if each.heading != heading else ''}{each.text}"
        heading = each.heading
