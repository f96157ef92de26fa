"""Secrets: where they are fetched, what is said when they are not there, and how they are hidden."""

import base64
import json
import os
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from snowconf.config import secret_stores
from snowconf.config.secret_stores import provider_names
from snowconf.config.secrets import Secrets
from snowconf.errors import SecretUnavailableError
from snowconf.model.value import SecretSource

CANARY = 'ca/na+ry "ü&\n?'


def a_vault(name: str) -> str:
    """A provider as a package would bring it."""
    return f"secret of {name}"


def a_leaky_vault(name: str) -> str:
    """A provider whose failure shows the secret."""
    raise RuntimeError(f"{CANARY} of {name}")


@pytest.fixture
def vaults(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two packages that provide secrets are installed."""
    here = __name__
    found = EntryPoints(
        EntryPoint(name=name, value=f"{here}:{value}", group="snowconf.secrets")
        for name, value in {"vault": "a_vault", "leaky": "a_leaky_vault", "broken": "nothing"}.items()
    )
    monkeypatch.setattr(secret_stores, "entry_points", lambda group: found.select(group=group))


def refusal(secrets: Secrets, provider: str, name: str) -> str:
    """What is said when the secret is not there."""
    with pytest.raises(SecretUnavailableError) as caught:
        secrets.resolve(SecretSource(provider, name))
    assert caught.value.__cause__ is None
    return caught.value.detail


def private(path: Path, text: bytes) -> Path:
    """A file that only its owner can read."""
    path.write_bytes(text)
    path.chmod(0o600)
    return path


def test_a_variable_is_read(tmp_path: Path) -> None:
    """`{ env = "NAME" }` is what the environment holds."""
    secrets = Secrets({"NAME": CANARY}, tmp_path)
    assert secrets.resolve(SecretSource("env", "NAME")).reveal() == CANARY


@pytest.mark.parametrize(("environ", "state"), [({}, "not set"), ({"NAME": ""}, "empty")])
def test_a_variable_that_is_not_set_is_named(tmp_path: Path, environ: dict[str, str], state: str) -> None:
    """The message says which variable and how to set it."""
    assert refusal(Secrets(environ, tmp_path), "env", "NAME") == (
        f"The environment variable NAME is {state}. Set it for this command, or name a file of variables with --env-file."
    )


def test_a_file_is_read_without_its_last_line_end(tmp_path: Path) -> None:
    """Editors end files with a line end that belongs to no secret; blanks and line ends inside do."""
    private(tmp_path / "pw", b" one\ntwo \r\n")
    secrets = Secrets({}, tmp_path)
    assert secrets.resolve(SecretSource("file", "pw")).reveal() == " one\ntwo "


def test_a_secret_is_fetched_once(tmp_path: Path) -> None:
    """A file that changes during a run does not change the run."""
    path = private(tmp_path / "pw", b"before")
    secrets = Secrets({}, tmp_path)
    secrets.resolve(SecretSource("file", "pw"))
    path.write_bytes(b"after")
    assert secrets.resolve(SecretSource("file", "pw")).reveal() == "before"


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such permissions")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o622, 0o601])
def test_a_file_that_others_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    """The message gives the command that mends it."""
    private(tmp_path / "pw", b"x").chmod(mode)
    assert refusal(Secrets({}, tmp_path), "file", "pw") == (
        "The file pw can be read by others on this machine. Keep it to yourself:\n\n    chmod 600 pw"
    )


def test_permissions_are_not_asked_where_there_are_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Windows the mode says nothing about who can read a file."""
    private(tmp_path / "pw", b"x").chmod(0o644)
    secrets = Secrets({}, Path(tmp_path))
    monkeypatch.setattr(secret_stores, "HAS_MODES", False)
    assert secrets.resolve(SecretSource("file", "pw")).reveal() == "x"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """The message says which file, why, and where it was looked for."""
    assert refusal(Secrets({}, tmp_path), "file", "pw") == (
        "The file pw cannot be read (No such file or directory). Paths are relative to the folder of the stack."
    )


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"\xff", "The file pw is no UTF-8 text, and a secret is text."), (b"\n", "The file pw is empty.")],
)
def test_a_file_without_a_text_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    """Bytes that are no text, and nothing at all, are no secret."""
    private(tmp_path / "pw", content)
    assert refusal(Secrets({}, tmp_path), "file", "pw") == told


@pytest.mark.usefixtures("vaults")
def test_other_providers_come_with_packages(tmp_path: Path) -> None:
    """An entry point is called with the name in the file."""
    assert provider_names() == ("env", "file", "broken", "leaky", "vault")
    assert Secrets({}, tmp_path).resolve(SecretSource("vault", "kv/app")).reveal() == "secret of kv/app"


@pytest.mark.usefixtures("vaults")
@pytest.mark.parametrize(("provider", "kind"), [("leaky", "RuntimeError"), ("broken", "AttributeError")])
def test_a_provider_that_fails_is_not_quoted(tmp_path: Path, provider: str, kind: str) -> None:
    """Its message may hold the secret, so only the kind of failure is said."""
    assert refusal(Secrets({}, tmp_path), provider, "kv/app") == (
        f"The provider '{provider}' could not give 'kv/app' ({kind})."
    )


def test_a_provider_that_is_not_installed_is_named(tmp_path: Path) -> None:
    """The message lists those that there are."""
    assert refusal(Secrets({}, tmp_path), "vault", "kv/app") == (
        "No installed package provides secrets as 'vault'. There are: env, file."
    )


def test_secrets_show_nothing_of_themselves(tmp_path: Path) -> None:
    """Neither the environment nor what was resolved is in the representation."""
    secrets = Secrets({"NAME": CANARY, "OTHER": "canary-too"}, tmp_path)
    secrets.resolve(SecretSource("env", "NAME"))
    assert "canary" not in repr(secrets)
    assert "ca/na" not in repr(secrets)


@pytest.mark.parametrize(
    "written",
    [
        CANARY,
        CANARY.encode().hex(),
        CANARY.encode().hex().upper(),
        base64.b64encode(CANARY.encode()).decode(),
        base64.urlsafe_b64encode(CANARY.encode()).decode().rstrip("="),
        quote(CANARY),
        quote(CANARY, safe=""),
        quote_plus(CANARY),
        quote_plus(CANARY).lower(),
        json.dumps(CANARY)[1:-1],
        json.dumps(CANARY, ensure_ascii=False)[1:-1],
        repr(CANARY)[1:-1],
    ],
)
def test_a_resolved_secret_is_masked_in_every_usual_form(tmp_path: Path, written: str) -> None:
    """Plain, hex, base64, quoted for URLs, and escaped for JSON and Python."""
    secrets = Secrets({"NAME": CANARY}, tmp_path)
    secrets.resolve(SecretSource("env", "NAME"))
    shown = secrets.redact(f"before {written} after")
    assert shown.startswith("before (secret)")
    assert shown.endswith(" after")
    assert not any(part in shown for part in ("na", "6e61", "ry", "bmE"))


def test_nothing_is_masked_before_a_secret_is_resolved(tmp_path: Path) -> None:
    """What a run has not used it cannot know."""
    assert Secrets({"NAME": CANARY}, tmp_path).redact(CANARY) == CANARY


def test_short_secrets_are_not_masked(tmp_path: Path) -> None:
    """Masking every "on" would hide half of a text and protect nothing."""
    secrets = Secrets({"NAME": "on"}, tmp_path)
    secrets.resolve(SecretSource("env", "NAME"))
    assert secrets.redact("on and on") == "on and on"


def test_the_longer_of_two_secrets_is_masked_whole(tmp_path: Path) -> None:
    """A secret that begins with another leaves no rest."""
    secrets = Secrets({"A": "canary", "B": "canary-long"}, tmp_path)
    for name in ("A", "B"):
        secrets.resolve(SecretSource("env", name))
    assert secrets.redact("canary-long canary") == "(secret) (secret)"
