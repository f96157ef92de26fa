"""The search itself finds what it looks for: without that, every other test here would prove nothing."""

import base64
import json
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from tests.secrecy.canaries import EVERY, USER_PASSWORD, leaks_in, leaks_in_files

TEXT = USER_PASSWORD.text


@pytest.mark.parametrize(
    "written",
    [
        TEXT,
        TEXT.upper(),
        TEXT.encode().hex(),
        TEXT.encode().hex().upper(),
        quote(TEXT),
        quote_plus(TEXT),
        json.dumps(TEXT),
        repr(TEXT),
        *(
            base64.b64encode(f"{'x' * shift}{TEXT}{'y' * after}".encode()).decode()
            for shift in range(3)
            for after in range(3)
        ),
        base64.urlsafe_b64encode(f"admin:{TEXT}".encode()).decode(),
    ],
)
def test_a_secret_is_found_however_it_is_written(written: str) -> None:
    """Amid other text, in every encoding."""
    assert leaks_in(f"before {written} after".encode())


def test_other_text_holds_no_secret() -> None:
    """Names of variables and the words around a secret are none."""
    assert leaks_in(b"(secret) (sensitive, from env USER_PASSWORD) QuxelUser Password") == []


def test_files_are_searched_wherever_they_are(tmp_path: Path) -> None:
    """Hidden folders too, and a file's name; what a person wrote is left out."""
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "log").write_text(TEXT)
    (tmp_path / "stack.toml").write_text(TEXT)
    (tmp_path / USER_PASSWORD.core).touch()
    found = leaks_in_files(tmp_path, but=["stack.toml"])
    assert {leak.partition(":")[0] for leak in found} == {".hidden/log", USER_PASSWORD.core}


def test_no_secret_is_in_another() -> None:
    """Each is told apart."""
    assert [
        each.core for each in EVERY if len({leak.split()[0] for leak in leaks_in(each.text.encode())}) != 1
    ] == []
