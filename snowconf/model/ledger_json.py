"""Ledgers as JSON documents for machines: what is owned, and what became of it."""

import json
from collections.abc import Iterable

from snowconf.model.examination import Examination
from snowconf.model.ownership import Ledger, Owned
from snowconf.model.plan_json import FORMAT_VERSION, Document


def ledger_document(ledger: Ledger, entries: Iterable[Owned], others: Iterable[str] = ()) -> Document:
    """These entries; digests and fingerprints are of use to nobody else, and left out."""
    return {
        **_head(ledger),
        "other_stacks": [*others],
        "receipts": [json.loads(each) for each in ledger.receipts],
        "entries": [_entry(each) for each in entries],
    }


def examination_document(examination: Examination) -> Document:
    """Each entry with how its record was found."""
    return {
        **_head(examination.ledger),
        "sound": examination.is_sound,
        "lock": examination.holder or None,
        "other_versions": [*examination.copies],
        "records": [
            {
                "address": str(each.owned.address),
                "table": each.owned.table,
                "sys_id": each.owned.sys_id,
                "condition": each.condition.value,
                "name": each.name,
            }
            for each in examination.examined
        ],
    }


def _head(ledger: Ledger) -> Document:
    return {
        "format_version": FORMAT_VERSION,
        "stack": ledger.stack,
        "url": ledger.url,
        "serial": ledger.serial,
    }


def _entry(owned: Owned) -> Document:
    return {
        "address": str(owned.address),
        "table": owned.table,
        "sys_id": owned.sys_id,
        "custody": owned.custody.value,
        "name": owned.name,
        "origin": owned.origin,
        "remembered": [*sorted(owned.digests)],
        "secrets": {column: bool(print_) for column, print_ in sorted(owned.secrets.items())},
        "before": dict(sorted(owned.before.items())),
        "on_remove": owned.on_remove.value,
        "prevent_delete": owned.prevent_delete,
        "depends_on": [str(each) for each in owned.depends_on],
    }
