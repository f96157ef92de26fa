"""How long 10,000 changes take against the whole library, and how much memory: it shall be under 3 s and 300 MB.

Run: python bench/library.py [changes]
"""

import resource
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from snowconf.model.finding import PolicySettings
from snowconf.policy.confining import Regorus
from snowconf.policy.gathering import LIBRARY, Places, gather
from snowconf.policy.judging import Bench, judge

BLOCKS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("role", {"description": "May read what is needed", "contains": ["itil"]}),
    ("group", {"name": "A group", "roles": ["itil"]}),
    ("user", {"identity": "machine", "roles": ["itil", "asset"], "groups": ["A group"]}),
    ("oauth_app", {"redirect_url": "https://a.example/cb", "access_token_lifespan": 1800, "user": "it"}),
    ("acl", {"name": "incident.*", "operation": "read", "roles": ["itil"], "description": "Reads"}),
    ("property", {"name": "acme.x", "value": "1", "ignore_cache": True}),
    ("scheduled_import", {"run_as": "it", "run_type": "weekly", "active": True}),
    ("transform_map", {"source_table": "imp_user", "target_table": "sys_user", "script": ""}),
    ("record", {"script": "// Runs on working days alone.\n" * 20}),
    ("http_connection", {"alias": "a", "url": "https://a.example", "active": True}),
)


def change(number: int) -> dict[str, Any]:
    """One of a plan's changes, half of them none, one in a hundred with something to find."""
    kind, attributes = BLOCKS[number % len(BLOCKS)]
    written = attributes | (
        {"access_token_lifespan": 99_999, "url": "http://a.example"} if number % 1000 > 989 else {}
    )
    place = {"file": "stack.toml", "line": number, "column": 1}
    return {
        "address": f"{kind}.label_{number}",
        "type": kind,
        "name": f"label_{number}",
        "table": "u_any",
        "natural_key": f"label_{number}",
        "origin": place,
        "hazards": [],
        "change": {
            "actions": ["create"] if number % 2 else ["no-op"],
            "action_reason": None,
            "before": None,
            "after": written if number % 2 else {},
            "origins": dict.fromkeys(written, place),
        },
        "declared": {"attributes": written, "secrets": {}, "absent": False},
    }


def main(changes: int) -> None:
    """Judge, and say what it took."""
    document = {"instance": "prod", "resource_changes": [change(number) for number in range(changes)]}
    started, before = time.perf_counter(), time.process_time()
    bench = Bench(
        engine=Regorus(),
        library=gather(Places(policies=(Path(LIBRARY),))),
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
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
