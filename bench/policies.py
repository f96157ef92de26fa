"""How long 10,000 changes take against 100 rules, and how much memory: design.md asks for under 3 s and 300 MB.

Run: python bench/policies.py [changes] [rules]
"""

import resource
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from snowconf.model.finding import PolicySettings
from snowconf.policy.confining import Regorus
from snowconf.policy.gathering import Places, gather
from snowconf.policy.judging import Bench, judge

SCRIPT = "// Runs on working days alone.\n" * 20
KINDS = ("user", "oauth_app", "property", "record")
RULE = """package main

# METADATA
# title: Rule {n}
# custom:
#   id: bench.rule{n}
#   severity: error
deny contains {{"msg": msg, "address": rc.address, "attribute": "name"}} if {{
	some rc in input.resource_changes
	rc.type == "{kind}"
	rc.declared.attributes.lifespan > {least}
	contains(rc.declared.attributes.name, "_{n}7")
	msg := sprintf("%s lives %d seconds", [rc.address, rc.declared.attributes.lifespan])
}}
"""


def change(number: int) -> dict[str, Any]:
    """One of a plan's changes, half of them none."""
    kind = KINDS[number % len(KINDS)]
    attributes = {
        "name": f"name_{number}",
        "lifespan": number * 7,
        "roles": ["itil", f"role_{number}"],
        "script": SCRIPT if kind == "record" else "",
    }
    actions = ["create"] if number % 2 else ["no-op"]
    place = {"file": "stack.toml", "line": number, "column": 1}
    return {
        "address": f"{kind}.label_{number}",
        "type": kind,
        "origin": place,
        "change": {
            "actions": actions,
            "before": None,
            "after": attributes if number % 2 else {},
            "origins": dict.fromkeys(attributes, place),
        },
        "declared": {"attributes": attributes},
    }


def main(changes: int, rules: int) -> None:
    """Judge, and say what it took."""
    document = {"resource_changes": [change(number) for number in range(changes)]}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(rules):
            text = RULE.format(n=number, kind=KINDS[number % len(KINDS)], least=number * 500)
            Path(folder, f"rule{number}.rego").write_text(text, "utf-8")
        started, before = time.perf_counter(), time.process_time()
        bench = Bench(
            engine=Regorus(),
            library=gather(Places(policies=(Path(folder),))),
            settings=PolicySettings(),
            today=datetime.now(UTC).date(),
        )
        review = judge(document, bench)
        took = time.perf_counter() - started
    assert review.was_judged, review.diagnostics
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    processor = sum(each.ru_utime + each.ru_stime for each in both) - before
    here, there = (each.ru_maxrss / 1024 for each in both)
    print(f"{changes:,} changes, {len(review.rules)} rules, {len(review.findings):,} findings")
    print(
        f"{took:.2f} s, {processor:.2f} s of processor; {here:.0f} MB here, {there:.0f} MB in the engine's process"
    )


if __name__ == "__main__":
    main(*(int(each) for each in (*sys.argv[1:], *("10000", "100")[len(sys.argv) - 1 :])))
