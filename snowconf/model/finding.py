"""What policies say of a plan: rules, what they found, and what somebody has waived for a while."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic, Severity, has_errors
from snowconf.model.origin import Origin

# The address of a waiver that holds for whatever a rule finds.
EVERYWHERE = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of a policy. `id` is what waivers and overrides name, `query` where its answers are (`data.main.deny`).

    With severity ERROR what it finds must not be applied. `origin` is its line in the policy file. What it says of
    itself comes from its `# METADATA`; one that is not `waivable` cannot be waived in a stack.
    """

    id: str
    query: str
    severity: Severity
    origin: Origin
    title: str = ""
    description: str = ""
    why: str = ""
    fix: str = ""
    waivable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """Somebody's word that what a rule finds at an address is taken until the end of a day (UTC)."""

    rule: str
    address: str
    owner: str
    reason: str
    expires: date
    origin: Origin

    def is_expired(self, today: date) -> bool:
        """Is its last day over?"""
        return self.expires < today

    def covers(self, rule: str, address: Address | None) -> bool:
        """Is this what it was written for?"""
        return self.rule == rule and self.address in (EVERYWHERE, str(address))


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a rule found. `origin` is the line of the block, or of the attribute where the rule names one.

    `id` is the rule's, unless its answer gave another. `details` is what else the answer held.
    """

    id: str
    rule: Rule
    message: str
    severity: Severity
    address: Address | None = None
    attribute: str = ""
    origin: Origin | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    waiver: Waiver | None = None

    @property
    def denies(self) -> bool:
        """Does it keep the plan from being applied?"""
        return self.severity is Severity.ERROR and self.waiver is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waived:
    """What a receipt keeps of a finding that was waived: its words, where it was, and by whose word it was taken."""

    message: str
    address: str
    waiver: Waiver


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A plan as its policies see it. `diagnostics` are what is wrong with policies and waivers themselves.

    `was_judged` is false where the policies could not be asked, which is never a yes. `rules` are all that were asked.
    """

    engine: str = ""
    rules: tuple[Rule, ...] = ()
    findings: tuple[Finding, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    was_judged: bool = True

    @property
    def is_denied(self) -> bool:
        """May the plan not be applied?"""
        return has_errors(self.diagnostics) or any(each.denies for each in self.findings)

    @property
    def denying(self) -> tuple[Finding, ...]:
        """What stands in the way."""
        return tuple(each for each in self.findings if each.denies)

    @property
    def warning(self) -> tuple[Finding, ...]:
        """What is only told."""
        return tuple(each for each in self.findings if not (each.denies or each.waiver))

    @property
    def waived(self) -> tuple[Finding, ...]:
        """What somebody has taken."""
        return tuple(each for each in self.findings if each.waiver)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySettings:
    """What `[policies]` says. Paths are as written, below the stack's folder; none written means the usual folders.

    `severity` is what the stack makes of rules, by id: None switches one off. `overrides` are where that is written.
    """

    paths: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ("main",)
    engine: str = "regorus"
    severity: Mapping[str, Severity | None] = field(default_factory=dict)
    overrides: Mapping[str, Origin] = field(default_factory=dict)
    origin: Origin | None = None
