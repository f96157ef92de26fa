"""The door without sockets."""

from collections.abc import Sequence

import httpx
import pytest

from snowconf.model.query import where
from snowconf.servicenow.in_process import InProcessTransport
from tests.servicenow.wire import ID, client


def test_the_exchange_gets_the_request_as_it_is_and_gives_the_answer() -> None:
    """Method, absolute address, headers and body go in; status, headers and body come out."""
    seen: list[tuple[str, str, str, bytes]] = []

    def exchange(
        method: str, url: str, headers: Sequence[tuple[str, str]], body: bytes
    ) -> tuple[int, Sequence[tuple[str, str]], bytes]:
        seen.append((method, url, dict(headers)["content-type"], body))
        return 200, [("Content-Type", "application/json")], b'{"result": {"sys_id": "1", "name": "x"}}'

    with client(InProcessTransport(exchange)) as api:
        row = api.update("sys_user", ID, {"name": "x"})
    url = f"https://acme.service-now.com/api/now/table/sys_user/{ID}?sysparm_exclude_reference_link=true"
    assert seen == [("PATCH", url, "application/json", b'{"name": "x"}')]
    assert row == {"sys_id": "1", "name": "x"}


def test_a_list_comes_through_the_door() -> None:
    """The total in the headers is read whatever case its name has."""

    def exchange(*_: object) -> tuple[int, Sequence[tuple[str, str]], bytes]:
        return 200, [("content-type", "application/json"), ("x-total-count", "3")], b'{"result": []}'

    with client(InProcessTransport(exchange)) as api:
        assert api.list_rows("sys_user", where(active="true"), ["name"]).hidden == 3


@pytest.mark.parametrize(
    ("raised", "translated"),
    [(TimeoutError, httpx.ReadTimeout), (ConnectionError, httpx.RemoteProtocolError)],
)
def test_silence_and_broken_connections_are_those_of_a_network(
    raised: type[OSError], translated: type[httpx.RequestError]
) -> None:
    """An exchange that raises the system's own errors fails as a network does, with the request it was about."""

    def exchange(*_: object) -> tuple[int, Sequence[tuple[str, str]], bytes]:
        raise raised("gone")

    transport = InProcessTransport(exchange)
    request = httpx.Request("GET", "https://acme.service-now.com/")
    with pytest.raises(translated, match="gone") as caught:
        transport.handle_request(request)
    assert caught.value.request is request
