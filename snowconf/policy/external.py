"""Engines that the user has on the path: `opa` and `conftest`, given copies of the policies in a folder of their own.

They get no environment of ours and an end to their time. What they may reach is checked in the text of the policies.
"""

import json
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli

from snowconf.model.diagnostic import Diagnostic
from snowconf.model.origin import Origin
from snowconf.policy.engines import Answer, Question
from snowconf.policy.problems import BROKEN, NO_ENGINE, PoliciesError
from snowconf.policy.starting import Start, how_it_ended, start

SECONDS = 90
# Go asks for its memory long before it uses it, so it bounds itself.
BOUNDS = {"GOMEMLIMIT": "1GiB"}
PLACE = re.compile(r"(?P<file>[^\s:]*\d+\.rego):(?P<line>\d+)(?::(?P<column>\d+))?:?\s*(?P<what>.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opa:
    """`opa eval` and `opa test`."""

    seconds: int = SECONDS

    @property
    def name(self) -> str:
        """As `[policies] engine` names it."""
        return "opa"

    def evaluate(self, question: Question) -> Answer:
        """All rules in one query; a rule without a value has an empty list there."""
        parts = (f"{json.dumps(each)}: [value | value := {each}]" for each in question.queries)
        arguments = ("eval", "--format", "json", "--strict-builtin-errors", "--stdin-input")
        try:
            with _laid_out(question) as files:
                said = self._said(
                    question, files, (*arguments, *files.options("--data"), f"{{{', '.join(parts)}}}")
                )
                return Answer(values=_values(said, files))
        except PoliciesError as error:
            return Answer(problems=error.diagnostics)

    def try_each(self, question: Question) -> Answer:
        """Tests, as opa runs them."""
        try:
            with _laid_out(question) as files:
                said = self._said(question, files, ("test", "--format", "json", *files.folders))
                if not isinstance(said, list):
                    raise _refusal(said, files)
        except PoliciesError as error:
            return Answer(problems=error.diagnostics)
        ended = {f"{each['package']}.{each['name']}": each for each in said}
        return Answer(
            values={
                name: True for name, each in ended.items() if not (each.get("fail") or each.get("error"))
            },
            failed={name: _words(each["error"]) for name, each in ended.items() if each.get("error")},
        )

    def _said(self, question: Question, files: "_Files", arguments: Sequence[str]) -> Any:
        return _json_of("opa", files, Start(command=arguments, seconds=self.seconds, text=question.input))


@dataclass(frozen=True, slots=True, kw_only=True)
class Conftest:
    """`conftest test` and `conftest verify`. One that does not say which rule spoke cannot be used."""

    seconds: int = SECONDS

    @property
    def name(self) -> str:
        """As `[policies] engine` names it."""
        return "conftest"

    def evaluate(self, question: Question) -> Answer:
        """All rules of the namespaces that the queries are in."""
        spaces = sorted({each.removeprefix("data.").rpartition(".")[0] for each in question.queries})
        named = [part for each in spaces for part in ("--namespace", each)]
        arguments = ("test", "--parser", "json", "--output", "json", "--no-fail", "--no-color", *named)
        try:
            with _laid_out(question) as files:
                said = self._said(question, files, (*arguments, *files.options("--policy", "--data"), "-"))
                return Answer(values=_spoken(_results(said, spaces), question.queries))
        except PoliciesError as error:
            return Answer(problems=error.diagnostics)

    def try_each(self, question: Question) -> Answer:
        """Tests, as conftest verifies them."""
        try:
            with _laid_out(question) as files:
                arguments = ("verify", "--output", "json", "--no-color", *files.options("--policy", "--data"))
                said = _results(self._said(question, files, arguments), ())
        except PoliciesError as error:
            return Answer(problems=error.diagnostics)
        failed = {str(each.get("metadata", {}).get("query") or each["msg"]) for each in _members(said)}
        return Answer(
            values={each: True for each in question.queries if not any(each in one for one in failed)}
        )

    def _said(self, question: Question, files: "_Files", arguments: Sequence[str]) -> Any:
        return _json_of(
            "conftest", files, Start(command=arguments, seconds=self.seconds, text=question.input)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Files:
    """Copies of modules and data below a folder, and which file each copy is of."""

    policies: Path
    data: Path | None
    names: Mapping[str, str]

    @property
    def folders(self) -> tuple[str, ...]:
        return (str(self.policies), *([str(self.data)] if self.data else []))

    def options(self, policies: str, data: str = "") -> list[str]:
        return [
            part for pair in zip((policies, data or policies), self.folders, strict=False) for part in pair
        ]

    def origin(self, file: str, line: int, column: int) -> Origin | None:
        name = self.names.get(Path(file).name)
        return Origin(name, line, column) if name else None


@contextmanager
def _laid_out(question: Question) -> Iterator[_Files]:
    """The copies, under short names that nothing in a path can spoil."""
    with tempfile.TemporaryDirectory(prefix="snowconf-policies-") as folder:
        policies, data, names = Path(folder, "policies"), Path(folder, "data"), dict[str, str]()
        policies.mkdir()
        for number, module in enumerate(question.modules):
            name = f"{number}_test.rego" if module.is_test else f"{number}.rego"
            names[name] = module.file
            (policies / name).write_text(module.text, "utf-8")
        for number, each in enumerate(question.data):
            within = data.joinpath(*each.under)
            within.mkdir(parents=True, exist_ok=True)
            is_toml = each.form == "toml"
            text = json.dumps(tomli.loads(each.text), default=str) if is_toml else each.text
            (within / f"{number}.{'json' if is_toml else each.form}").write_text(text, "utf-8")
        yield _Files(policies=policies, data=data if question.data else None, names=names)


def _json_of(name: str, files: _Files, what: Start) -> Any:
    """What the program has printed, as JSON.

    Raises:
        PoliciesError: it is not there, had no end, or said something else.
    """
    path = shutil.which(name)
    if path is None:
        detail = (
            f'[policies] asks for the engine {name}, and there is no program of that name on the path. Install it, or write \
engine = "regorus".'
        )
        raise PoliciesError(NO_ENGINE.at(None, detail))
    done = start(Start(command=(path, *what.command), seconds=what.seconds, text=what.text, environ=BOUNDS))
    try:
        return json.loads(done.stdout)
    except ValueError:
        words = done.stderr.decode("utf-8", "replace").strip() or f"nothing, and {how_it_ended(done)}"
        raise PoliciesError(_located(words, files, name)) from None


def _values(said: Any, files: _Files) -> Mapping[str, Any]:
    match said:
        case {"result": [{"expressions": [{"value": dict() as values}, *_]}, *_]}:
            return {name: found[0] for name, found in values.items() if found}
    raise _refusal(said, files)


def _refusal(said: Any, files: _Files) -> PoliciesError:
    errors = said.get("errors") if isinstance(said, dict) else None
    if not errors:
        detail = "The engine answered with something else than a result. Is it a version that knows Rego v1?"
        return PoliciesError(BROKEN.at(None, detail))
    problems = []
    for each in errors:
        place = each.get("location", {})
        origin = files.origin(place.get("file", ""), place.get("row", 1), place.get("col", 1))
        problems.append(BROKEN.at(origin, f"The engine says: {each.get('message', 'an error')}."))
    return PoliciesError(*problems)


def _located(words: str, files: _Files, name: str) -> Diagnostic:
    found = PLACE.search(words)
    if found:
        origin = files.origin(found["file"], int(found["line"]), int(found["column"] or 1))
        return BROKEN.at(origin, f"{name} says: {found['what'].strip()[:300] or words[:300]}")
    return BROKEN.at(None, f"{name} says: {' '.join(words.split())[:300]}")


def _results(said: Any, spaces: Sequence[str]) -> Sequence[Mapping[str, Any]]:
    """What conftest has for each namespace; one without a result was not asked.

    Raises:
        PoliciesError: it is no such thing.
    """
    results = said if isinstance(said, list) and all(isinstance(each, dict) for each in said) else []
    missing = sorted({*spaces} - {each.get("namespace") for each in results})
    if missing or not results:
        detail = f"The engine answered nothing for {', '.join(missing) or 'the tests'}. Is it a version that knows Rego v1?"
        raise PoliciesError(BROKEN.at(None, detail))
    return results


def _spoken(results: Sequence[Mapping[str, Any]], queries: Sequence[str]) -> Mapping[str, Any]:
    """The members of each rule, of those that were asked."""
    values: dict[str, list[Any]] = {each: [] for each in queries}
    for member in _members(results):
        query = member.get("metadata", {}).get("query")
        if query not in values:
            detail = "This conftest does not say which rule a message is from. Take a later one, or another engine."
            raise PoliciesError(NO_ENGINE.at(None, detail))
        more = {name: value for name, value in member["metadata"].items() if name != "query"}
        values[query].append({**more, "msg": member["msg"]})
    return values


def _members(said: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Failures and warnings of every namespace."""
    for each in said:
        yield from each.get("failures") or ()
        yield from each.get("warnings") or ()


def _words(error: Any) -> str:
    return str(error.get("message", error)) if isinstance(error, dict) else str(error)
