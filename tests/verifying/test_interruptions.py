"""A verification that is killed or interrupted while it tries writes: nothing stays behind for longer than the next one."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.driving.stage import fair
from tests.verifying.acting import Acted, applied, everything_on

# What is tried is made by the user, and by the runner; the second has empty tables that are filled to be read.
EXAMPLES = ("finout", "flexera-itam")
# More requests than either verification takes; one in so many is tried, and every one with SNOWCONF_TORTURE.
ENOUGH = 60
STEP = 1 if os.environ.get("SNOWCONF_TORTURE") == "all" else 4


class KilledError(BaseException):
    """The process is gone: nothing of it catches this, and nothing more is sent."""


def kills_after(number: int) -> Callable[[str, str], str]:
    """Lets so many requests through and none after them."""
    sent = 0

    def spoil(_verb: str, _url: str) -> str:
        nonlocal sent
        sent += 1
        if sent > number:
            raise KilledError
        return ""

    return spoil


def interrupts_at(number: int) -> Callable[[str, str], str]:
    """Somebody presses Ctrl-C at this request, and once."""
    sent = 0

    def spoil(_verb: str, _url: str) -> str:
        nonlocal sent
        sent += 1
        if sent == number:
            raise KeyboardInterrupt
        return ""

    return spoil


def writing_requests(acted: Acted) -> range:
    """The numbers of a whole verification's requests, from the last before the first write on."""
    seen: list[bool] = []

    def spoil(verb: str, url: str) -> str:
        seen.append(verb != "GET" and "oauth_token" not in url)
        return ""

    acted.stage.spoil = spoil
    acted.verify("--write-probes", code=0)
    return range(seen.index(True), len(seen), STEP)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_next_verification_removes_what_a_killed_one_left(name: str, tmp_path: Path) -> None:
    """Killed at any of its requests; the next proves everything, and every table holds what it held at first."""
    acted = applied(name, tmp_path)
    before, numbers = everything_on(acted.stage.sandbox), writing_requests(acted)
    said = 0
    for number in numbers:
        acted.stage.spoil = kills_after(number)
        with pytest.raises(KilledError):
            acted.stage.run("verify", str(acted.stage.folder), "--write-probes")
        left = everything_on(acted.stage.sandbox) != before
        acted.stage.spoil = fair
        acted.verify("--write-probes", code=0)
        said += "Records of an earlier probe removed" in acted.stage.said
        assert everything_on(acted.stage.sandbox) == before, number
        assert left == ("SNC505" in acted.stage.said), number
    assert (len(numbers) < ENOUGH, said > 0) == (True, True)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_interrupted_verification_leaves_nothing(name: str, tmp_path: Path) -> None:
    """Ctrl-C at any of its requests: exit code 130, and every table holds what it held."""
    acted = applied(name, tmp_path)
    before, numbers = everything_on(acted.stage.sandbox), writing_requests(acted)
    for number in numbers:
        acted.stage.spoil = interrupts_at(number)
        ended = acted.stage.run("verify", str(acted.stage.folder), "--write-probes")
        assert (ended, everything_on(acted.stage.sandbox) == before) == (130, True), number
