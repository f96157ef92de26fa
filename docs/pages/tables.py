"""Small tables that hand-written pages take in: switches and faults of the sandbox, exit codes of the command line."""

from snowconf.cli.exit_codes import ExitCode
from snowconf.sandbox.switches import SWITCHES
from snowconf.sandbox.wire.faults import FAULTS, Fault


def switches_table() -> str:
    """Every switch of the sandbox, its default in bold, from the declared data."""
    lines = (
        f"| `{each.name}` | {', '.join((f'**{each.default}**', *each.values[1:]))} | {each.sentence} |\n"
        for each in SWITCHES
    )
    return "| Switch | Values | What it decides |\n|---|---|---|\n" + "".join(lines)


def faults_table() -> str:
    """Every fault, what its number means with the default, and how sure it is that instances do it."""
    lines = (f"| `{each.name}` | {_argument(each)} | {each.sentence} | {each.source} |\n" for each in FAULTS)
    return "| Fault | Number | What becomes of the request | Source |\n|---|---|---|---|\n" + "".join(lines)


def _argument(fault: Fault) -> str:
    return f"{fault.argument}, {fault.default:g}" if fault.argument and fault.default > 0 else fault.argument


def exit_codes_table() -> str:
    """Every exit code and what it means, from the enum."""
    lines = (f"| {each.value} | {each.meaning} |\n" for each in ExitCode)
    return "| Exit code | Meaning |\n|---|---|\n" + "".join(lines)
