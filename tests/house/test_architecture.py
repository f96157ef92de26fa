"""The import contracts: kept by the package, and able to refuse each arrow that they forbid."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SENTENCES = {
    "layers": "Each layer imports only what is below it, and siblings do not know each other",
    "engine": "The engine knows the port, neither HTTP nor TOML nor where memories are kept",
    "sandbox": "The sandbox shares facts with the client and no behaviour",
    "report": "Reports are made from the nouns and from nothing else",
    "policy": "Policies judge the nouns and know nothing else",
    "no-kinds": "Client and ledger do not know kinds",
    "http": "Only servicenow speaks HTTP to an instance",
    "serving": "Only the sandbox serves HTTP and keeps a database",
    "command-line": "Only cli knows typer",
    "terminal": "Only cli and report know rich",
    "validation": "Only config knows pydantic",
    "structures": "Only the engine knows deepdiff",
    "floors": "A request goes up through the sandbox's floors and no floor knows those above it",
    "verbs": "Each verb of the engine stands on the earlier ones",
    "annotations": "Only policy knows yaml",
}

# Room, the wrong import, and the contract that must refuse it.
PLANTS = [
    ("model", "import snowconf.engine", "layers"),
    ("report", "import snowconf.cli", "layers"),
    ("config", "import snowconf.servicenow", "layers"),
    ("model", "import snowconf.dictionary", "layers"),
    ("engine", "import snowconf.servicenow", "engine"),
    ("engine", "import snowconf.config", "engine"),
    ("engine", "import snowconf.ledger", "engine"),
    ("sandbox", "import snowconf.model", "sandbox"),
    ("sandbox", "import snowconf.servicenow", "sandbox"),
    ("report", "import snowconf.kinds", "report"),
    ("policy", "import snowconf.kinds", "policy"),
    ("policy", "import snowconf.report", "layers"),
    ("servicenow", "import snowconf.kinds", "no-kinds"),
    ("cli", "import httpx", "http"),
    ("engine", "import httpx", "http"),
    ("cli", "import starlette", "serving"),
    ("ledger", "import sqlite3", "serving"),
    ("config", "import typer", "command-line"),
    ("engine", "import rich", "terminal"),
    ("kinds", "import pydantic", "validation"),
    ("report", "import deepdiff", "structures"),
    ("sandbox/storage", "import snowconf.sandbox.apis.table_api", "floors"),
    ("sandbox/rights", "import snowconf.sandbox.instance", "floors"),
    ("engine/observe", "import snowconf.engine.plan.planning", "verbs"),
    ("engine/verify", "import snowconf.engine.rotate.rotating", "verbs"),
    ("config", "import yaml", "annotations"),
]


def lint(folder: Path, *arguments: str) -> str:
    """What lint-imports says about the copy in this folder, whatever it thinks of it."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache", *arguments]
    environ = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run(
        command, cwd=folder, env=environ, capture_output=True, text=True, check=False
    ).stdout


@pytest.fixture(scope="module")
def copy(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of package and contracts, to be spoiled."""
    folder = tmp_path_factory.mktemp("architecture")
    shutil.copytree(root / "snowconf", folder / "snowconf", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(root / ".importlinter", folder)
    return folder


def test_every_contract_is_kept(copy: Path) -> None:
    """The package as it is breaks no contract, and all of them were looked at."""
    said = lint(copy)
    kept = " ".join(said.replace("KEPT", " KEPT").split())
    assert [name for name, sentence in SENTENCES.items() if f"{sentence} KEPT" not in kept] == [], said


def test_no_contract_is_without_a_sentence_here(root: Path) -> None:
    """Every contract of the file is listed above, so that none goes untested."""
    assert set(
        re.findall(r"^\[importlinter:contract:(.+)\]$", (root / ".importlinter").read_text(), re.MULTILINE)
    ) == set(SENTENCES)


def test_every_contract_has_a_plant() -> None:
    """For each contract there is at least one import that it must refuse."""
    assert {contract for _, _, contract in PLANTS} == set(SENTENCES)


@pytest.mark.parametrize(("room", "statement", "contract"), PLANTS)
def test_a_wrong_import_is_refused(copy: Path, room: str, statement: str, contract: str) -> None:
    """Each contract breaks when an import that it forbids is planted."""
    planted = copy / "snowconf" / room / "planted.py"
    planted.write_text(f'"""Planted by a test."""\n\n{statement}\n')
    try:
        said = lint(copy, "--contract", contract)
    finally:
        planted.unlink()
    broken = " ".join(said.replace("BROKEN", " BROKEN").split())
    assert f"{SENTENCES[contract]} BROKEN" in broken, said


def test_an_import_for_type_checkers_counts(copy: Path) -> None:
    """Hiding an arrow under TYPE_CHECKING does not hide it from the contracts."""
    planted = copy / "snowconf" / "engine" / "planted.py"
    lines = ("from typing import TYPE_CHECKING", "if TYPE_CHECKING:", "    import snowconf.config")
    planted.write_text("\n".join(lines) + "\n")
    try:
        said = lint(copy, "--contract", "engine")
    finally:
        planted.unlink()
    assert f"{SENTENCES['engine']} BROKEN" in said, said
