"""How long a stack of 10,000 resources takes to load (design.md asks for under 3 s), and where the time goes.

Run: python bench/loading.py [resources]
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import tomli

from snowconf.config.loading import load
from snowconf.config.locating import locate

Result = TypeVar("Result")

HEAD = """[stack]
name = "bench"

[instance.sandbox]
url = "sandbox:"
default = true
"""

BLOCK = """
[user.svc_{n}]  # account {n}
user_name = "svc_{n}"
first_name = "Service"
last_name = "Account {n}"
email = "svc_{n}@example.com"
identity = "machine"
active = true
roles = ["itil", "role_{n}"]
password = {{ env = "PASSWORD_{n}" }}

[role.role_{n}]
description = "What account {n} may do"
grantable = true
can_delegate = false

[scheduled_import.import_{n}]
run_as = "svc_{n}"
active = true
run_type = "daily"
run_time = "02:30"
conditional = true
condition = '''
// Runs on working days alone.
var today = new GlideDateTime();
var day = today.getDayOfWeekLocalTime();
if (day > 5) {{
    answer = false;
}} else {{
    // A block of text that looks like TOML:
    // [user.nobody]
    // active = true
    answer = true;
}}
'''

[property."acme.setting.{n}"]
type = "integer"
value = {n}
description = "Setting {n}"
is_private = true
ignore_cache = true
"""


def timed(name: str, work: Callable[[], Result]) -> Result:
    """Do it, and say how long it took: by the clock, and of one processor (others may be busy with something else)."""
    clock, processor = time.perf_counter(), time.process_time()
    result = work()
    print(
        f"{name:<8} {time.perf_counter() - clock:6.2f} s   {time.process_time() - processor:6.2f} s of processor"
    )
    return result


def main(resources: int) -> None:
    """Write a stack, then read it: parser and scanner by themselves, and the whole."""
    text = HEAD + "".join(BLOCK.format(n=n) for n in range(resources // 4))
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "stack.toml").write_text(text, "utf-8")
        print(f"{resources:,} resources, {text.count(chr(10)):,} lines, {len(text) / 1e6:.1f} MB")
        timed("parse", lambda: tomli.loads(text))
        timed("locate", lambda: locate(text))
        loaded = timed("load", lambda: load(Path(folder), environ={}))
    assert loaded.desired is not None, loaded.diagnostics[:3]
    assert len(loaded.desired.resources) == resources


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
