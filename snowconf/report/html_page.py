"""A plan or drift as one HTML file: nothing is fetched, nothing is run, and a policy in the page holds browsers to that.

The choice of what to show is made by style alone, so that it works without scripts. Pure.
"""

import base64
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from html import escape

from snowconf.model.diagnostic import has_errors
from snowconf.model.plan import Action, AttributeChange, Change, MembersChange
from snowconf.model.privilege import Privileges
from snowconf.model.value import SecretSource, Value
from snowconf.report.changes import history_of, place_of, reason_of
from snowconf.report.escaping import visible
from snowconf.report.html_style import CHOICES, style_sheet
from snowconf.report.issues import Issue, Occasion, Subject, standing_out, tally
from snowconf.report.page import counted
from snowconf.report.styled import Lines, Span, Style
from snowconf.report.svg_access import draw_privileges
from snowconf.report.terminal_plan import tell_hazards
from snowconf.report.values import fitted, is_long_form, line_difference, shown

# More than so many changes are folded, and of still more only the first line is here.
OPEN = 100
DETAILED = 2_000
ISSUES = 1_000
LONGEST_VALUE = 2_000
WIDTH_OF_SCRIPTS = 160
CLASSES = {Style.ADDED: "added", Style.REMOVED: "removed", Style.MUTED: "soft"}


def render_html(subject: Subject) -> str:
    """The page as text."""
    css = style_sheet()
    issues = standing_out(subject)
    body = "\n".join(
        [
            *_header(subject),
            *_choice(subject),
            "<main>",
            *_issues(issues),
            *_changes(subject),
            *_pictures(subject.privileges),
            "</main>",
        ]
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy(css)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{_text(subject.title)}</title>\n<style>{css}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _policy(css: str) -> str:
    """Nothing but this very style and pictures that are in the page."""
    digest = base64.b64encode(sha256(css.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    )


def _text(text: str) -> str:
    """Text that cannot be markup, with what is invisible in it made visible."""
    return escape(visible(text))


def _prose(text: str) -> str:
    lines = "\n".join(map(_text, text.split("\n")))
    return f"<p>{lines}</p>"


def _code(text: str) -> str:
    return f"<code>{_text(text)}</code>"


def _header(subject: Subject) -> Iterator[str]:
    plan = subject.plan
    look = "bad" if _is_bad(subject) else "changes" if plan.pending else "good"
    yield f"<h1>{_text(subject.title)}</h1>"
    yield f'<p><span class="verdict {look}">{_text(subject.verdict)}</span> {_code(plan.url) if plan.url else ""}</p>'
    yield _prose(subject.summary)
    if plan.hazards:
        yield f'<p class="warning">Hazards: {_text(tell_hazards(plan))}.</p>'


def _is_bad(subject: Subject) -> bool:
    return has_errors(subject.diagnostics) or bool(subject.review and subject.review.is_denied)


def _choice(subject: Subject) -> Iterator[str]:
    """Buttons before everything that they act on: all, each action that occurs, those with hazards."""
    pending = subject.plan.pending
    counts = Counter(each.action.value for each in pending) + Counter(
        "hazard" for each in pending if each.hazards
    )
    if len(counts) < 2:
        return
    choices = [("all", len(pending)), *((each, counts[each]) for each in CHOICES if counts[each])]
    for name, _ in choices:
        checked = " checked" if name == "all" else ""
        yield f'<input class="only" type="radio" name="only" id="only-{name}"{checked}>'
    labels = "".join(
        f'<label for="only-{name}">{_label(name, subject)} {number:,}</label>' for name, number in choices
    )
    yield f'<nav aria-label="Which changes are shown">{labels}</nav>'


def _label(name: str, subject: Subject) -> str:
    if name in ("all", "hazard"):
        return {"all": "all", "hazard": "with hazards"}[name]
    words = {each.action.value: subject.word_of(each) for each in subject.plan.pending}
    return _text(words[name])


def _issues(issues: Sequence[Issue]) -> Iterator[str]:
    if not issues:
        return
    yield f"<h2>Problems and findings: {_text(tally(issues))}</h2>"
    yield from map(_issue, issues[:ISSUES])
    if len(issues) > ISSUES:
        yield _prose(f"… and {len(issues) - ISSUES:,} more. --json has them all.")


def _issue(issue: Issue) -> str:
    look = "soft" if issue.waiver else issue.severity.value
    head = f'<p class="strong {look}">{issue.word}: {_text(issue.title)} [{_text(issue.rule)}]</p>'
    taken = issue.waiver
    waived = (
        _prose(f"{taken.owner} has waived it until {taken.expires}: {taken.reason}")
        if taken is not None
        else ""
    )
    more = "".join(
        _prose(f"{word}: {text}") for word, text in (("Why", issue.why), ("To mend it", issue.fix)) if text
    )
    place = f'<p class="soft">{_code(issue.places)}</p>' if issue.places else ""
    return f'<section class="issue">{head}{place}{_prose(issue.text)}{waived}{more}</section>'


def _changes(subject: Subject) -> Iterator[str]:
    pending = subject.plan.pending
    if not pending:
        return
    sides = ("Before", "After") if subject.occasion is Occasion.PLAN else ("On the instance", "In the file")
    yield f"<h2>{counted(len(pending), 'resource')}</h2>"
    is_open = " open" if len(pending) <= OPEN else ""
    for each in pending[:DETAILED]:
        inside = "".join(_inside(each, sides))
        yield f'<details class="{_classes(each)}"{is_open}><summary>{_heading(each, subject)}</summary>'
        yield f'<div class="inside">{inside}</div></details>'
    yield from (f'<p class="{_classes(each)}">{_heading(each, subject)}</p>' for each in pending[DETAILED:])
    if len(pending) > DETAILED:
        yield _prose(
            f"The details of the last {len(pending) - DETAILED:,} are left out for length. --json has them all."
        )


def _classes(change: Change) -> str:
    return f"change is-{change.action.value}{' is-hazard' if change.hazards else ''}"


def _heading(change: Change, subject: Subject) -> str:
    action = change.action
    sign = f'<span class="sign {action.value}">{escape(action.glyph)} {_text(subject.word_of(change))}</span>'
    name = f" {_code(change.name)}" if change.name not in ("", change.address.label) else ""
    danger = (
        f' <span class="warning">! {counted(len(change.hazards), "hazard")}</span>' if change.hazards else ""
    )
    where = f'<span class="soft">{_text(change.origin.place)}</span>'
    return f'{sign} <span class="strong">{_code(str(change.address))}</span>{name} {where}{danger}'


def _inside(change: Change, sides: tuple[str, str]) -> Iterator[str]:
    if history := _history(change):
        yield f'<p class="soft">{_text(history)}</p>'
    rows = [_row(change, each, sides) for each in change.attributes]
    rows += [_members_row(change, each, sides) for each in change.members]
    if rows:
        head = "".join(f'<th scope="col">{each}</th>' for each in ("Attribute", *sides, "Where"))
        yield f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    for hazard in change.hazards:
        yield f'<p class="{hazard.severity.value}">! {_text(hazard.sentence)}</p>'
    for note in change.notes:
        yield f"<p>Note: {_text(note)}</p>"
    if change.unchanged and change.action is not Action.CREATE:
        yield f'<p class="soft">{counted(change.unchanged, "unchanged attribute")} not shown.</p>'


def _history(change: Change) -> str:
    table = (f"record of {change.table}",) if change.table else ()
    return ", ".join((*table, *history_of(change)))


def _row(change: Change, attribute: AttributeChange, sides: tuple[str, str]) -> str:
    note = f'<div class="soft">{_text(attribute.note)}</div>' if attribute.note else ""
    name = f"<td>{_code(attribute.attribute)}{note}</td>"
    if is_long_form(attribute.before, attribute.after) and not attribute.sensitive:
        lines = line_difference(attribute.before, attribute.after, WIDTH_OF_SCRIPTS)
        values = f'<td colspan="2"><pre>{_drawn(lines)}</pre></td>'
    else:
        values = "".join(_values(change, attribute, sides))
    return f"<tr>{name}{values}{_where(change, attribute)}</tr>"


def _values(change: Change, attribute: AttributeChange, sides: tuple[str, str]) -> Iterator[str]:
    before, after = (
        _value(each, sensitive=attribute.sensitive) for each in (attribute.before, attribute.after)
    )
    is_new, is_gone = change.action is Action.CREATE, change.action is Action.DELETE
    yield f'<td data-is="{sides[0]}:">{"" if is_new else before}</td>'
    yield f'<td data-is="{sides[1]}:">{"" if is_gone else after}</td>'


def _value(value: Value | None, *, sensitive: bool) -> str:
    if sensitive:
        return _code(shown(value) if isinstance(value, SecretSource) else "(sensitive)")
    return _code(fitted(value, LONGEST_VALUE))


def _drawn(lines: Lines) -> str:
    return "\n".join("".join(map(_run, each)) for each in lines)


def _run(span: Span) -> str:
    look = CLASSES.get(span.style)
    return f'<span class="{look}">{escape(span.text)}</span>' if look else escape(span.text)


def _members_row(change: Change, members: MembersChange, sides: tuple[str, str]) -> str:
    removed = "<br>".join(f'<span class="removed">- {_code(str(each))}</span>' for each in members.remove)
    added = "<br>".join(f'<span class="added">+ {_code(str(each))}</span>' for each in members.add)
    kept = f'<div class="soft">{len(members.kept):,} unchanged</div>' if members.kept else ""
    cells = f'<td data-is="{sides[0]}:">{removed}{kept}</td><td data-is="{sides[1]}:">{added}</td>'
    return f"<tr><td>{_code(members.attribute)}</td>{cells}{_where(change, members)}</tr>"


def _where(change: Change, cause: AttributeChange | MembersChange) -> str:
    reason = reason_of(change, cause)
    parts = (place_of(cause), f"({reason})" if reason else "")
    return f'<td class="soft">{_text(" ".join(filter(None, parts)))}</td>'


def _pictures(privileges: Iterable[Privileges]) -> Iterator[str]:
    for each in privileges:
        user = _text(each.account.user_name)
        data = base64.b64encode(draw_privileges(each).encode("utf-8", "backslashreplace")).decode()
        yield f"<h2>What {user} may do</h2>"
        alt = f"Roles, access controls and tables of {user}"
        yield f'<div class="picture"><img alt="{alt}" src="data:image/svg+xml;base64,{data}"></div>'
