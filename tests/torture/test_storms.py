"""Two thousand applies in bad weather: each ends converged or says truly what it did, and the next one finishes.

CI runs a seeded slice; `make torture` runs all and prints how they ended.
"""

import os
import random
import sys
import time
from collections import Counter
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

import pytest

from snowconf.cli.exit_codes import ExitCode
from snowconf.sandbox.instance import Sandbox
from tests.driving.stage import Spoil, Stage, Time, fair, sandbox_like
from tests.torture import small_stack
from tests.torture.truth import Rows, lasting, lies, rows_of

RUNS = 2000 if os.environ.get("SNOWCONF_TORTURE") == "all" else 6
FAULTS = (
    "429=2",
    "429-bare",
    "503",
    "503=3",
    "502",
    "202",
    "stale-token",
    "cancelled",
    "cut-json",
    "cut-body",
    "timeout-before",
    "timeout-after",
    "late=5",
    "late=55",
    "late=3!",
    "late=40!",
    "drop-before",
    "drop",
    "drop=40",
)
OFF = {"elevation": "off"}


@dataclass(frozen=True)
class Scenes:
    """Instances before the first apply and after it, and what undisturbed applies lead to."""

    empty: Sandbox
    applied: Sandbox
    first: Rows
    second: Rows


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> Scenes:
    """Made once, in fair weather."""
    folder = tmp_path_factory.mktemp("fair") / "stack"
    empty = sandbox_like(None, Time(), **OFF)
    small_stack.let_in(empty)
    stage = staged(folder, empty, version=1)
    baseline = rows_of(stage.sandbox).keys()
    assert stage.apply() == 0, stage.said
    first = rows_of(stage.sandbox)
    applied = sandbox_like(stage.sandbox, Time(), **OFF)
    small_stack.write(folder, small_stack.after())
    assert stage.apply() == 0, stage.said
    second = rows_of(stage.sandbox)
    assert strangers(stage, baseline) == []
    return Scenes(empty=empty, applied=applied, first=first, second=second)


def staged(folder: Path, template: Sandbox, *, version: int) -> Stage:
    """A stack in its first or second version, before an instance like the template."""
    small_stack.write(folder, small_stack.BEFORE if version == 1 else small_stack.after())
    now = Time()
    return Stage(
        folder=folder, sandbox=sandbox_like(template, now, **OFF), time=now, environ=small_stack.ENVIRONMENT
    )


def strangers(stage: Stage, baseline: AbstractSet[tuple[str, str]]) -> list[tuple[str, str]]:
    """Rows that were not there before, and are neither owned nor links of what is."""
    owned = {entry.sys_id for entry in stage.ledger().entries.values()}
    return [
        key
        for key, row in rows_of(stage.sandbox).items()
        if key not in baseline and key[1] not in owned and not owned & {*row.values()}
    ]


def weather(seed: int) -> Spoil:
    """Which requests go wrong: some share of them, and in every fourth run the instance sleeps for a while."""
    dice = random.Random(seed)
    share = dice.choice((0.02, 0.05, 0.1, 0.2, 0.4))
    asleep = (
        range(begin := dice.randrange(60), begin + dice.choice((2, 5, 40))) if seed % 4 == 0 else range(0)
    )
    passed = 0

    def spoil(_verb: str, _url: str) -> str:
        nonlocal passed
        passed += 1
        if passed in asleep:
            return "hibernating"
        return dice.choice(FAULTS) if dice.random() < share else ""

    return spoil


def stormy(seed: int, folder: Path, scenes: Scenes) -> tuple[str, list[str]]:
    """How an apply in a storm ended, and everything that is wrong about it or about the next one."""
    version = 1 + seed % 2
    stage = staged(folder, scenes.empty if version == 1 else scenes.applied, version=version)
    wanted, before = (scenes.first, scenes.second)[version - 1], rows_of(stage.sandbox)
    stage.spoil = weather(seed)
    code = stage.apply("--parallelism", str(1 + 3 * (seed // 2 % 2)))
    stage.settle()
    after = rows_of(stage.sandbox)
    wrong = lies(stage.report, before, after) if stage.report else []
    if stage.report is None and after != before:
        wrong.append("the run says nothing of what it did")
    if code == ExitCode.DONE and lasting(after) != lasting(wanted):
        wrong.append("the run says that all is done, and it is not")
    said, stage.spoil = stage.said, fair
    if stage.apply() or lasting(rows_of(stage.sandbox)) != lasting(wanted):
        wrong.append(f"the next run does not finish: {stage.said[-3000:]}")
    stage.sandbox.close()
    return ExitCode(code).name, [
        f"run {seed}, {ExitCode(code).name}: {each}\n{said[-3000:]}" for each in wrong
    ]


@pytest.mark.timeout(7200)
def test_an_apply_in_a_storm_converges_or_says_truly_what_it_did(scenes: Scenes, tmp_path: Path) -> None:
    """Each outcome is compared with the instance; afterwards an apply in fair weather leaves nothing doubled or lost."""
    ends, wrong, began = Counter[str](), list[str](), time.perf_counter()
    for seed in range(RUNS):
        end, complaints = stormy(seed, tmp_path / str(seed), scenes)
        ends[end] += 1
        wrong += complaints
    counted = ", ".join(f"{count} {end}" for end, count in ends.most_common())
    sys.stdout.write(f"{RUNS} runs in storms: {counted}; {time.perf_counter() - began:.0f} s\n")
    assert wrong == []


def test_a_report_that_is_not_true_is_found_out(scenes: Scenes, tmp_path: Path) -> None:
    """Whoever takes a record away behind the report's back makes it say what the instance does not hold."""
    stage = staged(tmp_path, scenes.empty, version=1)
    before = rows_of(stage.sandbox)
    assert stage.apply() == 0, stage.said
    assert stage.report is not None
    assert lies(stage.report, before, rows_of(stage.sandbox)) == []
    (role,) = stage.sandbox.store.find("sys_user_role", name="s_leaving")
    stage.sandbox.store.delete("sys_user_role", role["sys_id"])
    (lie,) = lies(stage.report, before, rows_of(stage.sandbox))
    assert lie.startswith("role.s_leaving: done, insert 0 is not done")
