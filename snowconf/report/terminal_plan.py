"""A plan as a person reads it in a terminal, in the manner of Terraform's."""

from collections import Counter

from snowconf.model.diagnostic import has_errors
from snowconf.model.plan import Action, Plan
from snowconf.report.changes import STYLES, render_change
from snowconf.report.diagnostics import render_diagnostics
from snowconf.report.page import Page, counted, flow, paragraph, stacked
from snowconf.report.styled import Line, Lines, Span, Style

COUNTED = (Action.CREATE, Action.UPDATE, Action.DELETE)
MEANINGS = {
    Action.CREATE: "create",
    Action.UPDATE: "update",
    Action.DELETE: "delete",
    Action.ADOPT: "adopt, and overwrite",
    Action.FORGET: "forget",
}

# Sorts of hazards whose plural is not theirs with an s.
PLURALS = {
    "acl without criterion": "acls without criterion",
    "alias renamed": "aliases renamed",
    "alias unconnected": "aliases unconnected",
    "cache flush": "cache flushes",
    "connections broken": "connections broken",
    "deny rule removed": "deny rules removed",
    "live tokens": "live tokens",
    "needs elevation": "needs elevation",
    "security property": "security properties",
}


def render_plan(plan: Plan, page: Page) -> Lines:
    """Header, one block for each change that does something, diagnostics, and the summary line last."""
    return stacked(
        [
            _header(plan, page),
            *(render_change(each, page) for each in plan.pending),
            render_diagnostics(plan.diagnostics, page),
            paragraph(_hazards(plan), width=page.width, style=Style.WARNING) if plan.hazards else (),
            paragraph(summarise(plan, folder=page.folder), width=page.width, style=Style.STRONG),
        ]
    )


def summarise(plan: Plan, *, folder: str) -> str:
    """The sentence at the end: what would be done, or that nothing would."""
    if plan.pending:
        return f"{_counts(plan)} {counted(plan.write_count, 'request')} to apply.{_refusal(plan)}"
    if has_errors(plan.diagnostics):
        return f"No plan.{_refusal(plan)}"
    compared = counted(len(plan.changes), "resource")
    return f"No changes. The instance holds what {folder} asks for ({compared} compared)."


def _counts(plan: Plan) -> str:
    """Creations, updates and deletions always; what changes hands only where something does."""
    shown = [each for each in MEANINGS if each in COUNTED or plan.count(each)]
    counts = ", ".join(f"{plan.count(each)} to {each.value}" for each in shown)
    return f"Plan: {counts}; {plan.count(Action.NO_OP)} unchanged."


def tell_hazards(plan: Plan) -> str:
    """How many of each sort, most first."""
    counts = Counter(each.code.replace("_", " ") for each in plan.hazards)
    return ", ".join(_several(code, number) for code, number in sorted(counts.items(), key=_most_first))


def _hazards(plan: Plan) -> str:
    """What to read the blocks above for."""
    return f"{counted(len(plan.hazards), 'hazard')} (marked ! above): {tell_hazards(plan)}."


def _several(code: str, number: int) -> str:
    return f"{number:,} {PLURALS[code]}" if number > 1 and code in PLURALS else counted(number, code)


def _most_first(item: tuple[str, int]) -> tuple[int, str]:
    code, number = item
    return -number, code


def _refusal(plan: Plan) -> str:
    return (
        " Nothing can be applied until the errors above are mended." if has_errors(plan.diagnostics) else ""
    )


def _header(plan: Plan, page: Page) -> Lines:
    if not plan.pending:
        return ()
    title = f"Stack {plan.stack} on instance {plan.instance}, {plan.url}"
    used = {each.action for each in plan.pending}
    legend = flow([_meaning(each) for each in MEANINGS if each in used], width=page.width, indent=2)
    return (*paragraph(title, width=page.width, style=Style.STRONG), *legend)


def _meaning(action: Action) -> Line:
    return Span(f"{action.glyph} ", STYLES[action]), Span(MEANINGS[action], Style.MUTED)
