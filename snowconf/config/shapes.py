"""What a block of one kind may hold, ready for checking many of them: names and TOML types, from the kind's descriptor.

pydantic compares names and types; what it has to say about them is never shown, only which names it stopped at.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache, cached_property, reduce
from operator import or_
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, create_model

from snowconf.dictionary import find_table
from snowconf.kinds.attributes import Attribute, LooseText, Script, Secret, Text, Url
from snowconf.kinds.kind import Kind
from snowconf.kinds.record import RECORD

LIFECYCLE, ABSENT, ACCESS, NO_ACCESS = "lifecycle", "absent", "access", "no_access"
REQUIRES_TABLES = "requires_tables"
RECORD_SETTINGS = ("table", "key", "columns")
STRICT = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)
SIZED = (Text, LooseText, Script, Url, Secret)


class Misfit(Enum):
    """Why a name cannot stand in a block as it does."""

    UNKNOWN = "unknown"
    WRONG_TYPE = "wrong type"


@dataclass(frozen=True)
class Shape:
    """A kind and what follows from it. Made once for all blocks of the kind."""

    kind: Kind

    @cached_property
    def attributes(self) -> Mapping[str, Attribute]:
        """The attributes by name."""
        return {each.name: each for each in self.kind.attributes}

    @cached_property
    def lengths(self) -> Mapping[str, int]:
        """How many characters the column of each text holds, where the dictionary knows."""
        table = find_table(self.kind.table)
        columns = table.columns if table else {}
        texts = (each for each in self.kind.attributes if isinstance(each, SIZED) and each.column in columns)
        return {each.name: columns[each.column].max_length for each in texts}

    @property
    def is_record(self) -> bool:
        """Do its blocks say themselves which table and columns they are about?"""
        return self.kind.name == RECORD.name

    @cached_property
    def settings(self) -> tuple[str, ...]:
        """The names that are no attributes, and that a block of this kind may hold as well."""
        own = RECORD_SETTINGS if self.is_record else ()
        settings = (*own, LIFECYCLE, ABSENT, ACCESS, NO_ACCESS, REQUIRES_TABLES)
        return tuple(each for each in settings if each not in self.attributes)

    @property
    def names(self) -> tuple[str, ...]:
        """Everything worth suggesting to somebody who misspelt one of it."""
        acts = self.kind.has_access
        offered = {
            ABSENT: self.kind.can_be_absent,
            ACCESS: acts,
            NO_ACCESS: acts,
            REQUIRES_TABLES: self.kind.has_requirements,
        }
        return (*self.attributes, *(name for name in self.settings if offered.get(name, True)))

    def misfits(self, raw: Mapping[str, Any]) -> Iterator[tuple[str, Misfit]]:
        """The names in a block that it cannot hold, or not so."""
        try:
            self._model.model_validate(raw)
        except ValidationError as error:
            found = error.errors(include_url=False, include_context=False, include_input=False)
            unknown = {str(each["loc"][0]): each["type"] == "extra_forbidden" for each in found}
            yield from ((name, Misfit.UNKNOWN if new else Misfit.WRONG_TYPE) for name, new in unknown.items())

    @cached_property
    def _model(self) -> type[BaseModel]:
        # Numbered, because an attribute may be called what pydantic keeps for itself (`schema`, `copy`).
        fields: dict[str, Any] = {
            f"a{number}": (_accepted(each), Field(None, alias=name))
            for number, (name, each) in enumerate(self.attributes.items())
        }
        others: dict[str, Any] = {f"s_{name}": (Any, Field(None, alias=name)) for name in self.settings}
        return create_model(self.kind.name, __config__=STRICT, **fields, **others)


def fits(attribute: Attribute, raw: object) -> bool:
    """Is this of a type that the attribute takes?"""
    try:
        _adapter(_accepted(attribute)).validate_python(raw)
    except ValidationError:
        return False
    return True


def _accepted(attribute: Attribute) -> Any:
    """Secrets pass whatever stands there: what is wrong with them is said without looking at it twice."""
    return Any if isinstance(attribute, Secret) else reduce(or_, attribute.accepts)


@cache
def _adapter(accepted: Any) -> TypeAdapter[Any]:
    return TypeAdapter(accepted, config=ConfigDict(strict=True, hide_input_in_errors=True))
