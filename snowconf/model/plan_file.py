"""A plan that is kept for later: all that was reviewed, what it rested on, and a digest of it. Pure; it holds no secret.

The document is the plan's own (`plan_json`), so that what people have for plans works, with a part for carrying it out.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from snowconf.model.address import Address
from snowconf.model.change_json import change_document, read_change
from snowconf.model.fingerprinting import digest_of, fingerprint_entry
from snowconf.model.ownership import Ledger
from snowconf.model.plan import Plan
from snowconf.model.plan_failures import (
    ConfigChangedError,
    ForeignPlanError,
    LedgerMovedError,
    PlanDamagedError,
    PlanFormatError,
)
from snowconf.model.plan_json import dump, plan_document

FORMAT = 1
AGAIN = "Make a plan again, look at it, and apply that one."


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPlan:
    """A plan's pending changes and what they rested on.

    `config` is the digest of what the files asked for, `serial` the ledger's version (None without a ledger),
    `entries` and `fingerprints` digests of what the ledger said of each record and of each change. `rewritten` are the
    resources whose secrets are written again. `made_at` is UTC, `version` that of the snowconf that wrote it.
    """

    plan: Plan
    config: str
    made_at: str
    version: str
    serial: int | None = None
    entries: Mapping[Address, str] = field(default_factory=dict)
    fingerprints: Mapping[Address, str] = field(default_factory=dict)
    rewritten: frozenset[Address] = frozenset()


def entries_of(plan: Plan, ledger: Ledger | None) -> Mapping[Address, str]:
    """What the ledger says of every record that the plan touches, as digests."""
    known = ledger.entries if ledger else {}
    return {each.address: fingerprint_entry(known.get(each.address)) for each in plan.pending}


def save_plan(saved: SavedPlan, document: Mapping[str, Any] | None = None) -> str:
    """The text of the file; `document` is the plan's own with whatever more is to be read there."""
    document = {**(document or plan_document(saved.plan)), "saved_plan": _saved_document(saved)}
    return dump({**document, "digest": digest_of(document)})


def load_plan(text: str, *, where: str) -> SavedPlan:
    """What `save_plan` wrote; `where` is the file as the user typed it.

    Raises:
        PlanDamagedError: it is something else, or was changed.
        PlanFormatError: another version of snowconf wrote it.
    """
    try:
        document = json.loads(text)
        stated = document.pop("digest")
        _check_format(document["saved_plan"]["format"], where)
        if stated != digest_of(document):
            raise PlanDamagedError(_damage(where, "its digest does not fit what is in it"))
        return _read(document, document["saved_plan"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise PlanDamagedError(_damage(where, type(problem).__name__)) from None


def check_place(saved: SavedPlan, *, stack: str, instance: str, url: str) -> None:
    """Pass when the plan is for this stack on this instance.

    Raises:
        ForeignPlanError: it is for another.
    """
    parts = (("stack", saved.plan.stack, stack), ("instance", saved.plan.instance, instance))
    for what, made_for, here in (*parts, ("url", saved.plan.url, url)):
        if made_for != here:
            raise ForeignPlanError(
                f"The plan was made for the {what} '{made_for}', and this is '{here}'. Nothing was changed. Choose what it "
                "was made for (--directory, --instance), or make a plan here."
            )


def check_config(saved: SavedPlan, config: str) -> None:
    """Pass when the files ask for what they asked for then; blank lines and comments do not matter.

    Raises:
        ConfigChangedError: they ask for something else.
    """
    if saved.config != config:
        raise ConfigChangedError(
            f"The files of the stack ask for something else than when the plan was made ({saved.made_at} UTC), so what "
            f"was reviewed is not what they say. Nothing was changed. {AGAIN}"
        )


def check_ledger(saved: SavedPlan, ledger: Ledger | None) -> None:
    """Pass when the ledger says of the plan's records what it said then, whatever happened to others.

    Raises:
        LedgerMovedError: it says something else of one of them.
    """
    if saved.serial == (ledger.serial if ledger else None):
        return
    today = entries_of(saved.plan, ledger)
    moved = sorted(str(address) for address, entry in saved.entries.items() if today[address] != entry)
    if moved:
        raise LedgerMovedError(
            f"Since the plan was made ({saved.made_at} UTC) another apply has changed what this stack owns of: "
            f"{', '.join(moved)}. Nothing was changed. {AGAIN}"
        )


def _saved_document(saved: SavedPlan) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "snowconf_version": saved.version,
        "made_at": saved.made_at,
        "config_digest": saved.config,
        "ledger_serial": saved.serial,
        "ledger_entries": _by_text(saved.entries),
        "fingerprints": _by_text(saved.fingerprints),
        "rewrite_secrets": sorted(map(str, saved.rewritten)),
        "changes": [change_document(each) for each in saved.plan.pending],
    }


def _read(document: Mapping[str, Any], part: Mapping[str, Any]) -> SavedPlan:
    plan = Plan(
        stack=document["stack"],
        instance=document["instance"],
        url=document["url"],
        changes=tuple(map(read_change, part["changes"])),
    )
    return SavedPlan(
        plan=plan,
        config=part["config_digest"],
        made_at=part["made_at"],
        version=part["snowconf_version"],
        serial=part["ledger_serial"],
        entries=_by_address(part["ledger_entries"]),
        fingerprints=_by_address(part["fingerprints"]),
        rewritten=frozenset(_addresses(part["rewrite_secrets"])),
    )


def _check_format(found: object, where: str) -> None:
    if found != FORMAT:
        raise PlanFormatError(
            f"{where} has format {str(found)[:20]}, and this version of snowconf knows format {FORMAT}. Apply it with "
            f"the version that made it. Nothing was changed. {AGAIN}"
        )


def _damage(where: str, why: str) -> str:
    return f"{where} is not what 'snowconf plan --out' wrote ({why}). Nothing was changed. {AGAIN}"


def _by_text(digests: Mapping[Address, str]) -> dict[str, str]:
    return {str(address): each for address, each in sorted(digests.items())}


def _by_address(digests: Mapping[str, str]) -> dict[Address, str]:
    return {Address.parse(text): each for text, each in digests.items()}


def _addresses(texts: Iterable[str]) -> Iterable[Address]:
    return map(Address.parse, texts)
