"""--undo-on-failure: what a run has done goes back when some of it fails, and the report tells the two apart."""

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from snowconf.cli.concluding import of_apply
from snowconf.cli.exit_codes import ExitCode
from snowconf.engine.apply.applying import apply
from snowconf.engine.apply.receipting import receipt_of
from snowconf.engine.apply.retreating import has_failed, retreat
from snowconf.errors import BrokenAnswerError, OutcomeUnknownError
from snowconf.model.outcome import ApplyReport, Status
from snowconf.model.plan_json import apply_document
from snowconf.model.state import Desired
from snowconf.report.page import Page
from snowconf.report.styled import to_plain
from snowconf.report.terminal_apply import render_apply
from tests.driving.shared import ABOUT, JANE, Owner
from tests.engine.building import resource, stack
from tests.engine.pretend import refusal

Run = Callable[..., Any]
RULE = """
[stack]
name = "other"
ledger = "file:other.json"

[instance.sandbox]
url = "sandbox:../small/.snowconf/sandbox.db"

[record.no_groups]
table = "sys_script"
key = ["name"]

[record.no_groups.columns]
name = "No groups"
collection = "sys_user_group"
when = "before"
action_insert = true
active = true
abort_action = true
"""


def desired() -> Desired:
    """A creation, an adoption, and an application that the instance will refuse."""
    return stack(
        resource("role", "z"),
        resource("user", "jane.doe", first_name="Joan", roles=["z"]),
        resource("oauth_app", "app", access_token_lifespan=900),
    )


def run_of(owner: Owner, wanted: Desired | None = None) -> ApplyReport:
    """An apply that goes back when some of it fails."""
    wanted, context = wanted or desired(), owner.context
    report = apply(owner.plan(wanted), wanted, owner.instance, context)
    if not has_failed(report):
        return report
    return retreat(report, receipt_of(report, context, ABOUT), owner.instance, context)


def rows(owner: Owner) -> dict[str, dict[str, dict[str, str]]]:
    """All rows without their revisions."""
    return {
        table: {sys_id: owner.instance.held(table, sys_id) for sys_id in held}
        for table, held in owner.instance.tables.items()
    }


def test_everything_goes_back_when_something_fails() -> None:
    """The instance is as it was, nothing is owned, and the exit code is that of a failure."""
    owner = Owner()
    before = copy.deepcopy(rows(owner))
    owner.instance.refuses["oauth_entity"] = refusal()
    report = run_of(owner)
    assert rows(owner) == before
    assert report.ledger is not None
    assert report.ledger.entries == {}
    assert of_apply(report) is ExitCode.FAILED


def test_nothing_goes_back_when_nothing_fails() -> None:
    """What went well stays."""
    owner = Owner()
    report = run_of(owner)
    assert (report.undone, owner.instance.held("sys_user", JANE)["first_name"]) == (None, "Joan")


def test_who_interrupts_a_run_does_not_start_another() -> None:
    """Ctrl-C asks that nothing more be written."""
    owner = Owner()
    owner.instance.refuses["oauth_entity"] = refusal()
    report = apply(owner.plan(desired()), desired(), owner.instance, owner.context)
    assert has_failed(report)
    assert not has_failed(replace(report, interrupted=True))


def test_an_unknown_outcome_is_looked_at_first() -> None:
    """The record was created after all: it is found, and goes."""
    owner = Owner()
    before = copy.deepcopy(rows(owner))
    insert = owner.instance.insert

    def silent(table: str, columns: dict[str, str], *, display_input: bool = False) -> dict[str, str]:
        row = insert(table, columns, display_input=display_input)
        if table == "oauth_entity":
            raise OutcomeUnknownError("no answer came")
        return dict(row)

    owner.instance.insert = silent  # type: ignore[method-assign,assignment]  # a wire that loses one answer
    report = run_of(owner)
    assert [each.status for each in report.outcomes if each.change.address.label == "app"] == [Status.UNKNOWN]
    assert rows(owner) == before
    assert of_apply(report) is ExitCode.FAILED


def test_what_cannot_go_back_leaves_it_in_part() -> None:
    """Somebody wrote meanwhile: their value stays, and the exit code says that not all is as it was."""
    owner = Owner()
    owner.instance.refuses["oauth_entity"] = refusal()
    wanted, context = desired(), owner.context
    report = apply(owner.plan(wanted), wanted, owner.instance, context)
    owner.instance.edit("sys_user", JANE, first_name="Human")
    back = retreat(report, receipt_of(report, context, ABOUT), owner.instance, context)
    assert of_apply(back) is ExitCode.IN_PART
    assert owner.instance.held("sys_user", JANE)["first_name"] == "Human"


@pytest.mark.parametrize(
    ("error", "code"),
    [(refusal(), ExitCode.IN_PART), (OutcomeUnknownError("no answer came"), ExitCode.UNKNOWN)],
)
def test_a_way_back_that_fails_is_told(error: Any, code: ExitCode) -> None:
    """Refused on the way back, or unknown there: said, and not covered up."""
    owner = Owner()
    owner.instance.refuses["oauth_entity"] = refusal()
    wanted, context = desired(), owner.context
    report = apply(owner.plan(wanted), wanted, owner.instance, context)
    owner.instance.refuses["sys_user"] = error
    back = retreat(report, receipt_of(report, context, ABOUT), owner.instance, context)
    assert of_apply(back) is code


def test_an_interrupted_way_back_is_interrupted() -> None:
    """Ctrl-C while it goes back."""
    owner = Owner()
    owner.instance.refuses["oauth_entity"] = refusal()
    report = run_of(owner)
    assert report.undone is not None
    stopped = replace(report, undone=replace(report.undone, interrupted=True))
    assert of_apply(stopped) is ExitCode.INTERRUPTED


def test_an_instance_that_has_gone_is_not_undone() -> None:
    """Without a look nothing is taken back, and the report says so."""
    owner = Owner()
    owner.instance.refuses["oauth_entity"] = refusal()
    wanted, context = desired(), owner.context
    report = apply(owner.plan(wanted), wanted, owner.instance, context)
    owner.instance.closed = BrokenAnswerError("hibernating")
    back = retreat(report, receipt_of(report, context, ABOUT), owner.instance, context)
    assert (back.undone, back.diagnostics[-1].code) == (None, "SNC408")
    assert "could not be taken back" in back.diagnostics[-1].detail
    assert of_apply(back) is ExitCode.IN_PART


def test_the_report_tells_both_halves_apart() -> None:
    """What was done first, and below it what came of taking it back; for machines the one within the other."""
    owner = Owner()
    owner.instance.refuses["oauth_entity"] = refusal()
    report = run_of(owner)
    text = to_plain(render_apply(report, Page(width=100)))
    first, second = text.split("Some of it failed, so this run was taken back:")
    assert "2 done, 1 failed" in first
    assert "2 done, 0 failed" in second
    assert "Observed again: nothing differs." in second
    undone = json.loads(json.dumps(apply_document(report)))["undone"]
    assert undone["summary"]["done"] == 2


def test_a_run_that_did_nothing_has_nothing_to_take_back() -> None:
    """The only change failed at its first write."""
    owner = Owner()
    owner.instance.refuses["oauth_entity"] = refusal()
    report = run_of(owner, stack(resource("oauth_app", "app")))
    assert "There was nothing to take back." in to_plain(render_apply(report, Page(width=100)))
    assert of_apply(report) is ExitCode.FAILED


def test_a_record_made_with_protection_goes_back_with_its_run() -> None:
    """Protection begins when an apply has ended well."""
    owner = Owner()
    owner.instance.refuses["oauth_entity"] = refusal()
    wanted = stack(resource("role", "z", _prevent_delete=True), resource("oauth_app", "app"))
    run_of(owner, wanted)
    assert len(owner.instance.tables["sys_user_role"]) == 1


def test_the_command_takes_its_run_back(stack: Path, run: Run) -> None:
    """Two receipts, the second of which takes back the first; the next plan asks for everything again."""
    run("plan")
    other = stack.parent / "other"
    other.mkdir()
    (other / "other.toml").write_text(RULE, encoding="utf-8")
    assert run("apply", "--directory", str(other), "--auto-approve").code == 0
    with (stack / "small.toml").open("a", encoding="utf-8") as file:
        file.write('\n[group.crew]\ndescription = "Nobody may make one"\n')
    ended = run("apply", "--auto-approve", "--undo-on-failure")
    kept = sorted((stack / ".snowconf" / "receipts").glob("*.json"))
    first, second = (json.loads(each.read_text("utf-8")) for each in kept)
    assert (ended.code, "was taken back" in ended.out) == (1, True)
    assert second["takes_back"] == first["digest"]
    assert "4 to create" in run("plan").out
