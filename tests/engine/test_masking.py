"""Values that look like secrets although the platform calls them text: hidden in plans and in verdicts."""

import pytest

from snowconf.engine.apply.applying import apply
from snowconf.engine.plan.planning import make_plan
from snowconf.model.outcome import Verdict
from tests.engine.building import change_of, context, resource, stack
from tests.engine.pretend import PretendInstance

TOKEN = "acme.api_token"


@pytest.fixture
def instance() -> PretendInstance:
    """With a property whose name says that it holds a secret."""
    pretend = PretendInstance()
    pretend.put("sys_properties", "a" * 32, name=TOKEN, value="held-on-the-instance")
    return pretend


@pytest.mark.parametrize("value", ["written-in-the-file", "", "true", "12"])
def test_a_telling_value_is_sensitive_whichever_side_holds_it(instance: PretendInstance, value: str) -> None:
    """A harmless value in the file does not show what the instance held before."""
    plan = make_plan(stack(resource("property", TOKEN, value=value)), instance, context())
    (attribute,) = change_of(plan, f"property.{TOKEN}").attributes
    assert attribute.sensitive
    assert change_of(plan, f"property.{TOKEN}").writes[0].masked == {"value"}


def test_a_harmless_value_on_both_sides_is_shown(instance: PretendInstance) -> None:
    """A switch whose name speaks of passwords is no secret."""
    instance.tables["sys_properties"]["a" * 32]["value"] = "false"
    plan = make_plan(stack(resource("property", TOKEN, value="true")), instance, context())
    (attribute,) = change_of(plan, f"property.{TOKEN}").attributes
    assert (attribute.before, attribute.after, attribute.sensitive) == ("false", "true", False)


def test_the_verdict_of_a_telling_value_does_not_hold_it(instance: PretendInstance) -> None:
    """Not even when the instance took it otherwise."""
    instance.drops.add(("sys_properties", "value"))
    desired = stack(resource("property", TOKEN, value="written-in-the-file"))
    report = apply(make_plan(desired, instance, context()), desired, instance, context())
    (verdict,) = report.outcomes[0].verdicts
    assert (verdict.verdict, verdict.sensitive) == (Verdict.DROPPED, True)
    assert (verdict.sent, verdict.held) == ("", "")
