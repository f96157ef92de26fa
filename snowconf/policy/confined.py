"""What runs in the process of its own: regorus over what comes on standard input, with everything else taken away.

`confining` starts this file as a script, with the folder of regorus as its argument; it imports as little as it can.
"""

import importlib
import json
import re
import sys
from collections.abc import Callable, Mapping
from typing import Any, Protocol

# More members than this in one rule's answer help nobody, and would fill the memory of who asked.
MOST_MEMBERS = 100_000
TRACE = "\n\nStack backtrace"
READING_YAML = "package snowconf_reading\n\nread := yaml.unmarshal(input)\n"
BUILTINS = "package snowconf_reading\n\nnames := opa.runtime().builtins\n"
JUDGING = re.compile(r"(deny|violation|warn)(_[a-zA-Z0-9]+)*")
ASKING = "package snowconf_asking\n\nanswers := {{\n{asked}\n}}\n"
THE_PLAN = "the plan"
UNDEFINED = '"<undefined>"'
MISSING = object()
# YAML's way to take keys over from elsewhere, which this engine keeps as a key of its own.
MERGED = '"<<":'
NO_MERGE = "YAML's merge key (<<) is not known here; write the keys out."


class Rego(Protocol):
    """The part of `regorus.Engine` that is used; a later official package has the same names."""

    def add_policy(self, path: str, rego: str, /) -> object:
        """A module."""
        ...

    def add_data_json(self, data: str, /) -> object:
        """Data, merged into what is there; two values for one key are an error."""
        ...

    def set_input_json(self, text: str, /) -> object:
        """What `input` is."""
        ...

    def get_ast_as_json(self) -> str:
        """The modules as the engine has parsed them."""
        ...

    def eval_rule_as_json(self, rule: str, /) -> str:
        """The value of a rule by its path."""
        ...


def open_engine() -> Rego:
    """A fresh one.

    Raises:
        ImportError: regorus is not installed.
    """
    made = importlib.import_module("regorus").Engine()
    # What `print` says must not stand among the answers.
    made.set_gather_prints(True)
    engine: Rego = made
    return engine


def answer(
    header: Mapping[str, Any], document: str, open_rego: Callable[[], Rego] = open_engine
) -> dict[str, Any]:
    """The answer to what `confining` asks: `values` by rule, or the `problem` that the engine has, in its own words."""
    of = ""
    try:
        engine = open_rego()
        for file, text in header["modules"]:
            engine.add_policy(file, text)
        for file, form, under, text in header["data"]:
            of = file
            given = _nested(text if form == "json" else _from_yaml(text, open_rego), under)
            engine.add_data_json(given)
            if rule := _overruled(given, header["names"]):
                return {"overruled": rule, "of": file}
        of = THE_PLAN
        engine.set_input_json(document)
        of = ""
        if unheard := _unheard(engine, header["heads"]):
            return {"unheard": unheard}
        unknown = _unknown(header["calls"], open_rego)
        return {"unknown": unknown} if unknown else _evaluated(engine, header)
    except (RuntimeError, ValueError, TypeError) as problem:
        return {"problem": said_by(problem), "of": of}


def _overruled(given: str, names: list[list[str]]) -> str:
    """A rule that the data would take the place of, by its whole name: the engine asks data first."""
    content = json.loads(given)
    for path in names:
        there = content
        for key in path:
            if not isinstance(there, dict):
                return ".".join(path)
            there = there.get(key, MISSING)
            if there is MISSING:
                break
        else:
            return ".".join(path)
    return ""


def _evaluated(engine: Rego, header: Mapping[str, Any]) -> dict[str, Any]:
    if not header["each"] and (together := _together(engine, header["queries"])) is not None:
        return _counted(together, {})
    values, failed = {}, {}
    for query in header["queries"]:
        try:
            text = engine.eval_rule_as_json(query)
        except RuntimeError as problem:
            if not header["each"]:
                return {"problem": said_by(problem), "of": "", "query": query}
            failed[query] = said_by(problem)
            continue
        if text != UNDEFINED:
            values[query] = json.loads(text)
    return _counted(values, failed)


def _together(engine: Rego, queries: list[str]) -> dict[str, Any] | None:
    """All rules in one go, so that what they share is evaluated once; None when one fails: then each is asked for itself."""
    asked = "\n".join(f"\t{json.dumps(each)}: [value | value := {each}]," for each in queries)
    try:
        engine.add_policy("asking.rego", ASKING.format(asked=asked))
        values = json.loads(engine.eval_rule_as_json("data.snowconf_asking.answers"))
    except RuntimeError:
        return None
    return {query: found[0] for query, found in values.items() if found}


def _counted(values: dict[str, Any], failed: dict[str, str]) -> dict[str, Any]:
    many = [name for name, value in values.items() if isinstance(value, list) and len(value) > MOST_MEMBERS]
    return {"too_many": many[0]} if many else {"values": values, "failed": failed}


def said_by(problem: Exception) -> str:
    """The engine's words without the addresses of its own code."""
    return str(problem).split(TRACE)[0].strip() or type(problem).__name__


def _nested(text: str, under: list[str]) -> str:
    for key in reversed(under):
        text = f"{{{json.dumps(key)}: {text}}}"
    return text


def _from_yaml(text: str, open_rego: Callable[[], Rego]) -> str:
    engine = open_rego()
    engine.add_policy("reading.rego", READING_YAML)
    engine.set_input_json(json.dumps(text))
    read = engine.eval_rule_as_json("data.snowconf_reading.read")
    if MERGED in read:
        raise ValueError(NO_MERGE)
    return read


def _unheard(engine: Rego, heads: Mapping[str, int]) -> list[Any]:
    """A file and a line where the engine sees more rules that judge than who asks does: they would be asked by nobody."""
    for module in json.loads(engine.get_ast_as_json()):
        seen = [line for line in map(_judging, module["ast"]["rules"]) if line]
        if len(seen) > heads[module["source"]["file"]]:
            return [module["source"]["file"], seen[-1]]
    return []


def _judging(rule: Mapping[str, Any]) -> int:
    """The line of a rule that judges, whatever its form; 0 for another."""
    head = rule.get("Spec", {}).get("head", {})
    for form in ("Set", "Compr"):
        name = head.get(form, {}).get("refr", {}).get("Var", {})
        if JUDGING.fullmatch(str(name.get("value", ""))):
            return int(name["span"]["line"])
    return 0


def _unknown(calls: list[str], open_rego: Callable[[], Rego]) -> list[str]:
    """Which of the functions the engine does not have either."""
    engine = open_rego()
    engine.add_policy("reading.rego", BUILTINS)
    known = {"print", "set", *json.loads(engine.eval_rule_as_json("data.snowconf_reading.names"))}
    return [each for each in calls if each not in known]


def confine(memory_bytes: int, seconds: int, system: str = "resource") -> None:
    """Take away files, sockets and new processes, and bound memory and time; where the system has no limits, nothing."""
    try:
        limits = importlib.import_module(system)
    except ImportError:
        return
    bounds = {
        "RLIMIT_AS": memory_bytes,
        "RLIMIT_CPU": seconds,
        "RLIMIT_CORE": 0,
        "RLIMIT_FSIZE": 0,
        # The three streams are open; no file and no socket can be opened beside them.
        "RLIMIT_NOFILE": 3,
        "RLIMIT_NPROC": 0,
    }
    for name, most in bounds.items():
        which = getattr(limits, name)
        hard = limits.getrlimit(which)[1]
        bound = most if hard == limits.RLIM_INFINITY else min(most, hard)
        # A second more, so that who spends its time is told so and not killed without a word.
        spare = 1 if name == "RLIMIT_CPU" and hard == limits.RLIM_INFINITY else 0
        limits.setrlimit(which, (bound, bound + spare))


def main() -> None:
    """Read all, confine, answer."""
    sys.path.append(sys.argv[1])
    header = json.loads(sys.stdin.buffer.readline())
    document = sys.stdin.buffer.read().decode()
    # Once confined nothing can be imported.
    open_engine()
    confine(header["memory_bytes"], header["seconds"])
    text = json.dumps(answer(header, document))
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
