"""Faults on request: how they are ordered, which requests they hit, and what becomes of those."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copyfile

import pytest

from snowconf.sandbox.instance import Sandbox
from snowconf.sandbox.reception.failing import ACTS, CANCELLED
from snowconf.sandbox.switches import parse
from snowconf.sandbox.wire.delivering import DroppedError, SilentError
from snowconf.sandbox.wire.faulting import REMEMBERED, Fates, parse_orders
from snowconf.sandbox.wire.faults import FAULTS
from snowconf.sandbox.wire.requests import Delivery, Request
from tests.sandbox.caller import Caller, Reply

USERS = "/api/now/table/sys_user?sysparm_fields=user_name&sysparm_limit=2"


def request(method: str = "GET", path: str = "/api/now/table/sys_user", **headers: str) -> Request:
    """A request as the faults see it."""
    return Request(
        method=method,
        path=path,
        host="http://x",
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )


def hits(fates: Fates, count: int, **headers: str) -> str:
    """Which of so many equal requests are hit: `x` is, `.` is not."""
    return "".join("x" if fates.find(request(**headers)) else "." for _ in range(count))


def ask(caller: Caller, fault: str, target: str = USERS, method: str = "GET") -> Reply:
    """A request with the header."""
    return caller.send(method, target, X_Snowconf_Fault=fault)


# -- orders


def test_every_fault_is_done_by_one_function() -> None:
    """No fault is declared that nobody carries out, and none carried out that is not declared."""
    assert list(ACTS) == [fault.name for fault in FAULTS]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_every_fault_says_what_it_does_and_how_sure_that_is(fault: object) -> None:
    """A sentence and a source, for the page that is made from them."""
    found = next(each for each in FAULTS if each is fault)
    assert (found.sentence[-1], bool(found.source)) == (".", True)


def test_an_order_has_a_name_a_number_and_settings() -> None:
    """Everything that can be said, blanks wherever they may be."""
    (order,) = parse_orders(
        " slow = 0.5 ; probability=0.25; count=3;every=2;seed=9;method=post; table=sys_user "
    )
    said = (
        order.argument,
        order.probability,
        order.count,
        order.every,
        order.seed,
        order.method,
        order.table,
    )
    assert (order.fault.name, said) == ("slow", (0.5, 0.25, 3, 2, 9, "POST", "sys_user"))


def test_orders_are_separated_by_commas_and_have_defaults() -> None:
    """A fault without a number has its own."""
    assert [(each.fault.name, each.argument) for each in parse_orders("503, late")] == [
        ("503", 0),
        ("late", 5),
    ]


@pytest.mark.parametrize("text", ["", "  ", "none"])
def test_no_order_is_none(text: str) -> None:
    """An empty header and the switch's default ask for nothing."""
    assert parse_orders(text) == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("timeout-befor", 'There is no fault "timeout-befor". Did you mean "timeout-before"?'),
        ("qqqqqq", 'There is no fault "qqqqqq".'),
        ("502=3", "The fault 502 takes no number."),
        ("slow=soon", 'slow needs a number that is not negative, and "soon" is none.'),
        ("slow=-1", '"-1" is none'),
        ("slow=nan", '"nan" is none'),
        ("slow=inf", '"inf" is none'),
        (
            "503;evry=2",
            'A fault has no setting "evry"; there are probability, count, every, seed, method, table.',
        ),
        ("503;evry=2", 'Did you mean "every"?'),
        ("503;probability=1.5", "A probability is at most 1."),
        ("503;count=", '"" is none'),
        ("503,", 'There is no fault "".'),
    ],
)
def test_what_is_not_understood_is_said(text: str, words: str) -> None:
    """With what was probably meant."""
    with pytest.raises(ValueError, match=re.escape(words)):
        parse_orders(text)


# -- fates


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("503", "xxxxxxxxxx"),
        ("503;count=3", "xxx......."),
        ("503;every=3", "..x..x..x."),
        ("503;every=3;count=2", "..x..x...."),
        ("503;every=0", "xxxxxxxxxx"),
        ("503;probability=0", ".........."),
        ("503;method=POST", ".........."),
        ("503;table=sys_user_role", ".........."),
        ("503;table=sys_user", "xxxxxxxxxx"),
        ("503;count=1, 502;count=2", "xxx......."),
    ],
)
def test_which_requests_are_hit(order: str, expected: str) -> None:
    """Counts, periods, methods and tables; the first order that hits wins."""
    assert hits(Fates(parse_orders(order)), 10) == expected


def test_luck_is_the_same_every_time_and_another_with_another_seed() -> None:
    """Half of many requests are hit, always the same ones."""
    one, again, other = (hits(Fates(parse_orders(f"503;probability=0.5;seed={n}")), 200) for n in (1, 1, 2))
    assert (one == again, one == other, 70 < one.count("x") < 130) == (True, False, True)


def test_a_header_counts_for_itself() -> None:
    """Requests with the same header share its count, and another seed begins anew."""
    fates = Fates()
    found = [
        hits(fates, 3, x_snowconf_fault=text) for text in ("503;count=2", "503;count=2", "503;count=2;seed=1")
    ]
    assert found == ["xx.", "...", "xx."]


def test_only_what_an_instance_answers_can_fail() -> None:
    """The pages about the sandbox work always; APIs and token endpoints can fail."""
    fates = Fates(parse_orders("503"))
    paths = ("/", "/sandbox/log", "/api/now/v2/table/x", "/oauth_token.do")
    assert [fates.find(request(path=path)) is not None for path in paths] == [False, False, True, True]


def test_a_stale_token_needs_a_token() -> None:
    """Requests with a password are not hit."""
    fates = Fates(parse_orders("stale-token"))
    found = [fates.find(request(authorization=each)) is not None for each in ("Basic eA==", "Bearer x")]
    assert found == [False, True]


def test_what_is_remembered_of_orders_is_bounded() -> None:
    """However many headers come, the memory stays small."""
    fates = Fates()
    for seed in range(REMEMBERED + 10):
        hits(fates, 1, x_snowconf_fault=f"503;seed={seed}")
    assert len(fates.tallies) <= REMEMBERED


# -- what becomes of a request


def test_a_rate_limit(admin: Caller) -> None:
    """wire-contract.md 5.4: 429, three headers of the rule, seconds to wait, the envelope."""
    reply = ask(admin, "429=7")
    reset = int(reply.header("X-RateLimit-Reset") or 0)
    assert (reply.status, reply.header("Retry-After"), reply.header("X-RateLimit-Limit")) == (429, "7", "100")
    assert abs(reset - datetime.now(UTC).timestamp() - 7) < 5
    assert len(reply.header("X-RateLimit-Rule") or "") == 32
    assert reply.error == (
        "Rate limit exceeded",
        "Rate limit of 100 requests per hour for Table API exceeded",
    )


@pytest.mark.parametrize(
    ("fault", "status", "words"),
    [
        ("429-bare", 429, b"<html>"),
        ("503", 503, b"<html>"),
        ("502", 502, b"<html>"),
        ("hibernating", 200, b"<title>Instance Hibernating page</title>"),
        ("login-page", 200, b"<form"),
    ],
)
def test_pages_of_html(admin: Caller, fault: str, status: int, words: bytes) -> None:
    """wire-contract.md 5.4, 5.7: HTML instead of JSON, whatever was asked, and without hints to the rate."""
    reply = ask(admin, fault)
    assert (reply.status, reply.header("Content-Type")) == (status, "text/html;charset=UTF-8")
    assert words in reply.body
    assert reply.header("X-RateLimit-Limit") is None


def test_a_proxy_says_who_it_is(admin: Caller) -> None:
    """wire-contract.md 5.7: 502 comes from `snow_adc` and not from the instance."""
    assert [value for name, value in ask(admin, "502").headers if name == "Server"] == ["snow_adc"]


@pytest.mark.parametrize(("fault", "wait"), [("503", None), ("503=9", "9")])
def test_not_available_with_and_without_a_time(admin: Caller, fault: str, wait: str | None) -> None:
    """Retry-After comes only when a number was given."""
    assert ask(admin, fault).header("Retry-After") == wait


@pytest.mark.parametrize("fault", ["429", "429-bare", "503", "502", "202", "hibernating", "login-page"])
def test_what_is_refused_is_not_done(admin: Caller, fault: str) -> None:
    """wire-contract.md 2.3, 5.4, 5.7: nothing is created behind such an answer."""
    body = json.dumps({"user_name": "ann"}).encode()
    admin.send("POST", "/api/now/table/sys_user", body, X_Snowconf_Fault=fault)
    assert admin.names("sys_user", "user_name", "user_name=ann") == []


def test_a_queue_that_is_too_long(admin: Caller) -> None:
    """wire-contract.md 2.3: 202 and no body."""
    reply = ask(admin, "202")
    assert (reply.status, reply.body, reply.header("Content-Length")) == (202, b"", "0")


@pytest.mark.parametrize(
    ("wording", "message"), [("new", "User is not authenticated"), ("old", "User Not Authenticated")]
)
def test_a_stale_token_is_the_ordinary_401(start: Callable[..., Sandbox], wording: str, message: str) -> None:
    """wire-contract.md 4.3: nothing in the answer says that the token ran out; once, and then it is good again."""
    sandbox = start(wording_401=wording)
    caller = Caller(sandbox, headers={"Authorization": "Bearer whatever"})
    replies = [ask(caller, "stale-token;count=1") for _ in range(2)]
    assert (replies[0].status, replies[0].error[0], replies[1].status) == (401, message, 200)


def create(caller: Caller, fault: str) -> Reply:
    """A POST of a user ann that the fault hits."""
    body = json.dumps({"user_name": "ann"}).encode()
    return caller.send("POST", "/api/now/table/sys_user", body, X_Snowconf_Fault=fault)


def is_created(caller: Caller) -> bool:
    """Whether ann is there."""
    return caller.names("sys_user", "user_name", "user_name=ann") == ["ann"]


def test_a_transaction_that_was_cancelled_may_have_been_done(admin: Caller) -> None:
    """wire-contract.md 5.6: 500 with that message, and the write is there."""
    reply = create(admin, "cancelled")
    assert (reply.status, reply.error[0], is_created(admin)) == (500, CANCELLED, True)


def test_json_that_is_cut_and_then_says_why(admin: Caller) -> None:
    """wire-contract.md 5.6: status 200, a cut row, then the error word for word."""
    reply = ask(admin, "cut-json=20")
    end = (
        '],"error":{"detail":"Transaction cancelled: maximum execution time exceeded. Check logs for error trace.",'
        '"message":"Transaction cancelled: maximum execution time exceeded"},"status":"failure"}'
    )
    assert (reply.status, reply.body.decode()) == (200, '{"result":[{"user_na' + end)


def test_only_a_result_is_cut(admin: Caller) -> None:
    """A refusal stays what it is."""
    assert ask(admin, "cut-json", "/api/now/table/nope").error[0] == "Invalid table nope"


def test_a_write_is_done_whose_answer_is_cut(admin: Caller) -> None:
    """wire-contract.md 5.6: 200 also where 201 would have come, in the middle of the body."""
    reply = create(admin, "cut-json")
    assert (reply.status, reply.body.endswith(b'"status":"failure"}'), is_created(admin)) == (200, True, True)


@pytest.mark.parametrize(("fault", "length"), [("cut-body=9", 9), ("cut-body=0", 0), ("cut-body", None)])
def test_a_body_that_ends_early(admin: Caller, fault: str, length: int | None) -> None:
    """Its length is told as if it were all; without a byte half of it comes."""
    whole = admin.get("sys_user", sysparm_fields="user_name", sysparm_query="ORDERBYuser_name").body
    cut = ask(admin, fault, "/api/now/table/sys_user?sysparm_fields=user_name&sysparm_query=ORDERBYuser_name")
    assert cut.body == whole[: len(whole) // 2 if length is None else length]
    assert cut.header("Content-Length") == str(len(cut.body))


@pytest.mark.parametrize(
    ("fault", "error", "done"),
    [
        ("timeout-before", SilentError, False),
        ("timeout-after", SilentError, True),
        ("drop-before", DroppedError, False),
        ("drop", DroppedError, True),
        ("drop=100", DroppedError, True),
    ],
)
def test_answers_that_never_come(admin: Caller, fault: str, error: type[OSError], *, done: bool) -> None:
    """wire-contract.md 5.6: in process silence is a TimeoutError, a closed connection a ConnectionError; done or not."""
    with pytest.raises(error):
        create(admin, fault)
    assert (is_created(admin), issubclass(error, TimeoutError | ConnectionError)) == (done, True)


def test_a_body_that_is_shorter_than_the_byte_comes_whole(admin: Caller) -> None:
    """The connection would break only behind it."""
    assert ask(admin, "drop=100000").status == 200


def test_a_slow_answer_takes_its_time(admin: Caller) -> None:
    """And is otherwise as ever."""
    began = datetime.now(UTC)
    reply = ask(admin, "slow=0.2")
    assert (reply.status, datetime.now(UTC) - began >= timedelta(seconds=0.2)) == (200, True)


class Watch:
    """A clock that is put forward by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The time."""
        return self.now


def test_a_late_commit(seeded: Path, tmp_path: Path) -> None:
    """wire-contract.md 5.6: nobody is answered, nothing is there, and some seconds later it is."""
    copyfile(seeded, tmp_path / "late.db")
    watch = Watch()
    sandbox = Sandbox(tmp_path / "late.db", parse({"internal_errors": "raise"}), clock=watch)
    admin = Caller(sandbox)
    with pytest.raises(SilentError):
        create(admin, "late=10")
    before = is_created(admin)
    watch.now += timedelta(seconds=10)
    assert (before, is_created(admin)) == (False, True)
    sandbox.close()


def test_what_is_late_is_done_while_nobody_asks_or_at_the_end(seeded: Path, tmp_path: Path) -> None:
    """A sandbox that is idle or closed does not forget."""
    copyfile(seeded, tmp_path / "late.db")
    watch = Watch()
    sandbox = Sandbox(tmp_path / "late.db", parse({}), clock=watch)
    with pytest.raises(SilentError):
        create(Caller(sandbox), "late=10")
    watch.now += timedelta(seconds=11)
    sandbox.tidy()
    found = len(sandbox.store.find("sys_user", user_name="ann"))
    with pytest.raises(SilentError):
        Caller(sandbox).send(
            "POST", "/api/now/table/sys_user", b'{"user_name":"bob"}', X_Snowconf_Fault="late=99"
        )
    sandbox.close()
    again = Sandbox(tmp_path / "late.db", parse({}))
    assert (found, len(again.store.find("sys_user", user_name="bob"))) == (1, 1)
    again.close()


def test_a_header_that_is_not_understood_is_answered_with_400(admin: Caller) -> None:
    """The sentence says what was meant."""
    reply = ask(admin, "hibernatin")
    said = 'x-snowconf-fault: There is no fault "hibernatin". Did you mean "hibernating"?'
    assert (reply.status, reply.error) == (400, (said, None))


def test_a_switch_fails_without_a_header(start: Callable[..., Sandbox]) -> None:
    """Every second request, header or not."""
    caller = Caller(start(fault="503;every=2"))
    assert [caller.get("sys_user").status for _ in range(4)] == [200, 503, 200, 503]


def test_a_switch_that_is_not_understood_is_refused() -> None:
    """Before anything is served."""
    with pytest.raises(ValueError, match="There is no fault"):
        parse({"fault": "503, 5030"})


def test_ordinary_answers_are_delivered_at_once() -> None:
    """Nothing is delayed, cut or kept back by itself."""
    assert Delivery() == Delivery(delay_s=0.0, upto=None, silent=False)
