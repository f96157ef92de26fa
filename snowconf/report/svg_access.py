"""What an account may do, as one picture: the account, its roles, access controls, tables, from left to right.

Pure: SVG as text, without scripts and without anything that is fetched. What is long is folded.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import accumulate

from snowconf.model.privilege import Answer, Fate, HeldRole, Need, Opening, Privileges, Source
from snowconf.model.reach import place_of
from snowconf.report.escaping import visible
from snowconf.report.page import counted
from snowconf.report.styled import cells

# How many boxes a column has at most; the last of them stands for all that are left.
ROLES_AT_MOST = 20
CONTROLS_AT_MOST = 28
# In pixels.
WIDTH = 1200
HEAD = 108
FOOT = 56
HEIGHT = 40
STEP = 48
CHARACTER = 7.2
COLUMNS = (("Account", 24, 190), ("Roles", 284, 250), ("Access controls", 604, 280), ("Tables", 954, 222))
CLASSES = {
    Need.NEEDED: "needed",
    Need.PERHAPS: "perhaps",
    Need.SURPLUS: "surplus",
    Need.RESTRICTS: "plain",
    Need.UNASKED: "plain",
}
LEGEND = (
    ("needed", "needed by access"),
    ("perhaps", "perhaps needed"),
    ("surplus", "not needed"),
    ("plain", "nothing declared"),
)
STYLE = """
svg { --paper: #fff; --ink: #1b1f24; --soft: #5a6472; --box: #f4f6f8; --needed: #1a7f37; --perhaps: #9a6700;
  --surplus: #c2410c; --plain: #6b7785; font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
@media (prefers-color-scheme: dark) { svg { --paper: #0f1419; --ink: #e6eaef; --soft: #9aa5b1; --box: #1a212a;
  --needed: #3fb950; --perhaps: #d8a72c; --surplus: #ff8f52; --plain: #8592a0; } }
.paper { fill: var(--paper); } text { fill: var(--ink); } .soft { fill: var(--soft); font-size: 11px; }
.head { font-size: 17px; font-weight: 600; } .label { fill: var(--soft); font-size: 12px; font-weight: 600; }
rect.box { fill: var(--box); stroke-width: 1.5; } path { fill: none; stroke-width: 1.3; opacity: .55; }
.needed { stroke: var(--needed); } .perhaps { stroke: var(--perhaps); } .surplus { stroke: var(--surplus); }
.plain { stroke: var(--plain); } rect.surplus { stroke-width: 3.5; } rect.perhaps { stroke-dasharray: 2 3; }
.far { stroke-dasharray: 5 4; } .warned { fill: var(--surplus); font-size: 11px; }
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Box:
    """One box of a column: two lines of text, and the whole of what they say for who points at it."""

    key: str
    text: str
    below: str = ""
    style: str = "plain"
    whole: str = ""
    warned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edge:
    """From a box of one column to a box of the next; a `far` one is of a role that comes by a group or in another."""

    column: int
    start: str
    end: str
    style: str
    far: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawing:
    """Boxes by column, and edges."""

    columns: Sequence[Sequence[_Box]]
    edges: Sequence[_Edge]

    @property
    def height(self) -> int:
        """Of the whole picture."""
        return HEAD + STEP * max(len(column) for column in self.columns) + FOOT

    def middles(self) -> Sequence[Mapping[str, float]]:
        """Where each box has its middle."""
        return [
            {box.key: HEAD + STEP * number + HEIGHT / 2 for number, box in enumerate(column)}
            for column in self.columns
        ]


def draw_privileges(privileges: Privileges) -> str:
    """The picture, one file that stands alone. Names from the instance are escaped."""
    drawing = _drawing(privileges)
    middles = drawing.middles()
    account = privileges.account
    title = f"{account.address or account.user_name} on instance {privileges.instance}"
    when = "after an apply" if privileges.planned else "as it is now"
    size = f'viewBox="0 0 {WIDTH} {drawing.height}" width="{WIDTH}" height="{drawing.height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">',
        f"<title>{_safe(f'What {title} may do, {when}')}</title>",
        f"<style>{STYLE}</style>",
        '<rect class="paper" width="100%" height="100%"/>',
        _text(24, 36, _cut(f"{title}, {when}", 1100, CHARACTER * 1.35), "head"),
        *_lines_of_words(_summary(privileges)),
        *(_text(x, HEAD - 12, label, "label") for label, x, _ in COLUMNS),
        *(_edge(each, middles) for each in drawing.edges),
        *(
            _box(box, number, middles[number][box.key])
            for number, column in enumerate(drawing.columns)
            for box in column
        ),
        *_legend(drawing.height - 22),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _drawing(privileges: Privileges) -> _Drawing:
    roles = [each for each in privileges.roles if each.fate is not Fate.REMOVED]
    openings = [each for each in privileges.by_roles if each.fate is not Fate.REMOVED]
    shown = sorted(roles, key=_weight_of_role)[: _room(len(roles), ROLES_AT_MOST)]
    places = {each.name: each.sys_id for each in shown}
    things = _things(openings)
    seen = sorted(things, key=_weight_of_thing)[: _room(len(things), CONTROLS_AT_MOST)]
    hidden = [each for thing in things if thing not in seen for each in thing]
    columns = (
        [_account(privileges)],
        [*map(_role, shown), *_rest_of_roles(len(roles) - len(shown))],
        [*map(_thing, seen), *_rest_of_controls(hidden)],
        [*_tables(seen), *_rest_of_tables(hidden, seen)],
    )
    edges = (*_to_roles(roles, places), *_to_controls(seen, hidden, places), *_to_tables(seen, hidden))
    return _Drawing(columns=columns, edges=tuple(dict.fromkeys(edges)))


def _room(number: int, most: int) -> int:
    """How many are shown: all of them, or one less than there is room for."""
    return number if number <= most else most - 1


def _things(openings: Iterable[Opening]) -> list[tuple[Opening, ...]]:
    """The openings of one type and name together."""
    found: dict[tuple[str, str], list[Opening]] = {}
    for each in openings:
        found.setdefault((each.type, each.name), []).append(each)
    return [tuple(sorted(each, key=lambda one: place_of(one.operation))) for each in found.values()]


def _weight_of_role(role: HeldRole) -> tuple[bool, bool, int, str]:
    return role.need is Need.SURPLUS and not role.power, not role.power, -role.opens, role.name


def _weight_of_thing(thing: tuple[Opening, ...]) -> tuple[int, bool, str]:
    ranks = {Need.NEEDED: 0, Need.PERHAPS: 1}
    return min(ranks.get(each.need, 2) for each in thing), not thing[0].is_wildcard, thing[0].name


def _account(privileges: Privileges) -> _Box:
    account = privileges.account
    return _Box(
        key="",
        text=account.user_name,
        below=account.state or ("an admin" if privileges.is_admin else ""),
        whole=f"{account.user_name} {account.state}".strip(),
        warned=bool(account.state) or privileges.is_admin,
    )


def _role(role: HeldRole) -> _Box:
    way = role.ways[0]
    said = {
        Source.DIRECT: "granted directly",
        Source.GROUP: f"by group {' under '.join(way.groups)}",
        Source.UNKNOWN: "inherited, from where is not shown",
    }[way.source]
    below = f"in {way.roles[-1]}" if way.roles else said
    warning = "elevated sessions only" if role.elevated else f"admin-like: {role.power}" if role.power else ""
    return _Box(
        key=role.sys_id,
        text=_marked(role.name, role.fate),
        below=warning or below,
        style=CLASSES[role.need],
        whole=", ".join(filter(None, [role.name, below, said, warning, role.need.value])),
        warned=bool(warning),
    )


def _thing(thing: tuple[Opening, ...]) -> _Box:
    first = thing[0]
    operations = " ".join(f"{each.operation}{'?' if each.answer is Answer.DEPENDS else ''}" for each in thing)
    fates = {each.fate for each in thing}
    doubts = sorted({doubt for each in thing for doubt in each.doubts})
    return _Box(
        key=_key(first),
        text=_marked(first.name, fates.pop() if len(fates) == 1 else Fate.KEPT),
        below=operations,
        style=_style(thing),
        whole=f"{first.type} {first.name}: {operations}"
        + (f" (depends: {', '.join(doubts)})" if doubts else ""),
    )


def _tables(seen: Iterable[tuple[Opening, ...]]) -> Iterable[_Box]:
    by_table: dict[tuple[str, str], list[Opening]] = {}
    for each in (each for thing in seen for each in thing):
        by_table.setdefault((each.type, each.table), []).append(each)
    for (kind, table), openings in by_table.items():
        below = _below(kind, table, openings)
        name = "any other table" if (kind, table) == ("record", "*") else table
        yield _Box(
            key=f"{kind} {table}",
            text=name,
            below=below,
            style=_style(openings),
            whole=f"{name} {below}".strip(),
        )


def _below(kind: str, table: str, openings: Iterable[Opening]) -> str:
    """The tables that fall under it, or what it is when it is no table."""
    heirs = counted(len({heir for each in openings for heir in each.heirs}), "table")
    if kind != "record":
        return kind
    if heirs == counted(0, "table"):
        return ""
    return f"{heirs} without rules" if table == "*" else f"and {heirs} below it"


def _rest_of_roles(left: int) -> list[_Box]:
    return [_Box(key="…", text=f"… {counted(left, 'more role')}")] if left else []


def _rest_of_controls(hidden: Sequence[Opening]) -> list[_Box]:
    if not hidden:
        return []
    names = len({(each.type, each.name) for each in hidden})
    return [
        _Box(key="…", text=f"… {names:,} more", below=counted(len(hidden), "operation"), style=_style(hidden))
    ]


def _rest_of_tables(hidden: Sequence[Opening], seen: Iterable[tuple[Opening, ...]]) -> list[_Box]:
    known = {(thing[0].type, thing[0].table) for thing in seen}
    left = len({(each.type, each.table) for each in hidden} - known)
    return (
        [_Box(key="…", text=f"… {counted(left, 'more table')}", style=_style(hidden))]
        if hidden and left
        else []
    )


def _to_roles(roles: Iterable[HeldRole], places: Mapping[str, str]) -> Iterable[_Edge]:
    for each in roles:
        far = all(way.source is not Source.DIRECT or bool(way.roles) for way in each.ways)
        shown = each.name in places
        style = CLASSES[each.need] if shown else "plain"
        yield _Edge(column=0, start="", end=places.get(each.name, "…"), style=style, far=far)


def _to_controls(
    seen: Iterable[Sequence[Opening]], hidden: Sequence[Opening], places: Mapping[str, str]
) -> Iterable[_Edge]:
    for thing in seen:
        for role in dict.fromkeys(role for each in thing for role in each.roles):
            yield _Edge(column=1, start=places.get(role, "…"), end=_key(thing[0]), style=_style(thing))
    for role in dict.fromkeys(role for each in hidden for role in each.roles):
        yield _Edge(column=1, start=places.get(role, "…"), end="…", style=_style(hidden))


def _to_tables(seen: Sequence[Sequence[Opening]], hidden: Sequence[Opening]) -> Iterable[_Edge]:
    for thing in seen:
        table = f"{thing[0].type} {thing[0].table}"
        yield _Edge(column=2, start=_key(thing[0]), end=table, style=_style(thing))
    if hidden:
        yield _Edge(column=2, start="…", end="…", style=_style(hidden))


def _key(opening: Opening) -> str:
    return f"{opening.type} {opening.name}"


def _style(openings: Iterable[Opening]) -> str:
    """As needed as the most needed of them."""
    needs = {each.need for each in openings}
    return next((CLASSES[each] for each in Need if each in needs), "plain")


def _summary(privileges: Privileges) -> str:
    held = sum(each.fate is not Fate.REMOVED for each in privileges.roles)
    tables = len({each.table for each in privileges.by_roles if each.is_of_records})
    opened = f"{counted(len(privileges.by_roles), 'operation')} on {counted(tables, 'table')}"
    words = [f"{counted(held, 'role')}, by which {opened} may be done."]
    if privileges.is_admin:
        words.append(
            f"An admin: passes {privileges.overridden:,} of {counted(privileges.controls, 'access control')}."
        )
    if privileges.surplus:
        words.append(f"Not needed by access: {', '.join(each.name for each in privileges.surplus)}.")
    return " ".join(words)


def _lines_of_words(words: str) -> Iterable[str]:
    yield _text(24, 60, _cut(words, WIDTH - 48, 6.7), "soft")


def _legend(y: int) -> Iterable[str]:
    x = 24.0
    for style, words in (
        *LEGEND,
        ("far", "dashed: by a group, or in another role"),
        ("", "?: nobody can tell beforehand"),
    ):
        if style == "far":
            yield f'<path class="plain far" d="M {x:.0f} {y - 4} h 22"/>'
        elif style:
            yield f'<rect class="box {style}" x="{x:.0f}" y="{y - 10}" width="22" height="12" rx="3"/>'
        yield _text(x + (28 if style else 0), y, words, "soft")
        x += (28 if style else 0) + 6.7 * len(words) + 24


def _edge(edge: _Edge, middles: Sequence[Mapping[str, float]]) -> str:
    """A curve; where a box was folded away there is none."""
    ends = middles[edge.column + 1]
    if edge.start not in middles[edge.column] or edge.end not in ends:
        return ""
    _, x, width = COLUMNS[edge.column]
    left, right = x + width, COLUMNS[edge.column + 1][1]
    start, end, half = middles[edge.column][edge.start], ends[edge.end], (left + right) / 2
    classes = f"{edge.style} far" if edge.far else edge.style
    return f'<path class="{classes}" d="M {left} {start:.0f} C {half:.0f} {start:.0f} {half:.0f} {end:.0f} {right} {end:.0f}"/>'


def _box(box: _Box, column: int, middle: float) -> str:
    _, x, width = COLUMNS[column]
    top = middle - HEIGHT / 2
    first = middle - 3 if box.below else middle + 4
    below = (
        _text(x + 10, middle + 13, _cut(box.below, width - 20, 6.7), "warned" if box.warned else "soft")
        if box.below
        else ""
    )
    return (
        f"<g><title>{_safe(box.whole or box.text)}</title>"
        f'<rect class="box {box.style}" x="{x}" y="{top:.0f}" width="{width}" height="{HEIGHT}" rx="6"/>'
        f"{_text(x + 10, first, _cut(box.text, width - 20, 7.9))}{below}</g>"
    )


def _marked(name: str, fate: Fate) -> str:
    return name if fate is Fate.KEPT else f"{fate.glyph} {name}"


def _text(x: float, y: float, words: str, style: str = "") -> str:
    classes = f' class="{style}"' if style else ""
    return f'<text x="{x:.0f}" y="{y:.0f}"{classes}>{_safe(words)}</text>'


def _cut(words: str, width: float, character: float) -> str:
    """As much as there is room for."""
    words, room = visible(words), int(width / character)
    if cells(words) <= room:
        return words
    ends = accumulate(max(1, cells(each)) for each in words)
    return "".join(each for each, end in zip(words, ends, strict=True) if end < room) + "…"


def _safe(words: str) -> str:
    """Nothing in it is markup, or can act on who looks at it."""
    return escape(visible(words))
