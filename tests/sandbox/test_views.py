"""`sysparm_view`: the columns of a form (wire-contract.md 2.1, docs/platform.md)."""

import pytest

from snowconf.sandbox.instance import Sandbox
from tests.sandbox.caller import ADMIN, Caller


@pytest.fixture
def admin(sandbox: Sandbox) -> Caller:
    """Somebody who made a form for users in the view `short`: two sections, the second one first."""
    caller = Caller(sandbox)
    view = caller.post("sys_ui_view", {"name": "short", "title": "Short"}).result["sys_id"]
    form = caller.post("sys_ui_form", {"name": "sys_user", "view": view}).result["sys_id"]
    sections = {"1": ("name", "manager.name", ".split", "activity.xml"), "0": ("email", "user_name")}
    for place, columns in sections.items():
        section = section_of(caller, "sys_user", view)
        pair = {"sys_ui_form": form, "sys_ui_section": section, "position": place}
        caller.post("sys_ui_form_section", pair)
        for position, element in reversed([*enumerate(columns)]):
            add(caller, section, element, position)
    return caller


def section_of(caller: Caller, table: str, view: str, **values: str) -> str:
    """A section of the table in the view."""
    made = caller.post("sys_ui_section", {"name": table, "view": view} | values)
    return str(made.result["sys_id"])


def add(caller: Caller, section: str, element: str, position: int) -> None:
    """Put something into the section."""
    row = {"sys_ui_section": section, "element": element, "position": str(position)}
    caller.post("sys_ui_element", row)


def columns(caller: Caller, **parameters: str) -> list[str]:
    """The columns of an answer about the user admin."""
    return list(caller.get(f"sys_user/{ADMIN}", **parameters).result)


def test_a_view_has_the_columns_of_its_form(admin: Caller) -> None:
    """In their order, dot-walked ones too; what is no column is passed over."""
    expected = ["email", "user_name", "name", "manager.name"]
    assert columns(admin, sysparm_view="short") == expected
    listed = admin.get("sys_user", sysparm_view="short", sysparm_limit="1").result
    assert list(listed[0]) == expected
    written = admin.patch(f"sys_user/{ADMIN}", {"title": "Boss"}, sysparm_view="short").result
    assert list(written) == expected


def test_columns_that_are_named_win(admin: Caller) -> None:
    """Over any view."""
    assert columns(admin, sysparm_view="short", sysparm_fields="title") == ["title"]


@pytest.mark.parametrize("view", ["", "nope", "mobile", "Default view"])
def test_a_view_without_a_form_is_all_columns(admin: Caller, view: str) -> None:
    """As is no view, one that is not known, and the one that has no name."""
    assert len(columns(admin, sysparm_view=view)) > 30


def test_what_one_made_for_himself_is_for_nobody_else(admin: Caller) -> None:
    """A section with a user is his own way of seeing a form."""
    view = admin.get("sys_ui_view", sysparm_query="name=mobile").result[0]["sys_id"]
    add(admin, section_of(admin, "sys_user", view, sys_user=ADMIN), "title", 0)
    assert len(columns(admin, sysparm_view="mobile")) > 30


def test_a_table_has_the_form_of_the_one_it_extends(admin: Caller) -> None:
    """Unless it has its own."""
    view = admin.get("sys_ui_view", sysparm_query="name=short").result[0]["sys_id"]
    add(admin, section_of(admin, "task", view), "number", 0)
    incident = admin.post("incident", {}, sysparm_view="short").result
    assert list(incident) == ["number"]


def test_a_view_shows_nothing_that_is_hidden(admin: Caller) -> None:
    """A form is no right to read: whoever may not see a column gets the others."""
    view = admin.get("sys_ui_view", sysparm_query="name=short").result[0]["sys_id"]
    add(admin, section_of(admin, "sys_user", view), "user_password", 9)
    admin.post("sys_user", {"user_name": "nobody"})
    shown = columns(Caller(admin.sandbox, "nobody"), sysparm_view="short")
    assert "user_password" in columns(admin, sysparm_view="short")
    assert "name" in shown
    assert "user_password" not in shown
