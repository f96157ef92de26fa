"""What policies read that neither the plan nor the data has: Rego finds nothing there and says nothing, which looks like a yes."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import tomli

from snowconf.model.diagnostic import Diagnostic
from snowconf.model.origin import Origin
from snowconf.policy.guessing import did_you_mean
from snowconf.policy.module import DataFile, Library, Module, Reference
from snowconf.policy.problems import NOTHING_THERE

# A key at the top of YAML, as people write it.
TOP = re.compile(
    r"^(?P<key>[^\s#\"'{}\[\]&*!|>%@`,?:-][^\s\"':]*|\"[^\"\n]+\"|'[^'\n]+')\s*:(?:\s|$)", re.MULTILINE
)
# Of the library: what a team may say, and mostly does not.
OWN = "snowconf."


def overlooked(library: Library, document: Mapping[str, Any]) -> Iterator[Diagnostic]:
    """A warning for each name right below `input` and `data` that is nowhere, once a file."""
    there = {"input": {*document}, "data": _names(library)}
    for module in library.rules:
        if f"{module.package}.".startswith(OWN):
            continue
        missing = {each.key: each for each in reversed(module.reads) if each.key not in there[each.root]}
        yield from (_told(module, each, there[each.root]) for each in reversed(missing.values()))


def _told(module: Module, read: Reference, there: set[str]) -> Diagnostic:
    whose = "The plan has" if read.root == "input" else "Neither a package nor the data has"
    guess = did_you_mean(read.key, there) or f" There is: {', '.join(sorted(there)) or 'nothing'}."
    detail = (
        f"{whose} {'no' if read.root == 'input' else 'a'} '{read.key}', so {read.root}.{read.key} is undefined here, and a rule that "
        f'needs it finds nothing.{guess} Where it may be missing, say so: object.get({read.root}, "{read.key}", …).'
    )
    return NOTHING_THERE.at(Origin(module.file, read.line, read.column), detail)


def _names(library: Library) -> set[str]:
    packages = {module.package.partition(".")[0] for module in library.modules}
    return packages | {name for each in library.data for name in _keys(each)}


def _keys(data: DataFile) -> Sequence[str]:
    """What the file puts at the top of data."""
    if data.under:
        return data.under[:1]
    match data.form:
        case "json":
            return [*json.loads(data.text)]
        case "toml":
            return [*tomli.loads(data.text)]
        case _:
            return [each["key"].strip("\"'") for each in TOP.finditer(data.text)]
