"""A sandbox with very many users: filling it, and the lists that clients ask of it, in process, file on disk.

    python bench/sandbox_scale.py [users] [file]

The file is kept when it is named, so that a second run need not fill it again.
"""

import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import quote

from snowconf.sandbox.instance import Sandbox
from snowconf.sandbox.seed import fill_users
from snowconf.sandbox.switches import parse

USERS = 1_000_000
ROUNDS = 5
FIVE = "sysparm_fields=sys_id,user_name,name,email,active"
# What is asked, and what it is an example of.
LISTS = {
    "10,000 rows of five columns": f"{FIVE}&sysparm_limit=10000",
    "the same, not counted": f"{FIVE}&sysparm_limit=10000&sysparm_no_count=true",
    "the same, from the middle": f"{FIVE}&sysparm_limit=10000&sysparm_offset=500000",
    "the same after a sys_id": (
        f"{FIVE}&sysparm_limit=10000&sysparm_query=sys_id>7f000000000000000000000000000000^ORDERBYsys_id"
    ),
    "the same as people see them": f"{FIVE}&sysparm_limit=10000&sysparm_display_value=true",
    "the same by name": f"{FIVE}&sysparm_limit=10000&sysparm_query=ORDERBYname",
    "the same, newest first": f"{FIVE}&sysparm_limit=10000&sysparm_query=ORDERBYDESCsys_created_on",
    "one row by user_name": "sysparm_query=user_name=admin",
    "100 rows by start of the name": f"{FIVE}&sysparm_limit=100&sysparm_query=nameSTARTSWITHAb",
    "100 rows by part of the name": f"{FIVE}&sysparm_limit=100&sysparm_query=nameLIKEzz",
    "100 rows of the last days": (
        f"{FIVE}&sysparm_limit=100&sysparm_query=sys_created_on>javascript:gs.daysAgoStart(7)"
    ),
    "100 rows by the manager's name": f"{FIVE}&sysparm_limit=100&sysparm_query=manager.name=System Administrator",
}
STATS = "/api/now/stats/sys_user?sysparm_count=true&sysparm_group_by=active"


def seconds(ask: Callable[[], int]) -> float:
    """The median of a few rounds."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        assert ask() == 200
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    """Print a small table."""
    users = int(sys.argv[1]) if len(sys.argv) > 1 else USERS
    with tempfile.TemporaryDirectory() as folder:
        path = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(folder) / "scale.db"
        sandbox = Sandbox(path, parse({}))
        exchange = sandbox.exchange("admin")

        def get(target: str) -> int:
            return exchange("GET", f"http://localhost{target}", [], b"")[0]

        get("/api/now/table/sys_user?sysparm_limit=1")
        start = time.perf_counter()
        if sandbox.store.count("sys_user") < users:
            fill_users(sandbox.store, sandbox.switches, users)
        print(
            f"{users:,} users filled in {time.perf_counter() - start:.1f} s, {path.stat().st_size >> 20} MB"
        )
        for name, query in LISTS.items():
            target = f"/api/now/table/sys_user?{quote(query, safe='=&,')}"
            print(f"{name:<36} {seconds(partial(get, target)):8.3f} s")
        print(f"{'all users counted by a column':<36} {seconds(partial(get, STATS)):8.3f} s")
        print(f"{'most memory':<36} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10:8} MB")
        sandbox.close()


if __name__ == "__main__":
    main()
