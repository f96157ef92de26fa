"""Every refusal told apart: recorded bodies first, then what was only described."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from snowconf.errors import (
    BadRequestError,
    BrokenAnswerError,
    ForbiddenError,
    InstanceError,
    NotAnInstanceError,
    NotFoundError,
    Reason,
    ThrottledError,
    UnauthenticatedError,
)
from snowconf.servicenow.answer import Answer
from snowconf.servicenow.refusing import find_refusal
from tests.servicenow.wire import answer, page, refused

RECORDED = Path(__file__).parent / "recorded"
LIST = "GET /api/now/table/sys_user"
ACL = "ACL Exception Insert Failed due to security constraints"

RECORDED_CASES: dict[str, tuple[type[InstanceError], str]] = {
    "10-get-one-404": (NotFoundError, "this user may not see it"),
    "11-delete-404": (NotFoundError, "no such record"),
    "17-patch-200-empty-body-anomaly": (BrokenAnswerError, "no result in it"),
    "21-401-no-auth-2021": (UnauthenticatedError, "snc_basic_auth_api_access"),
    "22-401-2025-2026": (UnauthenticatedError, "did not accept the credentials"),
    "23-403-api-level-acl": (ForbiddenError, "sys_store_app"),
    "24-403-query-rights": (ForbiddenError, "may not query records of sys_scope"),
    "25-403-query-field-unreadable": (ForbiddenError, "may not read a column of sys_choice"),
    "26-403-query-unknown-field-scoped-table": (ForbiddenError, "names a column that is not there"),
    "27-403-insert-acl": (ForbiddenError, r"an access control \(ACL\) of sc_request"),
    "28-403-update-acl": (ForbiddenError, "Update Failed"),
    "29-403-insert-acl-needs-elevation": (ForbiddenError, "security_admin elevated.*update set"),
    "30-403-business-rule-abort": (ForbiddenError, "“Handle updates moving between sets” on sys_update_xml"),
    "31-403-business-rule-abort-change": (ForbiddenError, "“Change Model: Check State Transition”"),
    "32-403-data-policy": (ForbiddenError, "filled in: Resolution code.*not column names"),
    "33-403-unique-key": (ForbiddenError, r"unique key of sn_aia_agent .*KIT_PROBE_DELETE_ME"),
    "34-400-invalid-table": (BadRequestError, "no table u_does_not_exist on this instance"),
    "35-400-invalid-table-no-detail": (BadRequestError, "no table not_a_real_class"),
    "36-415-content-type": (BadRequestError, "media type was refused.*application/json"),
    "37-400-payload-too-large": (BadRequestError, "glide.rest.max_content_length"),
    "38-414-uri-too-long": (BadRequestError, "8,000 bytes"),
    "39-429-rate-limit": (ThrottledError, "100 requests per hour"),
    "40-200-truncated-timeout": (BrokenAnswerError, "longer than its quota"),
    "41-200-hibernating-html": (NotAnInstanceError, "hibernating"),
    "42-502-reclaimed-pdi": (NotAnInstanceError, "taken back"),
    "52-missing-auth-scope-403": (ForbiddenError, "lacks the API scope “<scope>”"),
}
REASONS = {
    "23-403-api-level-acl": Reason.API_CLOSED,
    "24-403-query-rights": Reason.QUERY_RIGHTS,
    "25-403-query-field-unreadable": Reason.QUERY_RIGHTS,
    "26-403-query-unknown-field-scoped-table": Reason.QUERY_RIGHTS,
    "27-403-insert-acl": Reason.ACL,
    "29-403-insert-acl-needs-elevation": Reason.ACL,
    "30-403-business-rule-abort": Reason.BUSINESS_RULE,
    "31-403-business-rule-abort-change": Reason.BUSINESS_RULE,
    "32-403-data-policy": Reason.DATA_POLICY,
    "33-403-unique-key": Reason.UNIQUE_KEY,
    "52-missing-auth-scope-403": Reason.AUTH_SCOPE,
}


def recorded(name: str) -> tuple[str, Answer]:
    """A recorded request and answer; where the record leaves out headers, they are the usual ones."""
    record: dict[str, Any] = json.loads((RECORDED / f"{name}.json").read_text())
    body = record["body"]
    path = record["request"]["url"].partition("?")[0]
    headers = {key: value for key, value in record.get("headers", {}).items() if isinstance(value, str)}
    if not isinstance(body, str) or body.startswith("{"):
        headers = (
            {"Content-Type": "application/json;charset=UTF-8", **headers} if body is not None else headers
        )
    headers.pop("Content-Encoding", None)
    content = b"" if body is None else (body if isinstance(body, str) else json.dumps(body)).encode()
    kept = Answer(status=record["status"], headers=httpx.Headers(headers), body=content)
    return f"{record['request']['method']} {path}", kept


def read(response: httpx.Response) -> Answer:
    """A made-up answer, read."""
    return Answer(status=response.status_code, headers=response.headers, body=response.read())


def get_refusal(response: httpx.Response, request: str = LIST) -> InstanceError:
    """The error that an answer must mean."""
    problem = find_refusal(request, read(response))
    assert problem is not None
    return problem


@pytest.mark.parametrize("name", RECORDED_CASES)
def test_a_recorded_refusal_becomes_its_error(name: str) -> None:
    """Type, request, status and the words that help."""
    kind, words = RECORDED_CASES[name]
    request, kept = recorded(name)
    problem = find_refusal(request, kept)
    assert problem is not None
    assert (type(problem), problem.request, problem.status) == (kind, request, kept.status)
    with pytest.raises(kind, match=words):
        raise problem


@pytest.mark.parametrize("name", REASONS)
def test_a_recorded_403_has_its_reason(name: str) -> None:
    """403 alone means at least seven different things."""
    problem = find_refusal(*recorded(name))
    assert isinstance(problem, ForbiddenError)
    assert problem.reason == REASONS[name]


@pytest.mark.parametrize(
    "name",
    [
        "01-get-list-limit1-link-header",
        "12-get-list-empty",
        "14-post-201-defaults-and-location",
    ],
)
def test_a_recorded_result_is_no_refusal(name: str) -> None:
    """Real lists and records pass."""
    assert find_refusal(*recorded(name)) is None


@pytest.mark.parametrize(
    ("response", "kind", "words"),
    [
        (
            answer(302, Location="https://developer.servicenow.com/dev.do"),
            NotAnInstanceError,
            "Sign in at developer",
        ),
        (
            answer(301, Location="https://login.acme.com/x?secret=1"),
            NotAnInstanceError,
            r"redirect to login\.acme\.com\.",
        ),
        (answer(307, Location="/login.do"), NotAnInstanceError, "redirect to the same host"),
        (page(200, '<form action="login.do"><input name="user_password">'), NotAnInstanceError, "login page"),
        (page(200, "<h1>Maintenance</h1>"), NotAnInstanceError, "text/html instead of JSON"),
        (page(403, "<h1>Blocked</h1>"), NotAnInstanceError, "status 403 and text/html"),
        (page(404, "<h1>Nothing</h1>"), NotAnInstanceError, "status 404"),
        (httpx.Response(200, content=b"{}"), NotAnInstanceError, "a body of no stated type"),
        (answer(202), ThrottledError, "dropped"),
        (refused(429, "Too many"), ThrottledError, "semaphores.*Too many"),
        (answer(429), ThrottledError, "Wait, run with less parallelism"),
        (answer(200, {"status": "ok"}), BrokenAnswerError, "no result"),
        (answer(200, ["x"]), BrokenAnswerError, "ends early or is damaged"),
        (answer(200, {"result": [], "error": {"message": "Boom"}}), BrokenAnswerError, "then failed .“Boom”"),
        (refused(500, "Transaction cancelled: maximum execution time exceeded"), BrokenAnswerError, "quota"),
        (page(503, "<html>"), BrokenAnswerError, "status 503"),
        (page(502, "<html>", Server="nginx"), BrokenAnswerError, "status 502"),
        (httpx.Response(401, headers={"X-MFA_TOKEN": "invalid"}), UnauthenticatedError, "second factor"),
        (answer(401, X_UserToken_Response="x", X_Is_Logged_In="true"), UnauthenticatedError, "cookies"),
        (
            refused(400, "Requested URI does not represent any resource"),
            BadRequestError,
            "no API at this address",
        ),
        (
            refused(404, "Requested URI does not represent any resource"),
            BadRequestError,
            "no API at this address",
        ),
        (
            refused(400, "Exception while reading request", "Unexpected end"),
            BadRequestError,
            "Unexpected end",
        ),
        (answer(400, {"error": "bad"}), BadRequestError, "“bad”"),
        (answer(400, {}), BadRequestError, "could not use GET /api/now/table/sys_user. Check"),
        (answer(405), BadRequestError, "PATCH, DELETE"),
        (answer(406), BadRequestError, "media type"),
        (page(413, "<html>"), BadRequestError, "more than the instance"),
        (answer(409, {"error": {"message": "Conflict"}}), BadRequestError, "Conflict"),
        (answer(403, {}), ForbiddenError, "it gave no reason"),
        (refused(403, "Nope"), ForbiddenError, "it said “Nope”"),
        (refused(403, "x", "Unique Key violation detected by database"), ForbiddenError, "unique key"),
        (
            refused(403, "x", "missing required API access scope"),
            ForbiddenError,
            "scope that the API asks for",
        ),
        (refused(403, "x", "Data Policy Exception"), ForbiddenError, "asks for more"),
        (refused(403, "x", "was aborted by Business Rule"), ForbiddenError, "aborted by Business Rule"),
    ],
)
def test_a_described_refusal_becomes_its_error(
    response: httpx.Response, kind: type[InstanceError], words: str
) -> None:
    """What no recording shows is made from the description."""
    problem = get_refusal(response)
    assert type(problem) is kind
    with pytest.raises(kind, match=words):
        raise problem


def test_nothing_with_204_is_success() -> None:
    """A deletion's answer is empty."""
    assert find_refusal("DELETE /api/now/table/sys_user/1", read(answer(204))) is None


@pytest.mark.parametrize("table", ["sys_security_acl", "sys_security_acl_role"])
def test_trap_6_access_controls_say_elevation_and_the_ways_out(table: str) -> None:
    """No token can elevate, and the text says what can be done instead."""
    problem = get_refusal(refused(403, "Operation Failed", ACL), f"POST /api/now/table/{table}")
    assert (
        "elevation belongs to a browser session. Ways out: import the change as an update set"
        in problem.detail
    )


def test_words_are_read_in_any_case_and_key_order() -> None:
    """Older releases put detail first and capitals elsewhere."""
    body = {"status": "failure", "error": {"detail": ACL.upper(), "message": "OPERATION FAILED"}}
    problem = get_refusal(answer(403, body))
    assert isinstance(problem, ForbiddenError)
    assert problem.reason is Reason.ACL


def test_a_business_rule_with_an_apostrophe_keeps_its_name() -> None:
    """The name ends where the sys_id or the sentence begins."""
    detail = "Operation against file 'x' was aborted by Business Rule 'Don't ACL Exception^0e5b'. Business Rule Stack:a"
    problem = get_refusal(refused(403, "Operation Failed", detail))
    assert "“Don't ACL Exception”" in problem.detail


def test_the_words_of_the_instance_are_cut_and_cleaned() -> None:
    """No control characters, no turned text, at most 256 characters."""
    problem = get_refusal(refused(403, "\x1b[31mred\u202e\n" + "x" * 5000))
    assert "“ [31mred" not in problem.detail
    assert "[31mred xxx" in problem.detail
    assert len(problem.detail) < 600
    assert problem.detail.isprintable()


def test_an_address_without_a_table_is_explained_too() -> None:
    """A path of another API has no table to name."""
    problem = get_refusal(
        refused(403, "User Not Authorized", "Failed API level ACL Validation"), "GET /api/now/stats"
    )
    assert "closed to this user for this address" in problem.detail
