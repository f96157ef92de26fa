"""Rules of catalog requests: which of them need nobody's approval. docs/platform.md "Service catalog" has the sources."""

from snowconf.sandbox.rules.rule import UPDATE, Event, Put, Rule
from snowconf.sandbox.storage.store import Row

DRAFT, APPROVED = "draft", "in_process"
# What a request may cost in all that the platform's own flow approves by itself.
LIMIT = 1000.0


def _approve(event: Event) -> Row:
    """A request that is no more a draft is decided about, the cheap ones at once."""
    automatic = event.session.switches.get("request_approval") == "automatic"
    begins = event.before["request_state"] == DRAFT and not event.after["request_state"].startswith("closed_")
    if automatic and begins and _costs(event.after["price"]) <= LIMIT:
        return {"request_state": APPROVED, "approval": "approved"}
    return {}


def _costs(price: str) -> float:
    """The price as a number; what is none costs nothing."""
    try:
        return float(price or "0")
    except ValueError:
        return 0.0


RULES: tuple[Rule, ...] = (
    Put(
        name="Approve requests that cost little",
        table="sc_request",
        on=UPDATE,
        columns=frozenset({"request_state"}),
        values=_approve,
    ),
)
