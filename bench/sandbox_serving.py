"""How many requests a second the served sandbox answers: GETs of one record, and POSTs, with access control on.

The sandbox is a process of its own with its data in a file. wrk drives it where it is installed; otherwise threads of the
standard library do, which measures them as well. The processor time a request takes is the server's own either way.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

SNOWCONF = Path(sys.executable).with_name("snowconf")
SECONDS = 5
CONNECTIONS = 8
DRIVERS = 2
BASIC = "Basic " + b64encode(b"admin:admin").decode()
RECORD = "/api/now/table/sys_user/6816f79cc0a8016401c5a33be04be441"
TABLE = "/api/now/table/sys_user"
# A new user each time; wrk runs it in one thread, so that no name comes twice.
LUA = """
local n = 0
request = function()
  n = n + 1
  local body = string.format('{"user_name":"wrk.%d","first_name":"Ann","last_name":"Doe"}', n)
  return wrk.format("POST", nil, {["Content-Type"] = "application/json", ["Authorization"] = "BASIC"}, body)
end
"""
GOALS = {"GET of one record": 1500, "POST of a record": 300}
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Server:
    """A served sandbox: its address and its process."""

    url: str
    pid: int

    def processor_s(self) -> float:
        """Seconds of processor time so far; 0 where /proc does not tell."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / CLOCK_TICKS


@contextmanager
def served(folder: Path) -> Iterator[Server]:
    """`snowconf sandbox serve` with its data in a file."""
    command = [str(SNOWCONF), "sandbox", "serve", "--port", "0", "--db", str(folder / "bench.db")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = re.search(r"http\S+", process.stdout.readline())
        assert found is not None
        yield Server(found[0], process.pid)
        process.send_signal(signal.SIGINT)


def by_wrk(server: Server, path: str, *, writes: bool, folder: Path) -> int:
    """Requests answered in the time."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-H", f"Authorization: {BASIC}"]
    if writes:
        script = folder / "post.lua"
        script.write_text(LUA.replace("BASIC", BASIC), encoding="utf-8")
        command += ["-s", str(script)]
    said = subprocess.run([*command, server.url + path], capture_output=True, text=True, check=True).stdout
    found = re.search(r"(\d+) requests in", said)
    if found is None or "Non-2xx" in said:
        sys.exit(said)
    return int(found[1])


def by_threads(server: Server, path: str, *, writes: bool) -> int:
    """Requests answered in the time, asked by the standard library."""
    numbers, until = count(), time.monotonic() + SECONDS

    def drive(_: int) -> int:
        connection, done = HTTPConnection(urlsplit(server.url).netloc), 0
        while time.monotonic() < until:
            body = json.dumps({"user_name": f"thread.{next(numbers)}"}) if writes else None
            headers = {"Authorization": BASIC, "Content-Type": "application/json"}
            connection.request("POST" if writes else "GET", path, body=body, headers=headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status not in {200, 201}:
                sys.exit(f"{path} was answered with {answer.status}")
            done += 1
        connection.close()
        return done

    with ThreadPoolExecutor(DRIVERS) as pool:
        return sum(pool.map(drive, range(DRIVERS)))


def measure(server: Server, name: str, path: str, folder: Path) -> None:
    """Drive it and say what came out."""
    writes, before = path == TABLE, server.processor_s()
    done = (
        by_wrk(server, path, writes=writes, folder=folder)
        if shutil.which("wrk")
        else by_threads(server, path, writes=writes)
    )
    spent_us = (server.processor_s() - before) / done * 1e6
    print(
        f"{name:<20} {done / SECONDS:8,.0f} a second (goal {GOALS[name]:,}), {spent_us:,.0f} us of processor time each"
    )


def main() -> None:
    """GETs, then POSTs."""
    with tempfile.TemporaryDirectory() as name, served(Path(name)) as server:
        driver = "wrk" if shutil.which("wrk") else "threads of the standard library, which slow it down"
        print(f"served sandbox, data in a file, driven by {driver}")
        measure(server, "GET of one record", RECORD, Path(name))
        measure(server, "POST of a record", TABLE, Path(name))


if __name__ == "__main__":
    main()
