"""The small language of access controls' scripts: what is understood, and what is left undecided."""

from dataclasses import dataclass

import pytest

from snowconf.sandbox.rights.acl_script import answers, is_personal, parse_script


@dataclass(frozen=True)
class Somebody:
    """A caller with one role."""

    user_sys_id: str = "joe's id"
    user_name: str = "joe"

    def has_role(self, name: str) -> bool:
        """Whether it is the one."""
        return name == "itil"


ROW = {"caller_id": "joe's id", "state": "2", "active": "true"}


@pytest.mark.parametrize(
    ("script", "answer"),
    [
        ("answer = true;", True),
        ("answer = false", False),
        ("true", True),
        ("answer = gs.isLoggedIn();;", True),
        ("answer = gs.hasRole('itil');", True),
        ('answer = gs.hasRole("admin, itil");', True),
        ("answer = gs.hasRole('admin');", False),
        ("answer = gs.getUser().hasRole('itil');", True),
        ("answer = current.caller_id == gs.getUserID();", True),
        ("answer = gs.getUserID() === current.caller_id.toString();", True),
        ("answer = current.getValue('caller_id') == gs.getUser().getID();", True),
        ("answer = current.state != '2';", False),
        ("answer = current.state !== '3';", True),
        ("answer = current.active == true;", True),
        ("answer = current.no_such_column == 'x';", False),
        ("answer = gs.getUserName() == 'joe' && !(current.state == '3');", True),
        ("answer = gs.hasRole('admin') || current.state == '2' && gs.hasRole('itil');", True),
        ("// everybody\nanswer = true; /* really */", True),
        ("if (gs.hasRole('itil')) answer = true; else answer = false;", True),
        ("if (gs.hasRole('admin')) { answer = true; }", False),
        ("if (current.state == '2') { answer = gs.hasRole('admin'); } else { answer = true; }", False),
    ],
)
def test_what_is_understood(script: str, *, answer: bool) -> None:
    """Roles, the caller, columns of the row, joined and negated."""
    found = parse_script(script)
    assert found is not None
    assert answers(found, Somebody(), ROW) is answer


@pytest.mark.parametrize(
    "script",
    [
        "",
        "answer",
        "answer = ",
        "answer = 1;",
        "answer = current.state;",
        "answer = current.caller_id.manager == gs.getUserID();",
        "answer = current.isNewRecord();",
        "answer = gs.hasRole(role);",
        "answer = gs.getProperty('x') == 'y';",
        "var a = true; answer = a;",
        "answer = true; answer = false;",
        "(function() { answer = true; })();",
        "answer = gs.getUserID() = current.caller_id;",
        "answer = 'a\\'b' == current.state;",
        "if (true) answer = true; else if (true) answer = false;",
        "answer = (true;",
        "answer = true &&",
        "answer = " + "(" * 100 + "true" + ")" * 100,
        "answer = " + "!" * 100 + "true",
        "answer = true;" + " " * 5000,
        "answer = ° == 'x';",
    ],
)
def test_what_is_not_stays_undecided(script: str) -> None:
    """Whatever else is written there, nothing of it runs."""
    assert parse_script(script) is None


@pytest.mark.parametrize(
    ("script", "answer"),
    [
        ("answer = current.state == '2';", None),
        ("answer = current.state != '2';", None),
        ("answer = gs.hasRole('admin') && current.state == '2';", False),
        ("answer = gs.hasRole('itil') || current.state == '2';", True),
        ("answer = gs.hasRole('itil') && current.state == '2';", None),
        ("if (current.state == '2') answer = true; else answer = false;", None),
        ("if (gs.hasRole('itil')) answer = true; else answer = current.state == '2';", True),
    ],
)
def test_without_a_row_only_the_certain_is_answered(script: str, *, answer: bool | None) -> None:
    """None says that a row would have to decide."""
    found = parse_script(script)
    assert found is not None
    assert answers(found, Somebody(), None) is answer


@pytest.mark.parametrize(
    ("script", "personal"),
    [
        ("answer = true;", False),
        ("answer = !gs.hasRole('x') && gs.isLoggedIn();", False),
        ("answer = gs.getUserName() == 'joe';", True),
        ("if (gs.hasRole('x')) answer = true; else answer = !(current.state == '2');", True),
    ],
)
def test_whether_roles_alone_decide(script: str, *, personal: bool) -> None:
    """Then one answer holds for all who have them."""
    found = parse_script(script)
    assert found is not None
    assert is_personal(found) is personal
