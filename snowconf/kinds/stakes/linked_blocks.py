"""Reading what blocks say of each other, whether they are of a kind or of `record`: there a column is an attribute."""

from collections.abc import Iterable

from snowconf.kinds.reading import value_of
from snowconf.kinds.stakes.case import Case
from snowconf.model.state import Resource
from snowconf.model.value import Named, Value


def said(block: Resource, *names: str) -> Value | None:
    """What the block says under the first of these names that it writes."""
    return next((value_of(block, each) for each in names if each in block.attributes), None)


def blocks_of(case: Case, *kinds: str) -> Iterable[Resource]:
    """The stack's blocks of these kinds and of `record`."""
    return (block for kind in (*kinds, "record") for block in case.around.blocks.get(kind, ()))


def find_block(case: Case, value: Value | None) -> Resource | None:
    """The block that a name means, if the stack has it."""
    if not isinstance(value, Named):
        return None
    blocks = case.around.blocks.get(value.target.kind, ())
    return next((each for each in blocks if each.address.label == value.name), None)


def names_block(value: Value | None, block: Resource) -> bool:
    """Does the reference, or one of the list, mean this block?"""
    listed = value if isinstance(value, frozenset) else (value,)
    return any(
        isinstance(each, Named) and (each.target.kind, each.name) == (block.address.kind, block.address.label)
        for each in listed
    )
