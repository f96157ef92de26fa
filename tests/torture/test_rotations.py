"""Rotations killed at every request and every lasting file write: the next run finishes, and the secret opens the door.

CI runs a seeded slice of the positions; `make torture` runs all of them.
"""

import os
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from snowconf.sandbox import switches
from snowconf.sandbox.instance import Sandbox
from tests.driving.stage import ledger_of
from tests.torture.house_of_pain import End, HouseOfPain, house_of_pain

EVERYTHING = os.environ.get("SNOWCONF_TORTURE") == "all"
SLICE = 3
KILLED = -9
CLIENT, USER = "oauth_app.turn", "user.turn"
STACK = """
[stack]
name = "turn"
[instance.served]
url = "http://127.0.0.1:{port}"
elevation = "off"
auth = {{ username = "admin", password = {{ env = "TORTURE_ADMIN" }} }}
[role.turn]
[user.turn]
identity = "machine"
password = {{ generate = 32, store = {{ file = "secrets/user" }} }}
roles = ["turn"]
[oauth_app.turn]
client_secret = {{ generate = 48, store = {{ file = "secrets/client" }} }}
redirect_url = ""
"""
STEPS: dict[str, tuple[tuple[str, ...], ...]] = {
    CLIENT: ((), ("--continue",), ("--continue", "--grace", "0")),
    USER: ((),),
}


@dataclass(frozen=True)
class Saved:
    """An instance and a folder, to begin from again."""

    sandbox: Sandbox
    folder: Path


@pytest.fixture(scope="module")
def pain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HouseOfPain]:
    """One house for all positions of this module."""
    with house_of_pain(tmp_path_factory.mktemp("turns")) as house:
        yield house


@pytest.fixture(scope="module")
def applied(pain: HouseOfPain) -> Saved:
    """The stack, applied once."""
    pain.fresh()
    for path in pain.stack.glob("*.toml"):
        path.unlink()
    text = STACK.format(port=pain.door.server_address[1])
    (pain.stack / "turn.toml").write_text(text, encoding="utf-8")
    assert pain.apply().status == 0, pain.said()
    return save(pain, "applied")


def save(pain: HouseOfPain, name: str) -> Saved:
    """As it is now."""
    folder = Path(shutil.copytree(pain.stack, pain.folder / name))
    return Saved(sandbox=copy_of(pain.door.sandbox), folder=folder)


def restore(pain: HouseOfPain, saved: Saved) -> None:
    """As it was then."""
    pain.case += 1
    shutil.copytree(saved.folder, pain.stack)
    pain.door.sandbox = copy_of(saved.sandbox)


def copy_of(sandbox: Sandbox) -> Sandbox:
    """The same rows in another instance."""
    copy = Sandbox(None, switches.parse({"elevation": "off"}))
    sandbox.store._connection.backup(copy.store._connection)
    copy.store._forget()
    return copy


def step(pain: HouseOfPain, address: str, number: int, **kill: Any) -> End:
    """One command of a rotation."""
    more = STEPS[address][number]
    return pain.run("rotate", address, "-C", str(pain.stack), "--auto-approve", *more, **kill)


def wrong_after(pain: HouseOfPain, address: str) -> str:
    """What is not as after a whole rotation; nothing when all is."""
    store = pain.door.sandbox.store
    files = sorted(each.name for each in (pain.stack / "secrets").iterdir())
    clients = [row["name"] for row in store.find("oauth_entity") if row["name"].startswith("turn")]
    ledger = ledger_of(pain.door.sandbox, "turn", f"http://127.0.0.1:{pain.door.server_address[1]}")
    found = (files, clients, dict(ledger.rotations))
    if found != (["client", "user"], ["turn"], {}):
        return f"left behind: {found}"
    plan = pain.run("plan", str(pain.stack), "--detailed-exitcode")
    proof = pain.run("rotate", USER, "-C", str(pain.stack), "--auto-approve") if address == CLIENT else plan
    return "" if (plan.status, proof.status) == (0, 0) else f"{plan}, {proof}"


@pytest.mark.timeout(7200)
@pytest.mark.parametrize(
    ("address", "number"),
    [(address, number) for address, steps in STEPS.items() for number in range(len(steps))],
)
def test_a_killed_rotation_is_finished_by_the_next_run(
    pain: HouseOfPain, applied: Saved, address: str, number: int
) -> None:
    """Whatever the position: one client, one secret that opens the door, nothing of the other left."""
    restore(pain, applied)
    for earlier in range(number):
        assert step(pain, address, earlier).status == 0, pain.said()
    begun = save(pain, f"begun-{address}-{number}")
    end = step(pain, address, number)
    assert end.status == 0, pain.said()
    wrong = [said for each in positions(end) if (said := killed_at(pain, begun, (address, number), each))]
    assert wrong == []


def positions(end: End) -> list[tuple[str, int, str]]:
    """Before and after every request and every lasting file write; a seeded slice unless all are asked for."""
    every = [
        (what, number, moment)
        for what, count in (("request", end.requests), ("point", end.points))
        for number in range(1, count + 1)
        for moment in ("before", "after")
    ]
    return every if EVERYTHING else random.Random(2026).sample(every, SLICE)


def killed_at(pain: HouseOfPain, begun: Saved, turn: tuple[str, int], position: tuple[str, int, str]) -> str:
    """What is wrong after a run that was killed there, the same run again, and the steps after it."""
    (address, number), (what, place, moment) = turn, position
    restore(pain, begun)
    killed = step(pain, address, number, **{what: place}, moment=moment)
    again = step(pain, address, number)
    # Nothing is left to continue where only the end of the last step was cut off.
    is_over = "No rotation of" in pain.said() and number == len(STEPS[address]) - 1
    rest = [step(pain, address, each).status for each in range(number + 1, len(STEPS[address]))]
    sound = killed.status == KILLED and (again.status == 0 or is_over) and not any(rest)
    wrong = wrong_after(pain, address) if sound else f"{killed}, then {again}, then {rest}"
    return f"killed {moment} {what} {place}: {wrong}\n{pain.said()[-3000:]}" if wrong else ""
