"""From what a file says of one attribute to the model's value, or to the sentence that says what is wrong."""

from collections.abc import Mapping
from datetime import date, datetime, time

from snowconf.config import codes
from snowconf.config.documents import Spot
from snowconf.config.guessing import did_you_mean, listing
from snowconf.config.secret_sources import read_secret
from snowconf.kinds.attributes import Attribute, Choice, ParseError, Secret
from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.origin import Origin
from snowconf.model.value import Located

TYPES = {
    bool: "true or false",
    int: "a whole number",
    float: "a number with a point",
    str: "a text in quotes",
    list: "a list",
    dict: "a table",
    datetime: "a date and time",
    date: "a date",
    time: "a time without quotes",
}


def read_value(
    attribute: Attribute, spot: Spot, address: Address, *, limit: int | None
) -> Located | Diagnostic:
    """The value with its place. It has a type that the attribute takes; `limit` is what its column holds."""
    if isinstance(attribute, Secret):
        source = read_secret(spot, attribute.name, address=address, limit=limit)
        return source if isinstance(source, Diagnostic) else Located(source, spot.origin)
    try:
        value = attribute.parse(spot.raw)
    except ParseError as problem:
        return _refused(attribute, spot, problem=problem, address=address)
    if limit and isinstance(value, str) and len(value) > limit:
        return codes.TOO_LONG.at(spot.origin, _too_long(attribute, value, limit=limit), address=address)
    return Located(value, spot.origin)


def read_default(
    attribute: Attribute, label: str, *, address: Address, origin: Origin, limit: int | None
) -> Located | Diagnostic:
    """The label standing in for a natural key that is not written."""
    try:
        value = attribute.parse(label)
    except ParseError as problem:
        detail = (
            f"The label stands for '{attribute.name}', and {problem}. Write '{attribute.name}' in the block."
        )
        return codes.NOT_ACCEPTED.at(origin, detail, address=address)
    if limit and len(label) > limit:
        return codes.TOO_LONG.at(origin, _too_long(attribute, label, limit=limit), address=address)
    return Located(value, origin)


def wrong_type(attribute: Attribute, spot: Spot, *, address: Address) -> Diagnostic:
    """Something of another TOML type stands there."""
    detail = f"'{attribute.name}' must be {attribute.says}, and this is {describe(spot.raw)}."
    return codes.WRONG_TYPE.at(spot.origin, detail, address=address)


def describe(raw: object) -> str:
    """What kind of TOML value this is, without repeating it."""
    return TYPES[type(raw)]


def unknown_choice(name: str, raw: str, *, choices: Mapping[str, str]) -> str:
    """The sentence for a value that is not among the choices, which map what people write to what is stored."""
    stored = next((written for written, value in choices.items() if raw == value), "")
    guess = f" Did you mean '{stored}'?" if stored else did_you_mean(raw, choices)
    return f"'{name}' cannot be '{raw}'.{guess} It is {listing(choices, 'or')}."


def _refused(attribute: Attribute, spot: Spot, *, problem: ParseError, address: Address) -> Diagnostic:
    if isinstance(attribute, Choice):
        detail = unknown_choice(attribute.name, spot.raw, choices=attribute.choices)
        return codes.UNKNOWN_CHOICE.at(spot.origin, detail, address=address)
    origin = (
        _first_bad_item(attribute, spot).origin if isinstance(spot.raw, list) and spot.raw else spot.origin
    )
    return codes.NOT_ACCEPTED.at(origin, f"'{attribute.name}': {problem}.", address=address)


def _first_bad_item(attribute: Attribute, spot: Spot) -> Spot:
    """The item with which the list stops being acceptable."""
    last = len(spot.raw) - 1
    for index in range(last):
        try:
            attribute.parse(spot.raw[: index + 1])
        except ParseError:
            return spot.child(index)
    return spot.child(last)


def _too_long(attribute: Attribute, value: str, *, limit: int) -> str:
    return (
        f"'{attribute.name}' has {len(value):,} characters, and its column holds {limit:,}. Shorten it by "
        f"{len(value) - limit:,}."
    )
