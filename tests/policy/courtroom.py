"""A plan's document before policies that a test writes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from snowconf.model.diagnostic import Diagnostic
from snowconf.model.finding import PolicySettings, Review, Waiver
from snowconf.policy.confining import Regorus
from snowconf.policy.engines import Engine
from snowconf.policy.gathering import Places, gather
from snowconf.policy.judging import Bench, judge
from snowconf.policy.module import Module
from snowconf.policy.reading import read_module

TODAY = date(2026, 11, 21)
HEAD = "package main\n\n"


def change(address: str, *actions: str, line: int = 7, **declared: Any) -> dict[str, Any]:
    """One of a document's changes."""
    kind, _, name = address.partition(".")
    place = {"file": "stack.toml", "line": line, "column": 1}
    origins = {each: {**place, "line": line + 1 + index} for index, each in enumerate(declared)}
    return {
        "address": address,
        "type": kind,
        "name": name,
        "origin": place,
        "change": {"actions": [*actions] or ["create"], "after": declared, "origins": origins},
        "declared": {"attributes": declared},
    }


def document(*changes: Mapping[str, Any]) -> dict[str, Any]:
    """A plan's document, as far as rules here look at it."""
    return {"format_version": "1.0", "stack": "finout", "resource_changes": [*changes]}


@dataclass
class Courtroom:
    """A folder that policies are written into, and who judges by them."""

    folder: Path
    engine: Engine = field(default_factory=Regorus)
    settings: PolicySettings = field(default_factory=PolicySettings)
    waivers: tuple[Waiver, ...] = ()
    data: tuple[str, ...] = ()

    def write(self, name: str, text: str) -> Path:
        """A file; one of Rego without a package is of `main`."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        whole = text if not name.endswith(".rego") or "package " in text else f"{HEAD}{text}"
        path.write_text(whole, "utf-8")
        return path

    def judge(self, *changes: Mapping[str, Any]) -> Review:
        """What the policies of the folder say of a plan with these changes."""
        data = tuple(self.folder / each for each in self.data)
        bench = Bench(
            engine=self.engine,
            library=gather(Places(policies=(self.folder,), data=data)),
            settings=self.settings,
            waivers=self.waivers,
            today=TODAY,
        )
        return judge(document(*changes), bench)

    def hear(self, rule: str, *changes: Mapping[str, Any]) -> Review:
        """What one file with this text says."""
        self.write("rule.rego", rule)
        return self.judge(*changes)


def read(text: str) -> Module:
    """The module of a text that is right."""
    found = read_module("rule.rego", text)
    assert isinstance(found, Module), found
    return found


def mistake(text: str) -> Diagnostic:
    """What is wrong with a text."""
    found = read_module("rule.rego", text)
    assert isinstance(found, Diagnostic), found
    return found


def codes(review: Review) -> list[str]:
    """Of all that is wrong with the policies themselves."""
    return [each.code for each in review.diagnostics]


def places(review: Review) -> list[str]:
    """Where it is, below the folder."""
    return [
        f"{Path(each.origin.file).name}:{each.origin.line}" if each.origin else ""
        for each in review.diagnostics
    ]


def messages(review: Review) -> list[str]:
    """What was found."""
    return [each.message for each in review.findings]
