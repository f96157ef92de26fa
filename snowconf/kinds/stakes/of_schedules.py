"""Scheduled jobs: whether the user they run as can act (tables.md 6.1, 12.10)."""

from collections.abc import Iterator

from snowconf.kinds.findings import RUN_AS_UNABLE
from snowconf.kinds.stakes.case import Case, CrossCheck, Inquiry, isin
from snowconf.kinds.stakes.touching import stored, to_ask, written
from snowconf.model.diagnostic import Diagnostic

USERS = "sys_user"
ABLE = ("active", "locked_out")


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


def _run_as(case: Case) -> str:
    """The sys_id, when the plan says whom the job runs as."""
    return written(case.change).get("run_as", "")


RUN_AS_USER = Inquiry(
    table=USERS,
    columns=ABLE,
    about=lambda case: isin("sys_id", to_ask(case, USERS, sys_id=_run_as(case), columns=ABLE)),
)

CROSS_CHECKS = (CrossCheck(find=run_as_unable, asks=(RUN_AS_USER,)),)
