"""Plans that take away or change more than a share of what the stack owns."""

from typing import Any

import pytest

from snowconf.model.limits import Allowances, Limits
from snowconf.model.ownership import Ledger, Removal
from tests.hazards.bench import Bench, codes, entry, owning


def owned(bench: Bench, number: int, *, on_remove: Removal = Removal.DELETE) -> Ledger:
    """So many users of this stack, on the instance and in the ledger."""
    entries = []
    for n in range(number):
        sys_id = bench.put("sys_user", user_name=f"svc{n:02}", active="true", title="Before")
        entries.append(entry(f"user.svc{n:02}", "sys_user", sys_id, on_remove=on_remove))
    return owning(*entries)


def blocks(numbers: range, title: str) -> str:
    """The blocks of these users."""
    return "".join(f'[user.svc{n:02}]\ntitle = "{title}"\n' for n in numbers)


@pytest.fixture
def ledger(bench: Bench) -> Ledger:
    """Ten records, the least for which limits hold."""
    return owned(bench, 10)


@pytest.mark.parametrize(("gone", "found"), [(3, []), (4, ["SNC222"])])
def test_deletions_beyond_the_share(bench: Bench, ledger: Ledger, gone: int, found: list[str]) -> None:
    """Three of ten are thirty percent; four are more."""
    assert codes(bench.plan(blocks(range(gone, 10), "Before"), ledger=ledger)) == found


@pytest.mark.parametrize(("changed", "found"), [(3, []), (4, ["SNC223"])])
def test_updates_beyond_the_share(bench: Bench, ledger: Ledger, changed: int, found: list[str]) -> None:
    """The same share, counted for itself."""
    text = blocks(range(changed), "After") + blocks(range(changed, 10), "Before")
    assert codes(bench.plan(text, ledger=ledger)) == found


def test_both_at_once(bench: Bench, ledger: Ledger) -> None:
    """Neither hides the other."""
    assert codes(bench.plan(blocks(range(5), "After"), ledger=ledger)) == ["SNC222", "SNC223"]


def test_the_message_has_the_numbers_and_the_way_out(bench: Bench, ledger: Ledger) -> None:
    """How many of how many, the limit, the flag with its number, and the setting."""
    detail = bench.plan("", ledger=ledger).diagnostics[0].detail
    for words in ("10 of the 10 records", "100%", "30%", "--allow-deletes 10", "limits = { delete = 0.5 }"):
        assert words in detail


def test_the_message_about_updates_has_them_too(bench: Bench, ledger: Ledger) -> None:
    """For changes the other flag and the other limit."""
    detail = bench.plan(blocks(range(10), "After"), ledger=ledger).diagnostics[0].detail
    for words in ("10 of the 10 records", "30%", "--allow-updates 10", "limits = { update = 0.5 }"):
        assert words in detail


def test_switching_off_counts_as_taking_away(bench: Bench) -> None:
    """An empty folder that switches every account off is no better than one that deletes them."""
    ledger = owned(bench, 10, on_remove=Removal.DEACTIVATE)
    assert codes(bench.plan("", ledger=ledger)) == ["SNC222"]


def test_forgetting_without_a_write_counts_for_nothing(bench: Bench) -> None:
    """What is kept as it is is not taken away."""
    ledger = owned(bench, 10, on_remove=Removal.KEEP)
    assert codes(bench.plan("", ledger=ledger)) == []


def test_a_small_stack_has_no_limits(bench: Bench) -> None:
    """Nine records may all go at once."""
    assert codes(bench.plan("", ledger=owned(bench, 9))) == []


def test_a_stack_that_owns_nothing_has_no_limits(bench: Bench) -> None:
    """A first apply creates whatever it likes, and changes what it finds."""
    owned(bench, 12)
    assert codes(bench.plan(blocks(range(12), "After"))) == []


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ({"allowances": Allowances(deletes=10)}, []),
        ({"allowances": Allowances(deletes=9)}, ["SNC222"]),
        ({"allowances": Allowances(updates=10)}, ["SNC222"]),
        ({"limits": Limits(delete=1.0)}, []),
        ({"limits": Limits(at_least=11)}, []),
        ({"limits": Limits(delete=0.0)}, ["SNC222"]),
    ],
)
def test_ways_out(bench: Bench, ledger: Ledger, settings: dict[str, Any], found: list[str]) -> None:
    """A flag with a number that is large enough, or another limit."""
    assert codes(bench.plan("", ledger=ledger, **settings)) == found


def test_updates_can_be_allowed(bench: Bench, ledger: Ledger) -> None:
    """By number, for one run."""
    text = blocks(range(10), "After")
    assert codes(bench.plan(text, ledger=ledger, allowances=Allowances(updates=10))) == []


def test_a_plan_that_is_stopped_writes_nothing(bench: Bench, ledger: Ledger) -> None:
    """The error keeps an apply from its first write."""
    report = bench.apply("", ledger=ledger)
    assert ({each.status.value for each in report.outcomes}, report.after) == ({"not attempted"}, None)
