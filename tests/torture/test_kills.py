"""Killed at every request and at every lasting file write: the next apply reaches the same state, nothing doubled or lost.

CI runs a seeded slice of the positions; `make torture` runs all of them and prints how many there are.
"""

import os
import random
import sys
import time
from collections.abc import Iterator

import pytest

from tests.torture.house_of_pain import End, HouseOfPain, house_of_pain

EVERYTHING = os.environ.get("SNOWCONF_TORTURE") == "all"
SLICE = 5
KILLED = -9

Position = tuple[str, int, str]
State = dict[str, list[dict[str, str]]]


@pytest.fixture(scope="module")
def pain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HouseOfPain]:
    """One house for all positions of this module."""
    with house_of_pain(tmp_path_factory.mktemp("pain")) as house:
        yield house


@pytest.fixture(scope="module")
def reference(pain: HouseOfPain) -> tuple[End, State]:
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
    reference: tuple[End, State],
) -> None:
    """Whatever the position, the same records stand there afterwards: none twice, none missing, none unknown."""
    end, wanted = reference
    tried, began = positions(end), time.perf_counter()
    wrong = [complaint for each in tried if (complaint := killed_at(pain, each, wanted))]
    all_of_them = 2 * (end.requests + end.points)
    sys.stdout.write(
        f"killed at {len(tried)} of {all_of_them} positions: {end.requests} requests and {end.points} lasting "
        f"file writes, before and after each; {time.perf_counter() - began:.0f} s\n"
    )
    assert wrong == []


def killed_at(pain: HouseOfPain, position: Position, wanted: State) -> str:
    """What is wrong after a run that was killed there and another that was not; empty when nothing is."""
    what, number, moment = position
    pain.fresh()
    killed = pain.apply(**{what: number}, moment=moment)
    finished = pain.apply()
    if (killed.status, finished.status) == (KILLED, 0) and pain.state() == wanted:
        return ""
    return f"killed {moment} {what} {number}: {killed}, then {finished}\n{pain.said()[-4000:]}"


def test_the_lock_of_a_killed_run_is_taken_over(pain: HouseOfPain) -> None:
    """Killed in the middle: the next run on the same machine says so and goes on; nobody has to unlock."""
    pain.fresh()
    pain.apply(request=60, moment="after")
    assert pain.apply().status == 0
    assert "It was taken over" in " ".join(pain.said().split())
