"""What an apply leaves behind: everything to take it back by, no secret, and a digest that tells of any change."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from snowconf.engine.apply.applying import apply
from snowconf.engine.apply.receipting import receipt_of
from snowconf.model.fingerprinting import checksum, digest_of
from snowconf.model.outcome import Status, Verdict
from snowconf.model.ownership import Ledger
from snowconf.model.plan import Verb
from snowconf.model.receipt import Receipt, Step
from snowconf.model.receipt_json import (
    KEPT,
    NAMED,
    ReceiptDamagedError,
    compact,
    digest_of_receipt,
    load_receipt,
    receipt_document,
    save_receipt,
    with_receipt,
)
from snowconf.model.state import Desired
from tests.driving.shared import ABOUT, JANE, SECRET, Owner
from tests.engine.building import URL, resource, stack
from tests.engine.pretend import refusal

HIDDEN = "hunter2-in-a-property"


def desired() -> Desired:
    """A record to create with a secret, one to adopt, and one with a value that nobody is shown."""
    return stack(
        resource("role", "z"),
        resource("user", "jane.doe", first_name="Joan", roles=["z"]),
        resource("user", "svc", roles=["z"], password={"env": "SECRET"}),
        resource("property", "acme.password", value=HIDDEN),
    )


def step_of(receipt: Receipt, address: str) -> Step:
    """One change of it."""
    return next(each for each in receipt.steps if str(each.change.address) == address)


def loaded(text: str) -> Receipt:
    """What a file says."""
    return load_receipt(text, where="receipt.json")


def test_a_receipt_comes_back_as_it_was_kept() -> None:
    """Who, where, when, and every change with its writes and verdicts."""
    receipt = Owner().apply(desired())
    assert loaded(save_receipt(receipt)) == receipt
    assert (receipt.stack, receipt.url, receipt.runner, receipt.host) == ("demo", URL, "ci", "runner-7")
    assert [str(each.change.address) for each in receipt.steps] == [
        "property.acme.password", "role.z", "user.jane.doe", "user.svc",
    ]  # fmt: skip


def test_a_receipt_says_what_was_there_before() -> None:
    """The value that an adoption overwrote, the role that it took away, and that nobody owned the record."""
    step = step_of(Owner().apply(desired()), "user.jane.doe")
    update, added, removed = step.change.writes
    assert (update.verb, update.columns, update.before) == (
        Verb.UPDATE, {"first_name": "Joan"}, {"first_name": "Jane"},
    )  # fmt: skip
    assert (added.verb, removed.verb, removed.before["user"]) == (Verb.INSERT, Verb.DELETE, JANE)
    assert step.entry is None


def test_a_receipt_pins_the_plan() -> None:
    """Its checksum, as plan --checksum prints it."""
    owner = Owner()
    expected = checksum(owner.plan(desired()))
    assert owner.apply(desired()).plan == expected


def test_a_receipt_holds_no_secret() -> None:
    """Only where it comes from, and which columns are hidden; neither in the file nor in the ledger."""
    receipt = Owner().apply(desired())
    text = save_receipt(receipt) + compact(receipt)
    assert [each for each in (SECRET, HIDDEN) if each in text] == []
    assert '"SECRET"' in text
    assert step_of(receipt, "property.acme.password").change.writes[0].masked == {"value"}


def test_what_the_instance_held_and_nobody_may_see_is_not_in_memory_either() -> None:
    """Taking back works from the same that is in the file."""
    owner = Owner()
    about = owner.context
    report = apply(owner.plan(desired()), desired(), owner.instance, about)
    receipt = receipt_of(report, about, ABOUT)
    assert HIDDEN not in repr(receipt)
    assert SECRET not in repr(receipt)


def cut_step(document: dict[str, Any]) -> None:
    """One change is taken out."""
    del document["steps"][0]


def change_person(document: dict[str, Any]) -> None:
    """Somebody else is said to have done it."""
    document["runner"] = "somebody else"


@pytest.mark.parametrize("tamper", [cut_step, change_person])
def test_a_changed_receipt_is_noticed(tamper: Callable[[dict[str, Any]], None]) -> None:
    """One letter is enough."""
    document = receipt_document(Owner().apply(desired()))
    tamper(document)
    with pytest.raises(ReceiptDamagedError, match=r"receipt\.json is not what"):
        loaded(json.dumps(document))


@pytest.mark.parametrize("text", ["", "[]", "null", '{"digest": 1}', "[" * 100_000])
def test_what_is_no_receipt_is_refused(text: str) -> None:
    """Whatever a file holds, the answer is a sentence."""
    with pytest.raises(ReceiptDamagedError):
        loaded(text)


def test_another_format_is_refused() -> None:
    """A digest that fits does not make another version's receipt one of ours."""
    document = receipt_document(Owner().apply(desired())) | {"format": 99}
    del document["digest"]
    with pytest.raises(ReceiptDamagedError):
        loaded(json.dumps({**document, "digest": digest_of(document)}))


def test_a_failed_change_says_how_far_it_came() -> None:
    """What was answered, what was not, and why."""
    owner = Owner()
    owner.instance.refuses["sys_user_has_role"] = refusal()
    receipt = owner.apply(desired())
    step = step_of(receipt, "user.jane.doe")
    assert (step.status, step.sent, len(step.possible)) == (Status.FAILED, 1, 2)
    assert step.problem.startswith("SNC404 ")
    assert receipt.count(Status.FAILED) == 2


def test_what_was_not_attempted_has_no_possible_write() -> None:
    """Nothing was sent, so there is nothing to take back."""
    owner = Owner()
    owner.instance.refuses["sys_user_role"] = refusal()
    assert step_of(owner.apply(desired()), "user.svc").possible == ()


def test_a_renumbered_record_is_known_by_the_sys_id_it_was_given() -> None:
    """An instance that gives its own sys_ids does not mislead the receipt."""
    owner = Owner()
    owner.instance.renumbers.add("sys_user_role")
    step = step_of(owner.apply(stack(resource("role", "z"))), "role.z")
    assert step.id_of(step.change.sys_id) in owner.instance.tables["sys_user_role"]


def test_dropped_columns_are_told() -> None:
    """A verdict stands beside what was sent."""
    owner = Owner()
    owner.instance.drops.add(("sys_user", "first_name"))
    verdicts = step_of(owner.apply(desired()), "user.jane.doe").verdicts
    assert [(each.column, each.verdict) for each in verdicts if each.column == "first_name"] == [
        ("first_name", Verdict.DROPPED)
    ]


def test_a_ledger_keeps_the_last_five_in_short() -> None:
    """The oldest goes; what is kept of each names who did what, and the digest of the whole."""
    receipt = Owner().apply(desired())
    ledger = Ledger(stack="demo", url=URL)
    for number in range(KEPT + 2):
        ledger = with_receipt(ledger, replace(receipt, started=f"2026-11-21 08:00:0{number}"))
    kept = [json.loads(each) for each in ledger.receipts]
    assert [each["started"][-1] for each in kept] == ["2", "3", "4", "5", "6"]
    assert kept[0]["changes"][1] == ["role.z", "create", "done"]
    assert len(kept[0]["digest"]) == 64


def test_the_short_form_stays_short() -> None:
    """An apply of 10,000 changes takes a few kilobytes of the ledger, and its digest still names it."""
    receipt = Owner().apply(desired())
    large = replace(receipt, steps=receipt.steps * 2_500)
    document = json.loads(compact(large))
    assert len(compact(large)) < 4_000
    assert (len(document["changes"]), document["more"]) == (NAMED, 10_000 - NAMED)
    assert document["digest"] == digest_of_receipt(large)
