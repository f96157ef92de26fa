"""How long it takes to start: `snowconf --version`, `--help` and `validate` of a small stack, as whole processes."""

import statistics
import subprocess
import sys
import time
from pathlib import Path

SNOWCONF = Path(sys.executable).with_name("snowconf")
STACK = Path(__file__).resolve().parents[1] / "examples" / "getting-started"
COMMANDS = (["--version"], ["--help"], ["validate", str(STACK)])
ROUNDS = 15


def seconds(command: list[str]) -> list[float]:
    """Every round's time, shortest first."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        subprocess.run([SNOWCONF, *command], stdout=subprocess.DEVNULL, check=True)
        times.append(time.perf_counter() - start)
    return sorted(times)


def main() -> None:
    """Print a small table."""
    print(f"start-up, {ROUNDS} rounds      median s    best s")
    for command in COMMANDS:
        times = seconds(command)
        print(f"snowconf {command[0]:<16} {statistics.median(times):8.3f} {times[0]:9.3f}")


if __name__ == "__main__":
    main()
