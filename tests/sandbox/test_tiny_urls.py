"""Short URLs: docs/platform.md "Short URLs"."""

import json

import pytest

from tests.sandbox.caller import Caller, Reply

LONG = (
    "https://dev1.example.com/api/now/table/sys_user?sysparm_query=user_name=admin{}&sysparm_fields=user_name"
)
OTHERS = "^ORuser_name=nobody" * 60


def shorten(caller: Caller, url: object, method: str = "POST") -> Reply:
    """What a short URL is asked for with."""
    return caller.send(method, "/api/now/tinyurl", json.dumps({"url": url}).encode())


def test_a_short_url_stands_for_the_parameters(admin: Caller) -> None:
    """What `sysparm_tiny` names is asked as if it had been sent."""
    short = shorten(admin, LONG.format(OTHERS)).result
    path, _, name = short.partition("?sysparm_tiny=")
    assert (path, len(name)) == ("api/now/table/sys_user", 32)
    assert admin.send("GET", f"/{short}").result == [{"user_name": "admin"}]


def test_the_requests_own_parameters_come_first(admin: Caller) -> None:
    """So pages can be asked for of a list that a short URL names."""
    short = shorten(admin, LONG.format(OTHERS + "^NQuser_name!=") + "&sysparm_limit=2").result
    assert len(admin.send("GET", f"/{short}").result) == 2
    first, second = (admin.send("GET", f"/{short}&sysparm_limit=1&sysparm_offset={n}").result for n in "01")
    assert len(first) == len(second) == 1
    assert first != second


def test_a_short_url_gives_no_rights(admin: Caller, nobody: Caller) -> None:
    """What it stands for is asked by whoever uses it."""
    secret = LONG.replace("sys_user?", "sys_properties?").format(OTHERS)
    assert nobody.send("GET", f"/{shorten(admin, secret).result}").result == []


def test_a_url_that_is_short_stays_itself(admin: Caller) -> None:
    """Below glide.tiny_url_min_length nothing is kept; 1024 where nobody set it."""
    url = LONG.format("")
    assert shorten(admin, url).result == url
    admin.post("sys_properties", {"name": "glide.tiny_url_min_length", "value": "20"})
    assert shorten(admin, url).result.startswith("api/now/table/sys_user?sysparm_tiny=")


def test_a_name_that_nobody_gave_stands_for_nothing(admin: Caller) -> None:
    """The rest of the request is answered."""
    found = admin.get("sys_user", sysparm_tiny="f" * 32, sysparm_query="user_name=admin")
    assert [row["user_name"] for row in found.result] == ["admin"]


@pytest.mark.parametrize(
    ("method", "body", "status"), [("GET", b"", 405), ("POST", b"[", 400), ("POST", b"{}", 400)]
)
def test_what_is_no_request_for_one_is_refused(admin: Caller, method: str, body: bytes, status: int) -> None:
    """The verb, the body, and the URL in it."""
    assert admin.send(method, "/api/now/tinyurl", body).status == status
