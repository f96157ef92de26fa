"""What `[stack]` says besides its name: where the ledger is, and how much one plan may touch."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from snowconf.config import codes
from snowconf.config.documents import Spot
from snowconf.config.guessing import did_you_mean, hint
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.limits import Limits

ON_INSTANCE, IN_FILE = "instance", "file:"
SETTINGS = ("name", "ledger", "limits")
SHARES = ("delete", "update")
LIMITS = (*SHARES, "at_least")


@dataclass(frozen=True, slots=True, kw_only=True)
class StackSettings:
    """`ledger` is `instance`, or `file:` and a path relative to the stack; `{instance}` in it stands for a name."""

    ledger: str = ON_INSTANCE
    limits: Limits = field(default_factory=Limits)


def read_settings(spot: Spot) -> tuple[StackSettings, tuple[Diagnostic, ...]]:
    """What the table [stack] says; what is wrong with it counts as not said."""
    if not isinstance(spot.raw, dict):
        return StackSettings(), ()
    problems = tuple(each for name, value in spot.children() for each in _problems(name, value))
    if problems:
        return StackSettings(), problems
    settings = StackSettings(
        ledger=spot.raw.get("ledger", ON_INSTANCE), limits=Limits(**spot.raw.get("limits", {}))
    )
    return settings, ()


def _problems(name: str, spot: Spot) -> Iterator[Diagnostic]:
    match name:
        case "name":
            pass
        case "ledger":
            if detail := _ledger_problem(spot.raw):
                yield codes.BAD_VALUE.at(spot.origin, detail)
        case "limits":
            yield from _limits_problems(spot)
        case _:
            detail = f"[stack] has no setting '{name}'.{hint(name, SETTINGS)}"
            yield codes.UNKNOWN_SETTING.at(spot.origin, detail)


def _ledger_problem(raw: object) -> str:
    if raw == ON_INSTANCE:
        return ""
    if not isinstance(raw, str) or not raw.startswith(IN_FILE) or not raw.removeprefix(IN_FILE).strip():
        guess = did_you_mean(raw, (ON_INSTANCE,)) if isinstance(raw, str) else ""
        return f'ledger is "instance", or "file:" and a path, as in "file:ledger.json".{guess}'
    if raw.endswith(".toml"):
        return "The ledger's file cannot end with .toml: every such file of the folder is read as part of the stack."
    return ""


def _limits_problems(spot: Spot) -> Iterator[Diagnostic]:
    if not isinstance(spot.raw, dict):
        detail = "limits is a table, as in limits = { delete = 0.3, update = 0.3, at_least = 10 }."
        yield codes.BAD_VALUE.at(spot.origin, detail)
        return
    for name, value in spot.children():
        if name not in LIMITS:
            detail = f"limits has no '{name}'.{hint(name, LIMITS)}"
            yield codes.UNKNOWN_SETTING.at(value.origin, detail)
        elif name in SHARES and not (_is_number(value.raw, float) and 0 <= value.raw <= 1):
            detail = f"'{name}' is a share of what the stack owns, from 0 to 1: 0.3 is 30 of 100 records."
            yield codes.BAD_VALUE.at(value.origin, detail)
        elif name not in SHARES and not (_is_number(value.raw) and value.raw >= 0):
            detail = f"'{name}' is a number of records from 0: with fewer than that no limit holds."
            yield codes.BAD_VALUE.at(value.origin, detail)


def _is_number(raw: object, *more: type) -> bool:
    return isinstance(raw, (int, *more)) and not isinstance(raw, bool)
