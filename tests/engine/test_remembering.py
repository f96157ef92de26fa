"""What is asked of an instance twice while a plan is made, and what only looks so."""

import pytest

from snowconf.engine.observe.remembering import Remembered
from snowconf.model.query import where
from tests.engine.pretend import PretendInstance

ADMIN = "6816f79cc0a8016401c5a33be04be441"


@pytest.fixture
def instance() -> PretendInstance:
    """With one user."""
    pretend = PretendInstance()
    pretend.put("sys_user", ADMIN, user_name="admin", first_name="System")
    return pretend


def test_the_same_columns_in_another_order_are_not_asked_again(instance: PretendInstance) -> None:
    """The rows are those of the first time."""
    remembered, query = Remembered(instance), where(user_name="admin")
    first = remembered.list_rows("sys_user", query, ("user_name", "first_name"))
    assert remembered.list_rows("sys_user", query, ("first_name", "user_name")) is first
    assert instance.requests == {"GET": 1}


def test_other_columns_rows_and_limits_are_asked_for(instance: PretendInstance) -> None:
    """A column that was not asked for would look like one that may not be read."""
    remembered, query = Remembered(instance), where(user_name="admin")
    remembered.list_rows("sys_user", query, ("user_name",))
    (row,) = remembered.list_rows("sys_user", query, ("user_name", "first_name")).rows
    remembered.list_rows("sys_user", where(user_name="nobody"), ("user_name",))
    remembered.list_rows("sys_user", query, ("user_name",), limit=1)
    assert row["first_name"] == "System"
    assert instance.requests == {"GET": 4}
