"""The door over HTTP and the door in process say the same, byte for byte once unpacked."""

import asyncio
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from gzip import decompress as gunzip
from pathlib import Path
from shutil import copyfile

import pytest
from starlette.types import Message, Scope

from snowconf.sandbox.doors.app import make_app
from snowconf.sandbox.instance import Sandbox
from snowconf.sandbox.switches import parse
from snowconf.sandbox.wire.packing import pack
from snowconf.sandbox.wire.reading import read_request
from snowconf.sandbox.wire.requests import Answer, Delivery, Request
from tests.sandbox.caller import ADMIN, Caller, Reply

HOST = "sandbox.example:8080"
BASIC = ("Authorization", "Basic YWRtaW46YWRtaW4=")
JSON = ("Content-Type", "application/json")
FORM = ("Content-Type", "application/x-www-form-urlencoded")
# What is random by intent: cookies and the transaction's number.
RANDOM = re.compile(r"(?<==)(glide\.)?[0-9A-Fa-f]{32}|\b[0-9a-f]{12}\b|Expires=[^;]*")
CASES: list[tuple[str, str, Sequence[tuple[str, str]], bytes]] = [
    ("GET", "/api/now/table/sys_user?sysparm_limit=1", [BASIC], b""),
    ("GET", f"/api/now/v2/table/sys_user/{ADMIN}?sysparm_display_value=all", [BASIC], b""),
    ("GET", "/api/now/table/sys_user?sysparm_query=user_name%3Dadmin%5EORname%3D%C3%A9%2B", [BASIC], b""),
    ("GET", "/api/now/table/sys_user%2Fx?a=%zz&b=\xe9", [BASIC], b""),
    ("GET", "/api/now/table//sys_user/", [BASIC], b""),
    ("HEAD", "/api/now/table/sys_user", [BASIC], b""),
    ("GET", "/api/now/table/sys_user", [], b""),
    ("GET", "/api/now/table/nope", [BASIC], b""),
    ("POST", "/api/now/table/sys_user", [BASIC, JSON], b'{"sys_id":"abc","user_name":"\xc3\xa9"}'),
    ("POST", "/api/now/table/sys_user", [BASIC, ("Content-Type", "text/plain")], b"x"),
    ("PATCH", f"/api/now/table/sys_user/{ADMIN}", [BASIC, JSON], b'{"title":"Boss"}'),
    ("DELETE", f"/api/now/table/sys_user/{ADMIN}x", [BASIC], b""),
    ("BREW", "/api/now/table/sys_user", [BASIC], b""),
    ("POST", "/oauth_token.do", [FORM], b"grant_type=password&username=admin&password=admin"),
    ("GET", "/oauth_token.do", [], b""),
    ("GET", "/oauth_revoke_token.do?token=x", [], b""),
    ("GET", "/", [], b""),
    ("GET", "/%3Cscript%3E", [], b""),
    ("GET", "/api/now/table/sys_user?" + "a" * 9000, [BASIC], b""),
]


@pytest.fixture
def twins(seeded: Path, tmp_path: Path) -> Iterator[tuple[Sandbox, Sandbox]]:
    """Two equal sandboxes whose clocks stand still."""

    def make(name: str) -> Sandbox:
        copyfile(seeded, tmp_path / name)
        switches = parse({"internal_errors": "raise"})
        return Sandbox(tmp_path / name, switches, clock=lambda: datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))

    pair = make("one.db"), make("two.db")
    yield pair
    for sandbox in pair:
        sandbox.close()


@pytest.mark.parametrize(("method", "target", "headers", "body"), CASES)
def test_both_doors_answer_alike(
    twins: tuple[Sandbox, Sandbox], method: str, target: str, headers: Sequence[tuple[str, str]], body: bytes
) -> None:
    """Status, headers in their order, and body are the same."""
    sent = [("Host", HOST), *headers]
    inside = Reply(*twins[0].exchange()(method, f"http://{HOST}{target}", sent, body))
    outside = over_http(twins[1], method, target, sent, body)
    assert plain(outside) == plain(inside)


def plain(reply: Reply) -> tuple[int, list[tuple[str, str]], bytes]:
    """The reply without what is random."""
    headers = [(name, RANDOM.sub("*", value)) for name, value in reply.headers]
    return reply.status, headers, reply.body


def over_http(
    sandbox: Sandbox, method: str, target: str, headers: Sequence[tuple[str, str]], body: bytes
) -> Reply:
    """What the application sends for a request that a server took apart."""
    path, _, query = target.encode("latin-1").partition(b"?")
    scope = {
        "type": "http",
        "method": method,
        "scheme": "http",
        "path": path.decode("latin-1"),
        "raw_path": path,
        "query_string": query,
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers],
    }
    return asyncio.run(call(sandbox, scope, body))


async def call(sandbox: Sandbox, scope: Scope, body: bytes) -> Reply:
    """The application's answer; the body comes in pieces."""
    middle = len(body) // 2
    pieces = [
        {"type": "http.request", "body": body[:middle], "more_body": True},
        {"type": "http.request", "body": body[middle:], "more_body": False},
    ]
    messages: list[Message] = []

    async def receive() -> Message:
        return pieces.pop(0)

    async def send(message: Message) -> None:
        messages.append(message)

    await make_app(sandbox)(scope, receive, send)
    start, end = messages
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"]]
    return Reply(start["status"], headers, end["body"])


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("gzip", True),
        ("deflate, GZIP;q=0.5", True),
        ("gzip;q=0", False),
        ("identity", False),
        ("*", False),
        ("", False),
    ],
)
@pytest.mark.parametrize("case", [0, 6, 7])
def test_text_is_packed_for_who_takes_it(
    twins: tuple[Sandbox, Sandbox], accepted: str, case: int, *, packed: bool
) -> None:
    """Over HTTP alone; unpacked it is what the other door says (wire-contract.md 2.3)."""
    method, target, headers, body = CASES[case]
    sent = [("Host", HOST), *headers, ("Accept-Encoding", accepted)]
    inside = plain(Reply(*twins[0].exchange()(method, f"http://{HOST}{target}", sent, body)))
    outside = over_http(twins[1], method, target, sent, body)
    assert outside.header("Content-Length") == str(len(outside.body))
    assert (outside.header("Content-Encoding") == "gzip") is packed
    unpacked = gunzip(outside.body) if packed else outside.body
    assert (outside.status, unpacked) == (inside[0], inside[2])


def test_files_and_faults_are_not_packed(twins: tuple[Sandbox, Sandbox]) -> None:
    """Bytes are what they are, and a fault that counts bytes counts those of the body."""
    path = f"/api/now/attachment/file?table_name=sys_user&table_sys_id={ADMIN}&file_name=a.bin"
    octets = ("Content-Type", "application/octet-stream")
    reply = over_http(twins[0], "POST", path, [("Host", HOST), BASIC, octets], bytes(5000))
    target = f"/api/now/attachment/{reply.result['sys_id']}/file"
    asked = [("Host", HOST), BASIC, ("Accept-Encoding", "gzip")]
    assert over_http(twins[0], "GET", target, asked, b"").body == bytes(5000)
    cut = Answer(status=200, headers=(JSON,), body=b"{}", delivery=Delivery(upto=1))
    assert pack(read_request("GET", "http://a/", asked, b""), cut) == cut


def test_a_whole_url_can_stand_in_the_request_line(twins: tuple[Sandbox, Sandbox]) -> None:
    """As proxies send it: what it says of the host counts, and links repeat that."""
    target = "http://other.example:81/api/now/table/sys_user?sysparm_limit=1"
    reply = over_http(twins[0], "GET", target, [("Host", HOST), BASIC], b"")
    assert reply.status == 200
    assert (reply.header("Link") or "").startswith("<http://other.example:81/api/now/table/sys_user?")


def test_a_body_that_is_too_large_is_not_read_to_its_end(twins: tuple[Sandbox, Sandbox]) -> None:
    """The door stops reading, and the answer is the one for large bodies."""
    body = b"x" * (2 * 10_485_762)
    reply = over_http(twins[0], "POST", "/api/now/table/sys_user", [("Host", HOST), BASIC, JSON], body)
    assert (reply.status, reply.error[0]) == (400, "Exception while reading request")


def test_observers_see_every_request(seeded: Path, tmp_path: Path) -> None:
    """Each request and its answer, once."""
    seen: list[tuple[str, int]] = []

    def watch(request: Request, answer: Answer) -> None:
        seen.append((f"{request.method} {request.path}", answer.status))

    copyfile(seeded, tmp_path / "watched.db")
    sandbox = Sandbox(tmp_path / "watched.db", parse({}), observer=watch)
    Caller(sandbox).get("sys_user")
    Caller(sandbox, "").get("sys_user")
    sandbox.close()
    assert seen == [("GET /api/now/table/sys_user", 200), ("GET /api/now/table/sys_user", 401)]


@pytest.mark.parametrize(
    ("url", "host", "path"),
    [
        ("https://dev1.example.com/a?b=1", "https://dev1.example.com", "/a"),
        ("HTTPS://x", "https://x", ""),
        ("http://[::1]:80/a#frag", "http://[::1]:80", "/a"),
        ("http://x?q", "http://x", ""),
        ('http://e"vil/a', "http://localhost", "/a"),
        ("http:///a", "http://localhost", "/a"),
        ("http://x/%00a%ff", "http://x", "/\ufffda\ufffd"),
    ],
)
def test_addresses_are_taken_apart(url: str, host: str, path: str) -> None:
    """A strange host does not get into links, and nothing fails."""
    request = read_request("get", url, [], b"")
    assert (request.method, request.host, request.path) == ("GET", host, path)


def test_repeated_headers_are_joined() -> None:
    """Names are compared without letters' case."""
    request = read_request("GET", "http://x/", [("Accept", "a"), ("accept", "b")], b"")
    assert (request.header("accept"), request.header("nope")) == ("a, b", "")


def test_answers_tell_their_headers() -> None:
    """In any case, and empty when there is none."""
    answer = Answer(status=200, headers=(("X-A", "1"),))
    assert (answer.header("x-a"), answer.header("x-b")) == ("1", "")


def test_a_sandbox_can_begin_again(admin: Caller) -> None:
    """After a reset only the seed is there."""
    admin.post("sys_user", {"user_name": "ann"})
    admin.sandbox.reset()
    assert sorted(admin.names("sys_user", "user_name")) == ["admin", "guest"]


def test_a_sandbox_in_memory_fills_itself(start: Callable[..., Sandbox]) -> None:
    """Nothing needs to be done before the first request, and the password is the one that was given."""
    sandbox = Sandbox(None, parse({}), admin_password="secret")
    basic = {"Authorization": "Basic YWRtaW46c2VjcmV0"}
    assert (Caller(sandbox, "", basic).get("sys_user").status, sandbox.has_default_password()) == (200, False)
    sandbox.close()
    assert start().has_default_password()


def test_a_file_is_filled_once(tmp_path: Path) -> None:
    """A second sandbox on the same file finds what the first one wrote, and sees what it writes from then on."""
    one, two = (Sandbox(tmp_path / "shared.db", parse({})) for _ in range(2))
    Caller(one).post("sys_user", {"user_name": "ann"})
    assert Caller(two).names("sys_user", "user_name", "user_name=ann") == ["ann"]
    Caller(two).post("sys_user", {"user_name": "bob"})
    assert Caller(one).names("sys_user", "user_name", "user_name=bob") == ["bob"]
    one.close()
    two.close()
