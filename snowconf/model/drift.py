"""What an instance holds otherwise than was applied, taken from a plan. Secrets are not in it: nobody can read them.

Where no ledger tells what was last applied, whatever differs from the files counts.
"""

from dataclasses import dataclass, replace

from snowconf.model.address import Address
from snowconf.model.plan import Action, AttributeChange, Change, MembersChange, Plan, Why
from snowconf.model.trial import Ending, Trial
from snowconf.model.value import SecretSource

# What is done to records that are there.
HELD = (Action.UPDATE, Action.ADOPT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """`differing` are changes without their secrets; `unproven` are secrets not known to be the ones last written.

    `trials` are what came of showing secrets at the door, where that was asked for.
    """

    plan: Plan
    differing: tuple[Change, ...]
    unproven: tuple[tuple[Address, AttributeChange], ...]
    trials: tuple[Trial, ...] = ()

    @property
    def drifted_secrets(self) -> tuple[Trial, ...]:
        """The trials of secrets that open no door any more."""
        return tuple(each for each in self.trials if each.ending is Ending.DRIFTED)

    def with_trials(self, trials: tuple[Trial, ...]) -> "Drift":
        """What opened a door is proven."""
        opened = {
            (shown.address, shown.attribute)
            for each in trials
            if each.ending is Ending.OPENED
            for shown in each.secrets
        }
        left = tuple(each for each in self.unproven if (each[0], each[1].attribute) not in opened)
        return replace(self, unproven=left, trials=trials)

    @property
    def attribute_count(self) -> int:
        """How many attributes and member sets of records that exist differ."""
        updates = (each for each in self.differing if each.action in HELD)
        return sum(len(each.attributes) + len(each.members) for each in updates)


def find_drift(plan: Plan) -> Drift:
    """The plan's changes seen from the other side: before is what the instance holds, after what the files say."""
    open_changes = tuple(_drifted(each) for each in plan.pending if not each.leaving)
    return Drift(
        plan=plan,
        differing=tuple(each for each in open_changes if _differs(each)),
        unproven=tuple(
            (change.address, each)
            for change in plan.pending
            if change.action is Action.UPDATE
            for each in change.attributes
            if _is_unreadable(each)
        ),
    )


def _drifted(change: Change) -> Change:
    """Without secrets, and without what only the files have changed."""
    attributes = tuple(each for each in change.attributes if not _is_unreadable(each))
    if change.action not in HELD:
        return replace(change, attributes=attributes)
    return replace(
        change,
        attributes=tuple(each for each in attributes if _moved(each)),
        members=tuple(each for each in change.members if _moved(each)),
    )


def _moved(cause: AttributeChange | MembersChange) -> bool:
    return cause.why not in (Why.EDITED, Why.RESTORED)


def _is_unreadable(attribute: AttributeChange) -> bool:
    """Text that is masked in reports is sensitive too, and can be compared."""
    return isinstance(attribute.after, SecretSource)


def _differs(change: Change) -> bool:
    return change.action not in HELD or bool(change.attributes or change.members)
