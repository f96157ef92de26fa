"""A plan that takes an apply back: made from its receipt and from what the instance holds today, never a replay."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from snowconf.engine.apply.reverting import Reversal, Sight, columns_to_see
from snowconf.engine.context import Context
from snowconf.engine.observe.asking import EVIDENCE, TableAsk
from snowconf.engine.observe.observing import look_up
from snowconf.engine.plan.ordering import in_order
from snowconf.engine.port import Instance
from snowconf.kinds import KINDS
from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic, Severity
from snowconf.model.fingerprinting import fingerprint_entry
from snowconf.model.outcome import Status
from snowconf.model.ownership import Ledger, Owned
from snowconf.model.plan import Action, Change, Plan, Verb
from snowconf.model.receipt import Receipt, Step

CONFLICT = "SNC261"

# What takes each action back.
BACK: Mapping[Action, Action] = {
    Action.CREATE: Action.DELETE,
    Action.UPDATE: Action.UPDATE,
    Action.DELETE: Action.CREATE,
    Action.ADOPT: Action.FORGET,
    Action.FORGET: Action.ADOPT,
    Action.NO_OP: Action.NO_OP,
}


def make_undo_plan(receipt: Receipt, instance: Instance, context: Context, *, own_run: bool = False) -> Plan:
    """What takes back what the receipt says was done. Writes nothing.

    With `own_run` the receipt is of the run that asks: what it has made has no protection yet.

    Raises:
        InstanceError: the instance refused or did not answer.
    """
    steps = [
        _come_back(each, context.ledger) for each in receipt.steps if each.possible or _moves_ledger(each)
    ]
    known = [each for each in steps if each.change.address.kind in KINDS]
    sight = _look(known, instance, context)
    reversals = [_reversed(each, sight) for each in known]
    changes = [_change(each, context.ledger) for each in reversals]
    strangers = _strangers(changes, context)
    return Plan(
        stack=receipt.stack,
        instance=context.instance_name,
        url=context.url,
        changes=_ordered(changes, known),
        diagnostics=(
            *(problem for each in reversals for problem in _said(each)),
            *(_owned_elsewhere(each, strangers[each.sys_id]) for each in changes if each.sys_id in strangers),
            *(() if own_run else _protected(changes, context.ledger)),
        ),
    )


def _come_back(step: Step, ledger: Ledger | None) -> Step:
    """What was deleted may be there again under another sys_id, when the platform has made it and not this stack."""
    owned = ledger.entries.get(step.change.address) if ledger else None
    if step.change.action is not Action.DELETE or owned is None or owned.sys_id == step.change.sys_id:
        return step
    entry = replace(step.entry, sys_id=owned.sys_id) if step.entry else None
    return replace(step, given={**step.given, step.change.sys_id: owned.sys_id}, entry=entry)


def _moves_ledger(step: Step) -> bool:
    """What was adopted or forgotten without a write is given up, or taken over, without one."""
    return step.change.action in (Action.ADOPT, Action.FORGET) and step.status is Status.DONE


def _look(steps: Sequence[Step], instance: Instance, context: Context) -> Sight:
    """One list per table of what the steps touched."""
    asks: dict[str, TableAsk] = {}
    for step in steps:
        ask = asks.setdefault(step.change.table, TableAsk(step.change.table))
        ask.values["sys_id"].add(step.id_of(step.change.sys_id))
        ask.columns.update(EVIDENCE)
        for write in step.possible:
            ask = asks.setdefault(write.table, TableAsk(write.table))
            ask.values["sys_id"].add(step.id_of(write.sys_id))
            ask.columns.update(EVIDENCE, write.columns, write.before)
            if write.verb is Verb.INSERT and not write.member_of:
                ask.images.update(columns_to_see(step, write))
    seen = look_up(list(asks.values()), instance, context)
    return Sight(
        rows={(table, row["sys_id"]): row for table, each in seen.items() for row in each.rows},
        dim=frozenset(table for table, each in seen.items() if not each.is_whole),
    )


def _reversed(step: Step, sight: Sight) -> Reversal:
    reversal = Reversal(step=step, sight=sight)
    reversal.work()
    return reversal


def _change(reversal: Reversal, ledger: Ledger | None) -> Change:
    step = reversal.step
    done = step.change
    sys_id = step.id_of(done.sys_id)
    entry = _entry(ledger, step)
    row = reversal.sight.row(done.table, sys_id) or {}
    owned = _owned(reversal, entry)
    change = Change(
        address=entry.address if entry else done.address,
        action=_action(reversal),
        table=done.table,
        sys_id=sys_id,
        origin=done.origin,
        name=done.name,
        attributes=tuple(reversal.attributes),
        members=reversal.members,
        writes=tuple(reversal.writes),
        revision=row.get("sys_mod_count", ""),
        updated_by=row.get("sys_updated_by", ""),
        updated_on=row.get("sys_updated_on", ""),
        owned=owned,
    )
    moves = ledger is not None and fingerprint_entry(owned) != fingerprint_entry(entry)
    return change if change.writes or moves else replace(change, action=Action.NO_OP)


def _entry(ledger: Ledger | None, step: Step) -> Owned | None:
    """What the ledger says of the record today, under whatever address."""
    if ledger is None:
        return None
    return ledger.find_sys_id(step.id_of(step.change.sys_id)) or ledger.entries.get(step.change.address)


def _action(reversal: Reversal) -> Action:
    """By what is done to the record itself; a record that is gone already is only forgotten."""
    own = {write.verb for write in reversal.writes if not write.member_of}
    action = BACK[reversal.step.change.action]
    if action is Action.DELETE and Verb.DELETE not in own:
        return Action.UPDATE if reversal.writes else Action.FORGET
    if action is Action.CREATE and Verb.INSERT not in own:
        return Action.UPDATE if reversal.writes else Action.ADOPT
    return action


def _owned(reversal: Reversal, entry: Owned | None) -> Owned | None:
    """What the ledger said before the apply; what somebody has changed since stays as it is known."""
    before, done = reversal.step.entry, reversal.step.change
    if reversal.conflicts and entry is not None:
        return entry
    if before is None or done.action is Action.DELETE:
        return before
    if entry is None:
        return before
    moved_on = done.owned is not None and dict(entry.digests) != dict(done.owned.digests)
    return entry if moved_on else replace(before, secrets=entry.secrets)


def _ordered(changes: Sequence[Change], steps: Sequence[Step]) -> tuple[Change, ...]:
    """Whatever referred to a record is taken back before it; what was taken apart before it comes after."""
    addresses = {step.change.address: change.address for step, change in zip(steps, changes, strict=True)}
    behind: dict[Address, set[Address]] = {each.address: set() for each in changes}
    for step, change in zip(steps, changes, strict=True):
        for needed in step.change.depends_on & addresses.keys():
            behind[addresses[needed]].add(change.address)
    graph = {address: frozenset(each - {address}) for address, each in behind.items()}
    by_address = {each.address: replace(each, depends_on=graph[each.address]) for each in changes}
    return tuple(by_address[address] for address in in_order(graph))


def _strangers(changes: Iterable[Change], context: Context) -> Mapping[str, str]:
    """Records that another stack has come to own since."""
    ours = context.ledger
    asked = frozenset(each.sys_id for each in changes if ours and not ours.find_sys_id(each.sys_id))
    return context.owners(asked) if asked else {}


def _protected(changes: Iterable[Change], ledger: Ledger | None) -> Iterable[Diagnostic]:
    entries = ledger.entries if ledger else {}
    for each in changes:
        entry = entries.get(each.address)
        if each.action is Action.DELETE and entry is not None and entry.prevent_delete:
            yield _problem(
                each,
                "SNC263",
                "Protected: not taken back",
                "The apply made this record with prevent_delete, so taking it back would delete what is protected. Take "
                "prevent_delete out of its block and apply; then undo this receipt.",
            )


def _owned_elsewhere(change: Change, stack: str) -> Diagnostic:
    return _problem(
        change,
        "SNC264",
        "Owned by another stack since",
        f"The stack '{stack}' owns this record now, so this one does not touch it. Let that stack give it up first: in "
        "its folder, snowconf ledger forget ADDRESS.",
    )


def _said(reversal: Reversal) -> Iterable[Diagnostic]:
    change = reversal.step.change
    if reversal.conflicts:
        yield _problem(
            change,
            CONFLICT,
            "Changed since: left alone",
            f"Not taken back: {'; '.join(reversal.conflicts)}. Look at the record, and change it by hand where need be.",
            Severity.WARNING,
        )
    if reversal.losses:
        yield _problem(
            change,
            "SNC262",
            "Cannot be taken back",
            f"What no receipt holds stays lost: {'; '.join(dict.fromkeys(reversal.losses))}.",
            Severity.WARNING,
        )


def _problem(
    change: Change, code: str, summary: str, detail: str, severity: Severity = Severity.ERROR
) -> Diagnostic:
    return Diagnostic(
        code=code,
        summary=summary,
        detail=detail,
        severity=severity,
        origin=change.origin,
        address=change.address,
    )
