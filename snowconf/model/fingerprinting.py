"""Digests of what would be done: two changes with one fingerprint send the same and rest on the same evidence. Pure."""

import json
from collections.abc import Mapping
from functools import cache
from hashlib import scrypt, sha256
from typing import Any

from snowconf.model.address import Address
from snowconf.model.change_json import owned_document, write_document
from snowconf.model.ownership import Owned
from snowconf.model.plan import Change, Plan, Write


def digest_of(document: Any) -> str:
    """SHA-256, in hex, of a JSON document's canonical bytes."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def fingerprint(change: Change) -> str:
    """Of the writes, the revision and the values they rest on, and of what would be owned; times and places apart."""
    return digest_of(
        {
            "address": str(change.address),
            "action": change.action.value,
            "table": change.table,
            "sys_id": change.sys_id,
            "revision": change.revision,
            "writes": [_write(each) for each in change.writes],
            "owned": _lasting(change.owned),
        }
    )


def fingerprints(plan: Plan) -> Mapping[Address, str]:
    """Of every change that does something."""
    return {each.address: fingerprint(each) for each in plan.pending}


def fingerprint_entry(owned: Owned | None) -> str:
    """Of what a ledger says of a record; empty when it says nothing."""
    return digest_of(_lasting(owned)) if owned else ""


def checksum(plan: Plan) -> str:
    """Of all that the plan would do, where: the same for two plans that would do the same."""
    changes = sorted((str(address), each) for address, each in fingerprints(plan).items())
    return f"sha256:{digest_of([plan.stack, plan.url, changes])}"


@cache
def veil(text: str, place: str) -> str:
    """A digest of what nobody is to see: each guess costs 4 MB and about 10 ms, and helps at no other place."""
    return scrypt(text.encode("utf-8", "surrogatepass"), salt=place.encode(), n=2**12, r=8, p=1).hex()[:32]


def _write(write: Write) -> dict[str, Any]:
    veiled = {
        name: {column: _veiled(write, column, held[column]) for column in sorted(write.masked & held.keys())}
        for name, held in (("columns", write.columns), ("before", write.before))
    }
    return {**write_document(write), "veiled": veiled}


def _veiled(write: Write, column: str, text: str) -> str:
    return veil(text, f"{write.sys_id}/{column}")


def _lasting(owned: Owned | None) -> dict[str, Any] | None:
    """Without where the block stands, and without which secrets were written: neither changes what is done."""
    document = owned_document(owned)
    if document is not None:
        del document["origin"], document["secrets"]
    return document
