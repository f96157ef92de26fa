"""What the ledger says after an apply: true for what was done, and careful about what was not. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from snowconf.model.address import Address
from snowconf.model.outcome import Outcome, Status
from snowconf.model.ownership import Ledger, Owned
from snowconf.model.plan import Action, Change, Plan

Fingerprints = Mapping[Address, Mapping[str, str]]


def settle(ledger: Ledger, plan: Plan, outcomes: Iterable[Outcome], fingerprints: Fingerprints) -> Ledger:
    """The ledger with every outcome noted, and the fingerprints of the secrets that were written.

    A record that may exist although its change did not end well is owned: the next run must find it.
    """
    for change in plan.changes:
        if change.action is Action.NO_OP:
            ledger = _noted(ledger, change, change.owned)
    for outcome in outcomes:
        ledger = _after(ledger, outcome)
    return _with_fingerprints(ledger, fingerprints)


def _after(ledger: Ledger, outcome: Outcome) -> Ledger:
    change = outcome.change
    if outcome.status is Status.DONE:
        return _noted(ledger, change, change.owned)
    untouched = outcome.status is Status.NOT_ATTEMPTED or (
        outcome.status is Status.FAILED and not outcome.sent
    )
    if untouched or change.owned is None:
        return ledger
    known = ledger.find_sys_id(change.owned.sys_id)
    return _noted(ledger, change, replace(change.owned, digests=known.digests if known else {}))


def _noted(ledger: Ledger, change: Change, owned: Owned | None) -> Ledger:
    """One entry for one record: a renamed block takes the place of the one it was."""
    if owned is None:
        return ledger.without(change.address)
    earlier = ledger.find_sys_id(owned.sys_id)
    if earlier and earlier.address != owned.address:
        ledger = ledger.relabelled(earlier.address, owned.address)
    return ledger.with_entry(owned)


def _with_fingerprints(ledger: Ledger, fingerprints: Fingerprints) -> Ledger:
    for address, secrets in fingerprints.items():
        if owned := ledger.entries.get(address):
            ledger = ledger.with_entry(replace(owned, secrets={**owned.secrets, **secrets}))
    return ledger
