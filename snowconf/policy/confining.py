"""The engine that comes along: regorus in a process of its own, with bounds on time and memory, and nothing to reach."""

import importlib.util
import json
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli

from snowconf.model.diagnostic import Diagnostic
from snowconf.model.origin import Origin
from snowconf.policy import confined
from snowconf.policy.engines import Answer, Question
from snowconf.policy.module import DataFile
from snowconf.policy.problems import BAD_DATA, BROKEN, EXHAUSTED, NO_ENGINE, PoliciesError
from snowconf.policy.reading import unknown_calls
from snowconf.policy.resolving import resolved
from snowconf.policy.ruling import OWN, path_of
from snowconf.policy.starting import Start, endless, how_it_ended, start

SCRIPT = confined.__file__
# The engine's allocator sets a gigabyte aside at its start unless it is told otherwise; the bound would then be spent.
ALLOCATOR = {"MIMALLOC_ARENA_RESERVE": "65536"}
# What ends a process whose processor time is spent (SIGXCPU; Windows has none).
TOO_LONG = 24
# Of one processor, and by the clock: on a machine that is busy with other things the two are far apart.
SECONDS, PATIENCE_S = 10, 90
BYTES = 512 * 1024 * 1024
# What an input takes beyond that: JSON in memory is many times its text.
SECONDS_A_MEGABYTE, BYTES_A_BYTE = 1, 40
PLACE = re.compile(r"--> (?P<file>.+?):(?P<line>\d+):(?P<column>\d+)\n.*?\nerror: (?P<what>.*)", re.DOTALL)
UNKNOWN_CALL = (
    "No policy defines a function '{name}', and regorus has none. Is an import missing? Of OPA's own functions it lacks a few, "
    'which engine = "opa" has.'
)
OVERRULED = (
    "It gives 'data.{name}' a value, and there is a rule of that name, which the value would take the place of: the policy would "
    "say what the data says. Give the data another key."
)
# Behind the names that several rules of one name are given (`ruling`).
OWN_NAME = re.compile(rf"_{OWN}\d+\b")
HOW = "Install it with: pip install 'snowconf[rego]'. Or have opa or conftest on the path, and write engine = \"opa\" below [policies]."


@dataclass(frozen=True, slots=True, kw_only=True)
class Regorus:
    """regorus, asked anew for each question. `seconds` (of one processor) and `memory_bytes` are for an empty input.

    `patience_s` is by the clock.
    """

    seconds: int = SECONDS
    patience_s: int = PATIENCE_S
    memory_bytes: int = BYTES

    @property
    def name(self) -> str:
        """As `[policies] engine` names it."""
        return "regorus"

    def evaluate(self, question: Question) -> Answer:
        """All rules; the first that fails makes the whole answer a problem."""
        return self._ask(question, each=False)

    def try_each(self, question: Question) -> Answer:
        """All rules, each by itself."""
        return self._ask(question, each=True)

    def _ask(self, question: Question, *, each: bool) -> Answer:
        try:
            return _read(self._run(question, each=each), question)
        except PoliciesError as error:
            return Answer(problems=error.diagnostics)

    def _run(self, question: Question, *, each: bool) -> Mapping[str, Any]:
        megabytes = len(question.input) // 1_000_000
        seconds = self.seconds + SECONDS_A_MEGABYTE * megabytes
        header = {
            "modules": [[module.file, resolved(module.text)] for module in question.modules],
            "names": [
                [*module.package.split("."), name]
                for module in question.modules
                for name in {*module.names, *(each.name for each in module.heads)}
            ],
            "heads": {module.file: len(module.heads) for module in question.modules},
            "data": [[one.file, *_plain(one)] for one in question.data],
            "queries": question.queries,
            "calls": sorted(
                {call.name.rpartition("|")[2] for call in unknown_calls(question.modules, frozenset())}
            ),
            "each": each,
            "seconds": seconds,
            "memory_bytes": self.memory_bytes + BYTES_A_BYTE * len(question.input),
        }
        text = f"{json.dumps(header)}\n{question.input}"
        command = [sys.executable, "-I", SCRIPT, _home()]
        done = start(Start(command=command, seconds=self.patience_s + seconds, text=text, environ=ALLOCATOR))
        if done.returncode == -TOO_LONG:
            raise PoliciesError(endless(seconds))
        return _decoded(done)


def _home() -> str:
    """The folder that regorus is installed in: the process is told of no other place."""
    found = importlib.util.find_spec("regorus")
    if found is None or found.origin is None:
        raise PoliciesError(NO_ENGINE.at(None, f"There are policies, and nothing to ask them with. {HOW}"))
    return str(Path(found.origin).parents[1])


def _decoded(done: subprocess.CompletedProcess[bytes]) -> Mapping[str, Any]:
    try:
        answer: Mapping[str, Any] = json.loads(done.stdout)
    except ValueError:
        detail = (
            f"The process that asks the policies {how_it_ended(done)} before it had an answer: they need more memory than it may "
            "have, or the engine has a mistake. Nothing was taken for a yes. Look for a rule that builds large sets."
        )
        raise PoliciesError(EXHAUSTED.at(None, detail)) from None
    return answer


def _plain(data: DataFile) -> tuple[str, list[str], str]:
    """Form, keys and text, with TOML as JSON."""
    if data.form != "toml":
        return data.form, [*data.under], data.text
    return "json", [*data.under], json.dumps(tomli.loads(data.text), default=str)


def _read(answer: Mapping[str, Any], question: Question) -> Answer:
    if "unknown" in answer:
        raise PoliciesError(*_unknown(answer["unknown"], question))
    if "unheard" in answer:
        file, line = answer["unheard"]
        detail = "A rule that judges is on this line together with something else. Give it a line of its own, or nobody asks it."
        raise PoliciesError(BROKEN.at(Origin(file, line), detail))
    if "too_many" in answer:
        detail = f"{answer['too_many']} has more than 100,000 messages. Let it say one for many."
        raise PoliciesError(EXHAUSTED.at(None, detail))
    if "overruled" in answer:
        raise PoliciesError(BAD_DATA.at(Origin(answer["of"], 1), OVERRULED.format(name=answer["overruled"])))
    if "problem" in answer:
        raise PoliciesError(
            _broken(answer["problem"], answer["of"], _asked_at(answer.get("query"), question))
        )
    return Answer(values=answer["values"], failed=answer["failed"])


def _unknown(names: list[str], question: Question) -> list[Diagnostic]:
    return [
        BROKEN.at(
            Origin(call.file, call.line, call.column),
            UNKNOWN_CALL.format(name=call.name.rpartition("|")[2]),
        )
        for call in unknown_calls(question.modules, frozenset())
        if call.name.rpartition("|")[2] in names
    ]


def _asked_at(query: str | None, question: Question) -> Origin | None:
    """Where the rule is that was asked, for what the engine says without a place."""
    return next(
        (
            Origin(module.file, head.line, head.column)
            for module in question.modules
            for head in module.heads
            if f"{path_of(module.package)}.{head.name}" == query
        ),
        None,
    )


def _broken(words: str, of: str, asked_at: Origin | None = None) -> Diagnostic:
    found = PLACE.search(words)
    said = f"The engine says: {_sentence(found['what'] if found else words)}"
    if of:
        return BAD_DATA.at(None if of == confined.THE_PLAN else Origin(of, 1), said)
    if found is None:
        return BROKEN.at(asked_at, said)
    return BROKEN.at(Origin(found["file"], int(found["line"]), int(found["column"])), said)


def _sentence(words: str) -> str:
    first = " ".join(OWN_NAME.sub("", words.split("\n-->", maxsplit=1)[0]).split())[:300]
    return first if first.endswith(".") else f"{first}."
