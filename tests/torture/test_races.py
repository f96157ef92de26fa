"""Two processes at once: of one stack one wins and the other says who was there first; two stacks do not disturb each other.

CI runs a few races; `make torture` runs two hundred of each sort and prints how they went.
"""

import os
import random
import re
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from snowconf.cli.exit_codes import ExitCode
from snowconf.sandbox.instance import Sandbox
from tests.driving.commands import clean_environment
from tests.driving.nursery import Nursery, Task, nursery
from tests.driving.stage import Time, ledger_of, sandbox_like
from tests.torture import small_stack
from tests.torture.house_of_pain import Door, Handler
from tests.torture.truth import lasting, rows_of

RACES = 200 if os.environ.get("SNOWCONF_TORTURE") == "all" else 3
OFF = {"elevation": "off"}
State = list[list[tuple[str, str]]]


@dataclass
class Runner:
    """A process that runs one command after another, each in a fork of itself."""

    born: Nursery
    folder: Path
    output: Path

    def begin(self) -> None:
        """An apply, under way when this returns."""
        self.output.write_text("")
        environ = clean_environment(small_stack.ENVIRONMENT | {"SNOWCONF_IN_AUTOMATION": "1"})
        argv = ["apply", str(self.folder), "--auto-approve"]
        task = Task(
            argv=argv, environ=environ, folder=self.folder.parent, output=self.output, errors=self.output
        )
        self.born.begin(task)

    def end(self) -> ExitCode:
        """How it ended."""
        return ExitCode(self.born.end()[0])

    @property
    def said(self) -> str:
        """On one line."""
        return " ".join(self.output.read_text().split())


@dataclass
class Track:
    """An instance that two runners reach over HTTP; it begins anew with each race."""

    door: Door
    template: Sandbox
    runners: tuple[Runner, Runner]

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.door.server_address[1]}"

    def lay(self, *stacks: tuple[str, str]) -> None:
        """Give each runner a folder with a stack of that name and these blocks."""
        for runner, (name, blocks) in zip(self.runners, stacks, strict=True):
            small_stack.write(runner.folder, blocks, name)
            file = runner.folder / "storm.toml"
            served = file.read_text("utf-8").replace('url = "sandbox:"', f'url = "{self.url}"')
            file.write_text(served.replace('switches = { elevation = "off" }', 'elevation = "off"'), "utf-8")

    def race(self, pause_s: float) -> tuple[ExitCode, ExitCode]:
        """Both apply before a fresh instance, the second so much later."""
        self.door.sandbox = sandbox_like(self.template, Time(), **OFF)
        first, second = self.runners
        first.begin()
        time.sleep(pause_s)
        second.begin()
        return first.end(), second.end()

    def state(self) -> State:
        """Every row, but for what two runs never have in common."""
        return lasting(rows_of(self.door.sandbox))

    def owned(self, stack: str) -> set[str]:
        """The addresses that a stack's ledger has; no lock may have stayed."""
        assert self.door.sandbox.store.find("sys_properties", name=f"snowconf.{stack}.lock") == []
        return {str(each) for each in ledger_of(self.door.sandbox, stack, self.url).entries}


@contextmanager
def runner(folder: Path) -> Iterator[Runner]:
    """Ready when it is first needed."""
    with nursery(clean_environment()) as born:
        yield Runner(born=born, folder=folder, output=folder.with_suffix(".txt"))


@pytest.fixture(scope="module")
def track(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Track]:
    """Built once."""
    folder = tmp_path_factory.mktemp("races")
    template = sandbox_like(None, Time(), **OFF)
    small_stack.let_in(template)
    door = Door(("127.0.0.1", 0), Handler)
    threading.Thread(target=door.serve_forever, daemon=True).start()
    with ExitStack() as opened:
        first, second = (opened.enter_context(runner(folder / name)) for name in ("first", "second"))
        yield Track(door=door, template=template, runners=(first, second))
    door.shutdown()
    door.server_close()


def alone(track: Track) -> State:
    """What one apply after the other leads to."""
    track.door.sandbox = sandbox_like(track.template, Time(), **OFF)
    for each in track.runners:
        each.begin()
        assert each.end() is ExitCode.DONE, each.said
    return track.state()


def report(what: str, ends: Counter[str], began: float) -> None:
    """The figures of one sort of race."""
    counted = ", ".join(f"{count} {end}" for end, count in ends.most_common())
    sys.stdout.write(f"{RACES} races of {what}: {counted}; {time.perf_counter() - began:.0f} s\n")


@pytest.mark.timeout(3600)
def test_of_two_applies_of_one_stack_one_wins_and_the_other_says_who(track: Track) -> None:
    """The loser ends with the code for a held lock, and names who holds it since when; what stands there is right."""
    track.lay(("race", small_stack.BEFORE), ("race", small_stack.BEFORE))
    wanted, owned = alone(track), track.owned("race")
    dice, ends, began = random.Random(2026), Counter[str](), time.perf_counter()
    for _ in range(RACES):
        codes = track.race(dice.choice((0, 0, dice.uniform(0, 2))))
        ends[" and ".join(sorted(code.name for code in codes))] += 1
        said = [each.said for each in track.runners]
        assert set(codes) <= {ExitCode.DONE, ExitCode.LOCKED}, said
        assert ExitCode.DONE in codes, said
        losers = [each for each, code in zip(said, codes, strict=True) if code is ExitCode.LOCKED]
        assert [each for each in losers if " is held by " not in each or " since 20" not in each] == []
        assert (track.state(), track.owned("race")) == (wanted, owned), said
    report("one stack", ends, began)


@pytest.mark.timeout(3600)
def test_two_stacks_on_one_instance_do_not_disturb_each_other(track: Track) -> None:
    """Both are done, each has a ledger of its own, and together they are what they are one after the other."""
    other = re.sub(r"\bs(?=[_. ])", "u", small_stack.BEFORE)
    track.lay(("race", small_stack.BEFORE), ("other", other))
    wanted = alone(track)
    owned = track.owned("race"), track.owned("other")
    dice, ends, began = random.Random(2026), Counter[str](), time.perf_counter()
    for _ in range(RACES):
        codes = track.race(dice.choice((0, 0, dice.uniform(0, 0.5))))
        ends[" and ".join(sorted(code.name for code in codes))] += 1
        assert codes == (ExitCode.DONE, ExitCode.DONE), [each.said for each in track.runners]
        assert track.state() == wanted
        assert (track.owned("race"), track.owned("other")) == owned
    report("two stacks", ends, began)
