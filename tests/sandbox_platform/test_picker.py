"""The picker of the current update set and application (wire-contract.md 7.2)."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from snowconf.sandbox.instance import Sandbox
from snowconf.sandbox.switches import parse

PICKER = "http://sandbox.localhost/api/now/ui/concoursepicker"
TABLES = "http://sandbox.localhost/api/now/table"
JSON = [("Content-Type", "application/json")]
FAILED = {"result": {"success": False}}


class Admin:
    """What admin says to a sandbox, and what it answers."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.exchange = sandbox.exchange("admin")

    def send(self, method: str, url: str, body: object = None) -> tuple[int, Any]:
        """Status and body of an answer."""
        status, _, text = self.exchange(method, url, JSON, json.dumps(body or {}).encode())
        return status, json.loads(text)

    def create(self, table: str, **columns: str) -> dict[str, str]:
        """A record as it was stored."""
        answer = self.send("POST", f"{TABLES}/{table}?sysparm_exclude_reference_link=true", columns)[1]
        record: dict[str, str] = answer["result"]
        return record

    def find(self, table: str, query: str) -> list[dict[str, str]]:
        """The records that a query finds."""
        url = f"{TABLES}/{table}?sysparm_exclude_reference_link=true&sysparm_query={query}"
        records: list[dict[str, str]] = self.send("GET", url)[1]["result"]
        return records


@pytest.fixture
def admin() -> Iterator[Admin]:
    """Admin at a fresh sandbox."""
    sandbox = Sandbox(None, parse({"internal_errors": "raise"}))
    yield Admin(sandbox)
    sandbox.close()


def test_a_set_is_picked(admin: Admin) -> None:
    """Word for word recorded answer 58; changes land there from now on."""
    mine = admin.create("sys_update_set", name="Mine")
    assert admin.send("PUT", f"{PICKER}/updateset", {"sysId": mine["sys_id"]}) == (
        200,
        {"result": {"success": True}},
    )
    row = admin.create("sys_properties", name="acme.colour")
    (update,) = admin.find("sys_update_xml", f"name=sys_properties_{row['sys_id']}")
    assert update["update_set"] == mine["sys_id"]


def test_there_is_one_preference(admin: Admin) -> None:
    """Picking again changes it, or leaves it alone."""
    for name in ("a", "b"):
        picked = admin.create("sys_update_set", name=name)["sys_id"]
        for _ in range(2):
            admin.send("PUT", f"{PICKER}/updateset", {"sysId": picked})
    (preference,) = admin.find("sys_user_preference", "name=sys_update_set")
    assert (preference["value"], preference["sys_mod_count"]) == (picked, "1")


def test_only_an_open_set_can_be_current(admin: Admin) -> None:
    """Nor can one that does not exist (wire-contract.md 7.1)."""
    done = admin.create("sys_update_set", name="Done", state="complete")["sys_id"]
    for picked in (done, "bunk", ""):
        assert admin.send("PUT", f"{PICKER}/updateset", {"sysId": picked}) == (200, FAILED)
    assert admin.find("sys_user_preference", "name=sys_update_set") == []


def test_the_application_is_not_moved(admin: Admin) -> None:
    """For a REST user `apps.current_app` stays as it is (measured)."""
    (scope,) = admin.find("sys_scope", "scope=x_fls_flexera_fnms")
    picked = admin.send("PUT", f"{PICKER}/application", {"app_id": scope["sys_id"]})
    assert picked == (200, {"result": {"success": True}})
    assert admin.find("sys_user_preference", "name=apps.current_app") == []
    assert admin.send("PUT", f"{PICKER}/application", {"app_id": "bunk"}) == (200, FAILED)


def test_a_set_of_another_application_cannot_be_picked(admin: Admin) -> None:
    """Its application must be the current one (wire-contract.md 7.2)."""
    mine = admin.create("sys_update_set", name="Mine")["sys_id"]
    (scope,) = admin.find("sys_scope", "scope=x_fls_flexera_fnms")
    who = admin.find("sys_user", "user_name=admin")[0]["sys_id"]
    admin.create("sys_user_preference", user=who, name="apps.current_app", value=scope["sys_id"])
    assert admin.send("PUT", f"{PICKER}/updateset", {"sysId": mine}) == (200, FAILED)
    theirs = admin.create("sys_update_set", name="Theirs")["sys_id"]
    assert admin.send("PUT", f"{PICKER}/updateset", {"sysId": theirs})[1] != FAILED
    assert len(admin.find("sys_user_preference", "name=updateSetForScopex_fls_flexera_fnms")) == 1


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "updateset", 405), ("POST", "application", 405), ("PUT", "domain", 400)],
)
def test_nothing_else_is_there(admin: Admin, method: str, path: str, status: int) -> None:
    """Reading it has side effects on the platform, so it is not offered."""
    assert admin.send(method, f"{PICKER}/{path}")[0] == status


def test_a_body_that_cannot_be_read_is_told_so(admin: Admin) -> None:
    """As everywhere."""
    status, _, _ = admin.exchange("PUT", f"{PICKER}/updateset", JSON, b"{")
    assert status == 400
