import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import snowconf
from snowconf.cli.explaining import explanations
from snowconf.config.codes import CODES
from snowconf.config.schema import stack_schema
from snowconf.kinds.findings import FINDINGS

Run = Callable[..., Any]
CODE = re.compile(r'"(SNC\d{3})"')


@pytest.mark.usefixtures("stack")
def test_schema_is_printed(run: Run) -> None:
    """JSON on standard output and nothing else."""
    ended = run("schema")
    assert (json.loads(ended.out), ended.err) == (json.loads(json.dumps(stack_schema())), "")


def test_schema_is_kept_for_editors(stack: Path, run: Run) -> None:
    """With --write it lies beside the stack, and the line that leads editors there is said."""
    ended = run("schema", "--write")
    assert ended.out == "Wrote .snowconf/schema.json\n"
    assert "#:schema .snowconf/schema.json" in ended.err
    assert "$schema" in json.loads((stack / ".snowconf" / "schema.json").read_text("utf-8"))


def test_schema_for_a_folder_that_is_not_there(run: Run, tmp_path: Path) -> None:
    """What the system says is passed on, without a traceback."""
    ended = run("schema", "--write", str(tmp_path / "nowhere"))
    said = " ".join(ended.err.split())
    assert (ended.code, "[SNC008]" in said, "No such file" in said) == (1, True, True)


@pytest.mark.parametrize("code", ["SNC124", "snc124", "[SNC124]"])
def test_a_code_is_explained(run: Run, code: str) -> None:
    """Its summary and its paragraph, however it is typed."""
    ended = run("explain", code)
    assert (ended.code, ended.out.splitlines()[0]) == (0, "SNC124  Unknown attribute")


def test_without_a_code_all_are_listed(run: Run) -> None:
    """A line for each code, in order."""
    lines = run("explain").out.splitlines()
    assert [each[:6] for each in lines] == sorted(explanations())


def test_unknown_code_is_refused(run: Run) -> None:
    """With a guess at what was meant."""
    ended = run("explain", "SNC12")
    assert (ended.code, "Did you mean 'SNC" in ended.err) == (1, True)


def test_every_code_in_the_source_is_explained() -> None:
    """Whatever part reports a problem, `explain` knows its code."""
    sources = Path(snowconf.__file__).parent.rglob("*.py")
    found = {code for path in sources for code in CODE.findall(path.read_text("utf-8"))}
    assert found - set(explanations()) == set()


def test_no_code_is_given_twice() -> None:
    """Parts that do not know each other have not taken the same number."""
    codes = [*CODES, *(each.code for each in FINDINGS)]
    assert sorted(codes) == sorted(set(codes))
