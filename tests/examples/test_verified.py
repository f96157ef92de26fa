"""The stack of each guide, applied and then proven by acting as its users: from a prompt, and over TLS."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from tests.driving.databases import tables_of
from tests.driving.serving import served_sandbox

GUIDES = (
    "finout",
    "flexera-fnms",
    "flexera-itam",
    "flexera-saas-reclamation",
    "servicenow-sam-custom-profile",
)
# The only one whose access controls need a switch.
ELEVATED = "finout"
ENV = ("--env-file", ".env.example")

Run: TypeAlias = Callable[..., Any]


def applied_and_proven(stack: Path, run: Run, database: Path, instance: str = "sandbox") -> None:
    """All promises, with writes tried; the instance holds afterwards what it held, and the plan is still empty."""
    there = (*ENV, "--instance", instance)
    run(stack, "apply", *there, "--auto-approve")
    before = tables_of(database)
    said = run(stack, "verify", *there, "--write-probes")
    assert re.search(r"^Proven: all \d+ promises to \d user", said.stdout, re.MULTILINE)
    assert "made-up" not in said.stdout + said.stderr
    assert tables_of(database) == before
    assert "No changes" in run(stack, "plan", *there, "--detailed-exitcode").stdout


@pytest.mark.parametrize("name", GUIDES)
def test_a_stack_is_proven_on_the_embedded_instance(
    name: str, copy_of: Callable[[str], Path], run: Run
) -> None:
    """As its README says."""
    stack = copy_of(name)
    applied_and_proven(stack, run, stack / ".snowconf" / "sandbox.db")


@pytest.mark.parametrize("name", GUIDES)
def test_a_stack_is_proven_over_tls(
    name: str, copy_of: Callable[[str], Path], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same on a served instance, through a certificate: tokens of its users travel as everything else."""
    stack = copy_of(name)
    switches = ("--set", "elevation=off") if name == ELEVATED else ()
    with served_sandbox(stack, "--tls", "--db", "served.db", *switches) as url:
        assert url.startswith("https://")
        monkeypatch.setenv("SSL_CERT_FILE", str(next((stack / ".snowconf").glob("*.pem"))))
        login = 'auth = { username = "admin", password = { env = "SERVED_PASSWORD" } }\n'
        elevation = 'elevation = "off"\n' if name == ELEVATED else ""
        (stack / "served.toml").write_text(f'[instance.served]\nurl = "{url}"\n{login}{elevation}')
        (stack / ".env.example").write_text((stack / ".env.example").read_text() + "SERVED_PASSWORD=admin\n")
        applied_and_proven(stack, run, stack / "served.db", "served")
