import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
CROOKED = '[role.other]\n\ndescription="x"   # why\n'
STRAIGHT = '[role.other]\ndescription = "x" # why\n'


@pytest.fixture
def crooked(stack: Path) -> Path:
    """A second file of the stack, not in form."""
    path = stack / "more.toml"
    path.write_text(CROOKED, encoding="utf-8")
    return path


def test_files_are_formatted_and_counted(crooked: Path, run: Run) -> None:
    """Those of the stack that are not in form are written, and named."""
    ended = run("fmt")
    assert (ended.code, ended.out) == (0, "Formatted more.toml\n\n1 file formatted, 1 file in order.\n")
    assert crooked.read_text("utf-8") == STRAIGHT


@pytest.mark.parametrize("option", ["--check", "--diff"])
def test_looking_writes_nothing(crooked: Path, run: Run, option: str) -> None:
    """Both options leave the file and end with 2."""
    ended = run("fmt", option)
    assert (ended.code, crooked.read_text("utf-8")) == (2, CROOKED)
    assert ended.out.endswith("1 file to format, 1 file in order.\n")


def test_check_of_files_in_form(stack: Path, run: Run) -> None:
    """Nothing to do ends with 0."""
    assert stack.is_dir()
    ended = run("fmt", "--check")
    assert (ended.code, ended.out) == (0, "1 file in order.\n")


def test_diff_shows_no_value(crooked: Path, run: Run) -> None:
    """A secret that was written where none may stand is not repeated to whoever reads a pipeline's log."""
    crooked.write_text('[user.svc]\npasword="hunter2"   # hunter3\n', encoding="utf-8")
    ended = run("fmt", "--diff")
    assert '  -pasword="…"   # …\n  +pasword = "…" # …\n' in ended.out
    assert "hunter" not in ended.out + ended.err


def test_diff_says_when_only_line_ends_differ(crooked: Path, run: Run) -> None:
    """A byte order mark and mixed line ends are seen by nobody, so they are named."""
    crooked.write_bytes(b'\xef\xbb\xbf[role.other]\ndescription = "x"\n')
    assert "(line ends, or the mark at the beginning of the file)" in run("fmt", "--diff").out


def test_broken_file_is_told_and_left_alone(crooked: Path, run: Run) -> None:
    """What is no TOML is reported at its line; the other files are formatted all the same."""
    broken = crooked.with_name("broken.toml")
    broken.write_text('[role.third]\ndescription = "x\n', encoding="utf-8")
    ended = run("fmt")
    assert (ended.code, "[SNC101]" in ended.out, "on broken.toml:2" in ended.out) == (1, True, True)
    assert broken.read_text("utf-8") == '[role.third]\ndescription = "x\n'
    assert crooked.read_text("utf-8") == STRAIGHT


def test_bytes_that_are_no_text_are_told(crooked: Path, run: Run) -> None:
    """A file in another encoding is left alone."""
    crooked.write_bytes(b"a=1\n# \xe9\n")
    ended = run("fmt", "more.toml")
    assert (ended.code, "on more.toml:2" in ended.out) == (1, True)
    assert crooked.read_bytes() == b"a=1\n# \xe9\n"


def test_paths_are_files_and_folders(crooked: Path, run: Run) -> None:
    """Each file counts once, however often it is named; a folder without a stack is told."""
    (crooked.parent / "empty").mkdir()
    ended = run("fmt", "more.toml", ".", "./more.toml", "empty")
    assert (ended.code, "[SNC105]" in ended.out) == (1, True)
    assert "1 file formatted, 1 file in order, 1 file left alone, for what is said above.\n" in ended.out


def test_rights_and_links_are_kept(crooked: Path, run: Run) -> None:
    """A file that others may read stays so, and what a link leads to is written, not the link."""
    crooked.chmod(0o640)
    link = crooked.with_name("link.toml")
    link.symlink_to(crooked)
    run("fmt", "link.toml")
    assert (link.is_symlink(), crooked.read_text("utf-8")) == (True, STRAIGHT)
    assert stat.S_IMODE(crooked.stat().st_mode) == 0o640


def test_machines_are_told_the_same(crooked: Path, run: Run) -> None:
    """--json lists each file, whether it differs and how."""
    assert crooked.is_file()
    document = json.loads(run("fmt", "--check", "--json").out)
    assert [(each["file"], each["differs"]) for each in document["files"]] == [
        ("more.toml", True),
        ("small.toml", False),
    ]
    assert (document["written"], document["errored"], document["diagnostics"]) == (False, False, [])
