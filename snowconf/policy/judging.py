"""A plan's document before its policies: which rules are asked, and what their answers say of which block."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.finding import Finding, PolicySettings, Review, Rule, Waiver
from snowconf.model.origin import Origin
from snowconf.policy.engines import Answer, Engine, Question
from snowconf.policy.guessing import did_you_mean
from snowconf.policy.module import Library
from snowconf.policy.overlooking import overlooked
from snowconf.policy.problems import BROKEN, NO_RULE, NOT_WAIVABLE, NOTHING
from snowconf.policy.ruling import Asked, prepare
from snowconf.policy.waiving import waive

SAID = ("msg", "id", "address", "attribute")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Who judges by what: an engine, the policies, what the stack makes of them, its waivers, and the day it is (UTC)."""

    engine: Engine
    library: Library
    settings: PolicySettings
    waivers: tuple[Waiver, ...] = ()
    today: date


def judge(document: Mapping[str, Any], bench: Bench) -> Review:
    """What the policies say of a plan's document. Policies that cannot be asked leave it not judged, which is no yes."""
    asked, modules = prepare(bench.library, bench.settings.namespaces)
    rules = tuple(each.rule for each in asked)
    problems = (*bench.library.problems, *_unheard(asked, bench), *_unknown(rules, bench.settings))
    if problems:
        return Review(
            engine=bench.engine.name,
            rules=rules,
            waivers=bench.waivers,
            diagnostics=problems,
            was_judged=False,
        )
    answer = bench.engine.evaluate(
        Question(
            modules=modules,
            queries=tuple(each.query for each in asked),
            data=bench.library.data,
            input=json.dumps(document, separators=(",", ":")),
        )
    )
    review = _review(answer, asked, _Map.of(document), bench)
    if not review.was_judged:
        return review
    return replace(review, diagnostics=(*review.diagnostics, *overlooked(bench.library, document)))


def judge_nothing(waivers: tuple[Waiver, ...], today: date) -> Review:
    """What is to be said of waivers where no policy is asked."""
    _, told = waive((), waivers, rules=(), today=today)
    return Review(waivers=waivers, diagnostics=tuple(told))


def _review(answer: Answer, asked: Sequence[Asked], places: "_Map", bench: Bench) -> Review:
    rules = tuple(each.rule for each in asked)
    heard = [] if answer.problems else [item for each in asked for item in _heard(answer, each, places)]
    broken = (*answer.problems, *(each for each in heard if isinstance(each, Diagnostic)))
    findings = [each for each in heard if isinstance(each, Finding)]
    graded = [each for finding in findings for each in _graded(finding, bench.settings)]
    waived, told = waive(graded, bench.waivers, rules=rules, today=bench.today)
    return Review(
        engine=bench.engine.name,
        rules=rules,
        findings=tuple(sorted(waived, key=_order)),
        waivers=bench.waivers,
        diagnostics=(*broken, *(() if broken else told)),
        was_judged=not broken,
    )


def _unheard(asked: Sequence[Asked], bench: Bench) -> Iterator[Diagnostic]:
    """Every namespace without a rule: a misspelt one would judge nothing and pass everything."""
    if not bench.library.modules:
        return
    for module in bench.library.modules:
        if module.is_test and module.heads:
            detail = "A file of tests is not asked about plans. Move the rule to a file whose name does not end with _test.rego."
            yield BROKEN.at(Origin(module.file, module.heads[0].line), detail)
    packages = sorted({module.package for module in bench.library.rules})
    there = f" There are policies in {', '.join(packages)}." if packages else ""
    if not asked and bench.settings.namespaces == ("*",):
        yield NOTHING.at(bench.settings.origin, "None of the files has a rule named deny, violation or warn.")
    for namespace in bench.settings.namespaces:
        if namespace != "*" and not any(each.package == namespace for each in asked):
            detail = f"No rule named deny, violation or warn is in the package '{namespace}', so nothing would be judged.{there}"
            yield NOTHING.at(bench.settings.origin, detail)


def _unknown(rules: Sequence[Rule], settings: PolicySettings) -> Iterator[Diagnostic]:
    known = {each.id for each in rules}
    for name, origin in settings.overrides.items():
        if name not in known and not any(name.startswith(f"{each}.") for each in known):
            guess = did_you_mean(name, known)
            yield NO_RULE.at(
                origin,
                f"None of the policies has a rule '{name}'.{guess} 'snowconf policy explain' lists them.",
            )
    for rule in rules:
        if not rule.waivable and settings.severity.get(rule.id, rule.severity) is not rule.severity:
            detail = (
                f"The rule '{rule.id}' ({rule.origin}) says of itself that no stack can waive it, and another severity would do "
                "just that. Take it out."
            )
            yield NOT_WAIVABLE.at(settings.overrides.get(rule.id), detail)


def _heard(answer: Answer, asked: Asked, places: "_Map") -> Iterator[Finding | Diagnostic]:
    """The members of a rule's value, as findings; what is no message is a problem of the rule."""
    value = answer.values.get(asked.query, [])
    if not isinstance(value, list):
        yield BROKEN.at(
            asked.rule.origin, f"'{asked.name}' is {_kind(value)}, and must be a set of messages."
        )
        return
    for member in value:
        match member:
            case str():
                yield _finding(asked.rule, {"msg": member}, places)
            case {"msg": str(), **_more}:
                yield _finding(asked.rule, member, places)
            case _:
                detail = f"'{asked.name}' holds {_kind(member)}. Its members are texts, or objects with 'msg', a text."
                yield BROKEN.at(asked.rule.origin, detail)
                return


def _finding(rule: Rule, said: Mapping[str, Any], places: "_Map") -> Finding:
    address, attribute = places.address(said.get("address")), said.get("attribute")
    attribute = attribute if isinstance(attribute, str) else ""
    given = said.get("id")
    return Finding(
        id=given if isinstance(given, str) and given else rule.id,
        rule=rule,
        message=said["msg"],
        severity=rule.severity,
        address=address,
        attribute=attribute,
        origin=places.origin(address, attribute),
        details={name: value for name, value in said.items() if name not in SAID},
    )


def _graded(finding: Finding, settings: PolicySettings) -> Iterator[Finding]:
    """With the severity that the stack gives the rule; nothing when the stack has switched it off."""
    for name in (finding.id, finding.rule.id) if finding.rule.waivable else ():
        if name in settings.severity:
            severity = settings.severity[name]
            if severity is not None:
                yield replace(finding, severity=severity)
            return
    yield finding


def _order(finding: Finding) -> tuple[bool, bool, str, str, str]:
    """What denies first, then what warns, then what is waived; by place and rule within."""
    return (
        not finding.denies,
        finding.waiver is not None,
        str(finding.address or ""),
        finding.id,
        finding.message,
    )


def _kind(value: object) -> str:
    words = {bool: "true or false", str: "a text", dict: "an object without 'msg'", list: "a list"}
    return words.get(type(value), "a number" if isinstance(value, int | float) else "null")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Map:
    """Where the blocks of a plan's document are written, and their attributes."""

    blocks: Mapping[str, Origin] = field(default_factory=dict)
    attributes: Mapping[tuple[str, str], Origin] = field(default_factory=dict)

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "_Map":
        blocks, attributes = {}, {}
        for each in document.get("resource_changes", ()):
            if origin := _origin(each.get("origin")):
                blocks[each["address"]] = origin
            for name, place in each["change"].get("origins", {}).items():
                if origin := _origin(place):
                    attributes[each["address"], name] = origin
        return cls(blocks=blocks, attributes=attributes)

    def address(self, said: object) -> Address | None:
        """The address that a rule names, when the plan has it."""
        if not isinstance(said, str) or said not in self.blocks:
            return None
        kind, dot, label = said.partition(".")
        return Address(kind, label) if dot else None

    def origin(self, address: Address | None, attribute: str) -> Origin | None:
        """Where the attribute is written, or else the block."""
        name = str(address)
        return self.attributes.get((name, attribute)) or self.blocks.get(name)


def _origin(place: object) -> Origin | None:
    match place:
        case {"file": str(file), "line": int(line), "column": int(column)}:
            return Origin(file, line, column)
        case _:
            return None
