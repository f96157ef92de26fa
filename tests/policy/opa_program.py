"""OPA itself, in a process of its own (a Go runtime does not belong into a process that forks): JSON lines in, JSON lines out.

A line has a query and its input, and modules and data where they are others than before; the answer is the bindings, or the error.
"""

import importlib
import json
import sys
from typing import Any


def main() -> None:
    """Answer until there are no questions any more."""
    bindings: Any = importlib.import_module("opa_bindings")
    engine: Any = None
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            if "modules" in asked:
                engine = prepared(bindings.OpaEngine(), asked)
            answer: Any = {"found": engine.eval_query(asked["query"], asked["input"])}
        except bindings.OpaError as error:
            answer = {"error": str(error)}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def prepared(engine: Any, asked: Any) -> Any:
    """With these modules and this data."""
    for file, text in asked["modules"]:
        engine.add_policy(file, text)
    engine.add_data(asked["data"])
    return engine


if __name__ == "__main__":
    main()
