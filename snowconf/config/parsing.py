"""One block at a time: from TOML to attributes with places, each mistake reported and the rest kept."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from snowconf.config import codes
from snowconf.config.columns import read_columns, read_key, read_table
from snowconf.config.documents import Spot
from snowconf.config.expectations import Promise, read_promise
from snowconf.config.guessing import hint, listing, meant
from snowconf.config.lifecycles import Lifecycle, read_lifecycle
from snowconf.config.requirements import read_requirements
from snowconf.config.shapes import ABSENT, ACCESS, LIFECYCLE, NO_ACCESS, REQUIRES_TABLES, Misfit, Shape
from snowconf.config.values import read_value, wrong_type
from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.origin import Origin
from snowconf.model.value import Located


@dataclass(slots=True, kw_only=True)
class Parsed:
    """What one block says, overlay or not; None stands for what it does not say.

    `written` has the attributes that are there, sound or not, and those that misspelt names are `meant` for: what is
    written badly is not missing as well.
    """

    shape: Shape
    address: Address
    origin: Origin
    written: frozenset[str]
    meant: frozenset[str] = frozenset()
    attributes: dict[str, Located] = field(default_factory=dict)
    absent: bool | None = None
    lifecycle: Lifecycle = field(default_factory=Lifecycle)
    access: Promise | None = None
    no_access: Promise | None = None
    requires_tables: Mapping[str, tuple[str, ...]] | None = None
    table: str = ""
    key: tuple[str, ...] = ()
    problems: list[Diagnostic] = field(default_factory=list)


def parse_block(shape: Shape, address: Address, *, spot: Spot, base: Parsed | None = None) -> Parsed:
    """Everything the block says. An overlay of a `record` block takes table and key over from `base`."""
    misfits = dict(shape.misfits(spot.raw))
    unknown = (name for name, misfit in misfits.items() if misfit is Misfit.UNKNOWN)
    guessed = meant(unknown, shape.names) - frozenset(spot.raw)
    written = frozenset(spot.raw) | guessed
    parsed = Parsed(shape=shape, address=address, origin=spot.origin, written=written, meant=guessed)
    if base:
        parsed.table, parsed.key = base.table, base.key
    for name, child in spot.children():
        if name not in misfits:
            _read(parsed, name, spot=child)
        elif misfits[name] is Misfit.UNKNOWN:
            parsed.problems.append(_unknown(parsed, name, spot=child))
        else:
            parsed.problems.append(wrong_type(shape.attributes[name], child, address=address))
    if shape.is_record:
        _read_record(parsed, spot, is_overlay=base is not None)
    if parsed.absent:
        parsed.problems += _superfluous(parsed, spot)
    return parsed


def _read(parsed: Parsed, name: str, *, spot: Spot) -> None:
    shape, address = parsed.shape, parsed.address
    if name in shape.attributes:
        _keep(
            parsed,
            name,
            read_value(shape.attributes[name], spot, address=address, limit=shape.lengths.get(name)),
        )
    elif name == LIFECYCLE:
        parsed.lifecycle, problems = read_lifecycle(spot, shape, address=address)
        parsed.problems += problems
    elif name in (ACCESS, NO_ACCESS):
        _read_promise(parsed, name, spot=spot)
    elif name == REQUIRES_TABLES:
        _read_required(parsed, spot)
    elif name == ABSENT:
        _read_absent(parsed, spot)


def _read_promise(parsed: Parsed, name: str, *, spot: Spot) -> None:
    if not parsed.shape.kind.has_access:
        detail = f"A block of kind {parsed.address.kind} acts as nobody, so there is nothing it can reach. Take {name} out."
        parsed.problems.append(codes.ACCESS.at(spot.origin, detail, address=parsed.address))
        return
    promise, problems = read_promise(spot, name, address=parsed.address)
    parsed.problems += problems
    if name == ACCESS:
        parsed.access = promise
    else:
        parsed.no_access = promise


def _read_required(parsed: Parsed, spot: Spot) -> None:
    if parsed.shape.kind.has_requirements:
        parsed.requires_tables, problems = read_requirements(spot, address=parsed.address)
        parsed.problems += problems
    else:
        detail = (
            f"A block of kind {parsed.address.kind} has no value that needs tables. Take requires_tables out."
        )
        parsed.problems.append(codes.REQUIRED_TABLES.at(spot.origin, detail, address=parsed.address))


def _keep(parsed: Parsed, name: str, value: Located | Diagnostic) -> None:
    if isinstance(value, Diagnostic):
        parsed.problems.append(value)
    else:
        parsed.attributes[name] = value


def _read_absent(parsed: Parsed, spot: Spot) -> None:
    kind = parsed.shape.kind
    if not isinstance(spot.raw, bool):
        detail = "absent is true or false, without quotes."
        parsed.problems.append(codes.WRONG_TYPE.at(spot.origin, detail, address=parsed.address))
    elif spot.raw and not kind.can_be_absent:
        detail = f"A block of kind {kind.name} cannot ask that its record not exist. Take absent out; remove it by hand."
        parsed.problems.append(codes.CANNOT_BE_ABSENT.at(spot.origin, detail, address=parsed.address))
    else:
        parsed.absent = spot.raw


def _superfluous(parsed: Parsed, spot: Spot) -> Iterator[Diagnostic]:
    """Attributes of a record that shall not exist; the first is reported for all."""
    key = parsed.shape.kind.key
    more = [name for name in spot.raw if name in parsed.shape.attributes and name not in key]
    if more:
        detail = f"absent = true asks that the record not exist, and the block also writes {listing(more)}. Take out either."
        yield codes.ABSENT_WITH_MORE.at(spot.child(more[0]).origin, detail, address=parsed.address)


def _read_record(parsed: Parsed, spot: Spot, *, is_overlay: bool) -> None:
    """Table, key and columns need each other; in an overlay only columns may differ."""
    settings = dict(spot.children())
    if is_overlay:
        for name in ("table", "key"):
            if name in settings:
                detail = (
                    f"'{name}' says which record it is and cannot differ on one instance. Take it out here."
                )
                origin = settings[name].origin
                parsed.problems.append(codes.NOT_ACCEPTED.at(origin, detail, address=parsed.address))
    else:
        parsed.table, problems = read_table(spot, settings.get("table"), address=parsed.address)
        parsed.problems += problems if "table" not in parsed.meant else ()
        parsed.key, problems = read_key(spot, settings.get("key"), address=parsed.address)
        parsed.problems += problems if "key" not in parsed.meant else ()
    columns = settings.get("columns")
    if columns is None:
        parsed.written = frozenset(parsed.key if "columns" in parsed.meant else ())
        return
    parsed.written = frozenset(columns.raw) if isinstance(columns.raw, dict) else frozenset(parsed.key)
    for name, value in read_columns(columns, parsed.table, address=parsed.address):
        _keep(parsed, name, value)


def _unknown(parsed: Parsed, name: str, *, spot: Spot) -> Diagnostic:
    shape = parsed.shape
    detail = f"A block of kind {shape.kind.name} has no attribute '{name}'.{hint(name, shape.names)}"
    return codes.UNKNOWN_ATTRIBUTE.at(spot.origin, detail, address=parsed.address)
