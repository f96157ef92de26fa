"""What an account may do, for people: its roles, what is promised of it, and what is open to it besides."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar, assert_never

from snowconf.model.privilege import Answer, Expectation, Fate, Grant, HeldRole, Need, Privileges, Source, Way
from snowconf.model.reach import Reach, by_table
from snowconf.report.diagnostics import render_diagnostics
from snowconf.report.escaping import visible
from snowconf.report.page import Page, counted, flow, paragraph, stacked
from snowconf.report.styled import Line, Lines, Span, Style, cells, line

# So many rows of one part are at a glance what more would not be.
GLANCE = 20
NAMES_AT_MOST = 3
WAYS_AT_MOST = 2
# A longer name pushes what stands behind it to the next line, and not every other row to the right.
NAME_AT_MOST = 34
ANSWERS = {Answer.ALLOWED: "yes", Answer.DEPENDS: "depends", Answer.DENIED: "no"}
BROKEN = {False: Style.ADDED, True: Style.REMOVED}
NEEDS = {
    Need.NEEDED: ("needed", Style.ADDED),
    Need.PERHAPS: ("perhaps needed", Style.CHANGED),
    Need.SURPLUS: ("not needed", Style.WARNING),
    Need.RESTRICTS: ("takes away", Style.MUTED),
    Need.UNASKED: ("", Style.PLAIN),
}
FATES = {Fate.KEPT: Style.PLAIN, Fate.ADDED: Style.ADDED, Fate.REMOVED: Style.REMOVED}
LEGEND = "?  depends on the record or on a script: nobody can tell beforehand"

Row = TypeVar("Row")
Draw = Callable[[Row, int, Page], Lines]


def render_privileges(privileges: Privileges, page: Page, *, everything: bool = False) -> Lines:
    """Who, the roles, the promises, the tables, and the sum of it; long parts are cut unless `everything` is wanted."""
    most = len(privileges.openings) + len(privileges.roles) if everything else GLANCE
    wanted = [each for each in privileges.expectations if each.wanted]
    unwanted = [each for each in privileges.expectations if not each.wanted]
    reaches = by_table(privileges.by_roles)
    needed = [each for each in reaches if each.is_needed]
    # What changes is never what is cut.
    besides = sorted(
        (each for each in reaches if not each.is_needed), key=lambda each: each.fate is Fate.KEPT
    )
    roles = sorted(privileges.roles, key=lambda each: (not each.power, each.fate is Fate.KEPT))
    parts = (
        _part(("Roles", roles), lambda each: each.name, _role, page=page, most=most),
        _part(("What access asks for", wanted), _asked, _expectation, page=page, most=most),
        _part(("What no_access forbids", unwanted), _asked, _expectation, page=page, most=most),
        _part(("What that rests on", needed), _called, _reach, page=page, most=most),
        _part(
            (f"Open{' besides' if privileges.is_compared else ''}", besides),
            _called,
            _reach,
            page=page,
            most=most,
        ),
    )
    unsure = any(each.answer is Answer.DEPENDS for each in privileges.by_roles)
    legend = paragraph(LEGEND, width=page.width, indent=2, style=Style.MUTED) if unsure else ()
    problems = render_diagnostics(privileges.diagnostics, page)
    return stacked([_heading(privileges, page), *parts, legend, problems, _sums(privileges, page)])


def _heading(privileges: Privileges, page: Page) -> Lines:
    account = privileges.account
    who = str(account.address) if account.address else account.user_name
    when = "after an apply" if privileges.planned else "as it is now"
    head = paragraph(f"{who} on instance {privileges.instance}, {when}", width=page.width, style=Style.STRONG)
    warned = (paragraph(each, width=page.width, style=Style.WARNING) for each in _warnings(privileges))
    return (*head, *(each for lines in warned for each in lines))


def _warnings(privileges: Privileges) -> Iterable[str]:
    """What matters more than any row below it."""
    if privileges.account.state:
        yield privileges.account.state
    if privileges.is_admin:
        all_of_them = counted(privileges.controls, "access control")
        yield f"An admin: passes {privileges.overridden:,} of {all_of_them} without being checked."
    if privileges.is_read_only:
        yield "Holds snc_read_only, which stops every write whatever the other roles open."


def _part(
    content: tuple[str, Sequence[Row]], name: Callable[[Row], str], draw: Draw[Row], *, page: Page, most: int
) -> Lines:
    """A heading and its rows, the first so many; nothing when there are none."""
    heading, rows = content
    if not rows:
        return ()
    shown, left = rows[:most], len(rows) - most
    width = min(NAME_AT_MOST, max(cells(name(each)) for each in shown))
    drawn = [each for row in shown for each in draw(row, width, page)]
    more = paragraph(f"… and {left:,} more: --all lists them.", width=page.width, indent=2, style=Style.MUTED)
    return (line(heading, Style.STRONG), *drawn, *(more if left > 0 else ()))


def _role(role: HeldRole, width: int, page: Page) -> Lines:
    need, style = NEEDS[role.need]
    chunks = [
        _glyphed(role.fate, role.name, width),
        *([(Span(f"{need:<14}", style),)] if need else []),
        line(_by_ways(role.ways)),
        # Of admin the heading says what it passes, which is more than what nothing else opens.
        *([line(f"opens {role.opens:,}", Style.MUTED)] if role.opens and not role.power else []),
    ]
    said = [f"admin-like: {role.power}"] if role.power else []
    if role.elevated:
        said.append("works only in elevated sessions, so not over REST")
    warned = paragraph("; ".join(said), width=page.width, indent=6, style=Style.WARNING) if said else ()
    door = paragraph(role.door, width=page.width, indent=6, style=Style.MUTED) if role.door else ()
    return (*flow(chunks, width=page.width, indent=2), *warned, *door)


def _by_ways(ways: Sequence[Way]) -> str:
    texts = [_by_way(each) for each in ways[:WAYS_AT_MOST]]
    left = len(ways) - WAYS_AT_MOST
    return "; ".join(texts) + (f"; {left} other {'way' if left == 1 else 'ways'}" if left > 0 else "")


def _by_way(way: Way) -> str:
    """The way from the role to the account: contained in what, through which groups."""
    within = "".join(f"in {each}, " for each in reversed(way.roles))
    match way.source:
        case Source.DIRECT:
            return f"{within}granted directly" if not way.roles else within.removesuffix(", ")
        case Source.GROUP:
            own, *above = way.groups
            return f"{within}by group {own}" + "".join(f" under {each}" for each in above)
        case Source.UNKNOWN:
            return "inherited, from where is not shown"
        case _:
            assert_never(way.source)


def _asked(expectation: Expectation) -> str:
    return f"{expectation.operation:<6} {expectation.reach}"


def _expectation(expectation: Expectation, width: int, page: Page) -> Lines:
    answer = expectation.answer
    style = Style.CHANGED if answer is Answer.DEPENDS else BROKEN[expectation.is_broken]
    by = f"by {_few(expectation.roles)}" if expectation.roles else "open to whoever logs in"
    why = expectation.refused if answer is Answer.DENIED else by
    chunks = [
        _glyphed(Fate.KEPT, _asked(expectation), width),
        (Span(f"{ANSWERS[answer]:<7}", style),),
        line(why),
    ]
    return flow(chunks, width=page.width, indent=2)


def _called(reach: Reach) -> str:
    """Wildcards are what every table without rules of its own falls under."""
    if reach.type != "record":
        return f"{reach.name} ({reach.type})"
    return "* (any other table)" if reach.is_wildcard else reach.name


def _reach(reach: Reach, width: int, page: Page) -> Lines:
    own = " ".join(
        f"{operation}{'?' if answer is Answer.DEPENDS else ''}"
        for operation, answer in reach.operations.items()
    )
    more = [
        counted(reach.columns, "column rule") if reach.columns else "",
        f"and {counted(reach.heirs, 'table')} below it" if reach.heirs and not reach.is_wildcard else "",
    ]
    chunks = [
        _glyphed(reach.fate, _called(reach), width),
        line(own or "columns only"),
        *(line(each, Style.MUTED) for each in more if each),
        line(f"by {_few(reach.roles)}", Style.MUTED),
    ]
    return flow(chunks, width=page.width, indent=2)


def _glyphed(fate: Fate, name: str, width: int) -> Line:
    pad = " " * max(0, width - cells(name))
    return (Span(f"{fate.glyph} {name}{pad}", FATES[fate]),)


def _few(names: Sequence[str]) -> str:
    """The first names, and how many there are besides."""
    left = len(names) - NAMES_AT_MOST
    return ", ".join(names[:NAMES_AT_MOST]) + (f" and {left:,} more" if left > 0 else "")


def _sums(privileges: Privileges, page: Page) -> Lines:
    # Made visible first, for what an escape takes is to be counted when lines are broken.
    return paragraph(visible(" ".join(_sentences(privileges))), width=page.width, style=Style.STRONG)


def _sentences(privileges: Privileges) -> Iterable[str]:
    name = privileges.account.user_name
    held = [each for each in privileges.roles if each.fate is not Fate.REMOVED]
    tables = len({each.table for each in privileges.by_roles if each.is_of_records})
    opened = len(privileges.by_roles)
    yield f"{name} holds {counted(len(held), 'role')}."
    if opened:
        yield f"Roles open {counted(opened, 'operation')} on {counted(tables, 'table')} to it."
    everybody = len(privileges.openings) - opened
    if everybody:
        yield f"{everybody:,} more {'is' if everybody == 1 else 'are'} open to whoever logs in."
    yield from _verdict(privileges)


def _verdict(privileges: Privileges) -> Iterable[str]:
    broken = sum(each.is_broken and each.wanted for each in privileges.expectations)
    if broken:
        yield f"{counted(broken, 'item')} of access {'is' if broken == 1 else 'are'} not open to it."
    forbidden = len(privileges.forbidden)
    if forbidden:
        yield f"{counted(forbidden, 'item')} of no_access {'is' if forbidden == 1 else 'are'} open to it."
    if not privileges.is_compared:
        yield "No access is declared for it, so nothing can be said of what it needs."
    elif privileges.surplus:
        yield f"Not needed, and all of it can be taken away together: {', '.join(map(_titled, privileges.surplus))}."
    elif privileges.grants:
        yield "It has no role or group that access does not need."


def _titled(grant: Grant) -> str:
    return f"{'group' if grant.source is Source.GROUP else 'role'} {grant.name}"
