"""A stand-in for `opa` and `conftest`, by the name it is started by: as much of both as snowconf uses, over regorus.

It leaves how it was started in `started.json` beside itself.
"""

import importlib
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

Answer = tuple[int, Any]
PLACE = re.compile(r"--> (.+?):(\d+):(\d+)\n.*?error: ([^\n]*)", re.DOTALL)
JUDGING = re.compile(r"^((?:deny|violation|warn)(?:_[a-zA-Z0-9]+)*) contains", re.MULTILINE)


def options(name: str) -> list[str]:
    """Every value of a repeated option."""
    return [sys.argv[index + 1] for index, each in enumerate(sys.argv) if each == name]


def engine(folders: list[str]) -> Any:
    """With all modules and data of the folders."""
    made = importlib.import_module("regorus").Engine()
    for folder in map(Path, folders):
        for path in sorted(folder.rglob("*.rego")):
            made.add_policy(str(path), path.read_text("utf-8"))
        for path in sorted(folder.rglob("*.json")):
            text = path.read_text("utf-8")
            for key in reversed(path.relative_to(folder).parts[:-1]):
                text = json.dumps({key: json.loads(text)})
            made.add_data_json(text)
    return made


def opa_eval() -> Answer:
    """`opa eval` prints a result, or errors with their places."""
    made = engine(options("--data"))
    made.set_input_json(sys.stdin.read())
    return 0, json.loads(made.eval_query_as_json(sys.argv[-1]))


def opa_test() -> Answer:
    """`opa test` prints each test."""
    folders = [each for each in sys.argv[2:] if Path(each).is_dir()]
    tests = []
    for path in sorted(Path(folders[0]).rglob("*_test.rego")):
        text = path.read_text("utf-8")
        package = "data." + re.findall(r"^package (\S+)", text, re.MULTILINE)[0]
        for name in re.findall(r"^(test_\w+)", text, re.MULTILINE):
            test: dict[str, Any] = {"package": package, "name": name}
            try:
                test["fail"] = engine(folders).eval_rule_as_json(f"{package}.{name}") != "true"
            except RuntimeError as problem:
                test["error"] = {"message": str(problem).split("\n\nStack", maxsplit=1)[0]}
            tests.append(test)
    return 2, tests


def conftest_test() -> Answer:
    """`conftest test` prints failures and warnings of each namespace."""
    made = engine([*options("--policy"), *options("--data")])
    made.set_input_json(sys.stdin.read())
    results = []
    for space in options("--namespace"):
        result: dict[str, Any] = {"filename": "", "namespace": space, "failures": [], "warnings": []}
        for name in judging(options("--policy")[0], space):
            for member in json.loads(made.eval_rule_as_json(f"data.{space}.{name}")):
                said = member if isinstance(member, dict) else {"msg": member}
                more = {key: value for key, value in said.items() if key != "msg"}
                where = "warnings" if name.startswith("warn") else "failures"
                result[where].append(
                    {"msg": said["msg"], "metadata": {"query": f"data.{space}.{name}", **more}}
                )
        results.append(result)
    return 0, results


def judging(folder: str, package: str) -> list[str]:
    """The rules of a package that judge."""
    texts = [path.read_text("utf-8") for path in sorted(Path(folder).rglob("*.rego"))]
    within = [each for each in texts if re.search(rf"^package {re.escape(package)}$", each, re.MULTILINE)]
    return sorted({found for text in within for found in JUDGING.findall(text)})


def conftest_verify() -> Answer:
    """`conftest verify` prints the tests that fail."""
    sys.argv[2:] = [*options("--policy"), *options("--data")]
    failed = [each for each in opa_test()[1] if each.get("fail") or each.get("error")]
    return 1, [{"failures": [{"msg": f"{each['package']}.{each['name']}"} for each in failed]}]


def refused(problem: Exception) -> Answer:
    """The error in the form of opa."""
    found = PLACE.search(str(problem))
    assert found, problem
    place = {"file": found[1], "row": int(found[2]), "col": int(found[3])}
    return 2, {"errors": [{"message": found[4], "code": "rego_parse_error", "location": place}]}


def main() -> int:
    """Do what the name and the first argument say."""
    name = Path(sys.argv[0]).name
    started = {"arguments": sys.argv[1:], "environ": dict(os.environ)}
    Path(sys.argv[0]).with_name("started.json").write_text(json.dumps(started), "utf-8")
    verbs = {
        ("opa", "eval"): opa_eval,
        ("opa", "test"): opa_test,
        ("conftest", "test"): conftest_test,
        ("conftest", "verify"): conftest_verify,
    }
    try:
        code, answer = verbs[name, sys.argv[1]]()
    except RuntimeError as problem:
        code, answer = refused(problem)
        if name == "conftest":
            error = answer["errors"][0]
            sys.stderr.write(
                f"Error: running test: 1 error occurred: {error['location']['file']}:{error['location']['row']}: {error['message']}\n"
            )
            return 1
    json.dump(answer, sys.stdout)
    return code


if __name__ == "__main__":
    sys.exit(main())
