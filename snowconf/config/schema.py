"""The JSON Schema (2020-12) of a stack's files, for editors: names, types, choices, and what each attribute is for."""

import re
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from snowconf.config.auth import GRANTS, SECRETS, TEXTS
from snowconf.config.blocks import STACK_NAME
from snowconf.config.controlling import LONGEST_NAME, STATES
from snowconf.config.expectations import OPERATIONS, REACH
from snowconf.config.generating import SHORTEST
from snowconf.config.governing import ENGINES, SEVERITIES
from snowconf.config.lifecycles import REMOVALS
from snowconf.config.requirements import TABLE
from snowconf.config.shapes import ABSENT, ACCESS, LIFECYCLE, NO_ACCESS, REQUIRES_TABLES, Shape
from snowconf.kinds import KINDS
from snowconf.kinds.attributes import Attribute
from snowconf.kinds.kind import Kind
from snowconf.model.ownership import Removal

Schema: TypeAlias = dict[str, object]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
TEXT: Schema = {"type": "string", "minLength": 1}
SECRET: Schema = {"$ref": "#/$defs/secret"}
# What snowconf logs in with is somewhere already.
PLACE: Schema = {"$ref": "#/$defs/place"}


def stack_schema(kinds: Mapping[str, Kind] = KINDS) -> Schema:
    """The schema of one file. Nothing is required at its top: a stack may be spread over several files."""
    shapes = [Shape(kind) for kind in kinds.values()]
    blocks = {each.kind.name: _many(f"{each.kind.name}", each.kind.doc) for each in shapes}
    overlays = {each.kind.name: _many(f"{each.kind.name}_overlay", each.kind.doc) for each in shapes}
    return {
        "$schema": DIALECT,
        "title": "snowconf stack",
        "description": "Configuration of a ServiceNow instance, kept as files.",
        **_object({**_settings(), "on": _on(overlays), **blocks}),
        "$defs": {
            "secret": _secret(),
            "place": _place(),
            **{each.kind.name: _block(each, is_overlay=False) for each in shapes},
            **{f"{each.kind.name}_overlay": _block(each, is_overlay=True) for each in shapes},
        },
    }


def _settings() -> dict[str, object]:
    """What is no block of a resource."""
    return {
        "stack": _stack(),
        "instance": _instances(),
        "policies": _policies(),
        "waiver": _waivers(),
        "change": _change(),
        "update_set": _update_set(),
    }


def _object(properties: Mapping[str, object], required: Iterable[str] = ()) -> Schema:
    schema: Schema = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    needed = list(required)
    return schema | {"required": needed} if needed else schema


def _many(definition: str, doc: str) -> Schema:
    """A table from labels to blocks."""
    return {"type": "object", "description": doc, "additionalProperties": {"$ref": f"#/$defs/{definition}"}}


def _stack() -> Schema:
    name = {
        "type": "string",
        "pattern": f"^{STACK_NAME.pattern}$",
        "description": "Marks what this stack creates and owns; keep it for good.",
    }
    ledger = {
        "type": "string",
        "pattern": r"^(instance|file:.*\S.*(?<!\.toml))$",
        "description": "Where what the stack owns is written down: instance (the default), or file: and a path, in which "
        "{instance} stands for the name of the instance.",
    }
    settings = {"name": name, "ledger": ledger, "limits": _limits()}
    return {"description": "What this stack is called, and how it is kept.", **_object(settings, ["name"])}


def _limits() -> Schema:
    share: Schema = {"type": "number", "minimum": 0, "maximum": 1}
    limits = {
        "delete": {**share, "description": "The share of its records that one plan may delete."},
        "update": {**share, "description": "The share of its records that one plan may change."},
        "at_least": {
            "type": "integer",
            "minimum": 0,
            "description": "With fewer records than this no limit holds.",
        },
    }
    return {"description": "How much one plan may touch.", **_object(limits)}


def _policies() -> Schema:
    texts: Schema = {"type": "array", "items": dict(TEXT), "minItems": 1}
    settings = {
        "paths": {**texts, "description": "Files and folders with *.rego, below the stack's folder."},
        "data": {**texts, "description": "Files and folders with data for them: JSON, YAML or TOML."},
        "namespaces": {**texts, "description": 'The packages whose rules count; "*" for all.'},
        "engine": {"enum": [*ENGINES], "description": "What evaluates them."},
        "severity": {
            "type": "object",
            "additionalProperties": {"enum": [*SEVERITIES]},
            "description": "What becomes of single rules, by their id.",
        },
    }
    return {"description": "The rules that every plan is held against.", **_object(settings)}


def _waivers() -> Schema:
    parts = {
        "rule": {**TEXT, "description": "The id of the rule."},
        "address": {
            "type": "string",
            "pattern": r"^([*]|[^.]+[.].+)$",
            "description": 'The resource it is waived for, or "*" for everywhere.',
        },
        "owner": {**TEXT, "description": "Who stands for it."},
        "reason": {**TEXT, "description": "Why it is taken."},
        "expires": {"description": "Its last day, as in 2027-01-31."},
    }
    waiver = _object(parts, parts)
    return {
        "type": "array",
        "description": "What policies find and somebody takes for a while.",
        "items": waiver,
    }


def _change() -> Schema:
    states = {"type": "array", "minItems": 1, "items": {"anyOf": [{"enum": [*STATES]}, {"type": "integer"}]}}
    settings = {
        "required_on": {**_names(), "description": "The instances on which an apply needs a change request."},
        "states": {**states, "description": "States in which may be applied; Implement unless written."},
        "window": {
            "type": "boolean",
            "description": "Does the planned window count? True unless written.",
        },
    }
    return {"description": "The change requests that applies need.", **_object(settings, ["required_on"])}


def _update_set() -> Schema:
    settings = {
        "name": {**TEXT, "maxLength": LONGEST_NAME, "description": "Its name; it is in progress and global."},
        "create": {"type": "boolean", "description": "May it be made where there is none?"},
        "on": {**_names(), "description": "The instances on which it is used; all unless written."},
    }
    return {"description": "The update set that takes what applies write.", **_object(settings, ["name"])}


def _names() -> Schema:
    return {"type": "array", "items": dict(TEXT), "minItems": 1}


def _instances() -> Schema:
    switches = {
        "type": "object",
        "additionalProperties": {"type": "string"},
        "description": "How the embedded sandbox behaves.",
    }
    settings = {
        "url": {**TEXT, "description": "https:// and a host, or sandbox: for the embedded instance."},
        "auth": _auth(),
        "default": {"type": "boolean", "description": "The instance that is meant when none is chosen."},
        "switches": switches,
        "timeout_s": {
            "type": "number",
            "exclusiveMinimum": 0,
            "description": "Seconds one request may take.",
        },
        "elevation": {
            "enum": ["on", "off"],
            "description": "off where security_admin is no elevated privilege, so that REST may write access controls.",
        },
    }
    return {
        "type": "object",
        "description": "The instances this stack is for, by name.",
        "additionalProperties": _object(settings, ["url"]),
    }


def _auth() -> Schema:
    texts: dict[str, Schema] = {name: dict(TEXT) for name in TEXTS}
    texts["grant"] = {"enum": list(GRANTS)}
    return {
        "description": "grant with client_id and client_secret; username and password; token; or api_key.",
        **_object({**texts, **dict.fromkeys(SECRETS, PLACE)}),
    }


def _on(overlays: Mapping[str, Schema]) -> Schema:
    return {
        "type": "object",
        "description": "What differs on one instance: [on.prod.user.svc_finout].",
        "additionalProperties": _object(overlays),
    }


def _place() -> Schema:
    return {
        "type": "object",
        "description": 'Where the secret is: { env = "NAME" } or { file = "path" }; other providers by package.',
        "minProperties": 1,
        "maxProperties": 1,
        "properties": {"env": dict(TEXT), "file": dict(TEXT), "generate": False, "store": False},
        "additionalProperties": dict(TEXT),
    }


def _secret() -> Schema:
    length: Schema = {"type": "integer", "minimum": SHORTEST, "description": "How many characters are made."}
    store: Schema = {
        "type": "object",
        "description": 'Where it is kept: { file = "secrets/finout" }, or a provider that can store.',
        "minProperties": 1,
        "maxProperties": 1,
        "properties": {"file": dict(TEXT), "env": False},
        "additionalProperties": dict(TEXT),
    }
    return {
        "description": 'Where the secret is: { env = "NAME" } or { file = "path" }; other providers by package. Or '
        '{ generate = 48, store = { file = "path" } }: made when it is first needed, and kept there.',
        "anyOf": [PLACE, _object({"generate": length, "store": store}, ["generate", "store"])],
    }


def _block(shape: Shape, *, is_overlay: bool) -> Schema:
    kind = shape.kind
    properties: dict[str, object] = {each.name: _attribute(shape, each) for each in kind.attributes}
    properties |= _record(is_overlay=is_overlay) if shape.is_record else {}
    properties[LIFECYCLE] = _lifecycle(shape)
    if kind.can_be_absent:
        properties[ABSENT] = {"type": "boolean", "description": "The record shall not exist."}
    if kind.has_access:
        properties[ACCESS] = _access("What must be possible as this user.")
        properties[NO_ACCESS] = _access("What must be refused to this user.")
    if kind.has_requirements:
        properties[REQUIRES_TABLES] = _requirements()
    required = [each.name for each in kind.attributes if each.required and each.name not in kind.key[:1]]
    required += ["table", "key"] if shape.is_record else []
    title = f"{kind.name}, on one instance" if is_overlay else kind.name
    return {"title": title, "description": kind.doc, **_object(properties, [] if is_overlay else required)}


def _attribute(shape: Shape, attribute: Attribute) -> Schema:
    described: Schema = {"title": attribute.name, "description": attribute.doc}
    if attribute.sensitive:
        return described | SECRET
    limit = shape.lengths.get(attribute.name)
    return described | attribute.schema() | ({"maxLength": limit} if limit else {})


def _record(*, is_overlay: bool) -> dict[str, object]:
    value = {"anyOf": [{"type": ["string", "integer", "boolean"]}, SECRET]}
    columns = {"type": "object", "description": "The columns to manage.", "additionalProperties": value}
    if is_overlay:
        return {"columns": columns}
    key = {
        "type": "array",
        "items": dict(TEXT),
        "minItems": 1,
        "description": "The columns that identify it.",
    }
    return {"table": {**TEXT, "description": "The record's table."}, "key": key, "columns": columns}


def _lifecycle(shape: Shape) -> Schema:
    names: Schema = dict(TEXT) if shape.is_record else {"enum": list(shape.attributes)}
    ignore = {"type": "array", "items": names, "description": "Sent on create and left alone afterwards."}
    removals = [each for each in REMOVALS if each != Removal.DEACTIVATE.value or shape.kind.deactivation]
    settings = {
        "ignore": ignore,
        "prevent_delete": {
            "type": "boolean",
            "description": "The record is never deleted, also when its block is gone.",
        },
        "on_remove": {
            "enum": removals,
            "description": "What becomes of a record that the stack created when its block is removed.",
        },
        "previously": {**TEXT, "description": "The label that this block had before."},
    }
    return {"description": "How snowconf treats this record.", **_object(settings)}


def _requirements() -> Schema:
    tables = {"type": "array", "items": {"type": "string", "pattern": f"^{TABLE.pattern}$"}}
    return {
        "type": "object",
        "description": "Tables that must be on the instance, by the value that needs them.",
        "additionalProperties": tables,
    }


def _access(doc: str) -> Schema:
    reach = {
        "type": "array",
        "items": {"type": "string", "pattern": f"^{re.sub(r'[?]P<[a-z]+>', '', REACH.pattern)}$"},
    }
    return {"description": doc, **_object(dict.fromkeys(OPERATIONS, reach))}
