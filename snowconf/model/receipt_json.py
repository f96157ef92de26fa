"""Receipts as text and back, with a digest that tells when one was changed; and the short form that a ledger keeps. Pure."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from snowconf.errors import SnowconfError
from snowconf.model.change_json import change_document, owned_document, read_change, read_owned
from snowconf.model.finding_json import read_waived, waived_document
from snowconf.model.fingerprinting import digest_of
from snowconf.model.outcome import ColumnVerdict, Status, Verdict
from snowconf.model.ownership import Ledger
from snowconf.model.receipt import Receipt, Step, UpdateSetName

FORMAT = 1
# How many receipts a ledger keeps, and how many changes each of them names there: a ledger stays small.
KEPT = 5
NAMED = 40


class ReceiptDamagedError(SnowconfError):
    """The file is not what an apply left, or was changed since."""

    summary = "Receipt damaged"
    code = "SNC260"


def receipt_document(receipt: Receipt) -> dict[str, Any]:
    """The whole receipt, its digest with it."""
    document = {
        **_head(receipt),
        "steps": [_step_document(each) for each in receipt.steps],
        # Only where there is something: receipts of earlier versions keep their digest.
        **({"waived": [waived_document(each) for each in receipt.waived]} if receipt.waived else {}),
    }
    return {**document, "digest": digest_of(document)}


def save_receipt(receipt: Receipt) -> str:
    """The text of its file."""
    return json.dumps(receipt_document(receipt), indent=1) + "\n"


def digest_of_receipt(receipt: Receipt) -> str:
    """What names it: 64 hex digits, of which the first eight stand in the name of its file."""
    return str(receipt_document(receipt)["digest"])


def load_receipt(text: str, *, where: str) -> Receipt:
    """What `save_receipt` wrote; `where` is the file as the user typed it.

    Raises:
        ReceiptDamagedError: it is something else, or was changed.
    """
    try:
        document = json.loads(text)
        stated = document.pop("digest")
        if stated != digest_of(document) or document["format"] != FORMAT:
            raise ReceiptDamagedError(_damage(where, "its digest does not fit what is in it"))
        return _read(document)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise ReceiptDamagedError(_damage(where, type(problem).__name__)) from None


def with_receipt(ledger: Ledger, receipt: Receipt) -> Ledger:
    """The ledger with the receipt's short form among the last five."""
    return replace(ledger, receipts=(*ledger.receipts, compact(receipt))[-KEPT:])


def compact(receipt: Receipt) -> str:
    """Who did what when, without values: some kilobytes at most."""
    named = receipt.steps[:NAMED]
    document = {
        **_head(receipt),
        "digest": digest_of_receipt(receipt),
        "changes": [
            [str(each.change.address), each.change.action.value, each.status.value] for each in named
        ],
        "more": len(receipt.steps) - len(named),
    }
    return json.dumps(document, separators=(",", ":"))


def _head(receipt: Receipt) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "snowconf_version": receipt.version,
        "stack": receipt.stack,
        "instance": receipt.instance,
        "url": receipt.url,
        "plan": receipt.plan,
        "who": receipt.who,
        "runner": receipt.runner,
        "host": receipt.host,
        "started": receipt.started,
        "ended": receipt.ended,
        "interrupted": receipt.interrupted,
        "takes_back": receipt.takes_back,
        "requests": dict(sorted(receipt.requests.items())),
        "summary": {each.value.replace(" ", "_"): receipt.count(each) for each in Status},
        **_control(receipt),
    }


def _control(receipt: Receipt) -> dict[str, Any]:
    """Only what there is: most stacks have neither."""
    taken_by = receipt.update_set
    return {
        **({"change": receipt.change} if receipt.change else {}),
        **({"update_set": {"name": taken_by.name, "sys_id": taken_by.sys_id}} if taken_by else {}),
    }


def _read_set(document: Mapping[str, Any]) -> UpdateSetName | None:
    held = document.get("update_set")
    return UpdateSetName(name=held["name"], sys_id=held["sys_id"]) if held else None


def _step_document(step: Step) -> dict[str, Any]:
    return {
        "change": change_document(step.change),
        "status": step.status.value,
        "sent": step.sent,
        "verdicts": [_verdict_document(each) for each in step.verdicts],
        "problem": step.problem,
        "notes": list(step.notes),
        "given": dict(step.given),
        "entry": owned_document(step.entry),
    }


def _verdict_document(verdict: ColumnVerdict) -> dict[str, Any]:
    return {
        "table": verdict.table,
        "column": verdict.column,
        "verdict": verdict.verdict.value,
        "sent": None if verdict.sensitive else verdict.sent,
        "held": None if verdict.sensitive else verdict.held,
        "sensitive": verdict.sensitive,
    }


def _read(document: Mapping[str, Any]) -> Receipt:
    return Receipt(
        stack=document["stack"],
        instance=document["instance"],
        url=document["url"],
        plan=document["plan"],
        steps=tuple(map(_read_step, document["steps"])),
        started=document["started"],
        ended=document["ended"],
        runner=document["runner"],
        host=document["host"],
        who=document["who"],
        version=document["snowconf_version"],
        requests=dict(document["requests"]),
        interrupted=document["interrupted"],
        takes_back=document["takes_back"],
        waived=tuple(map(read_waived, document.get("waived", ()))),
        change=document.get("change", ""),
        update_set=_read_set(document),
    )


def _read_step(document: Mapping[str, Any]) -> Step:
    return Step(
        change=read_change(document["change"]),
        status=Status(document["status"]),
        sent=document["sent"],
        verdicts=tuple(map(_read_verdict, document["verdicts"])),
        problem=document["problem"],
        notes=tuple(document["notes"]),
        given=dict(document["given"]),
        entry=read_owned(document["entry"]),
    )


def _read_verdict(document: Mapping[str, Any]) -> ColumnVerdict:
    return ColumnVerdict(
        table=document["table"],
        column=document["column"],
        verdict=Verdict(document["verdict"]),
        sent=document["sent"] or "",
        held=document["held"] or "",
        sensitive=document["sensitive"],
    )


def _damage(where: str, why: str) -> str:
    return (
        f"{where} is not what an apply left there ({why}), so nothing can be taken back by it. 'snowconf receipts list' "
        "lists those that can be read."
    )
