"""From settings to a client."""

from pathlib import Path

import httpx
import pytest

from snowconf import __version__
from snowconf.engine.port import Instance
from snowconf.errors import InstanceError, NotAnInstanceError, UnreachableError
from snowconf.model.connection import BasicAuth
from snowconf.model.query import Query
from snowconf.model.value import SecretSource
from snowconf.servicenow.opening import open_instance
from snowconf.servicenow.retrying import Timing
from tests.servicenow.wire import Wire, answer, client, listed, secret_of, settings


@pytest.mark.parametrize(
    "url",
    [
        "http://acme.service-now.com",
        "http://127.0.0.1.evil.com",
        "http://10.0.0.1",
        "ftp://x",
        "acme.service-now.com",
    ],
)
def test_only_https_leaves_the_machine(url: str) -> None:
    """Credentials travel with every request."""
    with pytest.raises(UnreachableError, match="https://"):
        open_instance(settings(url), secret_of)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8080", "http://[::1]:8080", "http://localhost", "http://a.localhost"]
)
def test_this_machine_may_be_reached_without_tls(url: str) -> None:
    """`snowconf sandbox serve` speaks plain HTTP on loopback."""
    wire = Wire([listed([])])
    with open_instance(settings(url), secret_of, transport=wire) as api:
        api.list_rows("sys_user", Query(), [])
    assert str(wire.requests[0].url).startswith(f"{url}/api/now/table/sys_user?")


def test_a_url_with_credentials_is_refused_without_repeating_them() -> None:
    """They would end up in messages."""
    with pytest.raises(UnreachableError) as caught:
        open_instance(settings("https://admin:canary@acme.service-now.com"), secret_of)
    assert "canary" not in caught.value.detail


def test_a_url_that_is_none_is_refused() -> None:
    """The sentence shows what one looks like."""
    with pytest.raises(UnreachableError, match="looks like https://acme"):
        open_instance(settings("https://acme:port"), secret_of)


def test_the_sandbox_needs_its_transport() -> None:
    """There is no network behind `sandbox:`."""
    with pytest.raises(UnreachableError, match="embedded sandbox"):
        open_instance(settings("sandbox:"), secret_of)


def test_the_sandbox_is_called_by_a_name_that_is_never_looked_up() -> None:
    """A name under localhost, as the in-process door expects."""
    wire = Wire([listed([])])
    open_instance(settings("sandbox:other.db"), secret_of, transport=wire).list_rows("sys_user", Query(), [])
    assert wire.requests[0].url.host == "sandbox.localhost"


def test_requests_say_who_asks_and_take_json_or_gzip() -> None:
    """The instance's transaction log shows the product."""
    wire = Wire([listed([])])
    client(wire).list_rows("sys_user", Query(), [])
    headers = wire.requests[0].headers
    assert (headers["user-agent"], headers["accept"], headers["accept-encoding"]) == (
        f"snowconf/{__version__}",
        "application/json",
        "gzip",
    )


def test_no_cookie_comes_back() -> None:
    """Requests of one session would wait for each other (wire-contract.md 2.3)."""
    first = listed([])
    first.headers["Set-Cookie"] = "JSESSIONID=1; Path=/"
    wire = Wire([first, listed([])])
    api = client(wire)
    api.list_rows("sys_user", Query(), [])
    api.list_rows("sys_user", Query(), [])
    assert "cookie" not in wire.requests[1].headers


def test_a_redirect_is_not_followed() -> None:
    """No credentials reach another host; the message says which it was."""
    wire = Wire([answer(302, Location="https://evil.example/login?token=x")])
    api = client(wire, auth=BasicAuth(username="u", password=SecretSource("env", "p")))
    with pytest.raises(NotAnInstanceError, match=r"redirect to evil\.example\."):
        api.list_rows("sys_user", Query(), [])
    assert [request.url.host for request in wire.requests] == ["acme.service-now.com"]


def test_a_wrong_ca_file_is_explained(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """SSL_CERT_FILE may name a file that is not there."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    with pytest.raises(UnreachableError, match="SSL_CERT_FILE"):
        open_instance(settings(), secret_of)


def test_a_wrong_proxy_is_explained_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy's address may hold a password."""
    monkeypatch.setenv("HTTPS_PROXY", "gopher://user:canary@proxy")
    with pytest.raises(UnreachableError, match="HTTPS_PROXY") as caught:
        open_instance(settings(), secret_of)
    assert "canary" not in caught.value.detail
    assert caught.value.__cause__ is None


def test_no_proxy_carries_plain_http(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy would carry it, and the credentials, off this machine."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    api = open_instance(settings("http://localhost:1"), secret_of, timing=Timing(sleep=lambda _: None))
    with api, pytest.raises(InstanceError, match="no connection"):
        api.list_rows("sys_user", Query(), [])


def test_the_request_timeout_is_that_of_the_instance() -> None:
    """Longer than the platform's quota by default, so that late commits are rare."""
    wire = Wire([listed([])])
    client(wire).list_rows("sys_user", Query(), [])
    assert wire.requests[0].extensions["timeout"] == httpx.Timeout(70.0, connect=20.0).as_dict()


def test_a_client_is_what_the_engine_asks_for() -> None:
    """The port is met by structure; the type checker proves it here, and the call goes through."""
    instance: Instance = client(Wire([listed([{"sys_id": "1"}])]))
    assert [*instance.list_rows("sys_user", Query(), []).rows] == [{"sys_id": "1"}]
