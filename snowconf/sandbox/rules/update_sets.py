"""Rules of update sets: whose they are, what completes them, and what moves between them (tables.md 10.2)."""

from snowconf.sandbox.acting.preferences import current_application
from snowconf.sandbox.rules.rule import INSERT, UPDATE, Cascade, Event, Put, Refuse, Rule
from snowconf.sandbox.storage.store import Row


def _note_completion(event: Event) -> Row:
    """Who completed it, and when; opened again, nobody did."""
    if event.after["state"] == "complete":
        return {"completed_by": event.session.caller.user_name, "completed_on": event.session.now()}
    return {"completed_by": "", "completed_on": ""}


def _moves_between_applications(event: Event) -> bool:
    before, after = (
        event.session.store.get("sys_update_set", row["update_set"]) or {}
        for row in (event.before, event.after)
    )
    return before.get("application", "") != after.get("application", "")


RULES: tuple[Rule, ...] = (
    Put(
        name="Set application of update set",
        table="sys_update_set",
        on=INSERT,
        values=lambda event: {"application": current_application(event.session)},
    ),
    Put(
        name="Application is fixed once saved",
        table="sys_update_set",
        on=UPDATE,
        columns=frozenset({"application"}),
        values=lambda event: {"application": event.before["application"]},
    ),
    Put(
        name="Note completion",
        table="sys_update_set",
        columns=frozenset({"state"}),
        values=_note_completion,
    ),
    Refuse(
        name="Handle updates moving between sets",
        table="sys_update_xml",
        on=UPDATE,
        columns=frozenset({"update_set"}),
        when=_moves_between_applications,
        sys_id="0e5b994583764f10b939cc65eeaad3c1",
    ),
)

CASCADES: tuple[Cascade, ...] = (
    Cascade(parent="sys_update_set", table="sys_update_xml", column="update_set"),
)
