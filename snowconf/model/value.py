"""What an attribute can hold, after files were parsed and rows were decoded."""

from dataclasses import dataclass, field
from typing import TypeAlias

from snowconf.model.origin import Origin


@dataclass(frozen=True, slots=True)
class SecretSource:
    """Where a secret is (`env` a variable, `file` a path), never what it is.

    One with `generate` is made by snowconf when it is first needed, in so many characters, and kept there from then on.
    """

    provider: str
    name: str
    generate: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"{self.provider} {self.name}"

    @property
    def place(self) -> str:
        """Where it is kept, as people say it: a path, or what a provider calls it."""
        return self.name if self.provider == "file" else str(self)


class SecretText:
    """A secret in hand. It shows itself to nobody: only `reveal` gives the text."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the one request that carries it."""
        return self._text

    def __repr__(self) -> str:
        return "SecretText(…)"

    __str__ = __repr__

    def __reduce__(self) -> str:
        raise TypeError("a secret is not written anywhere")


@dataclass(frozen=True, slots=True, order=True)
class Target:
    """What a reference can point at: a table, the column that names its rows, and the kind if there is one.

    `also` are columns that are read of every row a reference names, for what they tell of the reference.
    """

    table: str
    key: str
    kind: str = ""
    also: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True, order=True)
class Named:
    """A reference as people write it: a label of the stack or a natural key on the instance.

    `called` is the natural key of the block that a label means, where it has one.
    """

    target: Target
    name: str
    called: str = field(default="", compare=False)

    @property
    def key(self) -> str:
        """By what the instance knows the record."""
        return self.called or self.name

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, order=True)
class RecordRef:
    """A reference as the instance holds it. Two are equal when their sys_id is; the name is for people."""

    sys_id: str
    name: str = field(default="", compare=False)

    def __str__(self) -> str:
        return self.name or self.sys_id


Scalar: TypeAlias = str | int | bool
Value: TypeAlias = Scalar | SecretSource | Named | RecordRef | frozenset[Named]


@dataclass(frozen=True, slots=True)
class Located:
    """A value and the place that asked for it."""

    value: Value
    origin: Origin
