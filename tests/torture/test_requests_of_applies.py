"""How many requests an apply of N changes sends, whatever the stack: N, two for each table it has to do with, and eight."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.driving.stage import Stage, Time, sandbox_like
from tests.torture import small_stack

ALWAYS = 8
# A runner of whom nothing is known beforehand needs a token; who it is and what it may do is among the eight.
TOKEN = 1
HEAD = '[stack]\nname = "counted"\nlimits = { update = 1.0, delete = 1.0 }\n\n[instance.sandbox]\nurl = "sandbox:"\n'
SWITCHES = 'switches = { elevation = "off" }\n'


@dataclass
class Tables:
    """Which tables requests were about."""

    seen: set[str] = field(default_factory=set)

    def note(self, _verb: str, url: str) -> str:
        """The table in the URL; no fault."""
        path = urlsplit(url).path
        if path.startswith("/api/now/table/"):
            self.seen.add(path.split("/")[4])
        return ""


def properties(number: int, text: str) -> str:
    """One table."""
    return "".join(
        f'[property."counted.{n}"]\nvalue = "{text}"\nignore_cache = true\n' for n in range(number)
    )


def people(number: int, text: str) -> str:
    """Four tables, two of them of links."""
    users = "".join(
        f'[user.counted_{n}]\nfirst_name = "{text}"\nroles = ["counted"]\ngroups = ["counted"]\n'
        for n in range(number)
    )
    return f'[role.counted]\ndescription = "{text}"\n[group.counted]\ndescription = "{text}"\n{users}'


def mixed(number: int, text: str) -> str:
    """Every kind and all their links."""
    return small_stack.BEFORE.replace('"Storm"', f'"{text}"').replace('"reads"', f'"{text}"') + properties(
        number, text
    )


@pytest.mark.parametrize("number", [1, 7, 40] if os.environ.get("SNOWCONF_TORTURE") == "all" else [3])
@pytest.mark.parametrize("blocks", [properties, people, mixed])
def test_an_apply_sends_few_requests_besides_its_writes(
    blocks: Callable[[int, str], str], number: int, tmp_path: Path
) -> None:
    """A first apply, a small change, a change of everything, a removal, and nothing at all."""
    now, tables = Time(), Tables()
    stage = Stage(
        folder=tmp_path,
        sandbox=sandbox_like(None, now, elevation="off"),
        time=now,
        environ=small_stack.ENVIRONMENT,
        trusted="admin",
        spoil=tables.note,
    )
    versions = [
        blocks(number, "one"),
        blocks(number, "one").replace('"one"', '"two"', 1),
        blocks(number, "three"),
        "",
        "",
    ]
    told = []
    for version in versions:
        (tmp_path / "stack.toml").write_text(HEAD + SWITCHES + version, "utf-8")
        tables.seen.clear()
        assert stage.apply() == 0, stage.said[-3000:]
        assert stage.report is not None
        writes = stage.report.plan.write_count
        bound = writes + 2 * len(tables.seen) + ALWAYS
        told.append((stage.counts.total(), bound, writes, len(tables.seen)))
    assert [each for each in told if each[0] > each[1]] == []


def test_a_runner_with_a_token_costs_one_request_more(tmp_path: Path) -> None:
    """A first apply of every kind, and one that adds, changes and removes: what the runner may do is asked before."""
    now, tables = Time(), Tables()
    sandbox = sandbox_like(None, now, elevation="off")
    small_stack.let_in(sandbox)
    stage = Stage(
        folder=tmp_path, sandbox=sandbox, time=now, environ=small_stack.ENVIRONMENT, spoil=tables.note
    )
    told = []
    for version in (small_stack.BEFORE, small_stack.after()):
        small_stack.write(tmp_path, version)
        tables.seen.clear()
        assert stage.apply() == 0, stage.said[-3000:]
        assert stage.report is not None
        bound = stage.report.plan.write_count + 2 * len(tables.seen) + ALWAYS + TOKEN
        told.append((stage.counts.total(), bound))
    assert [each for each in told if each[0] > each[1]] == []
