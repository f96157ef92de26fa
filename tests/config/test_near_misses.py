"""One slip of the hand gives one message, at the line where it is to be mended."""

import pytest

from tests.config.conftest import load_files, problems
from tests.config.stacks import Load, Told

__all__ = ["load_files", "problems"]

HEAD = '[stack]\nname = "box"\n[instance.box]\nurl = "sandbox:"\n'


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('[user.a]\nroles = ["x"\nactive = true\n', 2, "Unclosed array: it begins here"),
        ('[user.a]\nroles = ["x",\nactive = true\n', 2, "was not ended before line 3"),
        ('[user.a]\nroles = ["x"\n\n[user.b]\n', 2, "was not ended before line 4"),
        ('[user.a]\nroles = ["x",\n[user.b]\n', 2, "Unclosed array"),
        ('[user.a]\nroles = [ # "]\n"x"', 2, "before the end of the file"),
        ('[user.a]\npassword = { env = "X"\n[user.b]\n', 2, "Unclosed inline table"),
        ('[user.a]\naccess = { read = ["x"\n}\n', 3, "Unclosed array."),
        ('[user.a]\nroles = [\n"x"\n"y",\n]\n', 4, "Unclosed array."),
        ('[user.a]\ntitle = """\n[user.b]\nactive = true\n', 2, "Unclosed string: it begins here"),
        ('[user.a]\ntitle = "x\nactive = true\n', 2, ""),
        ("[user.a]\r\nroles = ['x'\r\nactive = true\r\n", 2, "before line 3"),
        ('[user.a]\ntitle = 19-5\nnotes = """a\n"""\n', 2, ""),
    ],
)
def test_what_was_opened_and_not_closed_is_reported_where_it_was_opened(
    problems: Told, text: str, line: int, words: str
) -> None:
    """TOML notices it at what follows, which may be lines below and is no mistake."""
    (found,) = problems(text)
    assert f"s.toml:{line}" in found
    assert "SNC101" in found
    assert words in found


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("[user.a]\n[user.a]\n", 2, "Cannot declare [user.a] twice: it stands above already"),
        ("[user.a]\nactive = true\nactive = false\n", 3, "this name stands above already"),
        ("[user.a]\nactive = yes\n", 2, "Invalid value: texts stand in straight quotes"),
        ('[user.a]\nname = "C:\\a"\n', 2, "write two of them for one"),
        ("[user.a]\nname = 'it's'\n", 2, "the value has ended"),
        ("[user.a\n", 1, "Expected ']' at the end of a table declaration."),
    ],
)
def test_a_text_that_is_no_toml_says_what_to_write(problems: Told, text: str, line: int, words: str) -> None:
    """Nobody need know the rules by heart."""
    (found,) = problems(text)
    assert f"s.toml:{line}" in found
    assert words in found


@pytest.mark.parametrize(
    ("text", "line", "guess"),
    [
        ('[acl.a]\nnname = "incident"\noperation = "read"\n', 2, "name"),
        ('[acl.a]\nname = "incident"\noperatio = "read"\n', 3, "operation"),
        ('[record.a]\ntable_ = "sys_data_source"\nkey = ["name"]\ncolumns = { name = "x" }\n', 2, "table"),
        ('[record.a]\ntable = "sys_data_source"\nkeys = ["name"]\ncolumns = { name = "x" }\n', 3, "key"),
        ('[record.a]\ntable = "sys_data_source"\nkey = ["name"]\ncolumn = { name = "x" }\n', 4, "columns"),
    ],
)
def test_what_is_misspelt_is_not_missing_as_well(problems: Told, text: str, line: int, guess: str) -> None:
    """Its name with a guess says it all."""
    (found,) = problems(text)
    assert f"s.toml:{line}" in found
    assert f"Did you mean '{guess}'?" in found


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('name = "box"', 'nname = "box"'),
        ("[stack]", "[sstack]"),
        ('url = "sandbox:"', 'uurl = "sandbox:"'),
        ("[user.a]", "[uuser.a]"),
        ("[instance.box]", "[instanc.box]"),
        ('"sandbox:"', '"sandbocks:"'),
    ],
)
def test_a_misspelt_header_or_setting_is_one_mistake(load_files: Load, before: str, after: str) -> None:
    """Neither is the stack without a name, nor the overlay without its block."""
    text = f'{HEAD}switches = {{ elevation = "off" }}\n[user.a]\n[on.box.user.a]\nactive = false\n'
    found = load_files({"a.toml": text.replace(before, after)}).diagnostics
    assert len(found) == 1, found


def test_what_is_missing_is_still_missing(problems: Told) -> None:
    """A word that is like none of the settings is no excuse."""
    assert any("does not write 'operation'" in each for each in problems('[acl.a]\nname = "x"\nzebra = 1\n'))
