"""OPA to hold verdicts against: what it makes of the library, of a plan's document and of single expressions."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from snowconf.policy import confined
from snowconf.policy.gathering import LIBRARY, Places, gather
from snowconf.policy.module import Library

PROGRAM = Path(__file__).with_name("opa_program.py")
# The same query each time, so that it is compiled once.
JUDGED = "data.main with data.library as input.more with input as input.document"


@dataclass(slots=True)
class Oracle:
    """OPA, by the pipes of its process; `laid` is what goes with the next question: modules and data."""

    process: "subprocess.Popen[str]"
    laid: Mapping[str, Any]

    def lay(self, modules: Sequence[tuple[str, str]], data: Mapping[str, Any]) -> None:
        """Others from now on."""
        self.laid = {"modules": [*modules], "data": data}

    def value(self, expression: str, document: object = None) -> Any:
        """What the expression is; None where it is undefined."""
        (value,) = self.values([expression], document) or [None]
        return value

    def values(self, expressions: Sequence[str], document: object = None) -> list[Any]:
        """What they are; nothing where one of them is undefined."""
        query = "; ".join(f"x{number} := {each}" for number, each in enumerate(expressions))
        assert self.process.stdin, self.process
        assert self.process.stdout, self.process
        self.process.stdin.write(json.dumps({"query": query, "input": document, **self.laid}) + "\n")
        self.process.stdin.flush()
        self.laid = {}
        answer = json.loads(self.process.stdout.readline())
        assert "error" not in answer, answer
        return (
            [answer["found"][0][f"x{number}"] for number in range(len(expressions))]
            if answer["found"]
            else []
        )

    def judges(self, document: Mapping[str, Any], more: Mapping[str, Any]) -> set[str]:
        """The ids of what the library finds, with this said below `library`."""
        said = self.value(JUDGED, {"document": document, "more": more})
        return {
            each["id"]
            for name, found in said.items()
            if name.startswith(("deny_", "warn_"))
            for each in found
        }


@contextmanager
def consulted(library: Library) -> Iterator[Oracle]:
    """OPA over the files as they are written: what users of conftest and OPA have."""
    data: dict[str, Any] = {}
    for each in library.data:
        text = each.text if each.form == "json" else confined._from_yaml(each.text, confined.open_engine)
        data |= json.loads(confined._nested(text, [*each.under]))
    with subprocess.Popen(
        [sys.executable, str(PROGRAM)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin, process
        oracle = Oracle(process, {})
        oracle.lay([(each.file, each.text) for each in library.modules], data)
        yield oracle
        process.stdin.close()


def library() -> Library:
    """The one that comes along, with its tests and thresholds."""
    return gather(Places(policies=(Path(LIBRARY),)))
