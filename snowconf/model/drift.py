"""What an instance holds otherwise than the files ask for, taken from a plan. Secrets are not in it: nobody can read them."""

from dataclasses import dataclass, replace

from snowconf.model.address import Address
from snowconf.model.plan import Action, AttributeChange, Change, Plan
from snowconf.model.value import SecretSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """`differing` are changes without their secrets; `unproven` are secrets not known to be the ones last written."""

    plan: Plan
    differing: tuple[Change, ...]
    unproven: tuple[tuple[Address, AttributeChange], ...]

    @property
    def attribute_count(self) -> int:
        """How many attributes and member sets of records that exist differ."""
        updates = (each for each in self.differing if each.action is Action.UPDATE)
        return sum(len(each.attributes) + len(each.members) for each in updates)


def find_drift(plan: Plan) -> Drift:
    """The plan's changes seen from the other side: before is what the instance holds, after what the files say."""
    open_changes = tuple(_without_secrets(each) for each in plan.pending)
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


def _without_secrets(change: Change) -> Change:
    return replace(change, attributes=tuple(each for each in change.attributes if not _is_unreadable(each)))


def _is_unreadable(attribute: AttributeChange) -> bool:
    """Text that is masked in reports is sensitive too, and can be compared."""
    return isinstance(attribute.after, SecretSource)


def _differs(change: Change) -> bool:
    return change.action is not Action.UPDATE or bool(change.attributes or change.members)
