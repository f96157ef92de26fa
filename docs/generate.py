"""Writes the pages of the project that follow from its data: kinds, diagnostics, switches, exit codes, a plan.

`make docs` runs it (`python -m docs.generate`); a test fails when a page is not what it would write. Hand-written pages get their generated
parts between two comments, `<!-- generated: NAME -->` and `<!-- end -->`.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from docs.pages.diagnostics import diagnostics_page
from docs.pages.kinds import kind_page, kinds_table
from docs.pages.policies import library_page
from docs.pages.tables import exit_codes_table, faults_table, switches_table
from snowconf.kinds import KINDS

ROOT = Path(__file__).resolve().parents[1]
BLOCK = re.compile(r"(<!-- generated: (?P<name>\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def example_plan() -> str:
    """What `snowconf plan` says about examples/getting-started on a fresh instance."""
    with tempfile.TemporaryDirectory() as folder:
        stack = Path(folder) / "getting-started"
        shutil.copytree(
            ROOT / "examples" / "getting-started", stack, ignore=shutil.ignore_patterns(".snowconf")
        )
        command = [str(Path(sys.executable).with_name("snowconf")), "plan", "--env-file", ".env.example"]
        done = subprocess.run(command, cwd=stack, env={}, capture_output=True, text=True, check=True)
    return f"```console\n$ snowconf plan --env-file .env.example\n{done.stdout.rstrip()}\n```\n"


PARTS: Mapping[str, Callable[[], str]] = {
    "exit_codes": exit_codes_table,
    "faults": faults_table,
    "kinds": lambda: kinds_table(KINDS.values(), prefix="docs/kinds/"),
    "plan": example_plan,
    "switches": switches_table,
}


def filled(text: str) -> str:
    """The page with its generated parts written anew."""
    return BLOCK.sub(lambda block: f"{block[1]}{PARTS[block['name']]()}{block[3]}", text)


def pages() -> Iterator[tuple[Path, str]]:
    """Every page that is generated, in whole or in part, as it should be."""
    for kind in KINDS.values():
        yield ROOT / "docs" / "kinds" / f"{kind.name}.md", kind_page(kind, ROOT / "examples")
    yield ROOT / "docs" / "kinds" / "README.md", f"# Kinds\n\n{kinds_table(KINDS.values(), prefix='')}"
    yield ROOT / "docs" / "diagnostics.md", diagnostics_page()
    yield ROOT / "docs" / "library.md", library_page(ROOT)
    for path in (ROOT / "README.md", ROOT / "docs" / "sandbox.md"):
        yield path, filled(path.read_text("utf-8"))


def main() -> None:
    """Write every page that is not as it should be, and say which."""
    for path, text in pages():
        if not path.exists() or path.read_text("utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
            print(f"wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
