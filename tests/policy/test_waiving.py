"""Waivers: what they take, for how long, and what is said of those that take nothing."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from snowconf.model.finding import Waiver
from snowconf.model.finding_json import policy_document, read_waived, waived_document, waived_of
from snowconf.model.origin import Origin
from tests.policy.courtroom import TODAY, Courtroom, change, codes

RULE = """
# METADATA
# custom:
#   id: a.one
deny contains {"msg": rc.address, "address": rc.address} if some rc in input.resource_changes

# METADATA
# custom:
#   id: a.all
#   waivable: false
deny contains "all" if count(input.resource_changes) > 2
"""
WAIVER = Waiver(
    rule="a.one",
    address="role.a",
    owner="jane@acme.example",
    reason="Ticket 4711",
    expires=TODAY,
    origin=Origin("stack.toml", 30, 1),
)
TWO = (change("role.a"), change("role.b"))


def test_a_waiver_takes_what_is_found_at_its_address(court: Courtroom) -> None:
    """And nothing at another; what is waived is still told."""
    court.waivers = (WAIVER,)
    review = court.hear(RULE, *TWO)
    assert ([each.message for each in review.denying], [each.message for each in review.waived]) == (
        ["role.b"],
        ["role.a"],
    )
    assert (review.waived[0].waiver, codes(review), review.is_denied) == (WAIVER, [], True)


def test_a_waiver_of_everything_lets_the_plan_pass(court: Courtroom) -> None:
    """With a star for everywhere; one for the address itself comes first."""
    everywhere = replace(WAIVER, address="*")
    court.waivers = (everywhere, WAIVER)
    review = court.hear(RULE, *TWO)
    assert (review.is_denied, [each.waiver for each in review.waived]) == (False, [WAIVER, everywhere])


@pytest.mark.parametrize(("days", "codes_", "denying"), [(0, [], 0), (1, [], 0), (-1, ["SNC647"], 1)])
def test_a_waiver_ends_with_its_day(court: Courtroom, *, days: int, codes_: list[str], denying: int) -> None:
    """On its last day it holds; then the plan is denied, and the waiver is told."""
    court.waivers = (replace(WAIVER, expires=TODAY + timedelta(days=days)),)
    review = court.hear(RULE, change("role.a"))
    assert (codes(review), len(review.denying), review.is_denied) == (codes_, denying, bool(denying))


def test_an_expired_waiver_fails_also_where_nothing_is_found(court: Courtroom) -> None:
    """So that it is taken out, and cannot be made longer unseen one day; its place and its owner are told."""
    court.waivers = (replace(WAIVER, expires=date(2020, 1, 1)),)
    review = court.hear(RULE)
    assert (codes(review), review.was_judged, review.is_denied) == (["SNC647"], True, True)
    (told,) = review.diagnostics
    assert (str(told.origin), "jane@acme.example" in told.detail, "2020-01-01" in told.detail) == (
        "stack.toml:30",
        True,
        True,
    )


@pytest.mark.parametrize("waiver", [replace(WAIVER, address="role.z"), replace(WAIVER, rule="a.none")])
def test_a_waiver_that_takes_nothing_is_told(court: Courtroom, waiver: Waiver) -> None:
    """It denies nothing, and would take one day what nobody has decided on."""
    court.waivers = (WAIVER, waiver)
    review = court.hear(RULE, change("role.a"))
    assert (codes(review), review.is_denied) == (["SNC648"], False)


def test_what_cannot_be_waived_is_not(court: Courtroom) -> None:
    """The rule says it of itself, and the waiver is a mistake."""
    court.waivers = (replace(WAIVER, rule="a.all", address="*"), replace(WAIVER, address="*"))
    review = court.hear(RULE, *TWO, change("role.c"))
    assert ([each.id for each in review.denying], codes(review), review.is_denied) == (
        ["a.all"],
        ["SNC652"],
        True,
    )


def test_of_policies_that_cannot_be_asked_nothing_is_waived(court: Courtroom) -> None:
    """And nothing is said of waivers then: nobody knows what they would take."""
    court.waivers = (WAIVER,)
    assert codes(court.hear("deny contains 7")) == ["SNC641"]


def test_the_document_says_which_waivers_were_used(court: Courtroom) -> None:
    """By finding and by waiver."""
    court.waivers = (WAIVER, replace(WAIVER, address="role.z"))
    document = policy_document(court.hear(RULE, *TWO))
    assert [each["used"] for each in document["waivers"]] == [True, False]
    assert [each["waiver"] and each["waiver"]["owner"] for each in document["findings"]] == [
        None,
        "jane@acme.example",
    ]
    assert (document["verdict"], document["summary"]) == ("denied", {"denied": 1, "warned": 0, "waived": 1})


def test_a_receipt_keeps_what_was_waived(court: Courtroom) -> None:
    """And reads it back."""
    court.waivers = (WAIVER,)
    (kept,) = waived_of(court.hear(RULE, *TWO).findings)
    assert (kept.message, kept.address, kept.waiver) == ("role.a", "role.a", WAIVER)
    assert read_waived(waived_document(kept)) == kept
