"""System properties (tables.md 5). Absent, empty and default are three different things."""

from collections.abc import Iterator

from snowconf.kinds import writers
from snowconf.kinds.attributes import Boolean, Choice, LooseText, Secret, Text
from snowconf.kinds.choices import choices_of
from snowconf.kinds.findings import PROPERTY_PASSWORD, PROPERTY_TWO_VALUES, PROPERTY_VALUE
from snowconf.kinds.kind import Kind
from snowconf.kinds.masking import looks_secret
from snowconf.kinds.reading import text_of
from snowconf.kinds.stakes import of_properties
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.state import Resource


def two_values(resource: Resource) -> Iterator[Diagnostic]:
    """Two attributes of the block are one column."""
    if {"value", "secret_value"} <= resource.attributes.keys():
        yield PROPERTY_TWO_VALUES.at(
            resource,
            "secret_value",
            "value and secret_value are both written, and there is one column for them. Keep one of them.",
        )


def password_in_clear(resource: Resource) -> Iterator[Diagnostic]:
    """A value of a password type is a secret; what was written is not repeated."""
    kind = text_of(resource, "type")
    if kind in ("password", "password2") and text_of(resource, "value"):
        yield PROPERTY_PASSWORD.at(
            resource,
            "value",
            f"A property of type {kind} holds a secret, and this one's stands in the file. Write where it is: "
            'secret_value = { env = "NAME" }.',
        )


def value_of_another_type(resource: Resource) -> Iterator[Diagnostic]:
    """The platform stores any text, so what does not fit the written type is found here or never."""
    value, kind = text_of(resource, "value"), text_of(resource, "type")
    fitting = _fitting(kind, text_of(resource, "choices"), value) if value else ""
    if fitting:
        shown = "its value" if masked(resource) else f"'{value}'"
        yield PROPERTY_VALUE.at(
            resource,
            "value",
            f"The property's type is {kind}, and {shown} is not {fitting}. Correct one of them.",
        )


def _fitting(kind: str, choices: str, value: str) -> str:
    """What the value should have been; nothing when it is that."""
    if kind == "boolean" and value not in ("true", "false"):
        return "true or false in lower case"
    if kind == "integer" and not value.removeprefix("-").isdecimal():
        return "a whole number"
    listed = [choice.partition("=")[2] or choice for choice in choices.split(",")] if choices else []
    if kind == "choicelist" and listed and value not in map(str.strip, listed):
        return f"among its choices {', '.join(map(str.strip, listed))}"
    return ""


def masked(resource: Resource) -> frozenset[str]:
    """Secrets stand in plain text properties in the wild, and the property's name or its type tells (tables.md 5)."""
    value, kind = text_of(resource, "value"), text_of(resource, "type")
    telling = looks_secret(text_of(resource, "name"), value) or kind in ("password", "password2")
    return frozenset({"value"}) if value and telling else frozenset()


PROPERTY = Kind(
    name="property",
    masked=masked,
    table="sys_properties",
    doc="A system property: a named value that the platform and its applications read.",
    key=("name",),
    can_be_absent=True,
    has_requirements=True,
    attributes=(
        Text("name", "The property's name, such as glide.oauth.inbound.ropc.grant_type.disabled."),
        LooseText("value", "The value; '' is an empty value, which is not the same as no property."),
        Secret("secret_value", "Where the value is, for properties that hold a secret.", "value"),
        Choice("type", "The type of the value.", choices=choices_of("sys_properties", "type")),
        Text("description", "What the property does."),
        Text("choices", "The choices of a choicelist, with commas: 'value' or 'label=value' each."),
        Boolean("is_private", "Update sets leave the property out, so that it stays on its instance."),
        Boolean(
            "ignore_cache",
            "A change does not flush every cache of the instance; false makes it slow for minutes.",
        ),
        Text("read_roles", "Roles that may see the property on property pages, with commas."),
        Text("write_roles", "Roles that may change the property on property pages, with commas."),
    ),
    checks=(two_values, password_in_clear, value_of_another_type),
    stakes=of_properties.STAKES,
    cross_checks=of_properties.CROSS_CHECKS,
    writers=writers.ADMINS,
)
