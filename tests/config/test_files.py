"""Reading the files of a stack."""

from pathlib import Path

import pytest

from snowconf.config import documents
from snowconf.config.loading import check, load
from tests.config.stacks import BASE, Load, Told, tell


def test_a_folder_that_is_none_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path that is no folder is the one problem."""
    monkeypatch.chdir(tmp_path)
    found = check(tmp_path / "stacks")
    assert [tell(each) for each in found] == [
        "SNC104 - 'stacks' is no folder. Give the folder that holds the stack."
    ]
    (tmp_path / "a.toml").write_text("", "utf-8")
    said = [tell(each) for name in ("a.toml", "plan.json") for each in check(tmp_path / name)]
    assert said == [
        "SNC104 - 'a.toml' is a file. Give the folder that holds the stack.",
        "SNC104 - 'plan.json' is not there, neither as a saved plan nor as a folder. 'snowconf plan --out FILE' saves a plan.",
    ]


def test_a_folder_without_files_says_how_to_begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder is the one problem; folders inside it are not searched."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "below.toml").mkdir()
    found = load(Path(), environ={}).diagnostics
    assert [tell(each) for each in found] == [
        (
            "SNC105 - There is no *.toml in '.'. Give the folder of a stack, or write a first one with:\n\n"
            "    snowconf init"
        )
    ]


def test_a_file_above_the_working_directory_is_named_as_it_was_given(tmp_path: Path) -> None:
    """Files outside the working directory keep the path that the user typed."""
    (tmp_path / "s.toml").write_text("a = ")
    assert [str(each.origin) for each in check(tmp_path)] == [f"{tmp_path / 's.toml'}:1"]


def test_what_is_no_toml_is_told_in_the_parsers_words(problems: Told) -> None:
    """The parser's message and line, once, and nothing about what the rest of the file may lack."""
    assert problems('[user.a]\n[user.b\nemail = "x"') == [
        (
            "SNC101 s.toml:2 Expected ']' at the end of a table declaration. Nothing in this file was read; mend this "
            "and run again."
        )
    ]


def test_files_that_can_be_read_are_checked_beside_one_that_cannot(load_files: Load) -> None:
    """One broken file hides no mistake of another, and is not taken for a stack without name and instance."""
    found = load_files({"a.toml": "[stack", "b.toml": "[on.x.user.a]\n[role.r]\nnme = 1"}).diagnostics
    assert [f"{each.code} {each.origin}" for each in found] == ["SNC101 a.toml:1", "SNC124 b.toml:3"]


def test_a_file_of_another_encoding_is_told_with_its_line(load_files: Load) -> None:
    """Bytes that are no UTF-8 are found at their line."""
    found = load_files({"base.toml": BASE, "s.toml": b"# one\n# \xff\n"}).diagnostics
    assert [tell(each) for each in found] == [
        "SNC103 s.toml:2 This line holds bytes that are no UTF-8. Save the file as UTF-8 in your editor."
    ]


def test_a_byte_order_mark_does_no_harm(load_files: Load) -> None:
    """Files as some editors on Windows save them are read, with the same places."""
    loaded = load_files({"base.toml": BASE, "s.toml": b'\xef\xbb\xbf[role.a]\r\ndescription = "x"\r\n'})
    assert loaded.desired is not None
    (role,) = loaded.desired.resources
    assert [(str(role.origin), role.origin.column)] == [("s.toml:1", 7)]


def test_a_file_that_the_system_refuses_is_told(load_files: Load, tmp_path: Path) -> None:
    """The system's reason is passed on."""
    (tmp_path / "s.toml").symlink_to(tmp_path / "nowhere")
    assert [tell(each) for each in load_files({"base.toml": BASE}).diagnostics] == [
        "SNC102 s.toml:1 The system says: No such file or directory. Make it readable for the user who runs snowconf."
    ]


def test_a_file_beyond_all_measure_is_not_read(problems: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """Size is looked at before anything is parsed."""
    monkeypatch.setattr(documents, "LARGEST", 100)
    assert problems("#" * 101) == [
        "SNC106 s.toml:1 It has 101 bytes and the most is 100. Split it, or move it out of the stack's folder."
    ]


def test_nesting_beyond_all_measure_is_refused(problems: Told) -> None:
    """What the parser gives up on is a problem of the file and no crash."""
    assert problems(f"a = {'[' * 5000}{']' * 5000}") == [
        (
            "SNC107 s.toml:1 Arrays or tables are nested more than 400 deep. Nothing in this file was read; is it meant "
            "for snowconf?"
        )
    ]


def test_a_number_beyond_all_measure_is_refused(problems: Told) -> None:
    """A number that Python refuses to read is a problem of the file and no crash."""
    assert problems(f"a = {'9' * 5000}") == [
        (
            "SNC101 s.toml:1 A whole number in it has thousands of digits. Nothing in this file was read; is it meant for "
            "snowconf?"
        )
    ]
