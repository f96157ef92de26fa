"""Receipts for people."""

from dataclasses import replace

from snowconf.model.receipt import Receipt
from snowconf.report.page import Page
from snowconf.report.styled import to_plain
from snowconf.report.terminal_receipt import render_receipt, render_receipts
from tests.driving.shared import Owner
from tests.engine.building import resource, stack
from tests.engine.pretend import refusal

HIDDEN = "hunter2-in-a-property"


def receipt() -> Receipt:
    """An apply with a creation, an adoption, a hidden value, a failure, and a removal before it."""
    owner = Owner()
    owner.apply(stack(resource("role", "gone", description="Gone")))
    owner.instance.refuses["oauth_entity"] = refusal()
    return owner.apply(
        stack(
            resource("user", "jane.doe", first_name="Joan", roles=[]),
            resource("user", "svc", password={"env": "SECRET"}),
            resource("property", "acme.password", value=HIDDEN),
            resource("oauth_app", "app"),
        )
    )


def drawn(one: Receipt, width: int = 100) -> str:
    """The report as plain text."""
    return to_plain(render_receipt(one, Page(width=width)))


def test_a_receipt_shows_before_and_after() -> None:
    """Each write with its sign, its record and its columns; a deletion with what was there."""
    text = drawn(receipt())
    for line in (
        "  > user.jane.doe  done  (stack.toml:1)",
        'first_name  "Jane" -> "Joan"',
        "- sys_user_role",
        'name  "gone"',
        "user_password  (sensitive, from env SECRET)",
        "value  (sensitive)",
    ):
        assert line in text
    assert HIDDEN not in text


def test_a_failure_says_why() -> None:
    """With its code, and the counts at the end."""
    text = drawn(receipt())
    assert "+ oauth_app.app  failed" in text
    assert "SNC404 an access control refused" in text
    assert text.endswith("4 done, 1 failed.\n")


def test_who_did_it_stands_above() -> None:
    """The person or pipeline, the host, and the account of the instance where it is known."""
    assert "by ci on runner-7, snowconf" in drawn(receipt())
    assert "by ci on runner-7 as admin, snowconf" in drawn(replace(receipt(), who="admin"))
    assert "by ci, snowconf" in drawn(replace(receipt(), host=""))


def test_what_was_noticed_and_cut_short_is_told() -> None:
    """Notes of a change, and that somebody stopped the run."""
    one = receipt()
    noted = replace(one.steps[-1], notes=("Somebody wrote at the same moment.",))
    text = drawn(replace(one, steps=(noted,), interrupted=True))
    assert "Somebody wrote at the same moment." in text
    assert text.endswith("1 done, interrupted.\n")


def test_a_list_has_a_line_for_each() -> None:
    """Name, place, counts, person; and which of them took another back."""
    one = receipt()
    text = to_plain(
        render_receipts([("first", one), ("second", replace(one, takes_back="1"))], Page(width=200))
    )
    first, second = text.splitlines()
    assert first == "first  demo on dev  4 done, 1 failed  by ci on runner-7"
    assert second.endswith("takes another back")


def test_a_receipt_of_nothing_says_so() -> None:
    """An apply that was stopped before its first change."""
    assert drawn(replace(receipt(), steps=())).endswith("nothing done.\n")
