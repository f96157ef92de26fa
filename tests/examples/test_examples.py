"""Every folder under examples/, used as its README says: on the embedded instance, and over HTTP on a served one."""

import re
import tomllib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from snowconf.kinds import KINDS

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
NAMES = sorted(path.name for path in EXAMPLES.iterdir() if any(path.glob("*.toml")))
# The one integration among the guides that is a whole one, and the only one whose access controls need a switch.
NEEDS_NO_ELEVATION = {"finout"}
ENV = ("--env-file", ".env.example")

Run: TypeAlias = Callable[..., Any]
Serving: TypeAlias = Callable[..., AbstractContextManager[str]]


def tables_of(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The files of an example: text and parsed."""
    for path in sorted((EXAMPLES / name).glob("*.toml")):
        text = path.read_text("utf-8")
        yield text, tomllib.loads(text)


def resources_in(name: str) -> int:
    """How many resource blocks an example has."""
    return sum(
        len(blocks) for _, parsed in tables_of(name) for kind, blocks in parsed.items() if kind in KINDS
    )


def variables_in(value: object) -> Iterator[str]:
    """Every environment variable that a stack names."""
    if isinstance(value, dict):
        if set(value) == {"env"}:
            yield value["env"]
        for each in value.values():
            yield from variables_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from variables_in(each)


def assert_no_secret_in(stack: Path, *printed: str) -> None:
    """No value of `.env.example` stands in what was printed, nor in what was left beside the stack."""
    assert "made-up" not in "".join(printed)
    left = [path for path in (stack / ".snowconf").rglob("*") if path.is_file()]
    assert [path for path in left if b"made-up" in path.read_bytes()] == []


def test_there_is_an_example_for_each_guide() -> None:
    """The five guides and a first stack are all there."""
    assert NAMES == [
        "finout",
        "flexera-fnms",
        "flexera-itam",
        "flexera-saas-reclamation",
        "getting-started",
        "partner-feed",
        "servicenow-sam-custom-profile",
    ]


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_valid(name: str, copy_of: Callable[[str], Path], run: Run) -> None:
    """`snowconf validate` finds nothing wrong, without any variable being set."""
    assert f"{resources_in(name)} resource" in run(copy_of(name), "validate").stdout


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_planned_applied_and_found_unchanged(
    name: str, copy_of: Callable[[str], Path], run: Run
) -> None:
    """On the embedded instance: changes, then their application, then none; a second apply writes nothing; no secret."""
    stack = copy_of(name)
    said = [
        run(stack, "plan", *ENV, "--detailed-exitcode", code=2),
        run(stack, "apply", *ENV, "--auto-approve"),
        run(stack, "plan", *ENV, "--detailed-exitcode"),
        run(stack, "apply", *ENV, "--auto-approve"),
        run(stack, "drift", *ENV),
        run(stack, "show", *ENV),
    ]
    first, _, second, again, drift, _ = (each.stdout for each in said)
    assert "Plan:" in first
    assert [text for text in (second, again) if "No changes" not in text] == []
    assert "No drift" in drift
    assert_no_secret_in(stack, *(each.stdout + each.stderr for each in said))


@pytest.mark.parametrize("name", NAMES)
def test_an_example_does_the_same_over_http(
    name: str, copy_of: Callable[[str], Path], run: Run, serving: Serving
) -> None:
    """On another instance, reached over HTTP: one more block and one option, and everything else as before."""
    stack = copy_of(name)
    with serving(stack, *(["elevation=off"] if name in NEEDS_NO_ELEVATION else [])) as url:
        login = 'auth = { username = "admin", password = { env = "SERVED_PASSWORD" } }'
        elevation = 'elevation = "off"\n' if name in NEEDS_NO_ELEVATION else ""
        (stack / "served.toml").write_text(f'[instance.served]\nurl = "{url}"\n{login}\n{elevation}')
        (stack / ".env.example").write_text((stack / ".env.example").read_text() + "SERVED_PASSWORD=admin\n")
        there = (*ENV, "--instance", "served")
        run(stack, "apply", *there, "--auto-approve")
        assert "No changes" in run(stack, "plan", *there, "--detailed-exitcode").stdout


@pytest.mark.parametrize("name", NAMES)
def test_a_variable_has_a_harmless_value(name: str) -> None:
    """`.env.example` sets exactly the variables that the stack reads, and each value says that it is made up."""
    lines = (EXAMPLES / name / ".env.example").read_text("utf-8").splitlines()
    values = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert set(values) == {each for _, parsed in tables_of(name) for each in variables_in(parsed)}
    assert [value for value in values.values() if not value.startswith("made-up-")] == []


@pytest.mark.parametrize("name", NAMES)
def test_an_example_has_a_sandbox_by_default_and_a_real_instance_beside_it(name: str) -> None:
    """Nobody reaches an instance by accident, and what a real one looks like can be read off."""
    ((_, parsed),) = tables_of(name)
    defaults = [block for block in parsed["instance"].values() if block.get("default")]
    assert [block["url"] for block in defaults] == ["sandbox:"]
    assert [
        block
        for block in parsed["instance"].values()
        if block["url"].startswith("https://") and block["auth"]
    ]


@pytest.mark.parametrize("name", NAMES)
def test_elevation_is_switched_off_in_plain_sight_or_not_at_all(name: str) -> None:
    """Only a stack with access controls switches elevation off, with the reason in the lines above."""
    ((text, parsed),) = tables_of(name)
    assert ("acl" in parsed) == (name in NEEDS_NO_ELEVATION)
    assert ('elevation = "off"' in text) == (name in NEEDS_NO_ELEVATION)
    assert re.search(r"# .*cannot elevate.*\n.*\n?switches", text) or name not in NEEDS_NO_ELEVATION


@pytest.mark.parametrize("name", NAMES)
def test_the_readme_names_every_block(name: str) -> None:
    """A README that says which step a block replaces leaves no block of the example out."""
    readme = (EXAMPLES / name / "README.md").read_text("utf-8")
    blocks = [
        f"{kind}.{label}" for _, parsed in tables_of(name) for kind in KINDS for label in parsed.get(kind, ())
    ]
    missing = [block for block in blocks if f"[{block}]" not in readme and not block.startswith("acl.")]
    assert missing == [] or name == "getting-started"
