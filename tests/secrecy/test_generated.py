"""Generated secrets are in their stores and nowhere else: not in output, plans, receipts, journals or ledgers."""

import os
from pathlib import Path

import pytest

from snowconf.cli import main
from tests.secrecy.canaries import Canary, leaks_in, leaks_in_files

STACK = """\
[stack]
name = "quiet"
ledger = "file:ledger.json"

[instance.sandbox]
url = "sandbox:"
default = true

[user.quiet]
identity = "machine"
password = { generate = 32, store = { file = "secrets/user" } }

[oauth_app.quiet]
client_secret = { generate = 48, store = { file = "secrets/client" } }

[property."quiet.api_key"]
secret_value = { generate = 24, store = { file = "secrets/key" } }
type = "password2"
"""
APP = "oauth_app.quiet"
COMMANDS = (
    "plan --json",
    "plan --out plan.json",
    "apply plan.json",
    "apply --auto-approve",
    "apply --json --auto-approve --rewrite-secrets user.quiet",
    "drift --json",
    "show",
    "ledger show",
    "receipts show last",
    f"rotate {APP} --auto-approve",
    "rotate --status",
    "rotate --status --json",
    "plan",
    f"rotate {APP} --continue --auto-approve --json",
    f"rotate {APP} --continue --grace 0 --auto-approve",
    "rotate user.quiet --auto-approve",
    "rotate property.quiet.api_key --auto-approve --json",
    f"rotate {APP} --auto-approve --json",
    f"rotate {APP} --abort --auto-approve",
    "ledger list --json",
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stack with three secrets that are generated."""
    for name in tuple(os.environ):
        if name.startswith("SNOWCONF_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "quiet.toml").write_text(STACK, encoding="utf-8")
    return tmp_path


def test_no_command_shows_a_generated_secret(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of none that was ever in a store, in no encoding; the sandbox alone, which is the instance, has them too."""
    said, seen = "", set()
    for command in COMMANDS:
        code = main(command.split())
        written = capsys.readouterr()
        assert code == 0, (command, written)
        said += written.out + written.err
        seen |= {each.read_text("utf-8") for each in (folder / "secrets").glob("*")}
    canaries = [Canary(secret) for secret in seen]
    own = [str(each.relative_to(folder)) for each in folder.rglob("*") if each.name.startswith("sandbox.db")]
    own += [str(each.relative_to(folder)) for each in (folder / "secrets").iterdir()]
    assert len(seen) == 7
    assert leaks_in(said.encode(), canaries) == []
    assert leaks_in_files(folder, but=own, canaries=canaries) == []
