"""What the position scanner promises: exactly the parser's paths, each where its key or item is written."""

from collections.abc import Iterator
from typing import Any

import tomli
from hypothesis import given, settings

from snowconf.config.locating import NAME, Path, locate
from tests.driving.toml_texts import texts


def paths(value: Any, path: Path = ()) -> Iterator[Path]:
    """Every path into a parsed document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield (*path, key)
        yield from paths(each, (*path, key))


def at(value: Any, path: Path) -> Any:
    """What the document holds there."""
    for key in path:
        value = value[key]
    return value


@given(texts())
@settings(deadline=None)
def test_exactly_the_parsers_paths_are_found(text: str) -> None:
    """The scanner finds every path of the parser and no other."""
    assert sorted(locate(text), key=repr) == sorted(paths(tomli.loads(text)), key=repr)


@given(texts())
@settings(deadline=None)
def test_every_key_stands_where_it_is_said_to(text: str) -> None:
    """At the place of a named path stands its key, or the header of the table that has it."""
    lines = text.split("\n")
    for path, (line, column) in locate(text).items():
        if isinstance(path[-1], str):
            name = NAME.match(lines[line - 1], column - 1)
            assert name is not None
            assert [path[-1]] == list(tomli.loads(f"{name[0]} = 0"))


@given(texts())
@settings(deadline=None, max_examples=50)
def test_every_item_of_an_array_stands_where_it_is_said_to(text: str) -> None:
    """From the place of an item on, and not a character earlier, its value can be read."""
    document = tomli.loads(text)
    lines = text.replace("\r\n", "\n").split("\n")
    for path, (line, column) in locate(text).items():
        rest = "\n".join([lines[line - 1][column - 1 :], *lines[line:]])
        is_header = isinstance(at(document, path), dict) and rest[0] != "{"
        if isinstance(path[-1], int) and not is_header:
            assert not rest[0].isspace()
            assert repr(at(document, path)) in readings(rest)


def readings(rest: str) -> Iterator[str]:
    """Everything that some first part of the text reads as."""
    for end in range(1, len(rest) + 1):
        try:
            (value,) = tomli.loads(f"a = [{rest[:end]}\n]")["a"]
        except (tomli.TOMLDecodeError, ValueError):
            continue
        yield repr(value)
