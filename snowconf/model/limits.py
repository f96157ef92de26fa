"""How much of what a stack owns one plan may touch, and what somebody allowed beyond that for one run."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`delete` and `update` are shares of the owned records, from 0 to 1; with fewer than `at_least` of them none holds."""

    delete: float = 0.3
    update: float = 0.3
    at_least: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowances:
    """What the command line lets one run do.

    `deletes` and `updates` are how many there may be whatever the limits say; None leaves it to the limits.
    `self_lockout`: the runner's own access may change. `unchecked_runner`: what the runner may write is not asked.
    `without_elevated`: what only an elevated session may write is left out of the plan.
    """

    deletes: int | None = None
    updates: int | None = None
    self_lockout: bool = False
    unchecked_runner: bool = False
    without_elevated: bool = False
