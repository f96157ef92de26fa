"""What formatting makes of the things that people write."""

import pytest

from snowconf.config.formatting import format_text
from snowconf.config.statements import veiled

CASES = [
    pytest.param("a=1\nbb  =  2\n", "a = 1\nbb = 2\n", id="one blank around each ="),
    pytest.param("a = 1\nlong   =2\n", "a = 1\nlong = 2\n", id="keys that are not in line"),
    pytest.param("a    = 1\nlong = 2\n", "a    = 1\nlong = 2\n", id="keys that are in line stay so"),
    pytest.param("a      = 1\nlong   = 2\n", "a    = 1\nlong = 2\n", id="and move as near as they can"),
    pytest.param("  [ a . 'b' ]\n\n  c . d = 1", "[a.'b']\nc.d = 1\n", id="headers and keys at the margin"),
    pytest.param("[[ a ]]\nb = 1\n[[a]]\n", "[[a]]\nb = 1\n\n[[a]]\n", id="arrays of tables"),
    pytest.param("\n\na = 1\n\n\n\nb = 2\n\n\n", "a = 1\n\nb = 2\n", id="empty lines"),
    pytest.param(
        "a = 1\n# of b\n[b]\n", "a = 1\n\n# of b\n[b]\n", id="a remark belongs to the table below it"
    ),
    pytest.param("a = 1\n# of b\n\n[b]\n", "a = 1\n# of b\n\n[b]\n", id="or to what is above it"),
    pytest.param("[a]\n\n# of b\nb = 1\n", "[a]\n\n# of b\nb = 1\n", id="a remark may be set off"),
    pytest.param("a = 1# x\nb = 2 # y\n", "a = 1 # x\nb = 2 # y\n", id="comments right behind a value"),
    pytest.param("a=1     # x\nbbb=2   # y\n", "a = 1   # x\nbbb = 2 # y\n", id="comments keep their column"),
    pytest.param('aaa="x"  # y\n', 'aaa = "x" # y\n', id="as long as there is room"),
    pytest.param("a = 1 # x \t\n#y\t\n", "a = 1 # x\n#y\n", id="no blanks at the end of a comment"),
    pytest.param("a = [1,2 ,3,]\n", "a = [1, 2, 3]\n", id="an array on one line"),
    pytest.param("a = [ ]\nb = { }\n", "a = []\nb = {}\n", id="nothing in brackets"),
    pytest.param("a = [\n]\n", "a = []\n", id="nothing on two lines"),
    pytest.param("a={b=1,c={d=[2]}}\n", "a = { b = 1, c = { d = [2] } }\n", id="inline tables"),
    pytest.param(
        "a = [\n1,\n\n\n  [2,\n3]]\n", "a = [\n    1,\n\n    [2,\n        3],\n]\n", id="broken arrays"
    ),
    pytest.param("a = [\n1 # x\n, 2\n]\n", "a = [\n    1, # x\n    2,\n]\n", id="commas behind their items"),
    pytest.param("a = [ # x\n\n1\n# y\n\n]\n", "a = [ # x\n    1,\n    # y\n]\n", id="comments in arrays"),
    pytest.param(
        'a = """\n x \n\n\n y"""  # z\n', 'a = """\n x \n\n\n y"""  # z\n', id="text of several lines"
    ),
    pytest.param(
        "a = 1979-05-27 07:32:00 # x\n", "a = 1979-05-27 07:32:00 # x\n", id="a moment with a blank"
    ),
    pytest.param("a=1\r\nb=2\n", "a = 1\r\nb = 2\r\n", id="line ends of the first line"),
    pytest.param("\ufeffa=1", "a = 1\n", id="no byte order mark"),
    pytest.param("\n \n", "", id="nothing"),
    pytest.param("# only\n", "# only\n", id="a comment alone"),
]


@pytest.mark.parametrize(("text", "formatted"), CASES)
def test_text_is_formatted(text: str, formatted: str) -> None:
    """One form for what can be written in several."""
    assert format_text(text) == formatted


@pytest.mark.parametrize("text", [each.values[1] for each in CASES], ids=lambda text: repr(text)[:20])
def test_formatted_text_stays(text: str) -> None:
    """What is in that form already is left alone."""
    assert format_text(text) == text


def test_no_value_and_no_comment_shows_through_a_veil() -> None:
    """Strings of every sort, numbers and comments are dots; keys, brackets, truth and lines stay."""
    text = 'a = \'hunter2\' # hunter3\nb = [\n  "hunter4", true, 12345,\n]\nc = """\nhunter5\nhunter6"""\n'
    assert veiled(text) == 'a = \'…\' # …\nb = [\n  "…", true, …,\n]\nc = """…\n…\n…"""\n'
