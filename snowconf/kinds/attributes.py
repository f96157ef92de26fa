"""The types an attribute can have: how its value is written in a file, compared in the middle, and stored.

`parse` takes what TOML gave, already of a type that `accepts` names, and returns a model value.
`encode` and `decode` are the wire: strings, as the platform stores them (tables.md 1.7, 1.9).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from snowconf.kinds.attribute import Attribute, Implied, ParseError
from snowconf.kinds.moments import DateTime, Duration, TimeOfDay
from snowconf.model.value import Named, RecordRef, SecretSource, Target, Value

__all__ = [
    "Attribute",
    "Boolean",
    "Choice",
    "DateTime",
    "Duration",
    "Implied",
    "Integer",
    "LooseText",
    "Members",
    "ParseError",
    "Reference",
    "References",
    "Script",
    "Secret",
    "Text",
    "TimeOfDay",
    "Url",
]

# A number of more digits fits no column, and Python refuses to read one of thousands.
WHOLE = re.compile(r"-?\d{1,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Text(Attribute):
    """Text, compared as it is."""


@dataclass(frozen=True, slots=True)
class LooseText(Attribute):
    """Text for which a file may also say true or 5: the platform keeps every property value as text."""

    accepts: ClassVar[tuple[type, ...]] = (str, bool, int)
    says: ClassVar[str] = "a string, true, false or a whole number"

    def parse(self, raw: Any) -> Value:
        """Booleans in the platform's lower case, numbers as digits."""
        return str(raw).lower() if isinstance(raw, bool) else str(raw)

    def schema(self) -> dict[str, object]:
        """Any of the three."""
        return {"type": ["string", "boolean", "integer"]}


@dataclass(frozen=True, slots=True)
class Script(Attribute):
    """Code or a long text. Line ends do not count: forms send CRLF, files hold LF."""

    def parse(self, raw: Any) -> Value:
        """The text with plain line ends."""
        return _plain_ends(str(raw))

    def decode(self, text: str) -> Value:
        """The text with plain line ends."""
        return _plain_ends(text)


@dataclass(frozen=True, slots=True)
class Url(Attribute):
    """An address, several with commas between, or nothing at all: `""` means that it must be empty."""

    def parse(self, raw: Any) -> Value:
        """The text as written.

        Raises:
            ParseError: something in it is no http or https address.
        """
        for part in filter(None, str(raw).split(",")):
            if not re.fullmatch(r"https?://[^\s/]\S*", part.strip()):
                raise ParseError(f"'{part.strip()}' is no http:// or https:// address")
        return str(raw)

    def schema(self) -> dict[str, object]:
        """Empty or starting with a scheme."""
        return {"type": "string", "pattern": "^$|^https?://"}


@dataclass(frozen=True, slots=True)
class Integer(Attribute):
    """A whole number within bounds."""

    minimum: int | None = field(default=None, kw_only=True)
    maximum: int | None = field(default=None, kw_only=True)

    accepts: ClassVar[tuple[type, ...]] = (int,)
    says: ClassVar[str] = "a whole number"

    def parse(self, raw: Any) -> Value:
        """The number.

        Raises:
            ParseError: it is out of bounds.
        """
        number = int(raw)
        if self.minimum is not None and number < self.minimum:
            raise ParseError(f"{number} is less than {self.minimum}, the least it can be")
        if self.maximum is not None and number > self.maximum:
            raise ParseError(f"{number} is more than {self.maximum}, the most it can be")
        return number

    def decode(self, text: str) -> Value:
        """The number; text that is none is kept, so that it shows as a difference and nothing breaks."""
        return int(text) if WHOLE.fullmatch(text) else text

    def schema(self) -> dict[str, object]:
        """With its bounds."""
        bounds = {"minimum": self.minimum, "maximum": self.maximum}
        return {"type": "integer"} | {name: bound for name, bound in bounds.items() if bound is not None}


@dataclass(frozen=True, slots=True)
class Boolean(Attribute):
    """Yes or no. An empty column is no, as the platform reads it."""

    accepts: ClassVar[tuple[type, ...]] = (bool,)
    says: ClassVar[str] = "true or false"

    def parse(self, raw: Any) -> Value:
        """As it is."""
        return bool(raw)

    def encode(self, value: Value) -> str:
        """Lower case words."""
        return "true" if value else "false"

    def decode(self, text: str) -> Value:
        """`1` is how some imports store yes."""
        return text in ("true", "1")

    def schema(self) -> dict[str, object]:
        """A boolean."""
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Choice(Attribute):
    """One of a list. `choices` maps what people write to what is stored; the server validates nothing (1.8)."""

    choices: Mapping[str, str] = field(default_factory=dict, kw_only=True, hash=False)

    def parse(self, raw: Any) -> Value:
        """The choice as people write it.

        Raises:
            ParseError: there is no such choice; the text lists them.
        """
        if raw not in self.choices:
            raise ParseError(f"'{raw}' is none of its choices: {', '.join(map(repr, self.choices))}")
        return str(raw)

    def encode(self, value: Value) -> str:
        """The stored value."""
        return self.choices.get(str(value), str(value))

    def decode(self, text: str) -> Value:
        """What people write for it; a stored value that the list does not know shows as it is."""
        return next((written for written, stored in self.choices.items() if stored == text), text)

    def schema(self) -> dict[str, object]:
        """An enumeration."""
        return {"enum": list(self.choices)}


@dataclass(frozen=True, slots=True)
class Reference(Attribute):
    """The name of a record: a label of this stack first, then a natural key on the instance. `""` is none.

    A `loose` one can be stored before the record is there: nothing acts on it, and the platform checks no reference
    (wire-contract.md 6.3). So a circle that leads through it is none.
    """

    target: Target = field(kw_only=True)
    loose: bool = field(default=False, kw_only=True)

    says: ClassVar[str] = "the name of a record"

    def parse(self, raw: Any) -> Value:
        """The name with what it can point at; nothing stays nothing."""
        return Named(self.target, str(raw)) if raw else ""

    def encode(self, value: Value) -> str:
        """The sys_id. Only resolved references are ever sent (wire-contract.md 6.3)."""
        assert isinstance(value, RecordRef) or value == "", value
        return value.sys_id if isinstance(value, RecordRef) else ""

    def decode(self, text: str) -> Value:
        """The sys_id; observing adds the name."""
        return RecordRef(text) if text else ""


@dataclass(frozen=True, slots=True)
class References(Attribute):
    """Several references in one column, as a glide_list keeps them: sys_ids with commas between, in no order."""

    target: Target = field(kw_only=True)

    accepts: ClassVar[tuple[type, ...]] = (list,)
    says: ClassVar[str] = "a list of names"

    def parse(self, raw: Any) -> Value:
        """The set of names.

        Raises:
            ParseError: an item is no name, or a name stands twice.
        """
        return _names(raw, self.target)

    def encode(self, value: Value) -> str:
        """The sys_ids in order, so that one set has one text."""
        assert isinstance(value, RecordRef) or value == "", value
        return value.sys_id if isinstance(value, RecordRef) else ""

    def decode(self, text: str) -> Value:
        """All of them as one reference; nothing when there are none."""
        return together(RecordRef(each) for each in text.split(",") if each)

    def schema(self) -> dict[str, object]:
        """A list without repetition."""
        return {"type": "array", "items": {"type": "string"}, "uniqueItems": True}


@dataclass(frozen=True, slots=True)
class Secret(Attribute):
    """Where a secret is: `{ env = "NAME" }` or `{ file = "path" }`. Never read from the instance, never compared.

    `alone`: the column must go in a request of its own with `sysparm_input_display_value=true`, or it is stored
    unhashed and the account cannot log in (wire-contract.md 6.5).
    """

    alone: bool = field(default=False, kw_only=True)

    accepts: ClassVar[tuple[type, ...]] = (dict,)
    says: ClassVar[str] = (
        'where the secret is: { env = "NAME" } or { file = "path" }, or { generate = 48, store = { file = "path" } }'
    )
    sensitive: ClassVar[bool] = True

    def parse(self, raw: Any) -> Value:
        """The place.

        Raises:
            ParseError: not exactly one provider with a name; the text repeats nothing of what was written.
        """
        if len(raw) != 1 or not all(isinstance(name, str) and name for name in raw.values()):
            raise ParseError('a secret is one provider and one name, as in { env = "FINOUT_PASSWORD" }')
        ((provider, name),) = raw.items()
        return SecretSource(provider, name)

    def schema(self) -> dict[str, object]:
        """One provider and one name."""
        return {
            "type": "object",
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": {"type": "string"},
        }


@dataclass(frozen=True, slots=True)
class Members(Attribute):
    """A whole set of references, kept as rows of a link table.

    `link` is the table, `owner` its column for this record, `member` the one for the other. Only rows that match
    `only` are ours to count and to touch: inherited ones belong to the platform (tables.md 12.5).
    """

    link: str = field(kw_only=True)
    owner: str = field(kw_only=True)
    member: str = field(kw_only=True)
    target: Target = field(kw_only=True)
    only: Mapping[str, str] = field(default_factory=dict, kw_only=True, hash=False)

    accepts: ClassVar[tuple[type, ...]] = (list,)
    says: ClassVar[str] = "a list of names"

    def parse(self, raw: Any) -> Value:
        """The set of names.

        Raises:
            ParseError: an item is no name, or a name stands twice.
        """
        return _names(raw, self.target)

    def schema(self) -> dict[str, object]:
        """A list without repetition."""
        return {"type": "array", "items": {"type": "string"}, "uniqueItems": True}


def together(refs: Iterable[RecordRef]) -> Value:
    """Several references as the one that a list column holds; nothing when there are none."""
    ordered = sorted({each.sys_id: each for each in refs}.values())
    if not ordered:
        return ""
    named = sorted(str(each) for each in ordered) if all(each.name for each in ordered) else []
    return RecordRef(",".join(each.sys_id for each in ordered), ", ".join(named))


def _names(raw: Any, target: Target) -> Value:
    for item in raw:
        if not isinstance(item, str) or not item:
            raise ParseError("every item must be a name in quotes")
        if raw.count(item) > 1:
            raise ParseError(f"'{item}' stands in the list more than once")
    return frozenset(Named(target, item) for item in raw)


def _plain_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
