"""The pages for browsers: what they show, to whom, and that nothing in the data gets out of its place."""

import re
from base64 import b64encode
from collections.abc import Callable
from html.parser import HTMLParser

import pytest

from snowconf.sandbox.browser.markup import document, joined, tag
from snowconf.sandbox.instance import Sandbox
from tests.sandbox.caller import ADMIN, Caller, Reply

EVIL = "\"><script>alert(1)</script><img src=x onerror=alert(2)>'&amp;"
CLOSED = ("script", "img", "iframe", "object", "embed", "style", "base", "svg")


class Elements(HTMLParser):
    """The elements of a page with their attributes, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.texts.append(data)


def elements(reply: Reply) -> Elements:
    """The page, taken apart."""
    found = Elements()
    found.feed(reply.body.decode())
    return found


def text(reply: Reply) -> str:
    """What one reads on the page."""
    return " ".join(" ".join(elements(reply).texts).split())


def basic(user: str, password: str) -> dict[str, str]:
    """The header of a browser that was told a name and a password."""
    return {"Authorization": "Basic " + b64encode(f"{user}:{password}".encode()).decode()}


def look(sandbox: Sandbox, path: str, user: str = "admin", password: str = "admin") -> Reply:
    """A page, with a password."""
    return Caller(sandbox, "", basic(user, password)).send("GET", path)


# -- to whom


@pytest.mark.parametrize(
    "path", ["/", "/sandbox", "/sandbox/log", "/sandbox/table/sys_user", "/sandbox/style.css"]
)
def test_a_stranger_is_asked_for_a_password(sandbox: Sandbox, path: str) -> None:
    """No page and no word of the data without one."""
    reply = Caller(sandbox, "").send("GET", path)
    assert (reply.status, reply.header("WWW-Authenticate")) == (
        401,
        'Basic realm="snowconf sandbox", charset="UTF-8"',
    )
    assert "System Administrator" not in text(reply)


@pytest.mark.parametrize(
    ("user", "password"), [("admin", "wrong"), ("nobody", "right"), ("ghost", "x"), ("", "")]
)
def test_only_admin_gets_in(nobody: Caller, user: str, password: str) -> None:
    """A wrong password, a user without the role, and nobody are all the same."""
    admin = Caller(nobody.sandbox)
    found = admin.get("sys_user", sysparm_query="user_name=nobody", sysparm_fields="sys_id").result[0][
        "sys_id"
    ]
    admin.patch(f"sys_user/{found}", {"user_password": "right"}, sysparm_input_display_value="true")
    assert look(nobody.sandbox, "/", user, password).status == 401


def test_a_restriction_of_the_apis_does_not_lock_the_pages(start: Callable[..., Sandbox]) -> None:
    """wire-contract.md 1.9 is about basic authentication of API calls."""
    sandbox = start(basic_auth_restriction="on")
    assert (look(sandbox, "/").status, look(sandbox, "/api/now/table/sys_user").status) == (200, 401)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_the_pages_write_nothing(admin: Caller, method: str) -> None:
    """There is nothing to forge a request for."""
    reply = admin.send(method, f"/sandbox/table/sys_user/{ADMIN}", b"{}")
    assert (reply.status, reply.header("Allow")) == (405, "GET, HEAD")


# -- what they show


def test_the_first_page_lists_the_tables_that_hold_rows(admin: Caller) -> None:
    """By label, with the number of rows, each with a link."""
    reply = admin.send("GET", "/")
    links = {each.get("href") for name, each in elements(reply).found if name == "a"}
    assert "/sandbox/table/sys_user" in links
    assert "User sys_user 2" in text(reply)
    assert "/sandbox/table/problem_task" not in links


def test_a_list_shows_records_and_finds_them_by_query(admin: Caller) -> None:
    """An encoded query chooses; the first column leads to the record."""
    reply = admin.send("GET", "/sandbox/table/sys_user?query=user_name%3Dadmin")
    links = [each.get("href") for name, each in elements(reply).found if name == "a"]
    assert f"/sandbox/table/sys_user/{ADMIN}" in links
    assert "sys_user · 1 to 1 of 1" in text(reply)
    assert "guest" not in text(reply)


def test_a_query_stays_in_its_form(admin: Caller) -> None:
    """What was typed stands there again, as a value and as nothing else."""
    reply = admin.send("GET", "/sandbox/table/sys_user?query=%22%3E%3Cscript%3E")
    assert [each["value"] for name, each in elements(reply).found if name == "input"] == ['"><script>']


def test_long_lists_have_pages(admin: Caller) -> None:
    """Fifty records each, with a way on and a way back that keep the query."""
    first = admin.send("GET", "/sandbox/table/sys_dictionary?query=active%3Dtrue")
    second = admin.send("GET", "/sandbox/table/sys_dictionary?query=active%3Dtrue&offset=50")
    ways = [
        [
            each["href"]
            for name, each in elements(reply).found
            if name == "a" and "query=" in str(each.get("href"))
        ]
        for reply in (first, second)
    ]
    base = "/sandbox/table/sys_dictionary?query=active%3Dtrue"
    assert ways == [[f"{base}&offset=50"], [base, f"{base}&offset=100"]]


@pytest.mark.parametrize("offset", ["-1", "x", "9" * 30, "²"])
def test_a_senseless_offset_is_none(admin: Caller, offset: str) -> None:
    """The first page comes."""
    assert "1 to 2 of 2" in text(admin.send("GET", f"/sandbox/table/sys_user?offset={offset}"))


def test_an_empty_list_says_so(admin: Caller) -> None:
    """A table without records, or a query that finds none."""
    assert "No records" in text(admin.send("GET", "/sandbox/table/sys_user?query=user_name%3Dghost"))


def test_a_record_shows_its_columns_and_where_they_lead(admin: Caller) -> None:
    """Values as people see them, references as links, empty columns by name."""
    manager = {"user_name": "boss", "first_name": "Bo", "last_name": "Ss", "manager": ADMIN}
    sys_id = admin.post("sys_user", manager).result["sys_id"]
    reply = admin.send("GET", f"/sandbox/table/sys_user/{sys_id}")
    links = {each.get("href") for name, each in elements(reply).found if name == "a"}
    assert f"/sandbox/table/sys_user/{ADMIN}" in links
    assert "Bo Ss" in text(reply)
    assert re.search(r"Empty: .*middle_name", text(reply))


def test_a_record_of_a_subclass_is_shown_whole(admin: Caller) -> None:
    """Asked for in the base table, with the columns of its own class."""
    sys_id = admin.post("incident", {"short_description": "It is broken", "severity": "2"}).result["sys_id"]
    assert "severity" in text(admin.send("GET", f"/sandbox/table/task/{sys_id}"))


def test_passwords_are_not_shown(admin: Caller) -> None:
    """Neither as text nor as hash."""
    sys_id = admin.post("sys_user", {"user_name": "ann"}).result["sys_id"]
    admin.patch(f"sys_user/{sys_id}", {"user_password": "canary"}, sysparm_input_display_value="true")
    stored = admin.sandbox.store.find("sys_user", user_name="ann")[0]["user_password"]
    reply = admin.send("GET", f"/sandbox/table/sys_user/{sys_id}")
    assert ("********" in text(reply), stored in reply.body.decode()) == (True, False)


@pytest.mark.parametrize(
    "path",
    ["nope", "table", "table/nope", "table/sys_user/x/y", "table/sys_user/nope", "table/sys_user/..%2Fx"],
)
def test_what_is_not_there(admin: Caller, path: str) -> None:
    """A page that says so."""
    assert admin.send("GET", f"/sandbox/{path}").status == 404


def test_a_table_that_is_closed(admin: Caller) -> None:
    """wire-contract.md 1.5: what is closed to REST even for admin is closed here, in the same words."""
    row = admin.sandbox.store.find("sys_db_object", name="sys_user_group")[0]
    admin.sandbox.store.update("sys_db_object", row["sys_id"], {"ws_access": "false"})
    reply = admin.send("GET", "/sandbox/table/sys_user_group")
    assert (reply.status, "User Not Authorized" in text(reply)) == (403, True)


def test_the_log_says_who_was_denied_what(admin: Caller, nobody: Caller) -> None:
    """With a link to the access control."""
    nobody.get("incident")
    reply = admin.send("GET", "/sandbox/log?denied=1&user=nobody&table=incident")
    links = [str(each.get("href")) for name, each in elements(reply).found if name == "a"]
    assert "read incident for 12 rows: denied" in text(reply)
    assert [each for each in links if each.startswith("/sandbox/table/sys_security_acl/")]


def test_the_log_shows_failures_and_faults(admin: Caller) -> None:
    """Messages and what was ordered."""
    admin.send("GET", "/api/now/table/sys_user", X_Snowconf_Fault="429")
    assert "Rate limit exceeded" in (shown := text(admin.send("GET", "/sandbox/log")))
    assert "made to fail: 429" in shown


def test_an_empty_log_says_so(admin: Caller) -> None:
    """Nothing was asked yet."""
    assert "Nothing was asked yet" in text(admin.send("GET", "/sandbox/log"))


# -- safety


@pytest.mark.parametrize("place", ["", "/sandbox/log", "/sandbox/table/sys_user", "record", "query"])
def test_data_never_becomes_html(admin: Caller, place: str) -> None:
    """Names, queries and addresses full of HTML are shown as text and open no element."""
    row = {"user_name": EVIL[:40], "first_name": EVIL[:40], "last_name": EVIL, "email": "javascript:alert(1)"}
    sys_id = admin.post("sys_user", row).result["sys_id"]
    admin.send("GET", f"/api/now/table/sys_user?sysparm_query={EVIL}".replace(" ", "%20"))
    admin.send("GET", "/api/now/table/%3Cscript%3E")
    places = {
        "record": f"/sandbox/table/sys_user/{sys_id}",
        "query": "/sandbox/table/sys_user?query=%3Cscript%3E",
    }
    reply = admin.send("GET", places.get(place, place or "/"))
    found = elements(reply).found
    assert reply.status == 200
    assert [name for name, _ in found if name in CLOSED] == []
    assert [name for _, attributes in found for name in attributes if name.startswith("on")] == []
    assert [each["href"] for _, each in found if not str(each.get("href", "/")).startswith("/")] == []


@pytest.mark.parametrize("path", ["/", "/sandbox/log", "/sandbox/style.css", "/sandbox/nope"])
def test_a_page_allows_nothing_from_elsewhere(admin: Caller, path: str) -> None:
    """No script, no frame, no other address; nothing is stored by browsers."""
    reply = admin.send("GET", path)
    policy = reply.header("Content-Security-Policy") or ""
    assert "default-src 'none'" in policy
    assert ("script-src" in policy, "unsafe" in policy) == (False, False)
    assert (reply.header("X-Content-Type-Options"), reply.header("X-Frame-Options")) == ("nosniff", "DENY")


def test_the_style_loads_nothing(admin: Caller) -> None:
    """One small file of the sandbox's own."""
    reply = admin.send("GET", "/sandbox/style.css")
    assert (reply.header("Content-Type"), b"url(" in reply.body, b"@import" in reply.body) == (
        "text/css;charset=UTF-8",
        False,
        False,
    )


@pytest.mark.parametrize("child", [EVIL, "<b>", "&", '"', "'"])
def test_text_is_escaped_wherever_it_stands(child: str) -> None:
    """In elements and in attributes."""
    found = Elements()
    found.feed(tag("a", child, href=child, class_=""))
    assert found.found == [("a", {"href": child})]
    assert "".join(found.texts) == child


def test_elements_nest_and_names_are_spelt_for_html() -> None:
    """What is HTML already is not escaped again; void elements have no end."""
    inner = tag("input", name="a", value="", aria_label="x")
    assert inner == '<input name="a" value="" aria-label="x">'
    assert tag("p", inner, joined(" & ", tag("b", "c"))) == f"<p>{inner} &amp; <b>c</b></p>"
    assert document("en", tag("body")) == b'<!DOCTYPE html><html lang="en"><body></body></html>'
