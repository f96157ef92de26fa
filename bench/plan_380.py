"""380 records in five tables on the embedded sandbox: first apply, and a plan that finds nothing to do.

The processes are whole ones, started as a user would; requests are counted by the sandbox itself. 20 OAuth
applications, 50 users with 4 roles each, 100 properties, 10 scheduled imports.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from snowconf.config.loading import load
from snowconf.config.secrets import Secrets
from snowconf.engine.context import Context
from snowconf.engine.plan.planning import make_plan
from snowconf.ledger.keeping import LedgerKeeper, NoSecretJournal
from snowconf.model.ownership import Ledger
from snowconf.sandbox.instance import Sandbox
from snowconf.sandbox.switches import parse
from snowconf.sandbox.wire.requests import Answer, Request
from snowconf.servicenow.in_process import InProcessTransport
from snowconf.servicenow.opening import open_instance

SNOWCONF = Path(sys.executable).with_name("snowconf")
ROLES = ("itil", "import_admin", "rest_api_explorer", "web_service_admin")


@dataclass(frozen=True, slots=True)
class Measured:
    """What one process took."""

    seconds: float
    megabytes: float
    said: str


def blocks() -> Iterator[str]:
    """The stack."""
    yield '[stack]\nname = "bench"\n\n[instance.sandbox]\nurl = "sandbox:"\n'
    for n in range(20):
        yield f'[oauth_app.app{n}]\nname = "Bench {n}"\nclient_type = "integration_as_a_service"\nredirect_url = ""\n'
    for n in range(50):
        roles = ", ".join(f'"{role}"' for role in ROLES)
        yield f'[user.svc_bench_{n}]\nfirst_name = "Bench"\nlast_name = "{n}"\nactive = true\nroles = [{roles}]\n'
    for n in range(100):
        yield f'[property."bench.limit.{n}"]\ntype = "integer"\nvalue = {n}\nignore_cache = true\n'
    for n in range(10):
        yield f'[scheduled_import.bench{n}]\nname = "Bench import {n}"\nrun_as = "svc_bench_{n}"\nactive = true\n'


def run(stack: Path, *arguments: str) -> Measured:
    """One command as a process: how long, how much memory at its peak, and what it printed."""
    start = time.perf_counter()
    with subprocess.Popen(
        [SNOWCONF, *arguments], cwd=stack, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"snowconf {' '.join(arguments)} ended with {process.returncode}\n{said}")
    return Measured(time.perf_counter() - start, usage.ru_maxrss / 1024, said)


def requests_of_a_plan(stack: Path) -> Counter[str]:
    """What a plan asks of the instance, by verb."""
    counts: Counter[str] = Counter()

    def count(request: Request, _answer: Answer) -> None:
        counts[request.method] += 1

    secrets = Secrets({}, stack)
    loaded = load(stack, environ={})
    assert loaded.desired is not None
    assert loaded.settings is not None
    with closing(Sandbox(stack / ".snowconf" / "sandbox.db", parse({}), observer=count)) as sandbox:
        transport = InProcessTransport(sandbox.exchange("admin"))
        with closing(open_instance(loaded.settings, secrets.resolve, transport=transport)) as instance:
            ledger = Ledger(stack=loaded.stack, url="sandbox:")
            keeper = LedgerKeeper(ledger, NoSecretJournal(), secrets.resolve)
            make_plan(
                loaded.desired, instance, Context(instance_name="sandbox", url="sandbox:", secrets=keeper)
            )
    return counts


def main() -> None:
    """Print a small table."""
    with tempfile.TemporaryDirectory(prefix="snowconf-bench-") as folder:
        stack = Path(folder)
        (stack / "stack.toml").write_text("\n".join(blocks()), "utf-8")
        first = run(stack, "apply", "--auto-approve")
        plans = [run(stack, "plan", "--detailed-exitcode") for _ in range(5)]
        counts = requests_of_a_plan(stack)
    best = min(plans, key=lambda each: each.seconds)
    asked = ", ".join(f"{number} {verb}" for verb, number in sorted(counts.items()))
    print("380 records in five tables        seconds   MB at peak   requests")
    print(f"first apply                       {first.seconds:7.2f}   {first.megabytes:10.0f}")
    print(f"plan without changes, best of 5   {best.seconds:7.2f}   {best.megabytes:10.0f}   {asked}")
    print(f"  {best.said.strip()}")


if __name__ == "__main__":
    main()
