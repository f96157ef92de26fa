"""Files of records over a pretended wire: attached once, read whole, removed for good."""

import httpx
import pytest

from snowconf.errors import (
    BrokenAnswerError,
    ForbiddenError,
    InstanceError,
    NotAnInstanceError,
    NotFoundError,
    OutcomeUnknownError,
    UnaskableError,
    UnreachableError,
)
from tests.servicenow.wire import ID, Wire, answer, client, page, refused, result

GONE = httpx.ReadError("gone")
FILE = {"sys_id": "f" * 32, "file_name": "l.gz", "size_bytes": "3", "table_sys_id": ID}
OTHER = {**FILE, "sys_id": "e" * 32, "table_sys_id": "b" * 32}


def files(*rows: dict[str, str]) -> httpx.Response:
    """A list of files."""
    return answer(200, {"result": list(rows)})


def packed(content: bytes) -> httpx.Response:
    """The bytes of a packed file."""
    return httpx.Response(200, headers={"Content-Type": "application/gzip"}, stream=httpx.ByteStream(content))


def test_a_file_is_hung_on_its_record() -> None:
    """The parameters say whose it is and its name, the body is the file."""
    wire = Wire([result(FILE, 201)])
    assert client(wire).attach("sys_properties", ID, name="l 1.gz", content=b"abc") == "f" * 32
    assert wire.parameters() == {"table_name": "sys_properties", "table_sys_id": ID, "file_name": "l 1.gz"}
    request = wire.requests[0]
    assert (request.method, request.url.path, request.content, request.headers["content-type"]) == (
        "POST",
        "/api/now/attachment/file",
        b"abc",
        "application/gzip",
    )


def test_after_a_lost_answer_the_record_s_files_are_looked_at() -> None:
    """It is there under its name and with its size, so it is not sent again."""
    wire = Wire([GONE, files(OTHER, {**FILE, "size_bytes": "2"}, FILE)])
    assert client(wire).attach("sys_properties", ID, name="l.gz", content=b"abc") == "f" * 32
    assert wire.verbs == ["POST", "GET"]
    assert wire.parameters()["sysparm_query"] == f"table_name=sys_properties^table_sys_id={ID}"


def test_a_file_that_is_not_there_after_all_is_sent_again() -> None:
    """Two of them would do no harm."""
    wire = Wire([GONE, files(), result(FILE, 201)])
    assert client(wire).attach("sys_properties", ID, name="l.gz", content=b"abc") == "f" * 32


def test_sending_again_has_an_end() -> None:
    """What went wrong last is said."""
    with pytest.raises(UnreachableError):
        client(Wire([GONE, files()] * 3)).attach("sys_properties", ID, name="l.gz", content=b"abc")


def test_a_refused_file_is_not_sent_again() -> None:
    """The instance's words come through."""
    with pytest.raises(InstanceError, match="not allowed"):
        client(Wire([refused(400, "Failed to create the attachment", "type is not allowed")])).attach(
            "sys_properties", ID, name="l.gz", content=b"abc"
        )


def test_a_file_is_read_whole() -> None:
    """Whatever bytes it holds."""
    wire = Wire([packed(b"\x1f\x8b\0")])
    assert client(wire).read_attachment(ID) == b"\x1f\x8b\0"
    assert (wire.requests[0].url.path, wire.requests[0].headers["accept"]) == (
        f"/api/now/attachment/{ID}/file",
        "*/*",
    )


@pytest.mark.parametrize(
    ("step", "error"),
    [
        (refused(404, "No Record found"), NotFoundError),
        (page(200, "<title>Instance Hibernating page</title>"), NotAnInstanceError),
        (answer(200, {"result": {}}), BrokenAnswerError),
    ],
)
def test_what_is_no_file_is_none(step: httpx.Response, error: type[InstanceError]) -> None:
    """Gone, a page, JSON."""
    with pytest.raises(error):
        client(Wire([step])).read_attachment(ID)


def test_files_are_listed_with_their_sizes() -> None:
    """Those of other records, which a dropped condition lets in, are left out."""
    found = client(Wire([files(FILE, OTHER)])).list_attachments("sys_properties", ID)
    assert [(each.sys_id, each.name, each.size) for each in found] == [("f" * 32, "l.gz", "3")]


def test_a_list_that_is_refused_is_no_list() -> None:
    """It is not taken for an empty one."""
    with pytest.raises(ForbiddenError):
        client(Wire([refused(403, "User Not Authorized")])).list_attachments("sys_properties", ID)


@pytest.mark.parametrize("step", [httpx.Response(204), refused(404, "No Record found")])
def test_a_removed_file_is_gone(step: httpx.Response) -> None:
    """Also when it was gone already."""
    wire = Wire([step])
    client(wire).remove_attachment(ID)
    assert (wire.verbs, wire.requests[0].url.path) == (["DELETE"], f"/api/now/attachment/{ID}")


def test_a_removal_that_nobody_confirms_is_unknown() -> None:
    """The instance fell silent each time."""
    with pytest.raises(OutcomeUnknownError):
        client(Wire([GONE], endless=True)).remove_attachment(ID)


def test_what_is_no_sys_id_becomes_no_address() -> None:
    """Nothing is sent."""
    with pytest.raises(UnaskableError):
        client(Wire([])).read_attachment("../x")
