from collections.abc import Callable

import pytest

from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.holding import Held, Holding
from snowconf.model.origin import Origin
from snowconf.model.plan_json import dump, holding_document
from snowconf.model.state import Member, Record
from snowconf.model.value import RecordRef
from snowconf.report.page import Page
from snowconf.report.styled import to_plain
from snowconf.report.terminal_show import render_holding

Golden = Callable[[str, str], None]


@pytest.fixture
def holding(problem: Diagnostic) -> Holding:
    """A user, a property with a telling name, and a role that is not there."""
    origin = Origin("finout.toml", 12)
    user = Record(
        sys_id="2" * 32,
        attributes={
            "user_name": "svc",
            "email": "",
            "title": "",
            "active": False,
            "manager": RecordRef("3" * 32, "jd"),
        },
        members={
            "roles": (Member(sys_id="4" * 32, ref=RecordRef("5" * 32, "itil")),),
            "groups": (),
        },
        hidden=frozenset({"identity"}),
        revision="3",
        updated_by="jane.doe\x1b[2J",
        updated_on="2026-11-20 14:02:11",
    )
    value = Record(
        sys_id="6" * 32,
        attributes={"name": "acme.api_key", "value": "hunter2"},
        members={},
        hidden=frozenset(),
        revision="0",
        updated_by="admin",
        updated_on="2026-11-20 14:02:11",
    )
    return Holding(
        held=(
            Held(
                address=Address("user", "svc"),
                origin=origin,
                table="sys_user",
                record=user,
                declared=frozenset({"email", "password"}),
                secrets=("password",),
            ),
            Held(
                address=Address("property", "acme.api_key"),
                origin=origin,
                table="sys_properties",
                record=value,
                declared=frozenset({"value"}),
                masked=frozenset({"value"}),
            ),
            Held(
                address=Address("role", "reader"),
                origin=origin,
                table="sys_user_role",
                record=None,
                declared=frozenset(),
            ),
        ),
        diagnostics=(problem,),
    )


def test_holding_reads_as_agreed(holding: Holding, golden: Golden) -> None:
    """Blocks as in a stack: what is written or not empty, secrets by name, who touched the record last."""
    golden("show.txt", to_plain(render_holding(holding, Page(width=80))))


def test_holding_as_json_is_as_agreed(holding: Holding, golden: Golden) -> None:
    """The document that machines read; what is sensitive is null."""
    golden("show.json", dump(holding_document(holding)))
