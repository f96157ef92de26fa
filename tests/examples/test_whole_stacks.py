"""The stacks of the guides and one with further kinds, from nothing to nothing: applied, proven, unchanged, removed, gone."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import tomli

from snowconf.kinds import KINDS
from snowconf.model.ownership import Removal
from tests.driving.databases import tables_of
from tests.driving.serving import served_sandbox

GUIDES = (
    "finout",
    "flexera-fnms",
    "flexera-itam",
    "flexera-saas-reclamation",
    "servicenow-sam-custom-profile",
)
# No user of the other one promises anything: what it can do is acted out in test_partner_feed.
STACKS = (*GUIDES, "partner-feed")
# The only one whose access controls need a switch.
ELEVATED = "finout"
ENV = ("--env-file", ".env.example")
KEPT = ("stack", "instance")

Run: TypeAlias = Callable[..., Any]


def blocks_of(text: str) -> Iterator[str]:
    """The names of the resource blocks of a stack."""
    for kind, blocks in tomli.loads(text).items():
        if kind in KINDS:
            yield from (f"{kind}.{label}" for label in blocks)


def deleting(text: str, instance: str) -> str:
    """Overlays that have deleted what would be switched off when its block goes, for accounts may be in use elsewhere."""
    blocks = (
        each for each in blocks_of(text) if KINDS[each.partition(".")[0]].on_remove is not Removal.DELETE
    )
    return "".join(f'[on.{instance}.{each}]\nlifecycle = {{ on_remove = "delete" }}\n' for each in blocks)


def without_blocks(text: str) -> str:
    """The stack's file with its name and its instances alone."""
    tables = re.split(r"^(?=\[)", text, flags=re.MULTILINE)
    return "".join(each for each in tables if re.match(rf"\[(?:{'|'.join(KEPT)})\b", each))


def prove(stack: Path, run: Run, database: Path, there: tuple[str, ...]) -> None:
    """All promises are kept, with writes tried, and the instance holds afterwards what it held."""
    before = tables_of(database)
    said = run(stack, "verify", *there, "--write-probes")
    assert re.search(r"^Proven: all \d+ promises to \d user", said.stdout, re.MULTILINE)
    assert "made-up" not in said.stdout + said.stderr
    assert tables_of(database) == before


def goes_and_comes_back(stack: Path, run: Run, database: Path, instance: str = "sandbox") -> None:
    """All of it; `database` is where the instance keeps what it holds."""
    (path,) = (each for each in stack.glob("*.toml") if each.name not in ("more.toml", "served.toml"))
    text, there = path.read_text("utf-8"), (*ENV, "--instance", instance)
    (stack / "more.toml").write_text(deleting(text, instance), "utf-8")
    run(stack, "plan", *there)
    before = tables_of(database)
    run(stack, "apply", *there, "--auto-approve")
    assert tables_of(database) != before
    if stack.name in GUIDES:
        prove(stack, run, database, there)
    assert "No changes" in run(stack, "plan", *there, "--detailed-exitcode").stdout
    path.write_text(without_blocks(text), "utf-8")
    (stack / "more.toml").unlink()
    run(stack, "apply", *there, "--auto-approve", "--allow-deletes", "100")
    assert tables_of(database) == before
    assert "No changes" in run(stack, "plan", *there, "--detailed-exitcode").stdout


@pytest.mark.parametrize("name", STACKS)
def test_nothing_is_left_of_a_stack(name: str, copy_of: Callable[[str], Path], run: Run) -> None:
    """On the embedded instance every promise is kept, and in the end every table holds what it held before."""
    stack = copy_of(name)
    goes_and_comes_back(stack, run, stack / ".snowconf" / "sandbox.db")


@pytest.mark.parametrize("name", STACKS)
def test_nothing_is_left_of_a_stack_over_tls(
    name: str, copy_of: Callable[[str], Path], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same on a served instance, with a password, through a certificate: tokens of its users travel there too."""
    stack = copy_of(name)
    switches = ("--set", "elevation=off") if name == ELEVATED else ()
    with served_sandbox(stack, "--tls", "--db", "served.db", *switches) as url:
        assert url.startswith("https://")
        monkeypatch.setenv("SSL_CERT_FILE", str(next((stack / ".snowconf").glob("*.pem"))))
        login = 'auth = { username = "admin", password = { env = "SERVED_PASSWORD" } }\n'
        elevation = 'elevation = "off"\n' if name == ELEVATED else ""
        (stack / "served.toml").write_text(f'[instance.served]\nurl = "{url}"\n{login}{elevation}')
        (stack / ".env.example").write_text((stack / ".env.example").read_text() + "SERVED_PASSWORD=admin\n")
        goes_and_comes_back(stack, run, stack / "served.db", "served")
