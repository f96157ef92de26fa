"""A policy file as far as snowconf looks into it: its package, the rules that judge, their annotations, what it calls."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from snowconf.model.diagnostic import Diagnostic, Severity

# What an annotation says: texts as they are written, in lists and maps.
Said: TypeAlias = "str | list[Said] | Mapping[str, Said]"
Annotation: TypeAlias = Mapping[str, Said]
# As conftest has them; `violation` is another word for `deny`.
JUDGING = re.compile(r"(?P<word>deny|violation|warn)(_[a-zA-Z0-9]+)*")
TESTS = "_test.rego"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where a judging rule is defined: `name` at offset `start`. One with `contains` adds messages to a set."""

    name: str
    start: int
    line: int
    column: int
    adds: bool
    annotation: Annotation = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        """What its name says."""
        return Severity.WARNING if self.name.startswith("warn") else Severity.ERROR


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A function that is called, by its whole name as far as imports tell it."""

    name: str
    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What is read of the plan (`root` is `input`) or of data (`data`): the name that stands first below it."""

    root: str
    key: str
    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """One file. `file` is as the user would type it, `package` dotted without `data`.

    `words` counts what may name a rule, `functions` are those it defines, by whole name; `names` are its rules and `tests` its
    `test_` rules, by line.
    """

    file: str
    text: str
    package: str
    heads: tuple[Head, ...] = ()
    calls: tuple[Call, ...] = ()
    functions: frozenset[str] = frozenset()
    words: Mapping[str, int] = field(default_factory=dict)
    names: Mapping[str, int] = field(default_factory=dict)
    tests: Mapping[str, int] = field(default_factory=dict)
    reads: tuple[Reference, ...] = ()

    @property
    def is_test(self) -> bool:
        """Does it hold tests and no rules?"""
        return self.file.endswith(TESTS)

    def with_names(self, names: Mapping[int, str]) -> "Module":
        """The same with other names for some of the judging rules, by where they begin. Lines stay as they are."""
        text, heads = self.text, list[Head]()
        for head in reversed(self.heads):
            name = names.get(head.start, head.name)
            text = f"{text[: head.start]}{name}{text[head.start + len(head.name) :]}"
            heads.append(replace(head, name=name))
        return replace(self, text=text, heads=tuple(reversed(heads)))


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFile:
    """A file of data for policies: its text, how that is written, and the keys below `data` that it belongs under."""

    file: str
    text: str
    form: str
    under: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """All files of a run. `problems` are those of files that could not be taken."""

    modules: tuple[Module, ...] = ()
    data: tuple[DataFile, ...] = ()
    problems: tuple[Diagnostic, ...] = ()

    @property
    def rules(self) -> Sequence[Module]:
        """The files without tests."""
        return [each for each in self.modules if not each.is_test]
