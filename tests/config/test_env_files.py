"""Files of environment variables."""

from pathlib import Path

import pytest

from snowconf.config.env_files import read_env_file
from tests.config.stacks import tell


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("NAME=value", "value"),
        ("export NAME=value", "value"),
        ("  NAME=value  ", "value"),
        ("NAME=", ""),
        ("NAME=''", ""),
        ("NAME='a \"b\" $c \\n'", 'a "b" $c \\n'),
        ('NAME="a \'b\' \\"c\\" \\\\ \\$d"', "a 'b' \"c\" \\ $d"),
        ('NAME="a\\nb"', "a\nb"),
        ("NAME=a#b", "a#b"),
        ("NAME=a # a comment", "a"),
        ("NAME='a # b' # a comment", "a # b"),
        ("NAME=a=b", "a=b"),
        ("NAME=first\nNAME=last", "last"),
        ("\ufeffNAME=value\r\n", "value"),
        ("# a comment\n\n   # another\nNAME=value", "value"),
    ],
)
def test_a_line_sets_a_variable(tmp_path: Path, line: str, value: str) -> None:
    """Lines are read as a shell reads them, without expansion."""
    (tmp_path / ".env").write_text(line, "utf-8")
    read = read_env_file(tmp_path / ".env")
    assert (read.values, read.diagnostics) == ({"NAME": value}, ())


@pytest.mark.parametrize(
    "line",
    [
        "canary",
        "canary line=x",
        "NAME='canary",
        'NAME="canary',
        "NAME='a' canary",
        "1NAME=canary",
        "NAME = canary",
    ],
)
def test_a_line_that_sets_nothing_is_told_and_not_repeated(tmp_path: Path, line: str) -> None:
    """The line may hold a secret, so only its number is said; the other lines count."""
    path = tmp_path / ".env"
    path.write_text(f"A=1\n{line}\nB=2\n")
    read = read_env_file(path)
    assert read.values == {"A": "1", "B": "2"}
    assert [tell(each) for each in read.diagnostics] == [
        f"SNC190 {path}:2 This line is no NAME=value with its quotes closed. Mend it, or put # before it."
    ]


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    """The system's reason is passed on."""
    path = tmp_path / ".env"
    assert [tell(each) for each in read_env_file(path).diagnostics] == [
        f"SNC102 {path}:1 The system says: No such file or directory. --env-file needs a file that you may read."
    ]


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    """Bytes that are no UTF-8 are not guessed."""
    path = tmp_path / ".env"
    path.write_bytes(b"A=\xff")
    assert [tell(each) for each in read_env_file(path).diagnostics] == [
        f"SNC103 {path}:1 An environment file is UTF-8 text. Save it as UTF-8 in your editor."
    ]


def test_values_are_not_shown(tmp_path: Path) -> None:
    """The representation has the names alone."""
    path = tmp_path / ".env"
    path.write_text("A=canary\nB=canary\n")
    assert repr(read_env_file(path)) == "EnvFile(A, B)"
