"""Fingerprints of secrets: what is remembered, across processes, and what never reaches the disk."""

import base64
import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from snowconf.errors import SecretUnavailableError
from snowconf.ledger.keeping import FileKeeper, LedgerUnreadableError
from snowconf.model.address import Address
from snowconf.model.standing import Standing
from snowconf.model.value import SecretSource, SecretText

USER = Address("user", "svc")
SOURCE = SecretSource("env", "P")
SYS_ID = "a" * 32
URL = "https://acme.service-now.com"


def keeper(folder: Path, *, secret: str | None = "hunter2-correct-horse", url: str = URL) -> FileKeeper:
    """A keeper whose only secret is this one, or none."""

    def resolve(source: SecretSource) -> SecretText:
        if secret is None:
            raise SecretUnavailableError(f"{source.name} is not set")
        return SecretText(secret)

    return FileKeeper(folder / ".snowconf" / "dev.secrets.json", url, resolve)


def standing(of: FileKeeper, sys_id: str = SYS_ID) -> Standing:
    """How the secret of these tests stands."""
    return of.standing(USER, "user_password", SOURCE, sys_id)


def test_a_secret_never_written_is_unknown(tmp_path: Path) -> None:
    """Nothing is remembered, and asking writes nothing."""
    assert standing(keeper(tmp_path)) is Standing.UNKNOWN
    assert list(tmp_path.iterdir()) == []


def test_a_written_secret_is_the_same_to_the_next_process(tmp_path: Path) -> None:
    """What one run wrote, the next one knows."""
    keeper(tmp_path).written(USER, "user_password", SOURCE, SYS_ID)
    assert standing(keeper(tmp_path)) is Standing.SAME


def test_another_secret_differs(tmp_path: Path) -> None:
    """The variable has a new value."""
    keeper(tmp_path).written(USER, "user_password", SOURCE, SYS_ID)
    assert standing(keeper(tmp_path, secret="rotated-since-then")) is Standing.DIFFERS


def test_an_intent_without_a_result_is_pending(tmp_path: Path) -> None:
    """The process ended between saying so and being sure."""
    keeper(tmp_path).intend(USER, "user_password", SYS_ID)
    assert standing(keeper(tmp_path)) is Standing.PENDING


def test_a_secret_that_cannot_be_had_is_unavailable(tmp_path: Path) -> None:
    """Whatever is remembered, there is nothing to compare it with."""
    keeper(tmp_path).written(USER, "user_password", SOURCE, SYS_ID)
    assert standing(keeper(tmp_path, secret=None)) is Standing.UNAVAILABLE


def test_another_record_is_another_secret(tmp_path: Path) -> None:
    """The user was deleted and made anew: its password was never written."""
    keeper(tmp_path).written(USER, "user_password", SOURCE, SYS_ID)
    assert standing(keeper(tmp_path), "b" * 32) is Standing.UNKNOWN


def test_another_instance_is_another_secret(tmp_path: Path) -> None:
    """The block's url was changed: what was written elsewhere says nothing."""
    keeper(tmp_path).written(USER, "user_password", SOURCE, SYS_ID)
    assert standing(keeper(tmp_path, url="https://other.service-now.com")) is Standing.UNKNOWN


def test_the_secret_is_nowhere_in_the_files(tmp_path: Path) -> None:
    """Neither as it is nor in a usual encoding, and only the owner may read them."""
    secret = "hunter2-correct-horse"
    keeper(tmp_path).written(USER, "user_password", SOURCE, SYS_ID)
    files = list((tmp_path / ".snowconf").iterdir())
    content = b"".join(path.read_bytes() for path in files)
    assert secret.encode() not in content
    assert base64.b64encode(secret.encode()) not in content
    assert secret.encode().hex().encode() not in content
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_equal_secrets_have_different_fingerprints(tmp_path: Path) -> None:
    """Nobody learns from the file that two accounts share a password."""
    one = keeper(tmp_path)
    one.written(USER, "user_password", SOURCE, SYS_ID)
    one.written(Address("user", "other"), "user_password", SOURCE, "b" * 32)
    document = json.loads((tmp_path / ".snowconf" / "dev.secrets.json").read_text())
    assert len({each["digest"] for each in document["secrets"].values()}) == 2


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"secrets": 1, "url": "x"}', '{"url": "x"}'])
def test_a_damaged_file_is_said_and_not_guessed_at(tmp_path: Path, damage: str) -> None:
    """The message names the file and what to do."""
    path = tmp_path / ".snowconf" / "dev.secrets.json"
    path.parent.mkdir()
    path.write_text(damage)
    with pytest.raises(LedgerUnreadableError, match=r"dev\.secrets\.json.*delete it"):
        standing(keeper(tmp_path))


def test_threads_lose_nothing(tmp_path: Path) -> None:
    """Many records written side by side are all remembered."""
    shared = keeper(tmp_path)
    addresses = [Address("user", f"svc{number}") for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda each: shared.written(each, "user_password", SOURCE, SYS_ID), addresses))
    fresh = keeper(tmp_path)
    assert {fresh.standing(each, "user_password", SOURCE, SYS_ID) for each in addresses} == {Standing.SAME}


def test_resolving_is_passed_on(tmp_path: Path) -> None:
    """The keeper is where the engine asks for secrets."""
    assert keeper(tmp_path).resolve(SOURCE).reveal() == "hunter2-correct-horse"
