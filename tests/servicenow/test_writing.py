"""Creating, changing and deleting: what is sent, and what is made of each fate."""

import httpx
import pytest

from snowconf.errors import (
    BrokenAnswerError,
    ForbiddenError,
    NotFoundError,
    OutcomeUnknownError,
    Reason,
    UnaskableError,
    UnreachableError,
)
from tests.servicenow.wire import ID, Step, VirtualClock, Wire, answer, client, listed, page, refused, result

RECORD = {"sys_id": ID, "user_name": "svc"}
UNKNOWN: dict[str, Step] = {
    "timed out": httpx.ReadTimeout("slow"),
    "dropped": httpx.RemoteProtocolError("Server disconnected without sending a response."),
    "reset": httpx.ReadError("reset"),
    "500": refused(500, "Transaction cancelled: maximum execution time exceeded"),
    "502": page(502, "<html>"),
    "503": page(503, "<html>"),
    "504": page(504, "<html>"),
    "cut": httpx.Response(201, headers={"Content-Type": "application/json"}, content=b'{"result": {"sys'),
    "empty": answer(200),
    "no result": answer(201, {}),
    "a list": answer(201, {"result": []}),
    "page": page(200, "<html>maintenance</html>"),
}
unknown = pytest.mark.parametrize("name", UNKNOWN)


def unique_key() -> httpx.Response:
    """What the platform says when a key is taken, the sys_id included."""
    return refused(403, "Operation Failed", "Error during insert of sys_user (svc)")


def test_a_record_is_created_with_strings_and_read_from_the_answer() -> None:
    """One POST, no restricted columns in the answer, no links."""
    wire = Wire([result({**RECORD, "active": "true"}, 201)])
    row = client(wire).insert("sys_user", RECORD)
    assert (wire.verbs, wire.body(), wire.parameters()) == (
        ["POST"],
        RECORD,
        {"sysparm_exclude_reference_link": "true"},
    )
    assert row == {**RECORD, "active": "true"}


@pytest.mark.parametrize("verb", ["POST", "PATCH"])
def test_a_secret_alone_goes_with_input_display_value(verb: str) -> None:
    """Hashed and encrypted columns are processed only with that parameter (wire-contract.md 6.5)."""
    wire = Wire([result(RECORD)])
    api = client(wire)
    if verb == "POST":
        api.insert("sys_user", RECORD, display_input=True)
    else:
        api.update("sys_user", ID, {"user_password": "x"}, display_input=True)
    assert (wire.verbs, wire.parameters()["sysparm_input_display_value"]) == ([verb], "true")


@unknown
def test_a_creation_of_unknown_fate_is_looked_for_and_found(name: str) -> None:
    """The record is there: it counts as created, and no second POST is sent."""
    wire = Wire([UNKNOWN[name], listed([RECORD])])
    assert client(wire).insert("sys_user", RECORD) == RECORD
    assert wire.verbs == ["POST", "GET"]


@unknown
def test_a_creation_of_unknown_fate_is_repeated_only_when_it_is_not_there(name: str) -> None:
    """The look that allows the second POST comes when the first can no longer come true."""
    clock = VirtualClock()
    began = clock.now
    wire = Wire([UNKNOWN[name], lambda _: listed([]), lambda _: listed([]), result(RECORD, 201)])
    if name not in ("timed out", "dropped", "reset", "502", "503", "504", "page", "empty"):
        del wire.steps[1]  # the instance itself has answered, so its transaction is over: one look is enough
        began -= 60
    assert client(wire, clock).insert("sys_user", RECORD) == RECORD
    assert wire.verbs[0] == wire.verbs[-1] == "POST"
    assert clock.now >= began + 60


def test_a_look_after_the_quota_needs_no_second_look() -> None:
    """When the time-out was longer than the quota, nothing can come late any more."""
    clock = VirtualClock()

    def time_out(request: httpx.Request) -> httpx.Response:
        clock.sleep(70)
        raise httpx.ReadTimeout("slow", request=request)

    wire = Wire([time_out, listed([]), result(RECORD, 201)])
    client(wire, clock).insert("sys_user", RECORD)
    assert (wire.verbs, clock.slept) == (["POST", "GET", "POST"], [70])


def test_a_created_record_that_may_not_be_seen_counts_as_created() -> None:
    """It is counted though not shown; the empty columns tell the rest."""
    wire = Wire([httpx.ReadError("reset"), listed([], 1)])
    assert client(wire).insert("sys_user", RECORD) == {"sys_id": ID}


def test_a_creation_without_a_key_of_ours_is_never_repeated_in_doubt() -> None:
    """It could not be looked for."""
    wire = Wire([httpx.ReadError("reset")])
    with pytest.raises(OutcomeUnknownError, match="no sys_id of ours"):
        client(wire).insert("sys_user", {"user_name": "svc"})
    assert wire.verbs == ["POST"]


def test_a_creation_is_not_repeated_where_sys_ids_are_not_kept() -> None:
    """An instance that gives its own sys_ids cannot be asked for ours (glide.rest.table_api.admin_only_sys_fields)."""
    wire = Wire([result({"sys_id": "b" * 32}, 201), httpx.ReadError("reset")])
    api = client(wire)
    api.insert("sys_user", RECORD)
    with pytest.raises(OutcomeUnknownError):
        api.insert("sys_user", {**RECORD, "sys_id": "c" * 32})
    assert wire.verbs == ["POST", "POST"]


def test_a_look_that_fails_leaves_the_outcome_unknown() -> None:
    """The error names the request, says why, and keeps the cause."""
    wire = Wire([httpx.ReadError("reset"), refused(403, "Insufficient rights to query records")])
    with pytest.raises(OutcomeUnknownError, match="Looking for sys_user") as caught:
        client(wire).insert("sys_user", RECORD)
    assert caught.value.request == "POST /api/now/table/sys_user"
    assert isinstance(caught.value.__cause__, UnreachableError)


def test_a_creation_that_fails_for_certain_is_said_so() -> None:
    """Five tries, each looked for and not there: nothing was created, and that is known."""
    wire = Wire([lambda r: listed([]) if r.method == "GET" else refused(500, "script error")], endless=True)
    with pytest.raises(BrokenAnswerError, match="script error"):
        client(wire).insert("sys_user", RECORD)
    assert wire.verbs == ["POST", "GET"] * 5


def test_a_taken_key_is_an_error_at_the_first_try() -> None:
    """Somebody else's record holds it."""
    wire = Wire([unique_key()])
    with pytest.raises(ForbiddenError) as caught:
        client(wire).insert("sys_user", RECORD)
    assert (caught.value.reason, wire.verbs) == (Reason.UNIQUE_KEY, ["POST"])


@pytest.mark.parametrize("first", [answer(202), refused(429, "Rate limit exceeded")])
def test_a_taken_key_after_another_try_is_looked_for_first(first: httpx.Response) -> None:
    """The first try may have taken the key, though it was said to be dropped."""
    wire = Wire([first, unique_key(), listed([RECORD])])
    assert client(wire).insert("sys_user", RECORD) == RECORD


def test_a_taken_key_of_another_record_stays_an_error() -> None:
    """Ours is not there, so the key is somebody else's."""
    wire = Wire([answer(202), unique_key(), listed([])])
    with pytest.raises(ForbiddenError):
        client(wire).insert("sys_user", RECORD)


def test_a_refused_connection_is_tried_again_without_a_look() -> None:
    """What was never sent may be repeated blindly."""
    wire = Wire([httpx.ConnectError("refused"), httpx.PoolTimeout("busy"), result(RECORD, 201)])
    client(wire).insert("sys_user", RECORD)
    assert wire.verbs == ["POST"] * 3


@unknown
def test_a_change_of_unknown_fate_is_sent_again(name: str) -> None:
    """The same values twice do no harm."""
    wire = Wire([UNKNOWN[name], result(RECORD)])
    if name == "page":
        with pytest.raises(OutcomeUnknownError):
            client(wire).update("sys_user", ID, {"user_name": "svc"})
    else:
        assert client(wire).update("sys_user", ID, {"user_name": "svc"}) == RECORD


def test_a_change_that_stays_unknown_is_said_to_be() -> None:
    """Exit code 7 hangs on this error."""
    wire = Wire([httpx.ReadError("reset"), httpx.ConnectError("refused")], endless=True)
    with pytest.raises(OutcomeUnknownError, match="not known"):
        client(wire).update("sys_user", ID, {"user_name": "svc"})


def test_a_change_that_never_left_is_only_unreachable() -> None:
    """Nothing was sent, so nothing is unknown."""
    wire = Wire([httpx.ConnectError("refused")], endless=True)
    with pytest.raises(UnreachableError):
        client(wire).update("sys_user", ID, {"user_name": "svc"})


def test_a_refusal_after_doubt_is_the_refusal() -> None:
    """The instance says no to these values, whenever they come."""
    wire = Wire([httpx.ReadError("reset"), refused(403, "Operation Failed", "ACL Exception Update Failed")])
    with pytest.raises(ForbiddenError):
        client(wire).update("sys_user", ID, {"user_name": "svc"})


def test_a_change_of_nothing_is_not_found() -> None:
    """There is no upsert."""
    wire = Wire(
        [refused(404, "No Record found", "Record doesn't exist or ACL restricts the record retrieval")]
    )
    with pytest.raises(NotFoundError, match="may not see it"):
        client(wire).update("sys_user", ID, {"user_name": "svc"})


@pytest.mark.parametrize("step", [answer(204), refused(404, "No Record found"), answer(200, {"result": {}})])
def test_a_deleted_record_is_gone_whoever_deleted_it(step: httpx.Response) -> None:
    """204, and 404 too."""
    wire = Wire([step])
    client(wire).delete("sys_user", ID)
    assert wire.verbs == ["DELETE"]


def test_a_deletion_of_unknown_fate_is_sent_again() -> None:
    """That it is gone the second time is what was wanted."""
    wire = Wire([httpx.ReadTimeout("slow"), refused(404, "No Record found")])
    client(wire).delete("sys_user", ID)
    assert wire.verbs == ["DELETE", "DELETE"]


def test_a_refused_deletion_is_an_error() -> None:
    """The ACL's refusal is not taken for absence."""
    wire = Wire([refused(403, "Operation Failed", "ACL Exception Delete Failed due to security constraints")])
    with pytest.raises(ForbiddenError):
        client(wire).delete("sys_user", ID)


@pytest.mark.parametrize("sys_id", ["", "a/b", "..", "a?b", "x" * 33])
def test_a_strange_sys_id_never_becomes_part_of_an_address(sys_id: str) -> None:
    """A path is built from names and ids, from nothing else."""
    with pytest.raises(UnaskableError, match="not a sys_id"):
        client(Wire([])).delete("sys_user", sys_id)


def test_requests_are_counted_by_verb_with_their_repetitions() -> None:
    """What was sent counts, not what was asked for."""
    api = client(Wire([page(503, "busy"), result(RECORD), answer(204), result(RECORD, 201)]))
    api.update("sys_user", ID, {"user_name": "svc"})
    api.delete("sys_user", ID)
    api.insert("sys_user", RECORD)
    assert api.counts == {"PATCH": 2, "DELETE": 1, "POST": 1}
