"""The XML of update sets as an instance would have written it, by hand, so that the sandbox is not held against ourselves."""

from html import escape
from typing import Any

from snowconf.sandbox.instance import Sandbox
from tests.sandbox.caller import Caller, Reply

SET = "5e7" + "0" * 29
ROLE = "20e" + "0" * 29
ACL = "ac1" + "0" * 29
LINK = "11b" + "0" * 29
RECENT = "2026-11-20 08:00:00"
BOUNDARY = "x1x"


def payload(table: str, action: str = "INSERT_OR_UPDATE", /, **columns: str) -> str:
    """One record of one table."""
    body = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in columns.items())
    return f'<record_update table="{table}"><{table} action="{action}">{body}</{table}></record_update>'


def update(
    number: int, table: str, action: str = "INSERT_OR_UPDATE", /, *, at: str = RECENT, **columns: str
) -> str:
    """One row of sys_update_xml."""
    name = f"{table}_{columns['sys_id']}"
    return (
        f'<sys_update_xml action="INSERT_OR_UPDATE"><sys_id>{number:032x}</sys_id><name>{name}</name>'
        f"<action>{action}</action><table>{table}</table><category>customer</category><type>{table}</type>"
        f"<payload><![CDATA[{payload(table, action, **columns)}]]></payload><sys_updated_on>{at}</sys_updated_on>"
        f"<sys_recorded_at>{number:019x}</sys_recorded_at><no_such_column>x</no_such_column></sys_update_xml>"
    )


def unload(*updates: str, sys_id: str = SET) -> bytes:
    """The whole file."""
    head = (
        f'<sys_remote_update_set action="INSERT_OR_UPDATE"><sys_id>{sys_id}</sys_id><name>By hand</name>'
        '<application display_value="Global">global</application><state>loaded</state></sys_remote_update_set>'
    )
    body = "".join(updates)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<unload unload_date="{RECENT}">{head}{body}</unload>'.encode()


def role(number: int = 1, *, at: str = RECENT, **columns: str) -> str:
    """A role to come."""
    return update(number, "sys_user_role", at=at, sys_id=ROLE, **({"name": "reader"} | columns))


def acl(number: int = 2) -> str:
    """A rule to come, which no REST call may write."""
    return update(number, "sys_security_acl", sys_id=ACL, name="incident", operation="read", type="record")


def link(number: int = 3) -> str:
    """What joins them."""
    return update(number, "sys_security_acl_role", sys_id=LINK, sys_security_acl=ACL, sys_user_role=ROLE)


def upload(sandbox: Sandbox, data: bytes, authorization: str = "Basic YWRtaW46YWRtaW4=") -> Reply:
    """By the form that people use, as admin by name and password."""
    body = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="sysparm_target"\r\n\r\nsys_remote_update_set\r\n'
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="attachFile"; filename="set.xml"\r\n'
        f"Content-Type: text/xml\r\n\r\n"
    ).encode() + data + f"\r\n--{BOUNDARY}--\r\n".encode()  # fmt: skip
    headers = {"Content_Type": f"multipart/form-data; boundary={BOUNDARY}", "Authorization": authorization}
    return Caller(sandbox, "").send("POST", "/sys_upload.do", body, **headers)


def cicd(caller: Caller, step: str, query: str = "") -> dict[str, Any]:
    """Ask for a step of the CICD API, and then for how it ended."""
    asked = caller.send("POST", f"/api/sn_cicd/update_set/{step}/{SET}{query}")
    assert (asked.status, asked.result["status_label"]) == (200, "Pending"), asked.body
    url = asked.result["links"]["progress"]["url"]
    told: dict[str, Any] = caller.send("GET", url.removeprefix("https://dev1.example.com")).result
    return told
