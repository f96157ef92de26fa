"""OPA itself, in a process of its own (a Go runtime does not belong into a process that forks): JSON lines in, JSON lines out.

The first line has modules and data, each further one a query and its input; the answer is the bindings, or the error.
"""

import importlib
import json
import sys
from typing import Any


def main() -> None:
    """Answer until there are no questions any more."""
    bindings: Any = importlib.import_module("opa_bindings")
    begin = json.loads(sys.stdin.readline())
    with bindings.OpaEngine() as engine:
        for file, text in begin["modules"]:
            engine.add_policy(file, text)
        engine.add_data(begin["data"])
        for line in sys.stdin:
            asked = json.loads(line)
            try:
                answer: Any = {"found": engine.eval_query(asked["query"], asked["input"])}
            except bindings.OpaError as error:
                answer = {"error": str(error)}
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
