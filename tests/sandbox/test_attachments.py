"""The Attachment API: wire-contract.md recorded answers 05 and 16, the vendor's page on it, and whose files one sees."""

import hashlib
import json
from collections.abc import Callable
from random import Random
from urllib.parse import urlencode

import pytest

from snowconf.sandbox.instance import Sandbox
from tests.sandbox.caller import ADMIN, HOST, Caller, Reply

API = "/api/now/attachment"
# wire-contract.md recorded answer 16, in whatever order.
KEYS = {
    *["size_bytes", "file_name", "sys_mod_count", "average_image_color", "image_width", "sys_updated_on"],
    *["sys_tags", "table_name", "sys_id", "image_height", "sys_updated_by", "download_link", "content_type"],
    *["sys_created_on", "size_compressed", "compressed", "state", "table_sys_id", "chunk_size_bytes", "hash"],
    "sys_created_by",
}


def post(caller: Caller, data: bytes, content_type: str = "text/plain", **given: str) -> Reply:
    """A file for the admin's own record, unless something else is given."""
    parameters = {"table_name": "sys_user", "table_sys_id": ADMIN, "file_name": "note.txt"} | given
    query = urlencode({name: value for name, value in parameters.items() if value})
    return caller.send("POST", f"{API}/file?{query}", data, Content_Type=content_type)


def rows(caller: Caller, query: str = "", api: str = API) -> Reply:
    """The list of files."""
    return caller.send("GET", f"{api}?{urlencode({'sysparm_query': query})}")


def test_an_upload_is_described(admin: Caller) -> None:
    """wire-contract.md recorded 16: 201, Location, the file's description while it is pending."""
    reply = post(admin, b"hello")
    link = f"{HOST}{API}/{reply.result['sys_id']}/file"
    assert reply.status == 201
    assert reply.result.keys() == KEYS
    assert reply.header("location") == reply.result["download_link"] == link
    assert (
        reply.result
        | {
            "size_bytes": "5",
            "state": "pending",
            "sys_mod_count": "0",
            "sys_updated_by": "admin",
            "chunk_size_bytes": "700000",
            "compressed": "true",
            "hash": hashlib.sha256(b"hello").hexdigest(),
        }
        == reply.result
    )


def test_a_file_becomes_available(admin: Caller) -> None:
    """wire-contract.md recorded 05: afterwards it is available, by the system, in a list with its total."""
    file = post(admin, b"hello").result
    listed = rows(admin, f"table_sys_id={ADMIN}")
    (row,) = listed.result
    assert listed.header("x-total-count") == "1"
    assert (row["state"], row["sys_mod_count"], row["sys_updated_by"]) == ("available", "1", "system")
    assert admin.send("GET", f"{API}/{file['sys_id']}").result == row


@pytest.mark.parametrize("size", [0, 1, 699_999, 2_000_000])
def test_bytes_come_back_as_they_were(admin: Caller, size: int) -> None:
    """Whatever the size and however many pieces it takes, a download is the upload."""
    data = Random(size).randbytes(size)
    file = post(admin, data, "application/zip").result
    reply = admin.send("GET", f"{API}/{file['sys_id']}/file", Accept="*/*")
    assert reply.body == data
    assert reply.header("content-type") == "application/zip"
    assert json.loads(reply.header("x-attachment-metadata") or "")["size_bytes"] == str(size)


@pytest.mark.parametrize("missing", ["table_name", "table_sys_id", "file_name"])
def test_parameters_are_mandatory(admin: Caller, missing: str) -> None:
    """The vendor's page: 400 when a mandatory parameter is missing."""
    assert post(admin, b"x", **{missing: ""}).error == (f"Missing parameter(s): {missing}", None)


def test_a_content_type_is_mandatory(admin: Caller) -> None:
    """The vendor's page: the Content-Type header is mandatory."""
    assert post(admin, b"x", "").status == 400


@pytest.mark.parametrize(("table", "sys_id"), [("sys_user", "0" * 32), ("nope", ADMIN), ("", ADMIN)])
def test_a_file_needs_a_record(admin: Caller, table: str, sys_id: str) -> None:
    """The vendor's page: 404 when the record does not exist, 400 when none is named."""
    reply = post(admin, b"x", table_name=table, table_sys_id=sys_id)
    assert reply.status == (404 if table else 400)


def test_a_form_is_an_upload(admin: Caller) -> None:
    """The vendor's page: values first, the file with its own name and type last."""
    form = (
        b'--B\r\nContent-Disposition: form-data; name="table_name"\r\n\r\nsys_user\r\n'
        b'--B\r\nContent-Disposition: form-data; name="table_sys_id"\r\n\r\n' + ADMIN.encode() + b"\r\n"
        b'--B\r\nContent-Disposition: form-data; name="uploadFile"; filename="a \\"b\\".png"\r\n'
        b"Content-Type: image/png\r\n\r\n\x89PNG\r\n--not\r\n--B--\r\n"
    )
    reply = admin.send("POST", f"{API}/upload", form, Content_Type="multipart/form-data; boundary=B")
    assert (reply.status, reply.result["file_name"], reply.result["content_type"]) == (
        201,
        'a "b".png',
        "image/png",
    )
    assert admin.send("GET", f"{API}/{reply.result['sys_id']}/file").body == b"\x89PNG\r\n--not"


@pytest.mark.parametrize("content_type", ["multipart/form-data; boundary=B", "multipart/form-data", "text/x"])
def test_what_is_no_form_is_refused(admin: Caller, content_type: str) -> None:
    """A form without parts, without a boundary, or of another type: 400."""
    assert admin.send("POST", f"{API}/upload", b"x", Content_Type=content_type).status == 400


def test_a_file_is_renamed(admin: Caller) -> None:
    """The vendor's page: PATCH renames and answers 204; a body without a name is 400."""
    path = f"{API}/{post(admin, b'x').result['sys_id']}"
    assert admin.send("PATCH", path, b'{"file_name":"other.txt","hash":"0"}').status == 204
    assert admin.send("GET", path).result["file_name"] == "other.txt"
    assert admin.send("PATCH", path, b"{}").status == 400
    assert admin.send("PATCH", path, b"{").status == 400


def test_a_file_is_deleted(admin: Caller) -> None:
    """DELETE answers 204, and file and bytes are gone."""
    path = f"{API}/{post(admin, b'x').result['sys_id']}"
    assert admin.send("DELETE", path).status == 204
    assert [admin.send(verb, path).status for verb in ("GET", "DELETE", "PATCH")] == [404, 404, 404]
    assert admin.send("GET", f"{path}/file").status == 404
    assert admin.sandbox.store.count("sys_attachment_doc") == 0


def test_files_go_with_their_record(admin: Caller) -> None:
    """Deleting a record deletes its files; deleting a file by the Table API deletes its bytes."""
    user = admin.post("sys_user", {"user_name": "x"}).result["sys_id"]
    post(admin, b"1", table_sys_id=user)
    other = post(admin, b"2").result["sys_id"]
    admin.delete(f"sys_user/{user}")
    assert [row["sys_id"] for row in rows(admin).result] == [other]
    admin.delete(f"sys_attachment/{other}")
    assert admin.sandbox.store.count("sys_attachment_doc") == 0


def test_files_are_as_secret_as_their_record(admin: Caller, nobody: Caller) -> None:
    """Who may not see a record sees nothing of its files, though they are counted."""
    secret = admin.post("sys_properties", {"name": "a.b"}).result["sys_id"]
    file = post(admin, b"secret", table_name="sys_properties", table_sys_id=secret).result["sys_id"]
    listed = rows(nobody)
    assert (listed.result, listed.header("x-total-count")) == ([], "1")
    for verb, path in [("GET", ""), ("GET", "/file"), ("PATCH", ""), ("DELETE", "")]:
        assert nobody.send(verb, f"{API}/{file}{path}", b'{"file_name":"x"}').status == 404
    assert post(nobody, b"x", table_name="sys_properties", table_sys_id=secret).status == 404


def test_files_without_a_record_are_the_admins(admin: Caller, nobody: Caller) -> None:
    """A file whose record is gone or unknown is for those who may read all files."""
    file = admin.post("sys_attachment", {"file_name": "lost", "table_name": "nope"}).result["sys_id"]
    assert admin.send("GET", f"{API}/{file}/file").body == b""
    assert nobody.send("GET", f"{API}/{file}").status == 404


def test_only_who_may_write_a_record_gives_it_files(admin: Caller, nobody: Caller) -> None:
    """The vendor's page: the caller needs the rights to read and to write the record."""
    group = admin.post("sys_user_group", {"name": "g"}).result["sys_id"]
    file = post(admin, b"x", table_name="sys_user_group", table_sys_id=group).result["sys_id"]
    assert nobody.send("GET", f"{API}/{file}").status == 200
    insert = "ACL Exception Insert Failed due to security constraints"
    assert post(nobody, b"x", table_name="sys_user_group", table_sys_id=group).error[1] == insert
    assert nobody.send("PATCH", f"{API}/{file}", b'{"file_name":"x"}').status == 403
    assert nobody.send("DELETE", f"{API}/{file}").status == 403


def test_properties_limit_files(admin: Caller) -> None:
    """The vendor's page: com.glide.attachment.max_size (MB) and glide.attachment.extensions are respected."""
    for name, value in (("glide.attachment.extensions", "txt, png"), ("com.glide.attachment.max_size", "1")):
        for sys_id in admin.names("sys_properties", "sys_id", f"name={name}"):
            admin.patch(f"sys_properties/{sys_id}", {"value": value})
        admin.post("sys_properties", {"name": name, "value": value})
    assert post(admin, b"x", file_name="x.exe").status == 400
    assert post(admin, b"x" * 1_048_577).error[0] == "Exception while reading request"
    assert post(admin, b"x", file_name="x.PNG").status == 201


@pytest.mark.parametrize("hostile", ["text/html\r\nX: y", "text/plain\nX", "é/x", "x"])
def test_a_content_type_is_no_header_of_ours(admin: Caller, hostile: str) -> None:
    """What is no media type is served as bytes, and every file as an attachment."""
    file = post(admin, b"x", hostile, file_name='"\r\nX: y"').result["sys_id"]
    reply = admin.send("GET", f"{API}/{file}/file")
    assert reply.header("content-type") == "application/octet-stream"
    assert reply.header("content-disposition") == "attachment;filename*=UTF-8''%22%0D%0AX%3A%20y%22"
    assert not any("\n" in value for _, value in reply.headers)


def test_lists_are_paged_and_queried(admin: Caller) -> None:
    """The vendor's page: sysparm_query with order, limit and offset; an unknown column is no condition."""
    for name in ("b", "a", "c"):
        post(admin, b"x", file_name=name)
    asked = admin.send("GET", f"{API}?sysparm_query=nope=1^ORDERBYDESCfile_name&sysparm_limit=2")
    assert [row["file_name"] for row in asked.result] == ["c", "b"]
    assert 'rel="next"' in (asked.header("link") or "")


def test_queries_can_be_refused(start: Callable[..., Sandbox]) -> None:
    """wire-contract.md 3.4: an unknown column refuses the query where the switch says so."""
    assert rows(Caller(start(unknown_query_column="forbidden")), "nope=1").status == 403


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("PUT", "", 405), ("GET", "/upload", 405), ("GET", "/x/y", 400), ("GET", "/a/b/c", 400)],
)
def test_other_places_are_unknown(admin: Caller, method: str, path: str, status: int) -> None:
    """A verb that a place has not is 405, a place that the API has not is 400."""
    assert admin.send(method, API + path).status == status
