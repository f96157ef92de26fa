"""Places of keys and values, one way of writing at a time."""

import pytest

from snowconf.config.locating import Path, Place, locate


@pytest.mark.parametrize(
    ("text", "path", "place"),
    [
        ("a = 1", ("a",), (1, 1)),
        ("\n\n  a = 1", ("a",), (3, 3)),
        ("\ufeffa = 1\nb = 2", ("a",), (1, 1)),
        ("\ufeffa = 1\nb = 2", ("b",), (2, 1)),
        ("a = 1\r\nb = 2\r\n", ("b",), (2, 1)),
        ("# c = 1\nb = 2 # d = 3\nc = 4", ("c",), (3, 1)),
        ("[a.b]\nc = 1", ("a",), (1, 2)),
        ("[a.b]\nc = 1", ("a", "b"), (1, 4)),
        ("[a.b]\nc = 1", ("a", "b", "c"), (2, 1)),
        ("[a.b]\n[a]\n", ("a",), (2, 2)),
        ("[a]\nb . c = 1\nb.d = 2", ("a", "b", "d"), (3, 3)),
        ("[a]\nb . c = 1\nb.d = 2", ("a", "b"), (2, 1)),
        ("[ \"x.y\" . 'z z' ]\n", ("x.y", "z z"), (1, 11)),
        ('"\\u00e9\\\\" = 1', ("é\\",), (1, 1)),
        ("a = { b = 1, c = { d = 2 } }", ("a", "c", "d"), (1, 20)),
        ("a = {\n  b = 1,\n  c.d = 2,\n}", ("a", "c", "d"), (3, 5)),
        ("a = [\n  1, # one ]\n  [2,\n 3],\n]\nb = 1", ("a", 1, 1), (4, 2)),
        ("a = [\n  1, # one ]\n  [2,\n 3],\n]\nb = 1", ("b",), (6, 1)),
        ("a = [{ b = [] }, {}]", ("a", 0, "b"), (1, 8)),
        ("a = [{ b = [] }, {}]", ("a", 1), (1, 18)),
        ("[[a]]\n[[a]]\nb = 1", ("a",), (1, 3)),
        ("[[a]]\n[[a]]\nb = 1", ("a", 1), (2, 3)),
        ("[[a]]\n[[a]]\nb = 1", ("a", 1, "b"), (3, 1)),
        ("[[a]]\n[a.b]\n[[a]]\n[a.b]\nc = 1", ("a", 1, "b", "c"), (5, 1)),
        ("[[a.b]]\n[[a.b.c]]\n[[a.b.c]]\nd = 1", ("a", "b", 0, "c", 1, "d"), (4, 1)),
        ('a = """\nb = 1\n\\""" c = 2"""\nd = 3', ("d",), (4, 1)),
        ('a = """"quoted""""\nd = 3', ("d",), (2, 1)),
        ("a = '''\nb = 1\n\\'''\nd = 3", ("d",), (4, 1)),
        ('a = """one \\\n   two\\\\"""\nd = 3', ("d",), (3, 1)),
        ("a = 'C:\\'\nd = 3", ("d",), (2, 1)),
        ("a = 1979-05-27 07:32:00 # moment\nd = 3", ("d",), (2, 1)),
    ],
)
def test_a_path_stands_where_it_is_written(text: str, path: Path, place: Place) -> None:
    """Each way of writing a key or an item has its line and column."""
    assert place == locate(text)[path]


def test_nothing_is_found_in_a_text_of_comments() -> None:
    """A text without statements has no places."""
    assert locate("# a = 1\n\n   # [b]\n") == {}


def test_what_lies_inside_strings_is_no_key() -> None:
    """Text that looks like TOML within a string is only text."""
    assert list(locate("a = '''\n[b]\nc = 1\n'''\n")) == [("a",)]


def test_the_parsers_deepest_nesting_is_no_trouble() -> None:
    """Four hundred arrays in each other, the parser's own limit, are located without recursion."""
    assert len(locate(f"a = {'[' * 400}{']' * 400}")) == 400
