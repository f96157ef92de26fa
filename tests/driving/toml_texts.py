"""TOML texts in every way that they can be written: spellings of keys, gaps, comments, line ends, nesting."""

import tomli
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

BARE = st.text("abcXYZ019_-", min_size=1, max_size=4)
AWKWARD = st.text("ab .\"'\\#[]{}=,é\t", max_size=5)
KEYS = st.one_of(BARE, AWKWARD)
GAPS = st.sampled_from(["", "\n", "# a = 1 ]\n", "\n\n  # [no]\n"])
ENDS = st.sampled_from(["\n", "  # 'open \" [[\n", "\t\n"])


def basic(text: str) -> str:
    """The text as a basic string, every awkward character escaped."""
    return '"' + "".join(c if c.isalnum() or c in "_- #[]{}=,.'" else f"\\u{ord(c):04x}" for c in text) + '"'


@st.composite
def written_keys(draw: DrawFn, name: str) -> str:
    """One key in any of its three spellings."""
    spellings = [basic(name)]
    if name and name.isascii() and name.replace("_", "a").replace("-", "a").isalnum():
        spellings.append(name)
    if "'" not in name:
        spellings.append(f"'{name}'")
    return draw(st.sampled_from(spellings))


SCALARS = st.sampled_from(
    [
        "1",
        "0x1F",
        "1e9",
        "inf",
        "true",
        "1979-05-27 07:32:00",
        "1979-05-27T07:32:00Z",
        "07:32:00",
        '""',
        '"a # ] } , = \\" \\\\"',
        "''",
        "'a \" # ] \\'",
        '""""""',
        '"""\n[no]\nno = 1\n"""',
        '"""a "" \\""" b"""""',
        '"""line \\\n    end \\\\"""',
        "''''''",
        "'''\n[no]\n''no = \\'''''",
    ]
)


def separated(draw: DrawFn, items: list[str]) -> str:
    """The items with commas, line ends and comments between."""
    return "".join(f"{draw(GAPS)}{item}{draw(GAPS)}," for item in items)


@st.composite
def arrays(draw: DrawFn, inner: SearchStrategy[str]) -> str:
    """An array over several lines, with comments."""
    return f"[{separated(draw, draw(st.lists(inner, max_size=3)))}{draw(GAPS)}]"


@st.composite
def pairs(draw: DrawFn, values: SearchStrategy[str]) -> list[str]:
    """`key = value` for different keys, some of them dotted."""
    lines = []
    for name in draw(st.lists(KEYS, max_size=3, unique=True)):
        tail = "".join(f" . {draw(written_keys(part))}" for part in draw(st.lists(KEYS, max_size=2)))
        lines.append(f"{draw(written_keys(name))}{tail} ={draw(st.sampled_from(['', ' ']))}{draw(values)}")
    return lines


@st.composite
def inline_tables(draw: DrawFn, inner: SearchStrategy[str]) -> str:
    """An inline table."""
    return "{" + ", ".join(draw(pairs(inner))) + "}"


VALUES = st.recursive(SCALARS, lambda inner: arrays(inner) | inline_tables(inner), max_leaves=5)


@st.composite
def headers(draw: DrawFn) -> str:
    """`[a.b]` or `[[a.b]]`."""
    path = " . ".join(draw(written_keys(name)) for name in draw(st.lists(KEYS, min_size=1, max_size=3)))
    return draw(st.sampled_from([f"[{path}]", f"[[ {path} ]]"]))


@st.composite
def texts(draw: DrawFn) -> str:
    """A TOML text: what the parser refuses (a table declared twice) is left out again, section by section."""
    text = ""
    for header in ["", *draw(st.lists(headers(), max_size=5))]:
        body = "".join(f"{draw(GAPS)}  {pair}{draw(ENDS)}" for pair in draw(pairs(VALUES)))
        text = accepted(text, f"{header}\n{body}")
    return draw(st.sampled_from([text, text.replace("\n", "\r\n"), text.rstrip("\n")]))


def accepted(text: str, section: str) -> str:
    """Both together if the parser takes them, else the first alone."""
    try:
        tomli.loads(text + section)
    except tomli.TOMLDecodeError:
        return text
    return text + section
