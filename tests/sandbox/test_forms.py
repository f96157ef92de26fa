"""The forms that requests and answers come in: XML, session messages, no body, columns of the caller's own."""

from xml.etree import ElementTree as ET

import pytest

from snowconf.sandbox.answers.negotiating import find_form
from tests.sandbox.caller import ADMIN, Caller, Reply

USERS = "/api/now/table/sys_user"
XML = "application/xml"


def tree(reply: Reply) -> ET.Element:
    """The answer as XML, which it says it is."""
    assert reply.header("content-type") == "application/xml;charset=UTF-8"
    assert reply.header("content-length") == str(len(reply.body))
    return ET.fromstring(reply.body)


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", "json"),
        ("*/*", "json"),
        ("application/json", "json"),
        ("Application/XML; charset=utf-8", "xml"),
        ("text/xml", "xml"),
        ("text/html, application/xml;q=0.9, */*;q=0.8", "xml"),
        ("application/xml;q=0.5, application/json", "json"),
        ("application/xml;q=0", ""),
        ("text/html", ""),
        (";;,,", ""),
    ],
)
def test_the_form_is_negotiated(accept: str, form: str) -> None:
    """wire-contract.md 1.8: JSON for those who do not say, else what the caller likes best."""
    assert find_form(accept) == form


def test_a_record_in_xml(admin: Caller) -> None:
    """The vendor's page on REST: `response` holds `result`; a reference has elements, an empty value none."""
    fields = "sysparm_fields=user_name,manager,sys_domain,company.name"
    root = tree(admin.send("GET", f"{USERS}/{ADMIN}?{fields}", Accept=XML))
    (result,) = root
    assert (root.tag, result.tag) == ("response", "result")
    assert {each.tag: each.text for each in result} == {
        "user_name": "admin",
        "manager": None,
        "sys_domain": None,
        "company.name": None,
    }
    assert result.findtext("sys_domain/value") == "global"


def test_a_list_in_xml(admin: Caller) -> None:
    """A list is as many `result` elements as it has rows; none for an empty one."""
    root = tree(admin.send("GET", f"{USERS}?sysparm_limit=2&sysparm_fields=user_name", Accept="text/xml"))
    assert [each.tag for each in root] == ["result", "result"]
    assert len(tree(admin.send("GET", f"{USERS}?sysparm_query=user_name=none", Accept=XML))) == 0


def test_a_failure_in_xml(admin: Caller) -> None:
    """The envelope has the same parts."""
    root = tree(admin.send("GET", f"{USERS}/none", Accept=XML))
    assert (root.findtext("error/message"), root.findtext("status")) == ("No Record found", "failure")


@pytest.mark.parametrize("text", ["<b>&\"'", "]]>", "a\x01b\x0b", "é😀", "  x  "])
def test_xml_is_escaped(admin: Caller, text: str) -> None:
    """Whatever a value holds, the document is one and the value is text."""
    user = admin.post("sys_user", {"user_name": "x", "title": text}).result["sys_id"]
    root = tree(admin.send("GET", f"{USERS}/{user}?sysparm_fields=title", Accept=XML))
    assert root.findtext("result/title") == text.replace("\x01", "").replace("\x0b", "")


@pytest.mark.parametrize(
    "body",
    [
        "<request><entry><user_name>x</user_name><title>a &amp; b</title></entry></request>",
        "<request><entry><user_name>x</user_name><title>a &amp; b</title></entry><entry><title/></entry></request>",
        "<?xml version='1.0'?><record>\n <user_name>x</user_name>\n <title><![CDATA[a & b]]></title>\n</record>",
    ],
)
@pytest.mark.parametrize("content_type", ["application/xml", "text/xml; charset=utf-8"])
def test_a_body_in_xml(admin: Caller, body: str, content_type: str) -> None:
    """wire-contract.md 1.8: XML is read as JSON is; of several entries only the first counts."""
    reply = admin.send("POST", USERS, body.encode(), Content_Type=content_type)
    assert (reply.status, reply.result["user_name"], reply.result["title"]) == (201, "x", "a & b")


@pytest.mark.parametrize(
    "body",
    [
        b"<request>",
        b"nonsense",
        b"\xff\xfe",
        b'<!DOCTYPE x [<!ENTITY a "aaaa">]><request><entry><title>&a;</title></entry></request>',
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><request/>',
    ],
)
def test_broken_xml_is_refused(admin: Caller, body: bytes) -> None:
    """wire-contract.md 1.8: 400, also for a document that declares entities, which could expand without end."""
    reply = admin.send("POST", USERS, body, Content_Type=XML)
    assert (reply.status, reply.error[0]) == (400, "Exception while reading request")


def test_xml_in_a_batch(admin: Caller) -> None:
    """wire-contract.md 5.1: items of a batch negotiate for themselves."""
    item = {
        "id": "1",
        "url": f"{USERS}/{ADMIN}",
        "method": "GET",
        "headers": [{"name": "Accept", "value": XML}],
    }
    body = str({"rest_requests": [item]}).encode()
    (served,) = admin.send("POST", "/api/now/batch", body).json()["serviced_requests"]
    assert served["body"].startswith("PD94bWwg")
    assert {"name": "Content-Type", "value": "application/xml;charset=UTF-8"} in served["headers"]


def test_session_messages_are_beside_the_result(admin: Caller) -> None:
    """wire-contract.md 2.3: X-WantSessionDebugMessages adds a session object at the top."""
    reply = admin.send("GET", f"{USERS}/{ADMIN}", X_WantSessionDebugMessages="true")
    assert reply.json().keys() == {"result", "session"}
    assert reply.header("content-length") == str(len(reply.body))


def test_answers_can_go_without_a_body(admin: Caller) -> None:
    """wire-contract.md 2.3: X-no-response-body gives 204 to a change; a creation says at least where it is."""
    quiet = {"X_no_response_body": "true"}
    created = admin.send("POST", USERS, b'{"user_name":"x"}', **quiet)
    assert (created.status, created.body) == (201, b"")
    changed = admin.send(
        "PATCH", (created.header("location") or "").partition(".com")[2], b'{"title":"y"}', **quiet
    )
    assert (changed.status, changed.body) == (204, b"")
    assert admin.names("sys_user", "title", "user_name=x") == ["y"]


STAMPS = {"sys_created_on": "2001-02-03 04:05:06", "sys_created_by": "me", "sys_mod_count": "7"}


def test_stamps_can_be_the_callers(admin: Caller) -> None:
    """wire-contract.md 6.2: with sysparm_suppress_auto_sys_field the system columns are what is sent."""
    body = {"user_name": "x", **STAMPS}
    row = admin.post("sys_user", body, sysparm_suppress_auto_sys_field="true").result
    assert {name: row[name] for name in STAMPS} == STAMPS
    same = admin.patch(
        f"sys_user/{row['sys_id']}", {"title": "y"}, sysparm_suppress_auto_sys_field="True"
    ).result
    assert (same["title"], same["sys_mod_count"], same["sys_updated_on"]) == ("y", "7", row["sys_updated_on"])


def test_stamps_are_the_platforms_otherwise(admin: Caller) -> None:
    """wire-contract.md 6.2: without the parameter nobody writes them."""
    row = admin.post("sys_user", {"user_name": "x", **STAMPS}).result
    assert not any(row[name] == value for name, value in STAMPS.items())


def test_a_property_keeps_system_columns_for_admins(admin: Caller, nobody: Caller) -> None:
    """wire-contract.md 6.1: with admin_only_sys_fields nobody else chooses sys_ids or stamps."""
    name = "glide.rest.table_api.admin_only_sys_fields"
    for sys_id in admin.names("sys_properties", "sys_id", f"name={name}"):
        admin.patch(f"sys_properties/{sys_id}", {"value": "true"})
    admin.post("sys_properties", {"name": name, "value": "true"})
    grant = {"user": nobody.names("sys_user", "sys_id", "user_name=nobody")[0]}
    grant["role"] = admin.names("sys_user_role", "sys_id", "name=itil")[0]
    admin.post("sys_user_has_role", grant)
    chosen = {"sys_id": "a" * 32, **STAMPS}
    mine = nobody.post("incident", chosen, sysparm_suppress_auto_sys_field="true").result
    assert mine["sys_id"] != "a" * 32
    assert mine["sys_created_by"] == "nobody"
    assert admin.post("incident", chosen).result["sys_id"] == "a" * 32


@pytest.mark.parametrize(
    ("settings", "shown"),
    [
        (
            {"time_zone": "Europe/Berlin", "date_format": "dd.MM.yyyy", "time_format": "HH:mm"},
            "31.03.2026 12:30",
        ),
        (
            {"time_zone": "US/Pacific", "date_format": "MM-dd-yyyy", "time_format": "hh:mm:ss a"},
            "03-31-2026 03:30:00 AM",
        ),
        ({"time_zone": "GMT", "date_format": "yyyy-MM-dd", "time_format": "HH:mm:ss"}, "2026-03-31 10:30:00"),
        ({"time_zone": "GMT", "date_format": "QQ", "time_format": "%Y"}, "2026-03-31 10:30:00"),
    ],
)
def test_times_are_the_callers(admin: Caller, settings: dict[str, str], shown: str) -> None:
    """wire-contract.md 2.2, 6.4: times are shown, and read where people's writing is read, on the caller's clock."""
    admin.post("sys_user", {"user_name": "writer", **settings})
    role = admin.names("sys_user_role", "sys_id", "name=itil")[0]
    user = admin.names("sys_user", "sys_id", "user_name=writer")[0]
    admin.post("sys_user_has_role", {"user": user, "role": role})
    writer = Caller(admin.sandbox, "writer")
    sent = {"opened_at": shown, "due_date": "2026-03-31 10:30:00"}
    row = writer.post("incident", sent, sysparm_input_display_value="true").result
    assert row["opened_at"] == "2026-03-31 10:30:00"
    read = writer.get(f"incident/{row['sys_id']}", sysparm_display_value="all").result
    assert read["opened_at"] == {"display_value": shown, "value": "2026-03-31 10:30:00"}


def test_dates_alone_have_no_zone(admin: Caller) -> None:
    """A date is the same day everywhere, in the caller's form."""
    admin.patch(f"sys_user/{ADMIN}", {"time_zone": "Pacific/Auckland", "date_format": "dd/MM/yyyy"})
    user = admin.post("sys_user", {"user_name": "x"}).result["sys_id"]
    admin.sandbox.store.update("sys_user", user, {"last_login": "2026-03-31"})
    read = admin.get(f"sys_user/{user}", sysparm_display_value="true", sysparm_fields="last_login")
    assert read.result == {"last_login": "31/03/2026"}


def test_journals_tell_their_history(admin: Caller) -> None:
    """wire-contract.md 2.2, recorded 07: empty in value mode, in display mode all entries, newest first."""
    task = admin.post("incident", {"comments": "first"}).result
    assert task["comments"] == ""
    path = f"incident/{task['sys_id']}"
    changed = admin.patch(path, {"work_notes": "second"}).result
    assert (changed["work_notes"], changed["sys_mod_count"]) == ("", "1")
    assert admin.patch(path, {"work_notes": "second"}).result["sys_mod_count"] == "2"
    shown = admin.get(path, sysparm_display_value="true").result
    assert shown["comments"].endswith(" - System Administrator (Additional comments)\nfirst\n\n")
    assert shown["work_notes"].count("second") == 2
    assert shown["comments_and_work_notes"].count(" - System Administrator (") == 3
    both = admin.get(path, sysparm_display_value="all", sysparm_fields="comments").result["comments"]
    assert both == {"display_value": shown["comments"], "value": ""}


def test_what_may_not_be_read_is_not_answered(admin: Caller, nobody: Caller) -> None:
    """A caller who may create a record and not read it gets 201 and no column of it."""
    with admin.sandbox.act_as("admin") as session:
        for sys_id, name in (("ac1" * 10, "sys_retry_policy"), ("ac2" * 10, "sys_retry_policy.*")):
            acl = {"name": name, "operation": "create", "type": "record", "active": "true"}
            extra = {"decision_type": "allow", "security_attribute": "239bdf0c47d23110ba46ff58936d4330"}
            session.store.insert("sys_security_acl", {"sys_id": sys_id} | acl | extra)
    reply = nobody.post("sys_retry_policy", {"name": "mine"})
    assert (reply.status, reply.result) == (201, {})
    assert admin.names("sys_retry_policy", "name", "name=mine") == ["mine"]
