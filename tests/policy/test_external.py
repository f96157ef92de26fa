"""Engines on the path: the same verdicts from `opa` and `conftest`, by stand-ins that answer in their forms."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from snowconf.model.finding import PolicySettings
from snowconf.policy.choosing import ENGINES
from snowconf.policy.external import Conftest, Opa
from snowconf.policy.gathering import Places, gather
from snowconf.policy.testing import run_tests
from tests.policy.courtroom import Courtroom, change, codes, messages, places

Programs = Callable[..., Path]
STAND_IN = Path(__file__).with_name("stand_in.py").read_text("utf-8")
BOTH = pytest.mark.parametrize("name", ["opa", "conftest"])
RULES = """
# METADATA
# custom:
#   id: a.one
deny contains {"msg": "one", "address": "role.a", "more": 1} if input.stack == "finout"

# METADATA
# custom:
#   id: a.two
deny contains sprintf("%d", [data.acme.most])

warn_x contains "w" if input.resource_changes[0].type == "role"

warn contains "never" if input.stack == "other"
"""


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    """Puts a program of that name on the path, alone; the folder it is in."""
    folder = tmp_path / "bin"
    folder.mkdir()

    def put(name: str, text: str = STAND_IN) -> Path:
        path = folder / name
        path.write_text(f"#!{sys.executable}\n{text}", "utf-8")
        path.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/nowhere")
        return folder

    return put


@pytest.fixture
def court(tmp_path: Path) -> Courtroom:
    """A folder of policies beside that of the program."""
    return Courtroom(tmp_path / "rules")


@BOTH
def test_the_verdict_is_that_of_regorus(court: Courtroom, program: Programs, name: str) -> None:
    """Findings with their ids, places and details, warnings, and nothing more."""
    program(name)
    court.write("acme/limits.toml", "[acme]\nmost = 3\n")
    court.data = ("acme/limits.toml",)
    by_regorus = court.hear(RULES, change("role.a"))
    court.engine = ENGINES[name]
    review = court.judge(change("role.a"))
    assert [each.id for each in review.findings] == ["a.two", "a.one", "main.warn_x"]
    assert (review.findings, review.engine) == (by_regorus.findings, name)


@BOTH
def test_data_below_folders_is_found(court: Courtroom, program: Programs, name: str) -> None:
    """Its folders are keys for each engine."""
    program(name)
    court.write("data/acme/limits.json", '{"most": 3}')
    court.data, court.engine = ("data",), ENGINES[name]
    assert messages(court.hear(RULES, change("role.a"))) == ["3", "one", "w"]


@BOTH
def test_the_program_gets_nothing_of_ours(
    court: Courtroom, program: Programs, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No variable but the bound of its memory."""
    folder = program(name)
    monkeypatch.setenv("SNOWCONF_CANARY", "made-up-Canary-1")
    court.engine = ENGINES[name]
    court.hear('deny contains "a"')
    environ = json.loads((folder / "started.json").read_text("utf-8"))["environ"]
    assert environ == {"GOMEMLIMIT": "1GiB"} | {
        each: environ[each] for each in ("LC_CTYPE",) if each in environ
    }


@BOTH
def test_a_mistake_is_told_where_the_user_wrote_it(court: Courtroom, program: Programs, name: str) -> None:
    """Not where the copy was, which nobody can look at."""
    program(name)
    court.engine = ENGINES[name]
    review = court.hear("deny contains 1 / 0")
    assert (codes(review), places(review), review.is_denied) == (["SNC641"], ["rule.rego:3"], True)
    assert "snowconf-policies-" not in review.diagnostics[0].detail


@BOTH
def test_without_the_program_policies_are_no_yes(
    court: Courtroom, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever other engine would be there: another was asked for."""
    monkeypatch.setenv("PATH", "/nowhere")
    court.engine = ENGINES[name]
    review = court.hear('deny contains "a"')
    assert (codes(review), review.is_denied, review.was_judged) == (["SNC642"], True, False)


@BOTH
@pytest.mark.parametrize(
    "text",
    [
        "",
        "print('no JSON')",
        "print('[]')",
        "print('[1]')",
        """print('[{"namespace": "other"}]')""",
        "import sys; sys.exit('rego went wrong')",
        "print('{}')",
        "import os; os.abort()",
    ],
)
def test_a_program_that_says_something_else_is_no_yes(
    court: Courtroom, program: Programs, name: str, text: str
) -> None:
    """An old version, another program of that name, one that crashes."""
    program(name, text)
    court.engine = ENGINES[name]
    review = court.hear('deny contains "a"')
    assert (codes(review), review.is_denied, review.was_judged) == (["SNC641"], True, False)


@pytest.mark.parametrize("engine", [Opa(seconds=1), Conftest(seconds=1)])
def test_a_program_without_end_is_stopped(
    court: Courtroom, program: Programs, engine: Opa | Conftest
) -> None:
    """After its seconds, and that is no yes."""
    program(engine.name, "import time; time.sleep(60)")
    court.engine = engine
    assert codes(court.hear('deny contains "a"')) == ["SNC644"]


def test_a_conftest_that_does_not_say_which_rule_spoke_is_no_yes(court: Courtroom, program: Programs) -> None:
    """A message under the wrong id could be waived by a waiver for another."""
    program("conftest", """print('[{"namespace": "main", "failures": [{"msg": "a", "metadata": {}}]}]')""")
    court.engine = Conftest()
    assert (codes(court.hear('deny contains "a"')), court.judge().is_denied) == (["SNC642"], True)


@pytest.mark.parametrize("name", ["regorus", "opa", "conftest"])
def test_tests_end_alike(court: Courtroom, program: Programs, name: str) -> None:
    """What holds passes; what is not true, not there, or cannot be evaluated fails."""
    program(name)
    court.write("rule.rego", 'deny contains "a" if input.x')
    tests = 'import data.main\n\ntest_a if { main.deny == {"a"} with input as {"x": 1} }\n\ntest_b if { count(main.deny) == 7 }\n\n'
    court.write("rule_test.rego", f"package main_test\n\n{tests}test_c if 1 / 0 == 1\n")
    court.write("ok.json", '{"data": 1}')
    run = run_tests(gather(Places(policies=(court.folder,), data=(court.folder / "ok.json",))), ENGINES[name])
    assert (run.diagnostics, [(each.name, each.passed) for each in run.tests]) == (
        (),
        [("data.main_test.test_a", True), ("data.main_test.test_b", False), ("data.main_test.test_c", False)],
    )
    assert [each.origin.line for each in run.failed] == [7, 9]


@pytest.mark.parametrize("name", ["regorus", "opa", "conftest"])
def test_tests_that_cannot_be_run_do_not_hold(
    court: Courtroom, program: Programs, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No test at all, no program, and files with mistakes."""
    program(name)
    court.write("rule.rego", 'deny contains "a"')
    assert [
        each.code for each in run_tests(gather(Places(policies=(court.folder,))), ENGINES[name]).diagnostics
    ] == ["SNC643"]
    court.write("rule_test.rego", "package main_test\n\ntest_a if true\n")
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert [
        each.code for each in run_tests(gather(Places(policies=(court.folder,))), ENGINES[name]).diagnostics
    ] == ["SNC642"]


def test_all_namespaces_are_asked_of_conftest_by_name(court: Courtroom, program: Programs) -> None:
    """Those that have rules."""
    folder = program("conftest")
    court.write("b.rego", 'package acme.web\n\ndeny contains "b"')
    court.engine, court.settings = Conftest(), PolicySettings(namespaces=("*",))
    assert messages(court.hear('deny contains "a"')) == ["b", "a"]
    arguments = json.loads((folder / "started.json").read_text("utf-8"))["arguments"]
    assert [each for each in arguments if each in ("main", "acme.web")] == ["acme.web", "main"]
