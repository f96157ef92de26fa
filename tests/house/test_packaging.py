"""What is handed out: version, changelog, lock file, licence, and nothing that only this machine has."""

import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

import snowconf

Page = Callable[[str], str]


def test_the_changelog_has_the_version(page: Page) -> None:
    """The version that the package says has a dated section in the changelog."""
    assert re.search(
        rf"^## \[{re.escape(snowconf.__version__)}\] - \d{{4}}-\d\d-\d\d$", page("CHANGELOG.md"), re.MULTILINE
    )


def test_the_version_stands_in_one_place(page: Page) -> None:
    """pyproject.toml takes the version from the package."""
    project = tomllib.loads(page("pyproject.toml"))["project"]
    assert project["dynamic"] == ["version"]


@pytest.mark.parametrize("lock", ["requirements.lock", "runtime.lock"])
def test_every_pinned_package_has_hashes(page: Page, lock: str) -> None:
    """Each requirement of the lock file is an exact version with at least one hash."""
    requirements = re.split(r"\n(?=\S)", page(lock).replace("\\\n", " "))
    pinned = [each for each in requirements if each.strip() and not each.startswith("#")]
    assert [
        each for each in pinned if not re.match(r"[\w.\[\]-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", each)
    ] == []
    assert len(pinned) > 20


@pytest.mark.parametrize("lock", ["requirements.lock", "runtime.lock"])
def test_the_lock_file_names_no_host(page: Page, lock: str) -> None:
    """Where packages come from is the machine's business."""
    assert re.findall(r"https?:|--index-url|--find-links|file:|@ git", page(lock)) == []


def test_what_runs_is_what_is_tested_and_nothing_of_the_tests(page: Page) -> None:
    """The action and the image take the same versions, every dependency of the package, and no tool."""
    pin = re.compile(r"^([\w.-]+)==(\S+)", re.MULTILINE)
    tested, run = ({*pin.findall(page(each))} for each in ("requirements.lock", "runtime.lock"))
    names = {name for name, _ in run}
    wanted = tomllib.loads(page("pyproject.toml"))["project"]
    parts = [*wanted["dependencies"], *wanted["optional-dependencies"]["rego"]]
    assert run - tested == set()
    assert {re.split(r"[\[<>=!~; ]", each, maxsplit=1)[0].lower() for each in parts} - names == set()
    assert names & {"pytest", "mypy", "ruff", "hypothesis", "pre-commit", "check-jsonschema"} == set()
    assert [each for each in ("action.yml", "Dockerfile") if "runtime.lock" not in page(each)] == []


def test_every_dependency_is_locked(page: Page) -> None:
    """What pyproject.toml and requirements.in ask for is in the lock file."""
    wanted = tomllib.loads(page("pyproject.toml"))["project"]["dependencies"]
    wanted += [line for line in page("requirements.in").splitlines() if line and not line.startswith("#")]
    names = {re.split(r"[\[<>=!~; ]", each, maxsplit=1)[0].lower() for each in wanted}
    locked = set(re.findall(r"^([\w.-]+)==", page("requirements.lock"), re.MULTILINE))
    assert names - locked == set()


def test_the_licence_is_apache_2(page: Page) -> None:
    """LICENSE holds the whole text of the licence that pyproject.toml names."""
    text = page("LICENSE")
    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text


@pytest.mark.parametrize("place", ["/work" + "/shared", ".." + "/shared", "/work" + "/main"])
def test_nothing_reads_what_only_this_machine_has(shipped: dict[str, str], place: str) -> None:
    """No shipped file and no test names a folder outside the project."""
    assert [name for name, text in shipped.items() if place in text] == []


@pytest.mark.parametrize("target", ["setup", "demo", "test", "check", "bench", "lock", "docs", "clean"])
def test_the_makefile_has_the_target(page: Page, target: str) -> None:
    """What README and CONTRIBUTING tell people to run is there."""
    assert re.search(rf"^{target}:", page("Makefile"), re.MULTILINE)


def test_continuous_integration_can_be_run(root: Path) -> None:
    """.ci/run is executable, stops at the first failure, and runs checks and tests."""
    script = root / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert "set -euo pipefail" in script.read_text()
    assert re.findall(r"^make (\w+)", script.read_text(), re.MULTILINE) == ["check", "test"]


def test_the_wheel_holds_every_file_of_the_package(
    root: Path, shipped: dict[str, str], tmp_path: Path
) -> None:
    """Data files travel with the code: tables, seed rows, explanations."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-qq",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(tmp_path),
        str(root),
    ]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    packed = set(ZipFile(wheel).namelist())
    assert {name for name in shipped if name.startswith("snowconf/")} - packed == set()
    assert [name for name in packed if not name.startswith(("snowconf/", "snowconf-"))] == []
