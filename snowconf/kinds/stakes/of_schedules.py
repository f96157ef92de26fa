"""Scheduled jobs: whether the user they run as can act, and whether one is taken for another (tables.md 6.1, 12.10)."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from snowconf.kinds.findings import NEAR_NAMESAKE, RUN_AS_UNABLE
from snowconf.kinds.stakes.case import Case, CrossCheck, Inquiry, isin
from snowconf.kinds.stakes.touching import names, stored, to_ask, written
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.plan import Action

USERS = "sys_user"
ABLE = ("active", "locked_out")
IMPORTS = "scheduled_import_set"
# An instance has tens of them; more than this are not looked through.
MOST_NAMES = 1_000
NEAR_WORDS, NEAR_LETTERS = 0.5, 0.85


def run_as_unable(case: Case) -> Iterator[Diagnostic]:
    """A job of an inactive or locked user fails without a word."""
    sys_id = _run_as(case)
    if sys_id and written(case.change).get("active") != "false":
        active, locked = (stored(case, USERS, sys_id=sys_id, column=each) for each in ABLE)
        state = "inactive" if active == "false" else "locked out" if locked == "true" else ""
        if state:
            located = case.resource.attributes.get("run_as")
            yield RUN_AS_UNABLE.at(
                case.resource,
                "run_as",
                f"It would run as '{located.value if located else sys_id}', and that account is {state}: every run would "
                "fail without a word. Make the account active and unlocked, in this stack or on the instance, or name "
                "another user.",
            )


def near_namesake(case: Case) -> Iterator[Diagnostic]:
    """The wrong one of two is taken without a word (tables.md 9)."""
    if _is_taken_up(case):
        name = case.change.name
        known = {row.get("name", "") for row in case.evidence.rows(IMPORTS)} - {name, ""}
        near = sorted(each for each in known if _are_near(each, name))
        if near:
            does = "makes a new one called" if case.change.action is Action.CREATE else "takes"
            yield NEAR_NAMESAKE.at(
                case.resource,
                "name",
                f"This plan {does} '{name}', and the instance also has {quoted(near)}. Make sure that it is the one that is "
                "meant: only the exact name counts.",
            )


def quoted(listed: Iterable[str]) -> str:
    """Names in quotes, so that it is seen where each ends."""
    return names(f"'{each}'" for each in listed)


def _is_taken_up(case: Case) -> bool:
    """Is it the first plan that has to do with the schedule? Afterwards the ledger knows which one is meant."""
    return case.change.action in (Action.CREATE, Action.ADOPT)


def _is_told(case: Case) -> bool:
    """Were all schedules read for the plan? They are where none of those that it declares was found."""
    rows = case.evidence.rows(IMPORTS)
    return bool(rows) and not any(row["sys_id"] in case.around.declared for row in rows)


def _are_near(one: str, other: str) -> bool:
    """Half of their words the same, in any order, or a slip of the keyboard apart."""
    first, second = ({*each.casefold().split()} for each in (one, other))
    shared = len(first & second) / max(1, len(first | second))
    return shared >= NEAR_WORDS or bool(
        get_close_matches(one.casefold(), [other.casefold()], cutoff=NEAR_LETTERS)
    )


def _run_as(case: Case) -> str:
    """The sys_id, when the plan says whom the job runs as."""
    return written(case.change).get("run_as", "")


RUN_AS_USER = Inquiry(
    table=USERS,
    columns=ABLE,
    about=lambda case: isin("sys_id", to_ask(case, USERS, sys_id=_run_as(case), columns=ABLE)),
)

NAMESAKES = Inquiry(
    table=IMPORTS,
    columns=("name",),
    about=lambda case: isin("sys_class_name", [IMPORTS] if _is_taken_up(case) and not _is_told(case) else []),
    at_most=MOST_NAMES,
)

CROSS_CHECKS = (CrossCheck(find=run_as_unable, asks=(RUN_AS_USER,)),)
IMPORT_CROSS_CHECKS = (*CROSS_CHECKS, CrossCheck(find=near_namesake, asks=(NAMESAKES,)))
