"""What the instance does not answer: said, and never an error of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from snowconf.engine.plan.planning import make_plan
from snowconf.errors import (
    BadRequestError,
    FilterIgnoredError,
    ForbiddenError,
    InstanceError,
    NotFoundError,
    Reason,
    UnreachableError,
)
from snowconf.model.plan import Plan
from snowconf.model.query import Query
from snowconf.model.runner import Runner
from tests.engine.building import codes, context, resource, stack
from tests.engine.pretend import PretendInstance, Rows

SVC = "5" * 32
REFUSALS = (
    ForbiddenError("closed", reason=Reason.API_CLOSED),
    NotFoundError("not there"),
    BadRequestError("no such table"),
    FilterIgnoredError("a condition was dropped"),
)


@dataclass
class Closing(PretendInstance):
    """An instance some of whose tables raise when they are listed."""

    closing: dict[str, InstanceError] = field(default_factory=dict)

    def list_rows(
        self, table: str, query: Query, columns: Sequence[str], *, limit: int | None = None
    ) -> Rows:
        """The rows, or the error."""
        if table in self.closing:
            raise self.closing[table]
        return super().list_rows(table, query, columns, limit=limit)


@pytest.fixture
def instance() -> Closing:
    """One user, who is active."""
    closing = Closing()
    closing.put("sys_user", SVC, user_name="svc", active="true")
    return closing


def planned(instance: Closing) -> Plan:
    """The plan that switches the user off."""
    return make_plan(stack(resource("user", "svc", active=False)), instance, context())


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda each: type(each).__name__)
def test_a_table_that_cannot_be_asked_is_told(instance: Closing, refusal: InstanceError) -> None:
    """The plan goes on, and says what nobody knows."""
    instance.closing = {"oauth_credential": refusal}
    plan = planned(instance)
    expected = "How many live tokens end is not known in full: the instance does not show this account all of oauth_credential."
    assert [each.sentence for each in plan.hazards] == [expected]
    assert codes(plan) == []


def test_an_instance_that_stops_answering_is_an_error(instance: Closing) -> None:
    """What may be asked again is not passed over."""
    instance.closing = {"sysauto": UnreachableError("gone")}
    with pytest.raises(UnreachableError):
        planned(instance)


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda each: type(each).__name__)
def test_roles_that_cannot_be_asked_for_are_a_warning(instance: Closing, refusal: InstanceError) -> None:
    """Whether the runner may write is then not known."""
    instance.runner = Runner(user_name="me", sys_id="6" * 32)
    instance.closing = {"sys_user_has_role": refusal}
    assert codes(planned(instance)) == ["SNC241"]


def test_a_runner_nobody_knows_is_a_warning(instance: Closing) -> None:
    """A token whose user the instance does not tell."""
    instance.runner = Runner()
    plan = planned(instance)
    assert codes(plan) == ["SNC241"]
    assert "The instance does not say who this is" in plan.diagnostics[0].detail


def test_roles_some_of_which_are_hidden_are_a_warning(instance: Closing) -> None:
    """One that is not shown may be the one that is needed."""
    instance.runner = Runner(user_name="me", sys_id="6" * 32)
    instance.put("sys_user_role", "7" * 32, name="itil")
    for number in range(2):
        row = {"user": "6" * 32, "role": "7" * 32, "state": "active", "inherited": "false"}
        instance.put("sys_user_has_role", f"{number:032x}", **row)
    instance.secret_rows = {f"{1:032x}"}
    assert codes(planned(instance)) == ["SNC241"]


def test_rows_that_are_there_and_hidden_are_told(instance: Closing) -> None:
    """What is shown is counted, and that it is not all is said."""
    for number in range(2):
        sys_id = f"{number:032x}"
        instance.put("oauth_credential", sys_id, user=SVC, expires="2999-01-01 00:00:00")
    instance.secret_rows = {f"{1:032x}"}
    sentences = [each.sentence for each in planned(instance).hazards]
    assert sentences[0] == "1 live token of this user ends."
    assert sentences[1].startswith("How many live tokens end is not known in full")
