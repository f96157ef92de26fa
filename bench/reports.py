"""How long each report of a plan of 10,000 changes takes, as a whole process, and how much it writes and holds in memory.

Run: python bench/reports.py [changes]
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SNOWCONF = Path(sys.executable).with_name("snowconf")
HEAD = '[stack]\nname = "long"\n\n[instance.sandbox]\nurl = "sandbox:"\ndefault = true\n'
FORMS = ("--markdown", "--html", "--sarif", "--junit", "--annotations", "--json")


def write_stack(folder: Path, changes: int) -> None:
    """Properties that are not there yet."""
    blocks = (
        f'[property."acme.long.{n}"]\nvalue = "{n}"\ndescription = "Number {n}"\n' for n in range(changes)
    )
    folder.joinpath("snowconf.toml").write_text(HEAD + "".join(blocks), "utf-8")


def measured(folder: Path, *arguments: str) -> tuple[float, float]:
    """Seconds and megabytes of a command."""
    began = time.perf_counter()
    quiet = subprocess.DEVNULL
    with subprocess.Popen([SNOWCONF, *arguments], cwd=folder, stdout=quiet, stderr=quiet) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, arguments
    return time.perf_counter() - began, usage.ru_maxrss / 1024


def main(changes: int) -> None:
    """Print a small table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_stack(folder, changes)
        print(f"{changes:,} changes        seconds    MB held   MB written")
        print("plan --out           {:7.2f} {:10.0f}".format(*measured(folder, "plan", "--out", "long.plan")))
        for form in FORMS:
            written = [] if form == "--json" else [f"report{form}"]
            seconds, held = measured(folder, "report", "long.plan", form, *written)
            size = sum(path.stat().st_size for path in folder.glob(f"report{form}*")) / 1e6
            print(f"report {form:<14}{seconds:7.2f} {held:10.0f} {size:12.1f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
