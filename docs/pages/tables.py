"""Small tables that hand-written pages take in: switches of the sandbox, exit codes of the command line."""

from snowconf.cli.exit_codes import ExitCode
from snowconf.sandbox.switches import SWITCHES


def switches_table() -> str:
    """Every switch of the sandbox, its default in bold, from the declared data."""
    lines = (
        f"| `{each.name}` | {', '.join((f'**{each.default}**', *each.values[1:]))} | {each.sentence} |\n"
        for each in SWITCHES
    )
    return "| Switch | Values | What it decides |\n|---|---|---|\n" + "".join(lines)


def exit_codes_table() -> str:
    """Every exit code and what it means, from the enum."""
    lines = (f"| {each.value} | {each.meaning} |\n" for each in ExitCode)
    return "| Exit code | Meaning |\n|---|---|\n" + "".join(lines)
