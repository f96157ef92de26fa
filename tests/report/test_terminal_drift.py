from collections.abc import Callable
from dataclasses import replace

import pytest

from snowconf.model.drift import find_drift
from snowconf.model.plan import Action, Plan
from snowconf.report.page import Page
from snowconf.report.styled import cells, to_plain
from snowconf.report.terminal_drift import render_drift

Golden = Callable[[str, str], None]


def drawn(plan: Plan, width: int) -> str:
    """The report as plain text."""
    return to_plain(render_drift(find_drift(plan), Page(width=width, folder="examples/finout")))


@pytest.mark.parametrize("width", [100, 40])
def test_drift_reads_as_agreed(plan: Plan, golden: Golden, width: int) -> None:
    """Column, both values, who, when and the line of the file, as the golden file says."""
    golden(f"drift-{width}.txt", drawn(plan, width))


@pytest.mark.parametrize("width", [100, 40])
def test_no_line_is_wider_than_the_terminal(plan: Plan, width: int) -> None:
    """Ordinary names fit on the page."""
    assert [each for each in drawn(plan, width).splitlines() if cells(each) > width] == []


def test_no_drift_is_one_sentence(quiet_plan: Plan) -> None:
    """Where nothing differs, that is all it says."""
    expected = "No drift. The instance holds what examples/finout asks for (2 resources compared).\n"
    assert expected == drawn(quiet_plan, 100)


def test_secrets_alone_are_no_drift(plan: Plan) -> None:
    """Nobody can read a secret back, so no command claims that it drifted; it is named as not proven."""
    user = next(each for each in plan.changes if each.address.kind == "user")
    secret = tuple(each for each in user.attributes if each.sensitive)
    alone = replace(plan, changes=(replace(user, attributes=secret, members=()),), diagnostics=())
    assert drawn(alone, 100) == (
        "Secrets cannot be read back. Not known to be the ones that the stack names: user.svc_finout\npassword.\n\n"
        "No drift. The instance holds what examples/finout asks for (1 resource compared).\n"
    )


def test_text_that_is_masked_can_drift_and_is_not_shown(plan: Plan) -> None:
    """A property whose name tells of a secret differs without showing how."""
    app = next(each for each in plan.changes if each.address.kind == "oauth_app")
    masked = replace(app.attributes[1], before="hunter2-one", after="hunter2-two", sensitive=True)
    text = drawn(replace(plan, changes=(replace(app, attributes=(masked,)),), diagnostics=()), 100)
    assert ("differs (sensitive, not shown)" in text, "hunter2" in text) == (True, False)


def test_what_is_not_known_is_not_said(plan: Plan) -> None:
    """Without evidence of who changed a record, no line speaks of it; missing places leave no trace."""
    user = next(each for each in plan.changes if each.action is Action.UPDATE)
    lone = replace(user, updated_by="", attributes=(replace(user.attributes[2], note="why"),), members=())
    assert drawn(replace(plan, changes=(lone,), diagnostics=()), 100).splitlines()[:5] == [
        "  ~ user.svc_finout  (finout.toml:12)",
        "      ~ active",
        "          instance  false",
        "          file      true",
        "          why",
    ]


@pytest.mark.parametrize("width", [100, 40])
def test_drift_of_an_owner_reads_as_agreed(plan_of_owner: Plan, golden: Golden, width: int) -> None:
    """What only the files have changed, and what has left them, is no drift; the rest says which side moved."""
    golden(f"drift-of-owner-{width}.txt", drawn(plan_of_owner, width))
