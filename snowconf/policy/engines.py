"""What an engine of Rego is asked and what it answers; which engines there are is in `choosing`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from snowconf.model.diagnostic import Diagnostic
from snowconf.policy.module import DataFile, Module


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Rules to ask, each by its whole path (`data.main.deny`), of these modules with this data and this input (JSON)."""

    modules: tuple[Module, ...]
    queries: tuple[str, ...]
    data: tuple[DataFile, ...] = ()
    input: str = "{}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The value of each rule that has one, by its path. With `problems` there are no values worth reading.

    `failed` are rules that could not be evaluated, with the reason: only tests are asked so that others go on.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[Diagnostic, ...] = ()
    failed: Mapping[str, str] = field(default_factory=dict)


class Engine(Protocol):
    """Something that evaluates Rego. It never raises for what a policy does: that is among the answer's problems."""

    @property
    def name(self) -> str:
        """As `[policies] engine` names it."""
        ...

    def evaluate(self, question: Question) -> Answer:
        """All rules; the first that fails makes the whole answer a problem."""
        ...

    def try_each(self, question: Question) -> Answer:
        """All rules, each by itself: what fails is in `failed`. For tests."""
        ...
