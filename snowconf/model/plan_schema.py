"""The JSON Schema (2020-12) of a plan's document, shipped so that others can hold what they read and write against it.

Readers take more keys than are named here: they come with minor versions.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

from snowconf.model.diagnostic import Severity
from snowconf.model.plan import Action, Why
from snowconf.model.plan_json import FORMAT_VERSION

Schema: TypeAlias = dict[str, Any]

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer", "minimum": 0}
TRUTH: Schema = {"type": "boolean"}
TEXTS: Schema = {"type": "array", "items": TEXT}
ANYTHING: Schema = {}
SEVERITY: Schema = {"enum": [each.value for each in Severity]}
DAY: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"}


def plan_schema() -> Schema:
    """The schema as a document of its own."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:snowconf:plan:{FORMAT_VERSION}",
        "title": "A plan of snowconf",
        "description": "As 'snowconf plan --json' prints it and 'plan --out' keeps it. Shaped like Terraform's plan.",
        **_record(
            format_version={"type": "string", "pattern": rf"^{FORMAT_VERSION.partition('.')[0]}\.\d+$"},
            stack=TEXT,
            instance=TEXT,
            url=TEXT,
            resource_changes=_list("change"),
            resource_drift=_list("change"),
            summary=_record(**_counts(), requests=NUMBER, hazards=_map(NUMBER)),
            diagnostics=_list("diagnostic"),
            errored=TRUTH,
            policy_=_ref("policy"),
            saved_=TEXT,
            checksum_=TEXT,
            saved_plan_={"type": "object", "required": ["format", "made_at", "config_digest", "changes"]},
            digest_=TEXT,
        ),
        "$defs": _definitions(),
    }


def _definitions() -> Schema:
    return {
        "origin": _record(file=TEXT, line={"type": "integer", "minimum": 1}, column=NUMBER, gone_=TRUTH),
        "change": _change(),
        "difference": _difference(),
        "members": _record(add=TEXTS, remove=TEXTS, unchanged=NUMBER, kept=TEXTS),
        "hazard": _record(code=TEXT, sentence=TEXT, severity=SEVERITY),
        "diagnostic": _record(
            severity=SEVERITY, code=TEXT, summary=TEXT, detail=TEXT, address=_or_null(TEXT), origin=_origin()
        ),
        "declared": _declared(),
        "policy": _policy(),
        "finding": _finding(),
        "waiver": _record(
            rule=TEXT, address=TEXT, owner=TEXT, reason=TEXT, expires=DAY, origin=_origin(), used_=TRUTH
        ),
    }


def _change() -> Schema:
    return _record(
        address={"type": "string", "pattern": r"^[^.]+\..+"},
        type=TEXT,
        name=TEXT,
        mode={"const": "managed"},
        table=TEXT,
        sys_id=TEXT,
        natural_key=TEXT,
        origin=_origin(),
        found=TRUTH,
        revision=TEXT,
        updated_by=TEXT,
        updated_on=TEXT,
        requests=NUMBER,
        depends_on=TEXTS,
        notes=TEXTS,
        hazards=_list("hazard"),
        unchanged_attributes=NUMBER,
        change=_ref("difference"),
        declared_=_or_null(_ref("declared")),
    )


def _difference() -> Schema:
    actions = [each.value for each in Action if each is not Action.ADOPT]
    values = _or_null(_map(_value()))
    return _record(
        actions={"type": "array", "items": {"enum": actions}, "minItems": 1, "maxItems": 1},
        action_reason={"enum": [None, "adopted", "left the files"]},
        before=values,
        after=values,
        after_unknown=_map(TRUTH),
        before_sensitive=_map(TRUTH),
        after_sensitive=_map(TRUTH),
        members=_map(_ref("members")),
        origins=_map(_origin()),
        reasons=_map(TEXT),
        why=_map({"enum": [each.value for each in Why]}),
    )


def _declared() -> Schema:
    return _record(
        attributes=_map(_value()),
        secrets=_map(TEXT),
        absent=TRUTH,
        access=_map(TEXTS),
        no_access=_map(TEXTS),
        lifecycle=_record(ignore=TEXTS, prevent_delete=TRUTH, on_remove=_or_null(TEXT)),
    )


def _policy() -> Schema:
    return _record(
        verdict={"enum": ["passed", "denied", "not judged"]},
        engine=TEXT,
        rules=NUMBER,
        summary=_record(denied=NUMBER, warned=NUMBER, waived=NUMBER),
        findings=_list("finding"),
        waivers=_list("waiver"),
        diagnostics=_list("diagnostic"),
    )


def _finding() -> Schema:
    return _record(
        id=TEXT,
        severity=SEVERITY,
        message=TEXT,
        title=TEXT,
        address=_or_null(TEXT),
        attribute=_or_null(TEXT),
        origin=_origin(),
        policy=_origin(),
        query=TEXT,
        waiver=_or_null(_ref("waiver")),
        details=_map(ANYTHING),
    )


def _counts() -> Mapping[str, Schema]:
    return {each.value.replace("-", "_"): NUMBER for each in Action}


def _value() -> Schema:
    """What an attribute holds: null when it is absent or a secret."""
    return {"type": ["string", "integer", "boolean", "null", "array"], "items": TEXT}


def _record(**parts: Schema) -> Schema:
    """An object with these keys; one that ends with an underscore may be left out."""
    return {
        "type": "object",
        "properties": {name.removesuffix("_"): each for name, each in parts.items()},
        "required": [name for name in parts if not name.endswith("_")],
    }


def _map(values: Schema) -> Schema:
    return {"type": "object", "additionalProperties": values}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _list(name: str) -> Schema:
    return {"type": "array", "items": _ref(name)}


def _origin() -> Schema:
    return _or_null(_ref("origin"))


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}
