"""`[policies]` and `[[waiver]]`: which rules every plan is held against, and what of them is taken for a while."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from snowconf.config import codes
from snowconf.config.documents import Document, Spot
from snowconf.config.guessing import did_you_mean, hint, listing
from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic, Severity
from snowconf.model.finding import EVERYWHERE, PolicySettings, Waiver

LISTS = ("paths", "data", "namespaces")
SETTINGS = (*LISTS, "engine", "severity")
ENGINES = ("regorus", "opa", "conftest")
SEVERITIES: Mapping[str, Severity | None] = {
    "error": Severity.ERROR,
    "warning": Severity.WARNING,
    "off": None,
}
TEXTS = ("rule", "address", "owner", "reason")
PARTS = (*TEXTS, "expires")
FORM = (
    'It is written [[waiver]] with rule = "…", address = "oauth_app.finout", owner = "…", reason = "…" and '
    "expires = 2027-01-31."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Governance:
    """What a stack says of both; `settings` is None without `[policies]`. What has mistakes counts as not said."""

    settings: PolicySettings | None = None
    waivers: tuple[Waiver, ...] = ()
    problems: tuple[Diagnostic, ...] = ()


def read_governance(documents: Sequence[Document]) -> Governance:
    """All that the files say of it."""
    tables = [each.root.child("policies") for each in documents if "policies" in each.content]
    waivers, problems = _read_waivers(documents)
    problems += [*_several(tables), *(each for table in tables for each in _problems(table))]
    settings = _settings(tables[0]) if tables and not any(map(_has_problems, tables)) else None
    return Governance(settings=settings, waivers=tuple(waivers), problems=tuple(problems))


def _has_problems(spot: Spot) -> bool:
    return next(_problems(spot), None) is not None


def _several(spots: Sequence[Spot]) -> Iterator[Diagnostic]:
    for again in spots[1:]:
        detail = f"[policies] stands in {spots[0].origin} already. A stack has one; put both into it."
        yield codes.POLICIES.at(again.origin, detail)


def _settings(spot: Spot) -> PolicySettings:
    raw = spot.raw
    severity = spot.child("severity") if "severity" in raw else None
    return PolicySettings(
        paths=tuple(raw.get("paths", ())),
        data=tuple(raw.get("data", ())),
        namespaces=tuple(raw.get("namespaces", ("main",))),
        engine=raw.get("engine", ENGINES[0]),
        severity={name: SEVERITIES[said] for name, said in raw.get("severity", {}).items()},
        overrides={name: each.origin for name, each in severity.children()} if severity else {},
        origin=spot.origin,
    )


def _problems(spot: Spot) -> Iterator[Diagnostic]:
    if not isinstance(spot.raw, dict):
        detail = 'policies is a table: write [policies], and below it paths = ["policies"].'
        yield codes.POLICIES.at(spot.origin, detail)
        return
    for name, value in spot.children():
        if detail := _misfit(name, value.raw):
            yield codes.POLICIES.at(value.origin, detail)
        elif name == "severity":
            yield from _severities(value)


def _misfit(name: str, raw: object) -> str:
    match name:
        case "paths" | "data" | "namespaces":
            return "" if _is_texts(raw) else f'{name} is a list of texts, with at least one, as in ["main"].'
        case "engine":
            if raw in ENGINES:
                return ""
            guess = did_you_mean(raw, ENGINES) if isinstance(raw, str) else ""
            return f"engine is {listing(ENGINES, 'or')}.{guess}"
        case "severity":
            return (
                ""
                if isinstance(raw, dict)
                else 'severity is a table from rules, as in { "oauth.lifespan" = "warning" }.'
            )
        case _:
            return f"[policies] has no setting '{name}'.{hint(name, SETTINGS)}"


def _is_texts(raw: object) -> bool:
    return isinstance(raw, list) and bool(raw) and all(isinstance(each, str) and each.strip() for each in raw)


def _severities(spot: Spot) -> Iterator[Diagnostic]:
    for name, value in spot.children():
        if value.raw not in SEVERITIES:
            guess = did_you_mean(value.raw, SEVERITIES) if isinstance(value.raw, str) else ""
            detail = f"What becomes of the rule '{name}' is {listing(SEVERITIES, 'or')}.{guess}"
            yield codes.POLICIES.at(value.origin, detail)


def _read_waivers(documents: Sequence[Document]) -> tuple[list[Waiver], list[Diagnostic]]:
    waivers, problems, seen = list[Waiver](), list[Diagnostic](), dict[tuple[str, str], Spot]()
    for spot in (each.root.child("waiver") for each in documents if "waiver" in each.content):
        if not isinstance(spot.raw, list):
            problems.append(codes.WAIVER.at(spot.origin, f"Waivers are a list of tables. {FORM}"))
            continue
        for each in (spot.child(index) for index in range(len(spot.raw))):
            found = list(_mistakes(each))
            problems += found
            if found:
                continue
            waiver = _waiver(each)
            first = seen.setdefault((waiver.rule, waiver.address), each)
            if first is each:
                waivers.append(waiver)
            else:
                detail = f"'{waiver.rule}' is waived for '{waiver.address}' in {first.origin} already. Keep one of the two."
                problems.append(codes.WAIVER.at(each.origin, detail))
    return waivers, problems


def _mistakes(spot: Spot) -> Iterator[Diagnostic]:
    if not isinstance(spot.raw, dict):
        yield codes.WAIVER.at(spot.origin, f"A waiver is a table. {FORM}")
        return
    for name, value in spot.children():
        if detail := _mistake(name, value.raw):
            yield codes.WAIVER.at(value.origin, detail)
    if missing := [each for each in PARTS if each not in spot.raw]:
        yield codes.WAIVER.at(spot.origin, f"The waiver does not say {listing(missing)}. {FORM}")


def _mistake(name: str, raw: object) -> str:
    if name == "expires":
        is_day = isinstance(raw, date) and not isinstance(raw, datetime)
        return (
            ""
            if is_day
            else "expires is the last day of the waiver, without quotes, as in expires = 2027-01-31."
        )
    if name not in TEXTS:
        return f"A waiver has no '{name}'.{hint(name, PARTS)}"
    if not isinstance(raw, str) or not raw.strip():
        return f"{name} is a text in quotes, and not empty."
    if name == "address" and raw != EVERYWHERE and not _is_address(raw):
        return f"address is kind.label as in oauth_app.finout, or \"*\" for everywhere; '{raw}' is neither."
    return ""


def _is_address(text: str) -> bool:
    try:
        Address.parse(text)
    except ValueError:
        return False
    return True


def _waiver(spot: Spot) -> Waiver:
    raw = spot.raw
    texts = {name: raw[name] for name in TEXTS}
    return Waiver(**texts, expires=raw["expires"], origin=spot.origin)
