"""What loading promises whatever a stack says: no exception, no secret shown, and no meaning in the order of things."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import tomli
from hypothesis import given, settings, strategies as st
from hypothesis.strategies import DrawFn

from snowconf.config.loading import Loaded, load
from snowconf.kinds import KINDS
from snowconf.kinds.attributes import Secret

CANARY = "CANARY-7f3a"
NAMES = sorted({each.name for kind in KINDS.values() for each in kind.attributes})
SETTINGS = [
    "absent",
    "lifecycle",
    "access",
    "table",
    "key",
    "columns",
    "url",
    "auth",
    "switches",
    "default",
    "name",
]
KEYS = st.sampled_from(
    [*NAMES, *SETTINGS, "ignore", "read", "env", "file", "grant", "username", "x", "", "a b"]
)
ATOMS = st.sampled_from(
    [
        '""',
        '"a"',
        '"b"',
        '"incident.*"',
        "0",
        "-1",
        "1.5",
        "true",
        "false",
        "2026-01-01",
        "02:30:00",
        '"sandbox:"',
    ]
)
LISTS = st.lists(ATOMS, max_size=3).map(lambda items: f"[{', '.join(items)}]")


def table(entries: dict[str, str]) -> str:
    """An inline table."""
    return "{" + ", ".join(f'"{key}" = {value}' for key, value in entries.items()) + "}"


VALUES = st.recursive(
    ATOMS | LISTS, lambda inner: st.dictionaries(KEYS, inner, max_size=3).map(table), max_leaves=4
)
KIND_NAMES = st.sampled_from([*KINDS, "stack", "instance", "on.sandbox", "on.a", "on.sandbox.user", "usr"])
LABELS = st.sampled_from(["a", "b", "c", "sandbox", "", " x"])


@st.composite
def stacks(draw: DrawFn) -> str:
    """A text of blocks that may or may not make sense, and that is TOML."""
    headers = draw(st.lists(st.tuples(KIND_NAMES, LABELS), unique=True, max_size=6))
    text = '[stack]\nname = "laws"\n'
    for kind, label in headers:
        entries = draw(st.dictionaries(KEYS, VALUES, max_size=4))
        lines = "\n".join(f'"{key}" = {value}' for key, value in entries.items())
        text = accepted(text, f'[{kind}."{label}"]\n{lines}\n')
    return text


def accepted(text: str, section: str) -> str:
    """Both together if the parser takes them, else the first alone."""
    try:
        tomli.loads(text + section)
    except tomli.TOMLDecodeError:
        return text
    return text + section


def loaded(*texts: str) -> Loaded:
    """What a folder with these files says."""
    with tempfile.TemporaryDirectory() as folder:
        for number, text in enumerate(texts):
            Path(folder, f"{number}.toml").write_text(text, "utf-8")
        return load(Path(folder), environ={})


@given(stacks())
@settings(deadline=None)
def test_whatever_a_stack_says_is_loaded_or_told(text: str) -> None:
    """Loading never raises, and every problem in a file has its place."""
    result = loaded(text)
    placeless = {"SNC181", "SNC182"}
    assert all(each.origin for each in result.diagnostics if each.code not in placeless)
    assert result.desired is not None or result.diagnostics


SECRETS = [(kind.name, each.name) for kind in KINDS.values() for each in kind.of_type(Secret)]
LITERALS: list[Callable[[str], Any]] = [
    lambda text: f'"{text}"',
    lambda text: f'["{text}"]',
    lambda text: f'{{ env = "{text}", file = "{text}" }}',
    lambda text: f'{{ env = {{ x = "{text}" }} }}',
    lambda text: f"'''\n{text}'''",
]


@given(secret=st.sampled_from(SECRETS), write=st.sampled_from(LITERALS), rest=stacks())
@settings(deadline=None)
def test_a_literal_secret_is_never_repeated(
    secret: tuple[str, str], write: Callable[[str], str], rest: str
) -> None:
    """However it is written out, beside whatever else is wrong."""
    kind, attribute = secret
    result = loaded(rest, f"[{kind}.canary]\n{attribute} = {write(CANARY)}\n")
    assert CANARY not in repr(result)
    assert result.desired is None


@given(
    st.permutations(
        ["[role.a]", "[role.b]\ncontains = ['a']", "[group.c]\nroles = ['b']", "[user.d]\ngroups = ['c']"]
    )
)
@settings(deadline=None, max_examples=24)
def test_files_and_their_order_have_no_meaning(blocks: list[str]) -> None:
    """One file or many, in any order: the same desired state, apart from its places."""
    head = '[stack]\nname = "laws"\n[instance.sandbox]\nurl = "sandbox:"'
    one, many = loaded("\n".join([head, *blocks])), loaded(*blocks, head)
    assert meaning(one) == meaning(many)


def meaning(result: Loaded) -> list[tuple[str, dict[str, Any]]]:
    """Addresses and values."""
    assert result.desired is not None, result.diagnostics
    return [
        (str(each.address), {name: located.value for name, located in each.attributes.items()})
        for each in result.desired.resources
    ]
