"""An attempt at a connection with its credential that fails: nothing of it is left, and the next one works (seed 002)."""

import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from snowconf.sandbox.instance import Sandbox
from tests.driving.stage import Pairs, Stage, Time, sandbox_like
from tests.torture.house_of_pain import HouseOfPain, house_of_pain
from tests.torture.outbound_stack import ENVIRONMENT, TABLES, write_stack
from tests.torture.truth import rows_of

KILLED = -9
ONE_BY_ONE = ("--parallelism", "1")
# The alias, the provider, two scopes, the profile that came with the provider, its two scopes, credential, connection.
WRITES = range(1, 10)
WHOLE = {
    "sys_alias": 1,
    "oauth_entity": 1,
    "oauth_entity_scope": 2,
    "oauth_entity_profile": 1,
    "oauth_entity_profile_scope": 2,
    "discovery_credentials": 1,
    "sys_connection": 1,
}
REFUSAL = b'{"error":{"message":"Operation Failed","detail":"ACL Exception Insert Failed due to security constraints"},"status":"failure"}'
# Refused whatever is tried; never done and never answered; done, and answered only when nobody listens any more.
FATES = ("refused", "timeout-before", "late=200")
EVERYTHING = os.environ.get("SNOWCONF_TORTURE") == "all"
MOMENTS = ("before", "after") if EVERYTHING else ("after",)
# Which write meets which fate: each of both at least once, and every pair with SNOWCONF_TORTURE.
PAIRS = [(at, fate) for at in WRITES for number, fate in enumerate(FATES) if EVERYTHING or at % 3 == number]


@dataclass
class Spoilt(Stage):
    """A stage on which one write of the chain meets its fate, each time that it is tried."""

    at: int = 0
    fate: str = ""
    seen: list[bytes] = field(default_factory=list)

    def _exchange(
        self, trusted: str, method: str, url: str, headers: Pairs, body: bytes
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        fate = self._fate_of(method, url, body)
        if fate == "refused":
            return 403, [("Content-Type", "application/json")], REFUSAL
        self.spoil = lambda _verb, _url: fate
        return super()._exchange(trusted, method, url, headers, body)

    def _fate_of(self, method: str, url: str, body: bytes) -> str:
        if method not in ("POST", "PATCH") or table_of(url) not in TABLES:
            return ""
        if body not in self.seen:
            self.seen.append(body)
        return self.fate if self.seen.index(body) + 1 == self.at else ""


def table_of(url: str) -> str:
    """The table that a request is about."""
    return urlsplit(url).path.split("/table/")[-1].split("/")[0]


def rows_in(sandbox: Sandbox) -> dict[str, int]:
    """How many rows the tables of the chain hold; those with none are left out."""
    counts = {table: len(sandbox.store.find(table)) for table in WHOLE}
    return {table: number for table, number in counts.items() if number}


@pytest.fixture(scope="module")
def template() -> Iterator[Sandbox]:
    """A fresh instance, filled once for all."""
    with closing(sandbox_like(None, Time())) as sandbox:
        yield sandbox


@pytest.fixture
def stage(tmp_path: Path, template: Sandbox) -> Iterator[Spoilt]:
    """The stack before an instance that takes the caller for admin."""
    write_stack(tmp_path)
    now = Time()
    with closing(sandbox_like(template, now)) as sandbox:
        yield Spoilt(folder=tmp_path, sandbox=sandbox, time=now, environ=dict(ENVIRONMENT), trusted="admin")


@pytest.mark.parametrize(("at", "fate"), PAIRS)
def test_a_failed_attempt_leaves_nothing(stage: Spoilt, at: int, fate: str) -> None:
    """With --undo-on-failure, whichever write goes wrong and however; and the next attempt makes everything."""
    before = rows_of(stage.sandbox).keys()
    stage.at, stage.fate = at, fate
    failed = stage.apply("--undo-on-failure", *ONE_BY_ONE)
    stage.settle()
    assert rows_in(stage.sandbox) == ({} if failed else WHOLE), stage.said
    assert bool(failed) is (rows_of(stage.sandbox).keys() == before)
    assert failed or fate != "refused"
    stage.fate = ""
    assert stage.apply() == 0, stage.said
    assert rows_in(stage.sandbox) == WHOLE


@pytest.mark.parametrize(("at", "fate"), PAIRS)
def test_a_failed_attempt_is_finished_by_the_next(stage: Spoilt, at: int, fate: str) -> None:
    """Without undoing it, too: what the first one made is found, and nothing is doubled."""
    stage.at, stage.fate = at, fate
    stage.apply(*ONE_BY_ONE)
    stage.settle()
    stage.fate = ""
    assert stage.apply() == 0, stage.said
    assert rows_in(stage.sandbox) == WHOLE
    assert stage.run("plan", str(stage.folder), "--detailed-exitcode") == 0, stage.said


@pytest.fixture(scope="module")
def pain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HouseOfPain]:
    """Where runs are killed."""
    with house_of_pain(tmp_path_factory.mktemp("attempts")) as house:
        yield house


def begin(pain: HouseOfPain) -> None:
    """A fresh instance, and this stack in place of the house's."""
    pain.fresh()
    for path in pain.stack.glob("*.toml"):
        path.unlink()
    login = 'auth = { username = "admin", password = { env = "TORTURE_ADMIN" } }'
    write_stack(pain.stack, f'url = "http://127.0.0.1:{pain.door.server_address[1]}"\n{login}')


def write_positions(pain: HouseOfPain, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of the requests that write to the chain, by a run that nobody kills."""
    begin(pain)
    numbers: list[int] = []
    exchange = pain.door.sandbox.exchange()

    def noted(verb: str, url: str, headers: Pairs, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        if verb != "GET" and table_of(url) in TABLES:
            numbers.append(pain.door.victim.served)
        return exchange(verb, url, headers, body)

    with monkeypatch.context() as patch:
        patch.setattr(pain.door.sandbox, "exchange", lambda: noted)
        assert pain.apply().status == 0, pain.said()
    return numbers


@pytest.mark.timeout(1200)
def test_a_killed_attempt_is_finished_by_the_next(pain: HouseOfPain, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed at each write of the chain: everything is there once, and owned, so that it can all go again."""
    positions = write_positions(pain, monkeypatch)
    assert len(positions) == len(WRITES)
    positions = positions[:: 1 if EVERYTHING else 2]
    ends = []
    for number in positions:
        for moment in MOMENTS:
            begin(pain)
            killed, finished = pain.apply(request=number, moment=moment), pain.apply()
            ends.append((number, moment, killed.status, finished.status, rows_in(pain.door.sandbox)))
    assert ends == [(number, moment, KILLED, 0, WHOLE) for number in positions for moment in MOMENTS]


@pytest.mark.timeout(1200)
def test_a_killed_attempt_can_be_given_up(pain: HouseOfPain, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed at each write, and the blocks taken out instead of tried again: nothing of the attempt is left."""
    left = []
    for number in write_positions(pain, monkeypatch)[:: 1 if EVERYTHING else 4]:
        begin(pain)
        pain.apply(request=number, moment="after")
        path = pain.stack / "outbound.toml"
        path.write_text(path.read_text("utf-8").split("[alias.acme]")[0], "utf-8")
        given_up = pain.run("apply", str(pain.stack), "--auto-approve", "--allow-deletes", "20")
        left.append((number, given_up.status, rows_in(pain.door.sandbox)))
    assert left == [(number, 0, {}) for number, _, _ in left]
