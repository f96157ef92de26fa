"""Holding documents against a JSON Schema, as far as our schemas go, and against the shapes of JUnit and SARIF.

The shapes are told in our own words after junit-10.xsd of Jenkins' xunit plugin and after SARIF 2.1.0 (OASIS).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree import ElementTree as ET

KINDS: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "boolean": (bool,),
    "null": (type(None),),
}
# Element of JUnit: attributes it must have, attributes it may have, elements that may be in it.
JUNIT: Mapping[str, tuple[set[str], set[str], set[str]]] = {
    "testsuites": (set(), {"name", "time", "tests", "failures", "errors"}, {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors"},
        {"group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"},
        {"testsuite", "properties", "testcase", "system-out", "system-err"},
    ),
    "testcase": (
        {"name"},
        {"time", "classname", "group"},
        {"skipped", "error", "failure", "system-out", "system-err"},
    ),
    "failure": (set(), {"type", "message"}, set()),
    "skipped": (set(), {"type", "message"}, set()),
    "system-out": (set(), set(), set()),
}


def faults_of_junit(root: ET.Element) -> Iterator[str]:
    """What the schema would refuse."""
    for element in root.iter():
        needed, allowed, within = JUNIT[element.tag]
        yield from (f"{element.tag} lacks {each}" for each in needed - element.attrib.keys())
        yield from (f"{element.tag} has {each}" for each in element.attrib.keys() - needed - allowed)
        yield from (f"{element.tag} holds {each.tag}" for each in element if each.tag not in within)


def faults(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any], at: str = "$") -> Iterator[str]:
    """What the schema would refuse, and keys that it does not name."""
    if "$ref" in schema:
        yield from faults(value, root["$defs"][schema["$ref"].rpartition("/")[2]], root, at)
    if "anyOf" in schema:
        tried = [[*faults(value, each, root, at)] for each in schema["anyOf"]]
        yield from [] if [] in tried else min(tried, key=len)
    if "type" in schema and not _is_kind(value, schema["type"]):
        yield f"{at} is no {schema['type']}: {value!r}"
        return
    if value not in schema.get("enum", [value]) or value != schema.get("const", value):
        yield f"{at} is {value!r}"
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        yield f"{at} does not fit: {value!r}"
    if isinstance(value, list):
        for number, each in enumerate(value):
            yield from faults(each, schema.get("items", {}), root, f"{at}[{number}]")
    if isinstance(value, dict) and schema.get("type") == "object":
        yield from _faults_of_object(value, schema, root, at)


def _faults_of_object(
    value: Mapping[str, Any], schema: Mapping[str, Any], root: Mapping[str, Any], at: str
) -> Iterator[str]:
    known = schema.get("properties", {})
    yield from (f"{at} lacks {each}" for each in schema.get("required", ()) if each not in value)
    for name, each in value.items():
        if name in known:
            yield from faults(each, known[name], root, f"{at}.{name}")
        elif "additionalProperties" in schema:
            yield from faults(each, schema["additionalProperties"], root, f"{at}.{name}")
        elif known:
            yield f"{at}.{name} is not in the schema"


def _is_kind(value: Any, kinds: str | list[str]) -> bool:
    allowed = [kinds] if isinstance(kinds, str) else kinds
    if isinstance(value, bool):
        return "boolean" in allowed
    return any(isinstance(value, KINDS[each]) for each in allowed)
