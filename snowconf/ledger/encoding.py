"""A ledger as bytes and back: JSON with a format number and a digest, packed where size counts. Pure."""

import gzip
import json
import zlib
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from snowconf.ledger.failures import ForeignLedgerError, LedgerDamagedError, LedgerFormatError
from snowconf.model.address import Address
from snowconf.model.ownership import Custody, Ledger, Owned, Removal
from snowconf.model.rotation import Rotation, Stage
from snowconf.model.value import SecretSource

FORMAT = 1
# Far more than any stack needs: what unpacks to more was not written by snowconf.
MOST_BYTES = 200_000_000
_GZIP = 16 + zlib.MAX_WBITS


def encode(ledger: Ledger) -> bytes:
    """The ledger as JSON text, one entry a line, the same bytes for the same ledger."""
    head = {key: value for key, value in _body(ledger).items() if key != "entries"}
    opened = _dump({"format": FORMAT, "sha256": digest(ledger), **head}).removesuffix("}")
    entries = ",\n".join(_dump(entry_document(each)) for each in _in_order(ledger))
    return f'{opened},"entries":[\n{entries}\n]}}\n'.encode()


def pack(ledger: Ledger) -> bytes:
    """The same, compressed: a tenth of the size of what `encode` gives."""
    return gzip.compress(encode(ledger), compresslevel=9, mtime=0)


def digest(ledger: Ledger) -> str:
    """SHA-256, in hex, of all that the ledger says; it stands in the document, so that half of one is never believed."""
    return sha256(_dump(_body(ledger)).encode()).hexdigest()


def decode(content: bytes, *, where: str, stack: str) -> Ledger:
    """The ledger from what `encode` or `pack` gave; `where` says in messages what was read.

    Raises:
        LedgerDamagedError: it is cut or changed.
        LedgerFormatError: another version of snowconf wrote it.
        ForeignLedgerError: it is another stack's.
    """
    try:
        document = json.loads(_unpacked(content))
        if document["format"] != FORMAT:
            raise LedgerFormatError(_of_another_version(where, str(document["format"])[:20]))
        ledger = _read(document)
        is_whole = digest(ledger) == document["sha256"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, zlib.error) as problem:
        raise LedgerDamagedError(damage(where, type(problem).__name__)) from None
    if not is_whole:
        raise LedgerDamagedError(damage(where, "its digest does not fit"))
    if ledger.stack != stack:
        raise ForeignLedgerError(
            f"{where} is the ledger of the stack '{ledger.stack}', and this is the stack '{stack}'. Give each stack a "
            "name and a ledger of its own."
        )
    return ledger


def damage(where: str, why: str) -> str:
    """The sentences for a ledger that cannot be believed."""
    return (
        f"{where} is not what snowconf wrote ({why}). Nothing was changed. See what is there with\n\n"
        "    snowconf ledger verify\n\n"
        "If no whole copy can be put back, begin a new ledger with 'snowconf ledger forget --all': the next apply "
        "finds the stack's records by their sys_ids and names and owns them again."
    )


def entry_document(owned: Owned) -> dict[str, Any]:
    """One entry as a JSON object; what is empty or usual is left out."""
    rest: dict[str, Any] = {
        "name": owned.name,
        "origin": owned.origin,
        "digests": dict(sorted(owned.digests.items())),
        "secrets": dict(sorted(owned.secrets.items())),
        "before": dict(sorted(owned.before.items())),
        "on_remove": "" if owned.on_remove is Removal.DELETE else owned.on_remove.value,
        "prevent_delete": owned.prevent_delete,
        "depends_on": [str(each) for each in owned.depends_on],
    }
    return {
        "address": str(owned.address),
        "table": owned.table,
        "sys_id": owned.sys_id,
        "custody": owned.custody.value,
        **{key: value for key, value in rest.items() if value},
    }


def read_entry(document: Mapping[str, Any]) -> Owned:
    """The entry back.

    Raises:
        ValueError: a part of it is of another type, or none of its values. TypeError, KeyError, AttributeError too.
    """
    return Owned(
        address=Address.parse(_text(document["address"])),
        table=_text(document["table"]),
        sys_id=_text(document["sys_id"]),
        custody=Custody(document["custody"]),
        name=_text(document.get("name", "")),
        origin=_text(document.get("origin", "")),
        digests=_texts(document.get("digests", {})),
        secrets=_texts(document.get("secrets", {})),
        before=_texts(document.get("before", {})),
        on_remove=Removal(document.get("on_remove", Removal.DELETE.value)),
        prevent_delete=document.get("prevent_delete", False) is True,
        depends_on=tuple(Address.parse(_text(each)) for each in document.get("depends_on", ())),
    )


def _body(ledger: Ledger) -> dict[str, Any]:
    return {
        "stack": ledger.stack,
        "url": ledger.url,
        "serial": ledger.serial,
        "receipts": list(ledger.receipts),
        # Left out where there is none, so that ledgers of earlier versions keep their digests.
        **(
            {"rotations": [_rotation_document(each) for _, each in sorted(ledger.rotations.items())]}
            if ledger.rotations
            else {}
        ),
        "entries": [entry_document(each) for each in _in_order(ledger)],
    }


def _rotation_document(rotation: Rotation) -> dict[str, Any]:
    return {
        "address": str(rotation.address),
        "attribute": rotation.attribute,
        "stage": rotation.stage.name,
        "first": rotation.first,
        "second": rotation.second,
        "store": [rotation.store.provider, rotation.store.name, rotation.store.generate],
        "since": rotation.since,
        "keeps_first": rotation.keeps_first,
    }


def _read_rotation(document: Mapping[str, Any]) -> Rotation:
    provider, name, generate = document["store"]
    return Rotation(
        address=Address.parse(_text(document["address"])),
        attribute=_text(document["attribute"]),
        stage=Stage[document["stage"]],
        first=_text(document["first"]),
        second=_text(document["second"]),
        store=SecretSource(_text(provider), _text(name), _number(generate)),
        since=_text(document["since"]),
        keeps_first=document["keeps_first"] is True,
    )


def _in_order(ledger: Ledger) -> list[Owned]:
    return [ledger.entries[address] for address in sorted(ledger.entries)]


def _read(document: Mapping[str, Any]) -> Ledger:
    entries = [read_entry(each) for each in document["entries"]]
    return Ledger(
        stack=_text(document["stack"]),
        url=_text(document["url"]),
        serial=_number(document["serial"]),
        entries={each.address: each for each in entries},
        receipts=tuple(_text(each) for each in document["receipts"]),
        rotations={each.address: each for each in map(_read_rotation, document.get("rotations", ()))},
    )


def _unpacked(content: bytes) -> bytes:
    if content[:2] != b"\x1f\x8b":
        return content
    unpacking = zlib.decompressobj(_GZIP)
    text = unpacking.decompress(content, MOST_BYTES)
    if not unpacking.eof:
        raise ValueError("cut, or without end")
    return text


def _dump(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _texts(value: Mapping[object, object]) -> dict[str, str]:
    return {_text(key): _text(each) for key, each in value.items()}


def _number(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError("no number")
    return value


def _of_another_version(where: str, found: str) -> str:
    return (
        f"{where} has format {found}, and this version of snowconf knows format {FORMAT}. Use the version that wrote it, "
        "or a newer one. Nothing was changed."
    )
