"""The numbers the house keeps: sizes of functions and modules, silencers, prints."""

import ast
import re
import statistics
from collections.abc import Iterator, Mapping

import pytest

MEDIAN_LINES = 6
NINETIETH_LINES = 25
LONGEST_FUNCTION = 40
LONGEST_MODULE = 400
SILENCERS = 10
PRAGMAS = 2

# Written apart, so that this file does not count itself.
SILENCER = re.compile(
    "#.*(" + "|".join(("no" + "qa", "type: " + "ignore", "pragma: " + "no cover")) + ")(.*)"
)
PRAGMA = re.compile("pragma: " + "no (cover|branch)")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions_of(modules: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """Lines of each function's body without its docstring, and where it is."""
    for path, text in modules.items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, Function) and (body := node.body[ast.get_docstring(node) is not None :]):
                lines = (body[-1].end_lineno or body[-1].lineno) - body[0].lineno + 1
                yield lines, f"{path}:{node.lineno} {node.name}"


@pytest.fixture(scope="module")
def functions(modules: dict[str, str]) -> list[tuple[int, str]]:
    """Every function of the package, shortest first."""
    return sorted(functions_of(modules))


def silencers_of(files: Mapping[str, str]) -> list[tuple[str, str]]:
    """Every comment that switches a checker off: its place, and what it says."""
    return [
        (f"{path}:{number}", found[0])
        for path, text in sorted(files.items())
        if path.endswith(".py")
        for number, line in enumerate(text.splitlines(), 1)
        if (found := SILENCER.search(line))
    ]


def test_lines_of_a_function_are_its_body_without_its_docstring() -> None:
    """What is measured is what one has to read: 41 statements are 41 lines, whatever stands above them."""
    body = "\n".join(["    x = 1"] * 41)
    source = f'def long():\n    """One sentence.\n\n    More.\n    """\n{body}\n'
    assert list(functions_of({"a.py": source})) == [(41, "a.py:1 long")]


@pytest.mark.parametrize("silencer", ["no" + "qa: S105", "type: " + "ignore[misc]", "pragma: " + "no cover"])
def test_a_silencer_is_seen(silencer: str) -> None:
    """Each of the three ways to switch a checker off is counted, with its place."""
    assert silencers_of({"a.py": f"x = 1\ny = 2  # {silencer}\n"}) == [("a.py:2", f"# {silencer}")]


def test_the_median_function_is_short(functions: list[tuple[int, str]]) -> None:
    """Half of all functions have at most six lines."""
    assert statistics.median(lines for lines, _ in functions) <= MEDIAN_LINES


def test_nine_in_ten_functions_are_under_25_lines(functions: list[tuple[int, str]]) -> None:
    """The ninetieth percentile of function lengths stays under 25 lines."""
    lines, where = functions[int(len(functions) * 0.9)]
    assert lines < NINETIETH_LINES, where


def test_no_function_is_longer_than_40_lines(functions: list[tuple[int, str]]) -> None:
    """Not one function passes 40 lines."""
    assert [where for lines, where in functions if lines > LONGEST_FUNCTION] == []


def test_no_module_is_longer_than_400_lines(modules: dict[str, str]) -> None:
    """Not one module passes 400 lines."""
    assert [path for path, text in modules.items() if text.count("\n") > LONGEST_MODULE] == []


def test_silencers_stay_within_their_budget(shipped: dict[str, str]) -> None:
    """Comments that switch a checker off are counted, in the package and in the tests."""
    found = silencers_of(shipped)
    assert len(found) <= SILENCERS, "\n".join(f"{place} {comment}" for place, comment in found)


def test_every_silencer_gives_its_reason(shipped: dict[str, str]) -> None:
    """A silencer names what it silences, and then says why in at least three words."""
    reasoned = re.compile(r"(no" + r"qa: \S+|ignore\[\S+\]|no (cover|branch))\W+\w+\W+\w+\W+\w+")
    assert [place for place, comment in silencers_of(shipped) if not reasoned.search(comment)] == []


def test_coverage_pragmas_stay_within_their_budget(modules: dict[str, str]) -> None:
    """Lines taken out of coverage are counted."""
    found = [path for path, text in modules.items() for _ in PRAGMA.finditer(text)]
    assert len(found) <= PRAGMAS, found


def test_the_package_never_prints(modules: dict[str, str]) -> None:
    """No print( in the package: what is said goes through one redacting rim."""
    calls = (
        (path, node)
        for path, text in modules.items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    )
    assert [f"{path}:{node.lineno}" for path, node in calls] == []


@pytest.mark.parametrize("name", ["utils", "common", "helpers", "manager", "misc"])
def test_no_room_is_a_lumber_room(modules: dict[str, str], name: str) -> None:
    """Modules are named after what they hold or do; none is a place for leftovers."""
    assert [path for path in modules if name in path.removesuffix(".py").split("/")] == []


def test_every_module_says_what_is_in_it(modules: dict[str, str]) -> None:
    """Each module opens with a docstring that is more than a dot."""
    short = (path for path, text in modules.items() if len(ast.get_docstring(ast.parse(text)) or "") < 20)
    assert list(short) == []
