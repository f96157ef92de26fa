"""Update sets over a pretended wire: uploaded, previewed, committed, each once whatever happens."""

import httpx
import pytest

from snowconf.errors import (
    BrokenAnswerError,
    InstanceError,
    NotFoundError,
    OutcomeUnknownError,
    UnaskableError,
)
from tests.servicenow.wire import ID, Wire, answer, client, page, refused

TRACKED = answer(200, {"result": {"links": {"progress": {"id": "b" * 32}}, "status": "0"}})


def led_to(place: str) -> httpx.Response:
    """A redirect."""
    return page(302, "", Location=place)


def told(error: str = "") -> httpx.Response:
    """How the work ended."""
    return answer(200, {"result": {"status": "3" if error else "2", "error": error}})


def test_a_file_is_uploaded_as_a_form() -> None:
    """And the place that a browser is led to says which set it became."""
    wire = Wire([led_to(f"/sys_remote_update_set.do?sys_id={ID}")])
    assert client(wire).upload_set(b"<unload/>") == ID
    (request,) = wire.requests
    assert (request.method, request.url.path) == ("POST", "/sys_upload.do")
    assert request.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert b'name="attachFile"' in request.content
    assert b"\r\n\r\n<unload/>\r\n--" in request.content


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (led_to("/sys_remote_update_set.do?sys_id=../../x"), UnaskableError),
        (led_to("/login.do"), InstanceError),
        (page(200, "<html>Log in</html>"), InstanceError),
        (page(400, "<html>Not an update set</html>"), InstanceError),
    ],
)
def test_an_upload_that_leads_nowhere_is_refused(reply: httpx.Response, error: type[Exception]) -> None:
    """To a login, to a page that says no, or to what is no sys_id."""
    with pytest.raises(error):
        client(Wire([reply])).upload_set(b"<unload/>")


def test_a_commit_says_what_went_wrong() -> None:
    """By the tracker that the answer names; forcing is said in the address."""
    wire = Wire([TRACKED, told("2 updates were not committed")])
    assert client(wire).commit_set(ID, force=True) == "2 updates were not committed"
    paths = [each.url.path for each in wire.requests]
    assert paths == [f"/api/sn_cicd/update_set/commit/{ID}", f"/api/sn_cicd/progress/{'b' * 32}"]
    assert wire.requests[0].url.query == b"force_commit=true"


def test_a_preview_is_asked_for_and_looked_after() -> None:
    """Two requests."""
    wire = Wire([TRACKED, told()])
    client(wire).preview_set(ID)
    assert wire.verbs == ["POST", "GET"]


def test_a_commit_is_never_sent_twice() -> None:
    """Whether it was done is then not known."""
    wire = Wire([httpx.ReadError("gone")])
    with pytest.raises(OutcomeUnknownError):
        client(wire).commit_set(ID, force=False)
    assert wire.verbs == ["POST"]


@pytest.mark.parametrize("links", [None, [], {}, {"progress": None}])
def test_an_answer_without_a_tracker_is_none(links: object) -> None:
    """Nobody can tell then how it ended."""
    with pytest.raises(BrokenAnswerError):
        client(Wire([answer(200, {"result": {"links": links}})])).preview_set(ID)


def test_a_tracker_that_is_gone_is_said() -> None:
    """In the instance's words."""
    with pytest.raises(NotFoundError):
        client(Wire([TRACKED, refused(404, "The requested item wasn't found")])).preview_set(ID)
