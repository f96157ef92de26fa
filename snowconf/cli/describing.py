"""The JSON Schemas of a stack and of a plan's document: printed, or kept where editors look for them."""

import json
from pathlib import Path

from snowconf.cli.places import private_folder
from snowconf.config.schema import stack_schema
from snowconf.model.plan_schema import plan_schema


def schema_text(*, of_plan: bool = False) -> str:
    """The schema as text."""
    return json.dumps(plan_schema() if of_plan else stack_schema(), indent=2) + "\n"


def write_schema(stack: Path, *, of_plan: bool = False) -> Path:
    """Keep it beside the stack; the file's path."""
    path = private_folder(stack) / ("plan-schema.json" if of_plan else "schema.json")
    path.write_text(schema_text(of_plan=of_plan), encoding="utf-8")
    return path
