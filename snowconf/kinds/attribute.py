"""What every type of attribute shares; the types themselves are in `attributes` and `moments`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeAlias

from snowconf.model.value import Value

Implied: TypeAlias = Callable[[str], Mapping[str, str]]


class ParseError(ValueError):
    """A value of the right TOML type that the attribute cannot take. The text says why and what would do."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """What all types share.

    `column` defaults to the name. A `required` attribute must be written. An `immutable` one cannot change after
    creation. `implies` gives further columns that must travel with this one, from its encoded value.
    """

    name: str
    doc: str
    column: str = ""
    required: bool = field(default=False, kw_only=True)
    immutable: bool = field(default=False, kw_only=True)
    implies: Implied | None = field(default=None, kw_only=True)

    accepts: ClassVar[tuple[type, ...]] = (str,)
    says: ClassVar[str] = "a string"
    sensitive: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if not self.column:
            object.__setattr__(self, "column", self.name)

    def parse(self, raw: Any) -> Value:
        """The model's value for what the file says.

        Raises:
            ParseError: the value has the right TOML type and is still not one this attribute can take.
        """
        return str(raw)

    def encode(self, value: Value) -> str:
        """The stored form."""
        return str(value)

    def decode(self, text: str) -> Value:
        """The model's value for a stored form."""
        return text

    def schema(self) -> dict[str, object]:
        """JSON Schema of what a file may say."""
        return {"type": "string"}
