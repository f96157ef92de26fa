"""The JSON Schema for editors: it takes what loading takes, and refuses what it refuses."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import tomli

from snowconf.config.schema import stack_schema
from snowconf.kinds import KINDS

ROOT = Path(__file__).resolve().parents[2]
SCHEMA: Any = stack_schema()
TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "number": (int, float),
    "integer": int,
}


def accepts(schema: Mapping[str, Any], value: Any) -> bool:
    """Does the schema take the value? As much of JSON Schema as ours uses."""
    if "$ref" in schema:
        return accepts(SCHEMA["$defs"][schema["$ref"].removeprefix("#/$defs/")], value)
    if "anyOf" in schema:
        return any(accepts(each, value) for each in schema["anyOf"])
    return all(
        (
            "type" not in schema or has_type(schema["type"], value),
            value in schema.get("enum", [value]),
            not isinstance(value, str) or fits(schema, value),
            not isinstance(value, int | float)
            or schema.get("minimum", value) <= value <= schema.get("maximum", value),
            not isinstance(value, list) or all(accepts(schema.get("items", {}), each) for each in value),
            not isinstance(value, dict) or holds(schema, value),
        )
    )


def has_type(wanted: str | list[str], value: Any) -> bool:
    """Is the value of one of these types? A boolean is no number."""
    names = [wanted] if isinstance(wanted, str) else wanted
    if isinstance(value, bool):
        return "boolean" in names
    return any(isinstance(value, TYPES[name]) for name in names)


def fits(schema: Mapping[str, Any], value: str) -> bool:
    """Lengths and pattern."""
    long_enough = schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value))
    return long_enough and bool(re.search(schema.get("pattern", ""), value))


def holds(schema: Mapping[str, Any], value: Mapping[str, Any]) -> bool:
    """Keys and what is under them."""
    if not schema.get("minProperties", 0) <= len(value) <= schema.get("maxProperties", len(value)):
        return False
    known, others = schema.get("properties", {}), schema.get("additionalProperties", {})
    pairs = ((known.get(key, others), each) for key, each in value.items())
    return set(schema.get("required", ())) <= set(value) and all(
        inner is not False and accepts(inner, each) for inner, each in pairs
    )


EXAMPLES = sorted((ROOT / "examples").glob("*/*.toml"))


@pytest.mark.parametrize("path", EXAMPLES, ids=[each.parent.name for each in EXAMPLES])
def test_every_example_is_taken(path: Path) -> None:
    """Editors show no mistake in the examples."""
    assert accepts(SCHEMA, tomli.loads(path.read_text("utf-8")))


@pytest.mark.parametrize(
    "text",
    [
        "[usr.a]",
        '[stack]\nname = "No Name"',
        "[stack]",
        "[instance.dev]",
        "[instance.dev]\nurl = ''",
        '[instance.dev]\nurl = "sandbox:"\nauth = { grant = "magic" }',
        '[instance.dev]\nurl = "sandbox:"\nauth = { password = "x" }',
        '[instance.dev]\nurl = "sandbox:"\nelevation = "no"',
        "[user.a]\nactve = true",
        '[user.a]\nactive = "true"',
        '[user.a]\nidentity = "robot"',
        '[user.a]\npassword = "x"',
        '[user.a]\npassword = { env = "A", file = "B" }',
        '[user.a]\nroles = "itil"',
        '[user.a]\naccess = { red = ["incident"] }',
        '[user.a]\naccess = { read = ["a.b.c"] }',
        '[user.a]\nno_access = { red = ["incident"] }',
        '[user.a]\nlifecycle = { ignore = ["emial"] }',
        "[user.a]\nlifecycle = { prevent_delete = 1 }",
        '[role.a]\nlifecycle = { on_remove = "deactivate" }',
        '[stack]\nname = "a"\nledger = "file:"',
        '[stack]\nname = "a"\nledger = "file:a.toml"',
        '[stack]\nname = "a"\nlimits = { delete = 2 }',
        "[user.a]\nabsent = true",
        "[user.a]\npassword = { generate = 48 }",
        '[user.a]\npassword = { generate = 4, store = { file = "a" } }',
        '[user.a]\npassword = { generate = 48, env = "A" }',
        '[user.a]\npassword = { generate = 48, store = { env = "A" } }',
        '[instance.a]\nurl = "https://a.b"\nauth = { token = { generate = 48, store = { file = "a" } } }',
        f'[group.a]\nname = "{"x" * 81}"',
        '[oauth_app.a]\nredirect_url = "ftp://x"',
        '[acl.a]\nname = "incident"',
        '[record.a]\nkey = ["name"]',
        '[record.a]\ntable = "x"\nkey = []\ncolumns = { a = [] }',
        "[on.prod.user.a]\nactve = true",
        '[on.prod.record.a]\ntable = "x"',
    ],
)
def test_what_loading_refuses_is_refused(text: str) -> None:
    """Unknown names, wrong types, choices, lengths and literals of secrets are underlined."""
    assert not accepts(SCHEMA, tomli.loads(text))


@pytest.mark.parametrize(
    "text",
    [
        '[acl.a]\nname = "incident"\noperation = "read"',
        '[on.prod.acl.a]\nname = "incident"',
        "[property.a]\nabsent = true",
        '[user.a]\nlifecycle = { prevent_delete = true, on_remove = "deactivate", previously = "b" }',
        '[stack]\nname = "a"\nledger = "file:l-{instance}.json"\nlimits = { delete = 0, update = 1.0, at_least = 5 }',
        '[record.a]\ntable = "x"\nkey = ["a"]\ncolumns = { a = 1, b = true, c = { env = "X" } }',
        '[on.prod.record.a]\ncolumns = { a = "x" }',
        '[user.a]\npassword = { generate = 48, store = { file = "secrets/a" } }',
        '[user.a]\nno_access = { delete = ["incident"], read = ["sys_user.*"] }',
        '[user.a]\npassword = { vault = "kv/x" }\naccess = { read = ["incident.*", "incident.state", "incident"] }',
    ],
)
def test_what_loading_takes_is_taken(text: str) -> None:
    """Overlays need not be whole, and other providers of secrets may be installed."""
    assert accepts(SCHEMA, tomli.loads(text))


def test_every_attribute_is_described() -> None:
    """Hovering over a name says what it is for."""
    for kind in KINDS.values():
        described = SCHEMA["$defs"][kind.name]["properties"]
        assert {each.name: each.doc for each in kind.attributes} == {
            each.name: described[each.name]["description"] for each in kind.attributes
        }


def test_the_schema_is_the_same_every_time() -> None:
    """Order included, so that the file in a repository changes only when the kinds do."""
    assert json.dumps(stack_schema()) == json.dumps(SCHEMA)


def test_every_reference_leads_somewhere() -> None:
    """No `$ref` without its definition."""
    named = set(re.findall(r'"#/\$defs/(\w+)"', json.dumps(SCHEMA)))
    assert named == set(SCHEMA["$defs"])
