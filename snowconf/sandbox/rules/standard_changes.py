"""What a standard change has from its template, whatever its requester wants: docs/platform.md "Change requests"."""

from snowconf.sandbox.rules.rule import Event, Put, Rule
from snowconf.sandbox.storage.store import Row

# What is approved in advance with the template.
READ_ONLY = (
    "description",
    "implementation_plan",
    "backout_plan",
    "test_plan",
    "justification",
    "risk_impact_analysis",
)


def _reapply(event: Event) -> Row:
    """The read-only columns that the template of the change's version has."""
    store, version = event.session.store, event.after["std_change_producer_version"]
    found = store.get("std_change_producer_version", version) or {}
    producer = store.get("std_change_record_producer", found.get("std_change_producer", "")) or {}
    template = store.get("sys_template", producer.get("template", "")) or {}
    values = _read(template.get("template", ""))
    return {name: values[name] for name in READ_ONLY if name in values}


def _read(template: str) -> Row:
    """`column=value^column=value^EQ` as columns."""
    terms = (term.partition("=") for term in template.split("^"))
    return {name: value for name, sign, value in terms if sign}


RULES: tuple[Rule, ...] = (
    Put(
        name="Reapply readonly template fields",
        table="change_request",
        columns=frozenset({"std_change_producer_version", *READ_ONLY}),
        values=_reapply,
    ),
)
