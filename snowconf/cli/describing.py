"""The JSON Schema of a stack: printed, or kept where editors look for it."""

import json
from pathlib import Path

from snowconf.cli.places import private_folder
from snowconf.config.schema import stack_schema


def schema_text() -> str:
    """The schema as text."""
    return json.dumps(stack_schema(), indent=2) + "\n"


def write_schema(stack: Path) -> Path:
    """Keep it beside the stack; the file's path."""
    path = private_folder(stack) / "schema.json"
    path.write_text(schema_text(), encoding="utf-8")
    return path
