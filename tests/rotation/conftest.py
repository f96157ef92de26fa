"""A stack whose secrets are generated, on the embedded sandbox, and the commands on it."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from snowconf.cli import main
from snowconf.sandbox.instance import Sandbox
from snowconf.sandbox.storage.store import Store
from snowconf.sandbox.switches import parse

STACK = """\
[stack]
name = "turn"

[instance.sandbox]
url = "sandbox:"
default = true

[role.turn]

[user.turn]
identity = "machine"
password = { generate = 32, store = { file = "secrets/user" } }
roles = ["turn"]

[oauth_app.turn]
client_secret = { generate = 48, store = { file = "secrets/client" } }
redirect_url = ""
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What a command left behind; `said` is both streams with single blanks."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """Whatever was wrapped is on one line."""
        return " ".join((self.out + self.err).split())


@dataclass(frozen=True, slots=True)
class Turner:
    """Somebody at work on the stack."""

    folder: Path
    execute: Callable[..., Ended]

    def run(self, *arguments: str) -> Ended:
        """One command in the folder."""
        return self.execute(*arguments)

    def rotate(self, *arguments: str) -> Ended:
        """One step, without a question."""
        return self.execute("rotate", *arguments, "--auto-approve")

    def write(self, text: str) -> None:
        """Another stack."""
        (self.folder / "turn.toml").write_text(text, encoding="utf-8")

    def secret(self, name: str) -> str:
        """What a store holds."""
        return (self.folder / "secrets" / name).read_text("utf-8")

    def secrets(self) -> list[str]:
        """What there is in the stores."""
        folder = self.folder / "secrets"
        return sorted(each.name for each in folder.iterdir()) if folder.exists() else []

    @contextmanager
    def by_hand(self) -> Iterator[Store]:
        """The rows of the instance, for who looks and changes past every rule."""
        with closing(Sandbox(self.folder / ".snowconf" / "sandbox.db", parse({}))) as sandbox:
            yield sandbox.store

    def clients(self) -> dict[str, str]:
        """Whether each client of the stack is on, by name."""
        with self.by_hand() as store:
            rows = store.find("oauth_entity")
            return {row["name"]: row["active"] for row in rows if row["name"].startswith("turn")}


@pytest.fixture
def turner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Turner:
    """With the stack written and nothing applied."""
    for name in tuple(os.environ):
        if name.startswith(("SNOWCONF_", "SN_", "SERVICENOW_")):
            monkeypatch.delenv(name)
    folder = tmp_path / "turn"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "100")

    def execute(*arguments: str) -> Ended:
        code = main(arguments)
        written = capsys.readouterr()
        return Ended(code=code, out=written.out, err=written.err)

    made = Turner(folder, execute)
    made.write(STACK)
    return made


@pytest.fixture
def applied(turner: Turner) -> Turner:
    """The same, applied."""
    ended = turner.run("apply", "--auto-approve")
    assert ended.code == 0, ended.said
    return turner
