"""The engine that comes along: what it says, how it is held, and what it must not reach."""

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest

from snowconf.policy import confined, confining
from snowconf.policy.confining import Regorus
from snowconf.policy.module import DataFile
from tests.policy.courtroom import Courtroom, change, codes, messages

ENDLESS = 'deny contains m if { some a in numbers.range(1, 100000); some b in numbers.range(1, 100000); a * b == -1; m := "x" }'
GREEDY = 'deny contains m if { x := [s | some i in numbers.range(1, 100000000); s := sprintf("%d", [i])]; m := x[_] }'


def asked(rule: str, document: str = "{}", **more: Any) -> dict[str, Any]:
    """What the process would answer, in this one."""
    header: dict[str, Any] = {
        "modules": [["rule.rego", f"package main\n\n{rule}\n"]],
        "names": [],
        "heads": {"rule.rego": 9},
        "data": [],
        "queries": ["data.main.deny"],
        "calls": [],
        "each": False,
    }
    return confined.answer(header | more, document)


def test_the_answer_holds_the_value_of_each_rule() -> None:
    """As JSON; a rule without one is not in it."""
    answer = asked(
        "deny contains input.a\n\nnever := 1 if false",
        '{"a": 3}',
        queries=["data.main.deny", "data.main.never"],
    )
    assert answer == {"values": {"data.main.deny": [3]}, "failed": {}}


def test_what_is_wrong_is_in_the_engines_words() -> None:
    """Without the addresses of its own code."""
    answer = asked("deny contains 1 / 0")
    assert "rule.rego:3:" in answer["problem"]
    assert "backtrace" not in answer["problem"]


def test_one_rule_may_fail_alone() -> None:
    """Where tests are run."""
    answer = asked("deny contains 1 / 0\n\nok := true", queries=["data.main.deny", "data.main.ok"], each=True)
    assert answer["values"] == {"data.main.ok": True}
    assert [*answer["failed"]] == ["data.main.deny"]


def test_yaml_and_nested_data_are_taken() -> None:
    """YAML by the engine's own reader, and below the keys of its folders."""
    data = [["d.yaml", "yaml", ["acme", "x y"], "a: 1\n"], ["d.json", "json", ["acme"], '{"b": 2}']]
    assert asked("deny contains data.acme", data=data)["values"] == {
        "data.main.deny": [{"x y": {"a": 1}, "b": 2}]
    }


@pytest.mark.parametrize(("data", "of"), [([["d.json", "json", [], "{"]], "d.json"), ([], confined.THE_PLAN)])
def test_what_it_could_not_read_is_named(data: list[Any], of: str) -> None:
    """The file of data, or the plan."""
    assert asked("deny contains 1", "{", data=data)["of"] == of


def test_functions_that_it_lacks_are_told() -> None:
    """And none that it has."""
    assert asked("deny contains 1", calls=["count", "print", "no.such"]) == {"unknown": ["no.such"]}


def test_more_messages_than_anybody_reads_are_no_answer(court: Courtroom) -> None:
    """A hundred thousand fit."""
    rule = 'deny contains sprintf("%d", [i]) if some i in numbers.range(1, input.most)'
    assert len(asked(rule, '{"most": 100000}')["values"]["data.main.deny"]) == 100_000
    assert asked(rule, '{"most": 100001}') == {"too_many": "data.main.deny"}
    assert codes(court.hear(rule.replace("input.most", "100001"))) == ["SNC644"]


def test_input_that_is_nested_too_deeply_is_no_yes(court: Courtroom) -> None:
    """The engine refuses it, and so the plan is not judged."""
    deep: Any = 1
    for _ in range(200):
        deep = [deep]
    review = court.hear('deny contains "a" if input.x', change("role.a", deep=deep))
    assert (codes(review), review.is_denied) == (["SNC649"], True)


def test_a_policy_without_end_is_stopped(court: Courtroom) -> None:
    """After its seconds, and that is no yes."""
    court.engine = Regorus(seconds=2)
    review = court.hear(ENDLESS)
    assert (codes(review), review.is_denied, review.was_judged) == (["SNC644"], True, False)


def test_a_policy_that_wants_all_memory_is_stopped(court: Courtroom) -> None:
    """At its bound, and that is no yes."""
    court.engine = Regorus(seconds=60, memory_bytes=200_000_000)
    review = court.hear(GREEDY)
    assert (codes(review), review.is_denied, review.was_judged) == (["SNC644"], True, False)


def test_without_the_engine_policies_are_no_yes(court: Courtroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """The way to get one is told."""
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    review = court.hear('deny contains "a"')
    assert (codes(review), review.is_denied, review.was_judged) == (["SNC642"], True, False)
    assert "snowconf[rego]" in review.diagnostics[0].detail


def test_an_engine_that_dies_is_no_yes(court: Courtroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it ends with."""
    monkeypatch.setattr(confining, "SCRIPT", "/nowhere.py")
    review = court.hear('deny contains "a"')
    assert (codes(review), review.is_denied) == (["SNC644"], True)
    assert "ended with 2" in review.diagnostics[0].detail


def test_the_process_has_no_environment(court: Courtroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not a variable of ours is handed on, whatever the engine may come to offer."""
    monkeypatch.setenv("SNOWCONF_CANARY", "made-up-Canary-1")
    started: list[Mapping[str, Any]] = []
    run = subprocess.run

    def noted(*command: Any, **more: Any) -> Any:
        started.append(more)
        return run(*command, **more)

    monkeypatch.setattr(subprocess, "run", noted)
    assert messages(court.hear('deny contains "a"')) == ["a"]
    assert [each["env"] for each in started] == [confining.ALLOCATOR]


PROBE = """
import json, sys, os, socket
sys.path.insert(0, {folder!r})
import confined
confined.open_engine()
confined.confine(1 << 30, 5)
held = {{}}
for name, deed in {{
    "file": lambda: open("/etc/hostname"),
    "written": lambda: open("/tmp/snowconf-probe", "w"),
    "socket": lambda: socket.socket(),
}}.items():
    try:
        deed()
        held[name] = "open"
    except OSError as error:
        held[name] = "shut"
import resource
held["memory"] = resource.getrlimit(resource.RLIMIT_AS)[0]
held["cpu"] = resource.getrlimit(resource.RLIMIT_CPU)[1]
print(json.dumps(held))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows bounds no process so")
def test_the_process_can_open_nothing() -> None:
    """No file, no socket; and its bounds cannot be raised again."""
    folder = str(confined.__file__).rpartition("/")[0]
    done = subprocess.run(
        [sys.executable, "-I", "-c", PROBE.format(folder=folder)],
        env={},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == {
        "file": "shut",
        "written": "shut",
        "socket": "shut",
        "memory": 1 << 30,
        "cpu": 6,
    }


class Limits:
    """What the module `resource` would be told."""

    RLIM_INFINITY = -1
    names = ("RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_CORE", "RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_NPROC")

    def __init__(self) -> None:
        self.told: dict[str, int] = {}

    def __getattr__(self, name: str) -> str:
        if name in self.names:
            return name
        raise AttributeError(name)

    def getrlimit(self, name: str) -> tuple[int, int]:
        """Nothing is bounded but processor time."""
        return (0, 3 if name == "RLIMIT_CPU" else -1)

    def setrlimit(self, name: str, bounds: tuple[int, int]) -> None:
        """Note it."""
        self.told[name] = bounds[1]


def test_bounds_are_never_wider_than_those_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipeline that allows less is not asked for more."""
    limits = Limits()
    monkeypatch.setitem(sys.modules, "limits_of_a_test", limits)
    confined.confine(1000, 10, "limits_of_a_test")
    assert limits.told == {
        "RLIMIT_AS": 1000,
        "RLIMIT_CPU": 3,
        "RLIMIT_CORE": 0,
        "RLIMIT_FSIZE": 0,
        "RLIMIT_NOFILE": 3,
        "RLIMIT_NPROC": 0,
    }


def test_where_the_system_has_no_bounds_it_goes_on() -> None:
    """As on Windows, where only the time is bounded, by who asks."""
    confined.confine(1000, 10, "no_such_module")


def test_toml_is_handed_on_as_json() -> None:
    """With days as texts, as JSON has none."""
    data = DataFile(file="d.toml", text="day = 2027-01-31\n", form="toml", under=("a",))
    assert confining._plain(data) == ("json", ["a"], '{"day": "2027-01-31"}')
