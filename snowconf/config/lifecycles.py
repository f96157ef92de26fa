"""The table `lifecycle` of a block: what is left alone, and what may become of the record when the block goes."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from snowconf.config import codes
from snowconf.config.documents import Spot
from snowconf.config.guessing import did_you_mean, hint, listing
from snowconf.config.shapes import Shape
from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.ownership import Removal
from snowconf.model.state import Resource

SETTINGS = ("ignore", "prevent_delete", "on_remove", "previously")
REMOVALS = tuple(each.value for each in Removal)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifecycle:
    """What one block says of it; None stands for what it does not say."""

    ignore: frozenset[str] | None = None
    prevent_delete: bool | None = None
    on_remove: Removal | None = None
    previously: str | None = None

    def over(self, base: "Lifecycle") -> "Lifecycle":
        """This where it says something, and else the base."""
        return Lifecycle(
            ignore=base.ignore if self.ignore is None else self.ignore,
            prevent_delete=base.prevent_delete if self.prevent_delete is None else self.prevent_delete,
            on_remove=base.on_remove if self.on_remove is None else self.on_remove,
            previously=base.previously if self.previously is None else self.previously,
        )


def read_lifecycle(spot: Spot, shape: Shape, *, address: Address) -> tuple[Lifecycle, tuple[Diagnostic, ...]]:
    """What the table says, as far as it can be understood; one with mistakes says nothing."""
    if not isinstance(spot.raw, dict):
        detail = 'lifecycle is a table, as in lifecycle = { ignore = ["description"] }.'
        return Lifecycle(), (codes.LIFECYCLE.at(spot.origin, detail, address=address),)
    problems = tuple(
        codes.LIFECYCLE.at(place.origin, detail, address=address)
        for name, value in spot.children()
        for place, detail in _mistakes(name, value, shape)
    )
    return Lifecycle() if problems else _read(spot), problems


def check_renames(resources: Iterable[Resource]) -> Iterator[Diagnostic]:
    """Every `previously` that names a block which is still there, or that another block names too."""
    resources = tuple(resources)
    declared = {each.address: each for each in resources}
    renamed: dict[Address, Resource] = {}
    for resource in (each for each in resources if each.previously):
        before = Address(resource.address.kind, resource.previously)
        if before == resource.address:
            detail = f'previously = "{before.label}" is the label that the block has now. Take it out.'
        elif before in declared:
            detail = (
                f"The stack still has a block {before} ({declared[before].origin}), so that record is not this block's. "
                "Take out the block or 'previously'."
            )
        elif before in renamed:
            detail = f"{renamed[before].address} ({renamed[before].origin}) was previously {before} too. Take one out."
        else:
            renamed[before] = resource
            continue
        yield codes.PREVIOUSLY.at(resource.origin, detail, address=resource.address)


def _read(spot: Spot) -> Lifecycle:
    raw = spot.raw
    return Lifecycle(
        ignore=frozenset(raw["ignore"]) if "ignore" in raw else None,
        prevent_delete=raw.get("prevent_delete"),
        on_remove=Removal(raw["on_remove"]) if "on_remove" in raw else None,
        previously=raw.get("previously"),
    )


def _mistakes(name: str, spot: Spot, shape: Shape) -> Iterator[tuple[Spot, str]]:
    match name:
        case "ignore":
            yield from _ignore(spot, None if shape.is_record else shape.attributes, shape.kind.name)
        case "prevent_delete":
            if not isinstance(spot.raw, bool):
                yield spot, "prevent_delete is true or false, without quotes."
        case "on_remove":
            yield from _on_remove(spot, shape)
        case "previously":
            if not isinstance(spot.raw, str) or not spot.raw.strip():
                yield spot, 'previously is the label that the block had before, as in previously = "svc_old".'
        case _:
            yield spot, f"lifecycle has no '{name}'.{hint(name, SETTINGS)}"


def _on_remove(spot: Spot, shape: Shape) -> Iterator[tuple[Spot, str]]:
    if spot.raw not in REMOVALS:
        guess = did_you_mean(spot.raw, REMOVALS) if isinstance(spot.raw, str) else ""
        yield spot, f"on_remove is {listing(REMOVALS, 'or')}.{guess}"
    elif spot.raw == Removal.DEACTIVATE.value and not shape.kind.deactivation:
        yield spot, f"A record of kind {shape.kind.name} cannot be switched off. Write 'delete' or 'keep'."


def _ignore(spot: Spot, known: Collection[str] | None, kind: str) -> Iterator[tuple[Spot, str]]:
    if not isinstance(spot.raw, list) or not all(isinstance(name, str) for name in spot.raw):
        yield spot, 'ignore is a list of attribute names in quotes, as in ["description"].'
        return
    for index, name in enumerate(spot.raw):
        if known is not None and name not in known:
            detail = f"A block of kind {kind} has no attribute '{name}' to ignore.{did_you_mean(name, known)}"
            yield spot.child(index), detail
