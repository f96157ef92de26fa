"""Killed at every request and at every lasting file write: the next apply reaches the same state, nothing doubled or lost.

CI runs a seeded slice of the positions; `make torture` runs all of them and prints how many there are.
"""

import os
import random
import sys
from collections.abc import Iterator

import pytest

from tests.torture.house_of_pain import End, HouseOfPain, house_of_pain

EVERYTHING = os.environ.get("SNOWCONF_TORTURE") == "all"
SLICE = 10
KILLED = -9

Position = tuple[str, int, str]


@pytest.fixture(scope="module")
def pain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HouseOfPain]:
    """One house for all positions of this module."""
    with house_of_pain(tmp_path_factory.mktemp("pain")) as house:
        yield house


@pytest.fixture(scope="module")
def reference(pain: HouseOfPain) -> tuple[End, dict[str, list[dict[str, str]]]]:
    """How an apply goes that nobody kills, and what it leaves."""
    pain.fresh()
    end = pain.apply()
    assert end.status == 0, pain.said()
    return end, pain.state()


def positions(end: End) -> list[Position]:
    """Before and after every request and every lasting file write; a seeded slice of them unless all are asked for."""
    every = [
        (what, number, moment)
        for what, count in (("request", end.requests), ("point", end.points))
        for number in range(1, count + 1)
        for moment in ("before", "after")
    ]
    return every if EVERYTHING else random.Random(2026).sample(every, SLICE)


@pytest.mark.timeout(7200)
def test_a_killed_apply_is_finished_by_the_next(
    pain: HouseOfPain,
    reference: tuple[End, dict[str, list[dict[str, str]]]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Whatever the position, the same records stand there afterwards: none twice, none missing, none unknown."""
    end, wanted = reference
    tried = positions(end)
    for what, number, moment in tried:
        pain.fresh()
        killed = pain.apply(**{what: number}, moment=moment)
        finished = pain.apply()
        where = f"killed {moment} {what} {number}: {killed}, then {finished}\n{pain.said()[-4000:]}"
        # The last points of a run lie behind its report: such a run was killed when all was done.
        assert killed.status == KILLED, where
        assert finished.status == 0, where
        assert pain.state() == wanted, where
    with capsys.disabled():
        all_of_them = 2 * (end.requests + end.points)
        sys.stdout.write(
            f"\nkilled at {len(tried)} of {all_of_them} positions: "
            f"{end.requests} requests and {end.points} lasting file writes, before and after each\n"
        )


def test_the_lock_of_a_killed_run_is_taken_over(pain: HouseOfPain) -> None:
    """Killed in the middle: the next run on the same machine says so and goes on; nobody has to unlock."""
    pain.fresh()
    pain.apply(request=60, moment="after")
    assert pain.apply().status == 0
    assert "took over" in pain.said()
